"""Figures of what the DLA did: supported structures, supports, jobs, by whatever axis.

They count every support, confidential ones too: exactly, for whoever sees all of the territories
that are asked about. For the others, what they see is counted exactly and the rest over the
protected copy (`editions`), within what may be asked (`allowance`); small counts are masked. What
they typed filters no figure, since a name would answer for one structure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from django.conf import settings

from structures.models import Support
from structures.nomenclature import JobsDefinition
from structures.register.allowance import crossed, may_be_crossed
from structures.register.arrays import Columns, listed
from structures.register.axes import Axis, BitsAxis
from structures.register.communes import Flags, Group
from structures.register.counted import Array, Counted
from structures.register.editions import Edition
from structures.register.selection import Asked, Question, reached
from structures.sight import Sight
from territories.models import Level, Territory


@dataclass(frozen=True)
class FigureRow:
    """One line of a table of figures. None is masked; all of it, where the row is reserved."""

    value: str
    label: str
    structures: int | None
    supports: int | None
    is_reserved: bool = False


@dataclass(frozen=True)
class Jobs:
    definition: str
    label: str
    # It is the sum over the supports that say it, and how many they are; None is masked.
    jobs: int | None
    supports: int | None


class Count(NamedTuple):
    structures: int = 0
    supports: int = 0

    def and_also(self, other: Count) -> Count:
        return Count(self.structures + other.structures, self.supports + other.supports)


class Tally(Question):
    """Counts exactly over whatever is counted. `seen` flags by position the structures that
    count."""

    def __init__(
        self,
        counted: Counted,
        asked: Asked,
        axes: Mapping[str, Axis],
        seen: Flags | None = None,
    ) -> None:
        super().__init__(counted, asked, axes)
        self._seen = seen

    def _kept(self) -> Flags:
        flags = super()._kept()
        return flags if self._seen is None else flags & self._seen

    @cached_property
    def supports(self) -> Array:
        """Returns the positions of the supports that are counted."""
        return self.supports_at(self.chosen)

    @cached_property
    def supported(self) -> Array:
        """Returns the positions of the structures that have one of them."""
        flags = np.zeros(len(self.counted), dtype=bool)
        flags[self.counted.structure_at[self.supports]] = True
        return np.flatnonzero(flags)

    def total(self) -> Count:
        return Count(len(self.supported), len(self.supports))

    def by(self, axis: Axis) -> dict[str, Count]:
        of_supports = axis.of_supports
        structures = axis.structures(self.counted, self.supports if of_supports else self.supported)
        # Supports are counted by what they have, or by what their structures have.
        at = self.supports if of_supports else self.counted.structure_at[self.supports]
        supports = axis.tally(self.counted, at)
        return {value: Count(structures.get(value, 0), supports[value]) for value in supports}

    def by_group(self, group: Group, keys: Iterable[str]) -> dict[str, Count]:
        """Counts by territory. Territories without any place are in no group."""
        sums = []
        for at in (self.supported, self.counted.structure_at[self.supports]):
            place = self.counted.place[at]
            sums.append(group.add_up(np.bincount(place, minlength=len(self.counted.places))))
        numbers = {key: group.number_of.get(key) for key in keys}
        return {
            key: Count(int(sums[0][number]), int(sums[1][number])) if number else Count()
            for key, number in numbers.items()
        }

    def by_year(self, axis: Axis, value: str) -> dict[str, Count]:
        """Counts by year those that have that value."""
        having = axis.having(self.counted, [value])
        of = having if axis.of_supports else having[self.counted.structure_at]
        at, years = self.supports[of[self.supports]], self.axes["annee"]
        structures = years.structures(self.counted, at)
        return {
            year: Count(structures.get(year, 0), count)
            for year, count in years.tally(self.counted, at).items()
        }

    def jobs(self, definition: int) -> tuple[int, Count]:
        """Returns the sum of jobs, and how many supports say it."""
        at = self.supports[self.counted.definition[self.supports] == definition]
        structures = len(np.unique(self.counted.structure_at[at]))
        return int(self.counted.jobs[at].sum()), Count(structures, len(at))


class Figures:
    """The figures that one person reads of what is asked. `edition` is called only where it is
    needed."""

    def __init__(
        self,
        columns: Columns,
        edition: Callable[[], Edition],
        sight: Sight,
        asked: Asked,
        axes: Mapping[str, Axis],
    ) -> None:
        self.columns, self._edition = columns, edition
        self.sight, self.asked, self.axes = sight, asked, axes

    @cached_property
    def is_exact(self) -> bool:
        return self.sight.holds_all(self.asked.territories)

    @cached_property
    def edition(self) -> Edition | None:
        """The edition over which the rest is counted; None where everything is exact."""
        return None if self.is_exact else self._edition()

    @cached_property
    def _parts(self) -> list[Tally]:
        edition = self.edition
        if edition is None:
            return [Tally(self.columns, self.asked, self.axes, self._named)]
        asked = replace(self.asked, typed="")
        if not self.sight.anything:
            return [Tally(edition, asked, self.axes)]
        seen, copied = reached(self.columns, self.sight), reached(edition, self.sight)
        return [
            Tally(self.columns, asked, self.axes, seen),
            Tally(edition, asked, self.axes, ~copied),
        ]

    @cached_property
    def _named(self) -> Flags | None:
        return self.columns.named(self.asked.typed)

    @property
    def ignores_typed(self) -> bool:
        """Says whether something was typed that filters none of these numbers."""
        return bool(self.asked.typed) and not self.is_exact

    # --- What may be asked ---

    @cached_property
    def _levels(self) -> list[str]:
        return [territory.today.level for territory in self.asked.territories]

    def is_reserved(self, *by: Axis, levels: Iterable[str] | None = None, besides: int = 0) -> bool:
        """Says whether a table by these, and by other criteria `besides`, within the territories
        asked for or of those levels, is for those who see the supports. It depends on the question
        alone."""
        if self.is_exact:
            return False
        allowed = may_be_crossed(self._levels if levels is None else levels)
        return crossed(self.asked, self.axes.values(), by=by) + besides > allowed

    # --- Numbers ---

    def total(self) -> FigureRow:
        return self._row("", "Ensemble", self._sum(part.total() for part in self._parts))

    def by(self, axis: Axis) -> list[FigureRow]:
        """Returns rows in the order of the axis; what nobody has is left out where figures are
        exact."""
        reserved = self.is_reserved(axis)
        parts = [] if reserved else [part.by(axis) for part in self._parts]
        counts = {
            value: self._sum(part.get(value, Count()) for part in parts) for value in axis.labels
        }
        # Where each has one value, the others are nought by what is asked.
        chosen = () if isinstance(axis, BitsAxis) else self.asked.values.get(axis.name, ())
        return [
            self._row(value, label, counts[value], is_reserved=reserved)
            for value, label in axis.labels.items()
            if (counts[value].structures if self.is_exact else not chosen or value in chosen)
        ]

    def by_territory(self, level: Level, keys: Iterable[str]) -> dict[str, FigureRow]:
        """Returns counts by key of those territories, all of that level. Each is exact for whoever
        sees it."""
        wanted = list(keys)
        group = self.columns.places.groups[level]
        return self.by_group(group, level, wanted, self._seen_wholly(level, wanted))

    def by_group(
        self, group: Group, level: Level, keys: list[str], seen: Mapping[str, bool]
    ) -> dict[str, FigureRow]:
        """Returns counts by key, of any parting of places as fine as that level; `seen` says
        whether the person sees all of it."""
        parts = [part.by_group(group, keys) for part in self._parts]
        reserved = self.is_reserved(levels=[level, *self._levels])
        return {
            key: self._row(
                key,
                "",
                self._sum(part[key] for part in parts),
                is_exact=seen[key],
                is_reserved=reserved and not seen[key],
            )
            for key in keys
        }

    def by_year(self, axis: Axis) -> dict[str, dict[str, int | None]]:
        """Returns supports by value of an axis of structures, then by year; nothing where
        reserved."""
        years = self.axes["annee"]
        if self.is_reserved(axis, years):
            return {}
        series = {}
        for value in axis.labels:
            parts = [part.by_year(axis, value) for part in self._parts]
            if self.is_exact and not any(parts):
                continue
            counts = {year: self._sum(p.get(year, Count()) for p in parts) for year in years.labels}
            series[value] = {
                year: self._row("", "", count, is_reserved=False).supports
                for year, count in counts.items()
            }
        return series

    def jobs(self) -> list[Jobs]:
        """Returns jobs by definition, never added up across them; nothing where reserved: what
        supports say is one more criterion."""
        if self.is_reserved(besides=1):
            return []
        found = []
        for number, definition in enumerate(listed(Support._meta.get_field("jobs_definition"))):
            if not definition:
                continue
            sums = [part.jobs(number) for part in self._parts]
            label = str(JobsDefinition(definition).label)
            said = self._row(definition, label, self._sum(count for _, count in sums))
            if said.supports != 0:
                jobs = None if said.supports is None else sum(jobs for jobs, _ in sums)
                found.append(Jobs(definition, label, jobs, said.supports))
        return found

    # --- What may be shown ---

    @staticmethod
    def _sum(counts: Iterable[Count]) -> Count:
        total = Count()
        for count in counts:
            total = total.and_also(count)
        return total

    def _row(
        self,
        value: str,
        label: str,
        count: Count,
        *,
        is_exact: bool | None = None,
        is_reserved: bool | None = None,
    ) -> FigureRow:
        is_exact = self.is_exact if is_exact is None else is_exact
        if self.is_reserved() if is_reserved is None else is_reserved:
            return FigureRow(value, label, None, None, is_reserved=True)
        structures = self._shown(count.structures, is_exact)
        # Where structures are few, even many supports are told to nobody.
        supports = None if structures is None else count.supports
        return FigureRow(value, label, structures, supports)

    @staticmethod
    def _shown(count: int, is_exact: bool) -> int | None:
        return count if is_exact or count >= settings.SMALL_COUNT else None

    def _seen_wholly(self, level: Level, keys: list[str]) -> dict[str, bool]:
        if self.is_exact:
            return dict.fromkeys(keys, True)
        if not self.sight.scope.territories:
            return dict.fromkeys(keys, False)
        found = Territory.objects.select_related("successor").filter(level=level, pk__in=keys)
        return dict.fromkeys(keys, False) | {t.pk: self.sight.scope.holds(t) for t in found}
