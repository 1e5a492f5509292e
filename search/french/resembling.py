"""Words within a few typing errors, for when what is typed finds little.

Words are exact forms (`Word.exact`). A letter that is doubled or not is no error: it is compared
once.
"""

from __future__ import annotations

import re

from rapidfuzz.distance import OSA

_DOUBLED = re.compile(r"(.)\1+")
# What is shorter resembles too many words.
_SHORTEST = 5
_LONG = 8
_FEWEST_LETTERS = 4


def distance(typed: str, word: str) -> int:
    """Returns the number of letters that are wrong, missing, too many or swapped with their
    neighbour; a wrong first letter, which nobody mistypes, counts for two.

    >>> distance("asocciation", "association"), distance("financemnet", "financement")
    (0, 1)
    """
    one, other = _once(typed), _once(word)
    return int(OSA.distance(one, other)) + (one[:1] != other[:1])


def allowed(typed: str, *, is_acronym: bool = False) -> int:
    """Returns how many errors are forgiven: none in acronyms, numbers or short words."""
    if is_acronym or len(typed) < _SHORTEST or any(sign.isdigit() for sign in typed):
        return 0
    if len(_once(typed)) < _FEWEST_LETTERS:
        return 0
    return 1 if len(typed) < _LONG else 2


def keys(word: str) -> tuple[str, ...]:
    """Returns what an index keeps of a word, to be found by one of the `beginnings` of what is
    typed: the word from its second letter, backwards, from its third part, each after its first
    letter and length; and its end after any first letter."""
    once = _once(word)
    length = len(once)
    known = f"{length:02}{once[:1]}"
    return (
        f"head{known}{once[1:]}",
        f"tail{known}{once[::-1]}",
        f"middle{known}{once[_middle(length) :]}",
        f"any{length:02}{once[1:]}",
    )


def beginnings(typed: str) -> tuple[str, ...]:
    """Returns what begins some key of every word within the errors allowed. An index reads them as
    ranges, compared by code point.

    An error touches one letter, or two neighbours that are swapped. One error leaves whole one of
    two parts that a letter lies between. Two leave whole one of three parts: the first, the last,
    or what lies between them, which an error in the first part may have moved by one letter. A
    wrong first letter counts for two: all that follows it is right.
    """
    errors = allowed(typed)
    if not errors:
        return ()
    once = _once(typed)
    size = len(once)
    part = (size - 1) // 2 if errors == 1 else (size - 2) // 3
    found = []
    for length in range(max(1, size - errors), size + errors + 1):
        known = f"{length:02}{once[0]}"
        found += [f"head{known}{once[1:part]}", f"tail{known}{once[::-1][:part]}"]
        if errors == 1:
            continue
        for moved in (-1, 0, 1):
            moved_after = length - size - moved
            if abs(moved_after) <= 1:
                start = _middle(length) - moved
                # Letters that are swapped touch the one beside their part.
                end = size - part - (moved_after == 0)
                found.append(f"middle{known}{once[start:end]}")
    if errors > 1:
        found += [
            f"any{size:02}{once[1:]}",
            f"any{size + 1:02}{once}",
            f"any{size - 1:02}{once[2:]}",
            f"any{size:02}{once[0]}{once[2:]}",
        ]
    return tuple(dict.fromkeys(found))


def _middle(length: int) -> int:
    """Returns where the middle of a word begins: after the first part of any word that is typed for
    it, and one letter more."""
    return length // 3 + 1


def _once(word: str) -> str:
    return _DOUBLED.sub(r"\1", word)
