"""The places of the official geography, numbered: which lie in a territory, which count as one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from territories.former_regions import OF_DEPARTMENT
from territories.models import Geography, Level, Territory

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]

PLACE_LEVELS = (Level.COMMUNE, Level.MUNICIPAL, Level.FORMER)


@dataclass(frozen=True)
class Group:
    """Territories of one level, numbered from 1 (0: none), and the number of each place's."""

    keys: tuple[str, ...]
    of_place: npt.NDArray[np.int32]

    @cached_property
    def number_of(self) -> dict[str, int]:
        return {key: number for number, key in enumerate(self.keys, start=1)}

    def add_up(self, by_place: Numbers) -> Numbers:
        """Counts by place to counts by territory; the first is of no territory."""
        summed = np.bincount(self.of_place, weights=by_place, minlength=len(self.keys) + 1)
        return summed.astype(np.int64)


class Places:
    """Communes, arrondissements municipaux and former communes, numbered from 1; 0 is none."""

    def __init__(self, rows: list[tuple[str | None, ...]]) -> None:
        """Rows: key, region, department, epci, ept, arrondissement, commune, all of today."""
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
        # As borders were: departments by their region of before 2016, communes by their name then.
        self.former_regions = _group([_former_region(row[2]) for row in rows])
        self.of_the_time = _group([row[0] for row in rows])
        self._others = (_group([row[4] for row in rows]), _group([row[5] for row in rows]))

    def __len__(self) -> int:
        return len(self.number_of) + 1

    def within(self, territories: Iterable[Territory]) -> Flags:
        """By place: whether it lies in one of these."""
        inside = np.zeros(len(self), dtype=bool)
        for territory in territories:
            key = territory.today.pk
            if number := self.number_of.get(key):
                inside[number] = True
            for group in (*self.groups.values(), *self._others):
                if found := group.number_of.get(key):
                    inside |= group.of_place == found
        return inside


def _former_region(department: str | None) -> str | None:
    code = (department or "").partition("-")[2]
    return OF_DEPARTMENT.get(code)


def _group(keys: list[str | None]) -> Group:
    distinct = tuple(sorted({key for key in keys if key}))
    numbers = {key: number for number, key in enumerate(distinct, start=1)}
    of_place = np.array([0, *(numbers.get(key or "", 0) for key in keys)], dtype=np.int32)
    return Group(distinct, of_place)


def places() -> Places:
    """Of the geography in force; read once a process and a year."""
    return _places(Geography.objects.values_list("fingerprint", flat=True).first() or "")


@lru_cache(maxsize=2)
def _places(fingerprint: str) -> Places:
    fields = ("region_id", "department_id", "epci_id", "ept_id", "arrondissement_id", "commune_id")
    rows = Territory.objects.filter(level__in=PLACE_LEVELS).order_by("id")
    found = {row[0]: row for row in rows.values_list("pk", "successor_id", *fields)}
    # A former commune counts in today's, however many steps away.
    return Places([(key, *_today(found, key)) for key in found])


def _today(found: dict[str, tuple[str | None, ...]], key: str) -> list[str | None]:
    now = key
    while (successor := found[now][1]) is not None and successor in found:
        now = successor
    *above, commune = found[now][2:]
    return [*above, commune or now]
