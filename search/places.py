"""The places that a question names, among its other words: « association sportive à Grenoble »."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from search.french.words import Word
from territories.models import LookupKey
from territories.names import compared

LONGEST_NAME = 6  # words
# Namesakes count together up to so many: somebody who says « Saint-Denis » may mean any.
MOST_NAMESAKES = 8
SHORTEST_NAME = 3


@dataclass(frozen=True)
class Place:
    """A place that some words name: their positions, and the keys of the territories that bear this
    name, the largest first."""

    positions: tuple[int, ...]
    keys: tuple[str, ...]


def places_in(said: Sequence[Word]) -> list[Place]:
    """Returns the places that these words name, the longest names first where names overlap. Costs
    one query."""
    runs: dict[str, list[tuple[int, ...]]] = {}
    for first in range(len(said)):
        for last in range(first + 1, min(first + LONGEST_NAME, len(said)) + 1):
            name = compared(" ".join(word.exact for word in said[first:last]))
            if len(name) >= SHORTEST_NAME or (name.isdigit() and len(name) == 2):
                runs.setdefault(name, []).append(tuple(range(first, last)))
    if not runs:
        return []
    found: dict[str, list[str]] = {}
    keys = LookupKey.objects.filter(
        key__in=list(runs), exactness__lte=LookupKey.Exactness.JOINED
    ).order_by("rank", "territory_id")
    for name, key in keys.values_list("key", "territory_id"):
        bearers = found.setdefault(name, [])
        if key not in bearers and len(bearers) < MOST_NAMESAKES:
            bearers.append(key)
    places: list[Place] = []
    taken: set[int] = set()
    candidates = sorted(
        ((positions, name) for name in found for positions in runs[name]),
        key=lambda candidate: (-len(candidate[0]), candidate[0]),
    )
    for positions, name in candidates:
        if taken.isdisjoint(positions):
            taken.update(positions)
            places.append(Place(positions, tuple(found[name])))
    return sorted(places, key=lambda place: place.positions)
