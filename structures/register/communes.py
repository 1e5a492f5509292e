"""The communes of the official geography, numbered, and the territories in which each lies.

They are called places here: arrondissements municipaux and former communes are among them.
"""

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

    def __init__(self, rows: list[tuple[str | None, ...]]) -> None:
        """`rows` hold the key of each place, then its region, department, epci, ept, arrondissement
        and commune of today."""
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

    def __len__(self) -> int:
        return len(self.number_of) + 1

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
    found = {row[0]: row for row in rows.values_list("pk", "successor_id", *fields)}
    # A former commune counts in today's, however many steps away.
    return CommuneIndex([(key, *_today(found, key)) for key in found])


def _today(found: dict[str, tuple[str | None, ...]], key: str) -> list[str | None]:
    now = key
    while (successor := found[now][1]) is not None and successor in found:
        now = successor
    *above, commune = found[now][2:]
    return [*above, commune or now]
