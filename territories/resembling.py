"""Names within a few typing errors, the likeliest first.

Names are compared in one word, so that a space that is lost or added is no error. All names of the
geography are held by each process, by length: only those of about the same length are compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from territories.models import LookupKey, people_of
from territories.names import IN_ONE_WORD

MOST = 20
MOST_ERRORS = 3
SHORTEST = 3


@dataclass(frozen=True)
class Near:
    """A name in one word, as it is kept; its number of errors; its most populated bearer's
    inhabitants."""

    name: str
    distance: int
    people: int


def resembling(
    joined: tuple[str, ...], fingerprint: str, *, most: int = MOST, errors: int = MOST_ERRORS
) -> list[Near]:
    """Returns at most `most` names, within so many errors of these words (two ways of writing one
    name, in one word each): the fewest errors first, the likeliest errors, then the most
    populated. `fingerprint` is that of the geography in force."""
    nearest: dict[str, tuple[int, bool, int]] = {}
    for typed in dict.fromkeys(joined):
        if len(typed) < SHORTEST or not typed.isascii():
            continue  # names are in our letters: a word in others resembles none of them
        for name, distance, rank in _near(typed, fingerprint, errors):
            mark = (distance, not _is_common_slip(typed, name), rank)
            nearest[name] = min(nearest.get(name, mark), mark)
    ranked = sorted(nearest, key=lambda name: nearest[name])
    return [Near(name, nearest[name][0], people_of(nearest[name][2])) for name in ranked[:most]]


def _near(typed: str, fingerprint: str, most: int) -> list[tuple[str, int, int]]:
    """Returns names with their distance and rank."""
    allowed = min(most, 1 if len(typed) < 6 else 2 if len(typed) < 12 else MOST_ERRORS)
    by_length = _names_by_length(fingerprint)
    found = []
    for length in range(len(typed) - allowed, len(typed) + allowed + 1):
        names, ranks = by_length.get(length, ((), ()))
        found += [
            (name, int(distance), ranks[index])
            for name, distance, index in process.extract(
                typed, names, scorer=OSA.distance, score_cutoff=allowed, limit=None
            )
        ]
    return [near for near in found if near[0] != typed]


def _is_common_slip(typed: str, name: str) -> bool:
    """Says whether one letter was dropped, typed twice, or swapped with its neighbour: fingers slip
    so more often than they hit any other letter."""
    if len(name) == len(typed) + 1:
        return True
    first = next((i for i, (a, b) in enumerate(zip(typed, name, strict=False)) if a != b), None)
    if len(name) == len(typed) - 1:
        doubled = len(typed) - 1 if first is None else first
        return doubled > 0 and typed[doubled] == typed[doubled - 1]
    if len(name) == len(typed) and first is not None:
        return typed[first : first + 2] == name[first : first + 2][::-1]
    return False


@lru_cache(maxsize=1)
def _names_by_length(fingerprint: str) -> dict[int, tuple[tuple[str, ...], tuple[int, ...]]]:
    """Returns every name in one word, by its number of letters, with its rank, the most populated
    first: 6 MB a process, read once a geography."""
    rows = (
        LookupKey.objects.filter(exactness__lte=LookupKey.Exactness.JOINED)
        .exclude(key__contains=" ")
        .order_by("rank")
        .values_list("key", "rank")
    )
    first: dict[str, int] = {}
    for key, rank in rows:
        if not key[0].isdigit():
            name = key.removeprefix(IN_ONE_WORD)
            first[name] = min(first.get(name, rank), rank)
    by_length: dict[int, tuple[list[str], list[int]]] = {}
    for key, rank in first.items():
        names, ranks = by_length.setdefault(len(key), ([], []))
        names.append(key)
        ranks.append(rank)
    return {length: (tuple(names), tuple(ranks)) for length, (names, ranks) in by_length.items()}
