"""The places that a question names, among its other words: « association sportive à Grenoble »."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from search.french.words import Word
from territories.models import Level, LookupKey, key_of
from territories.names import compared

LONGEST_NAME = 6  # words
# A commune of fewer people, whose name is a word like another, is no answer by itself to a question
# that says more.
PEOPLE_OF_A_PLACE = 5_000
# So many of those that bear a name are offered by themselves: « Vienne » is a department and a
# town.
MOST_OFFERED = 2
# Namesakes count together up to so many: somebody who says « Saint-Denis » may mean any.
MOST_NAMESAKES = 8
SHORTEST_NAME = 3
_REGION = key_of(Level.REGION, "")
_ARRONDISSEMENT = key_of(Level.ARRONDISSEMENT, "")


@dataclass(frozen=True)
class Bearer:
    """A territory of today that bears a name: its key and official name, those of the territory
    whose DLA is called from there, its people, and whether it is by that name or by a code that the
    official files know it."""

    key: str
    name: str
    called_key: str
    called_name: str
    people: int
    is_official: bool


@dataclass(frozen=True)
class Place:
    """A place that some words name: their positions, and the territories that bear this name, the
    largest first."""

    positions: tuple[int, ...]
    bearers: tuple[Bearer, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(bearer.key for bearer in self.bearers)

    def offered(self, *, is_all: bool) -> tuple[Bearer, ...]:
        """Returns those whose own page and DLA answer; the largest in any case where it is all that
        is asked."""
        # An arrondissement bears the name of its town, which is what people mean.
        meant = [one for one in self.bearers if not one.key.startswith(_ARRONDISSEMENT)]
        # « Centre social » says nothing of the region that was called Centre.
        known = [one for one in meant if one.people >= PEOPLE_OF_A_PLACE]
        known = [one for one in known if one.is_official or is_all]
        return tuple(known[:MOST_OFFERED] or (meant or self.bearers)[:is_all])


def places_in(said: Sequence[Word], read: Sequence[Word]) -> list[Place]:
    """Returns the places that these words name, the longest names first where names overlap. `read`
    are all the words of the text, small ones too: « or » is one in Côte-d’Or. Costs one query."""
    runs: dict[str, list[tuple[int, ...]]] = {}
    at = {word.start: position for position, word in enumerate(said)}
    for first, word in enumerate(read):
        if word.start not in at:
            continue
        inside: list[int] = []
        for last in range(first, min(first + LONGEST_NAME, len(read))):
            if read[last].start in at:
                inside.append(at[read[last].start])
            elif not read[last].is_small:
                break
            name = compared(" ".join(one.exact for one in read[first : last + 1]))
            if len(name) >= SHORTEST_NAME or (name.isdigit() and len(name) == 2):
                runs.setdefault(name, []).append(tuple(inside))
    if not runs:
        return []
    found: dict[str, dict[str, Bearer]] = {}
    keys = LookupKey.objects.filter(
        key__in=list(runs), exactness__lte=LookupKey.Exactness.JOINED
    ).order_by("rank", "territory_id")
    told = keys.values_list(
        "key", "territory_id", "territory__name", "territory__population",
        "territory__successor_id", "territory__successor__name", "territory__successor__population",
        "territory__department_id", "territory__department__name",
    )  # fmt: skip
    for name, key, official, people, later, later_name, later_people, *department in told:
        # Nobody knows regions by their numbers: 75 is Paris.
        if name.isdigit() and key.startswith(_REGION):
            continue
        if later:
            key, official, people = later, later_name, later_people
        bearers = found.setdefault(name, {})
        if len(bearers) < MOST_NAMESAKES:
            is_code = any(sign.isdigit() for sign in name)
            bearer = Bearer(
                key=key,
                name=official,
                called_key=department[0] or key,
                called_name=department[1] or official,
                people=people,
                is_official=is_code or name == compared(official),
            )
            bearers.setdefault(key, bearer)
    places: list[Place] = []
    taken: set[int] = set()
    candidates = sorted(
        ((positions, name) for name in found for positions in runs[name]),
        key=lambda candidate: (-len(candidate[0]), candidate[0], -len(candidate[1])),
    )
    for positions, name in candidates:
        if taken.isdisjoint(positions):
            taken.update(positions)
            places.append(Place(positions, tuple(found[name].values())))
    return sorted(places, key=lambda place: place.positions)
