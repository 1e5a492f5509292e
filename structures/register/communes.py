"""The communes of the official geography, numbered, and the territories in which each lies.

They are called places here: arrondissements municipaux and former communes are among them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from territories.former_regions import OF_DEPARTMENT
from territories.models import Geography, Level, Territory

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.integer[Any]]
Kilometres = npt.NDArray[np.float32]

EARTH_RADIUS = 6371.0  # km, the mean one
# So many places are kept with their distances to all the others: people ask of the same towns.
MOST_MEASURED = 64
NOWHERE = (math.nan, math.nan)

COMMUNE_LEVELS = (Level.COMMUNE, Level.MUNICIPAL, Level.FORMER)


@dataclass(frozen=True)
class Group:
    """The territories of one level, numbered from 1 on (0 stands for none), and by place the number
    of the one in which it lies."""

    keys: tuple[str, ...]
    of_commune: npt.NDArray[np.int32]

    @cached_property
    def number_of(self) -> dict[str, int]:
        return {key: number for number, key in enumerate(self.keys, start=1)}

    def add_up(self, by_place: Numbers) -> Numbers:
        """Turns counts by place into counts by territory; the first one is that of no territory."""
        summed = np.bincount(self.of_commune, weights=by_place, minlength=len(self.keys) + 1)
        return summed.astype(np.int64)


class CommuneIndex:
    """The number of each place, from 1 on; 0 stands for none."""

    def __init__(
        self, rows: list[tuple[str | None, ...]], points: Sequence[tuple[float, float]] = ()
    ) -> None:
        """`rows` hold the key of each place, then its region, department, epci, ept, arrondissement
        and commune of today; `points` the longitude and latitude of each, in degrees, NaN where
        unknown."""
        self.number_of = {str(row[0]): number for number, row in enumerate(rows, start=1)}
        self.groups = {
            level: _group([row[column] for row in rows])
            for level, column in (
                (Level.REGION, 1),
                (Level.DEPARTMENT, 2),
                (Level.EPCI, 3),
                (Level.COMMUNE, 6),
            )
        }
        # Borders of the past: the regions of before 2016, and communes as they were then.
        self.former_regions = _group([_former_region(row[2]) for row in rows])
        self.of_the_time = _group([row[0] for row in rows])
        self._others = (_group([row[4] for row in rows]), _group([row[5] for row in rows]))
        at = np.full((len(self), 2), np.nan)
        at[1 : len(points) + 1] = points or np.zeros((0, 2))
        # These are in degrees: longitude, latitude.
        self.points = at
        self._measures = lru_cache(maxsize=MOST_MEASURED)(self._measured)

    def __len__(self) -> int:
        return len(self.number_of) + 1

    @cached_property
    def of_communes(self) -> npt.NDArray[np.int32]:
        """By commune of today, in the order of their group: its number as a place."""
        keys = self.groups[Level.COMMUNE].keys
        return np.array([self.number_of.get(key, 0) for key in keys], dtype=np.int32)

    def kilometres(self, key: str) -> Kilometres:
        """Returns by place how far it is from the one of that key, as the crow flies; infinite
        where one of the two is not known."""
        return self._measures(self.number_of.get(key, 0))[0]

    def ranks(self, key: str) -> Numbers:
        """Returns by place its rank from the nearest of the one of that key: as small numbers,
        which sort fastest."""
        return self._measures(self.number_of.get(key, 0))[1]

    def _measured(self, number: int) -> tuple[Kilometres, Numbers]:
        """Uses the haversine formula: a sphere is within half a hundredth of the truth, and says
        nothing absurd between two oceans."""
        longitude, latitude = np.radians(self.points).T
        across = np.sin((latitude - latitude[number]) / 2) ** 2
        along = np.sin((longitude - longitude[number]) / 2) ** 2
        chord = across + np.cos(latitude) * np.cos(latitude[number]) * along
        found = 2 * EARTH_RADIUS * np.arcsin(np.sqrt(np.clip(chord, 0, 1)))
        kilometres = np.where(np.isnan(found), np.inf, found).astype(np.float32)
        _, rank = np.unique(kilometres, return_inverse=True)
        return kilometres, rank.astype(np.min_scalar_type(len(rank)))

    def within(self, territories: Iterable[Territory]) -> Flags:
        """Says by place whether it lies in one of these territories."""
        inside = np.zeros(len(self), dtype=bool)
        for territory in territories:
            key = territory.today.pk
            if number := self.number_of.get(key):
                inside[number] = True
            for group in (*self.groups.values(), *self._others):
                if found := group.number_of.get(key):
                    inside |= group.of_commune == found
        return inside


def _former_region(department: str | None) -> str | None:
    code = (department or "").partition("-")[2]
    return OF_DEPARTMENT.get(code)


def _group(keys: list[str | None]) -> Group:
    distinct = tuple(sorted({key for key in keys if key}))
    numbers = {key: number for number, key in enumerate(distinct, start=1)}
    of_commune = np.array([0, *(numbers.get(key or "", 0) for key in keys)], dtype=np.int32)
    return Group(distinct, of_commune)


def commune_index() -> CommuneIndex:
    """Returns the index of the geography in force, read once a process and a year."""
    return _places(Geography.objects.values_list("fingerprint", flat=True).first() or "")


@lru_cache(maxsize=2)
def _places(fingerprint: str) -> CommuneIndex:
    fields = ("region_id", "department_id", "epci_id", "ept_id", "arrondissement_id", "commune_id")
    rows = Territory.objects.filter(level__in=COMMUNE_LEVELS).order_by("id")
    read = rows.values_list("pk", "longitude", "latitude", "successor_id", *fields)
    found = {key: above for key, _, _, *above in read}
    points = {
        key: (longitude, latitude) if longitude is not None and latitude is not None else NOWHERE
        for key, longitude, latitude, *_ in read
    }
    # A former commune counts in today's, however many steps away, and stands where that one does.
    today = {key: _today(found, key) for key in found}
    return CommuneIndex(
        [(key, *_above(found, now)) for key, now in today.items()],
        [points[now] for now in today.values()],
    )


def _today(found: dict[str, list[str | None]], key: str) -> str:
    now = key
    while (successor := found[now][0]) is not None and successor in found:
        now = successor
    return now


def _above(found: dict[str, list[str | None]], now: str) -> list[str | None]:
    """Returns the territories of today in which that place lies, and its commune."""
    *above, commune = found[now][1:]
    return [*above, commune or now]
