"""Figures of what the DLA did: supported structures, supports, jobs, by whatever axis.

They count every support, confidential ones too. Exact for whoever sees all of the territories that
are asked about; for the others, each number goes through `disclosure`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from structures.nomenclature import JobsDefinition
from structures.register import disclosure
from structures.register.axes import Axis
from structures.register.columns import DEFINITIONS, Array
from structures.register.places import Flags, Group
from structures.register.selection import Selection
from territories.models import Level, Territory


@dataclass(frozen=True)
class Row:
    """One line of a table of figures. None is masked."""

    value: str
    label: str
    structures: int | None
    supports: int | None


@dataclass(frozen=True)
class Jobs:
    definition: str
    label: str
    # Sum over the supports that say it, and how many they are; None is masked.
    jobs: int | None
    supports: int | None


class Figures(Selection):
    """Counts over everything that is asked for, whoever may be shown the structures."""

    @cached_property
    def reached(self) -> Flags:
        return np.ones(len(self.columns), dtype=bool)

    @cached_property
    def visible(self) -> Flags:
        return self.columns.is_current

    @property
    def is_exact(self) -> bool:
        return self.sight.holds_all(self.asked.territories)

    @cached_property
    def supports(self) -> Array:
        """Positions of the supports that are counted."""
        return self.supports_at(self.chosen)

    @cached_property
    def supported(self) -> Array:
        """Positions of the structures that have one of them."""
        flags = np.zeros(len(self.columns), dtype=bool)
        flags[self.columns.structure_at[self.supports]] = True
        return np.flatnonzero(flags)

    # --- Numbers ---

    def total(self) -> Row:
        return Row(
            "",
            "Ensemble",
            self._shown(len(self.supported), int(self.columns.noise[self.supported].sum())),
            self._shown(len(self.supports), int(self._noise_of_supports[self.supports].sum())),
        )

    def by(self, axis: Axis) -> list[Row]:
        """In the order of the axis; what nobody has is left out where figures are exact."""
        at = self.supports if axis.of_supports else self.supported
        by_rank = self._noise_by_rank if axis.of_supports else self.columns.noise[at]
        structures = self._all_shown(
            axis.structures(self.columns, at), axis.structures(self.columns, at, by_rank), axis
        )
        if axis.of_supports:
            supports = self._all_shown(
                axis.tally(self.columns, at),
                axis.tally(self.columns, at, self._noise_of_supports[at]),
                axis,
            )
        else:
            supports = self._supports_by(axis)
        return [
            Row(value, label, structures.get(value, 0), supports.get(value, 0))
            for value, label in axis.labels.items()
            if not self.is_exact or structures.get(value)
        ]

    def by_territory(self, level: Level, keys: Iterable[str]) -> dict[str, Row]:
        """By key, of those territories, all of that level. Each is exact for whoever sees it."""
        wanted = list(keys)
        group = self.columns.places.groups[level]
        return self.by_group(group, wanted, self._seen_wholly(level, wanted))

    def by_group(self, group: Group, keys: list[str], seen: Mapping[str, bool]) -> dict[str, Row]:
        """By key, of any parting of places; `seen`: whether the person sees all of it."""
        of_supports = self.columns.structure_at[self.supports]
        tallies: list[dict[str, int]] = []
        for at, noise in (
            (self.supported, self.columns.noise[self.supported]),
            (of_supports, self._noise_of_supports[self.supports]),
        ):
            place = self.columns.place[at]
            for weights in (None, noise):
                by_place = np.bincount(place, weights, minlength=len(self.columns.places))
                sums = group.add_up(by_place)
                # Territories without any place are not in the group.
                tallies.append(
                    {
                        key: int(sums[number]) if (number := group.number_of.get(key)) else 0
                        for key in keys
                    }
                )
        structures, structure_draws, supports, support_draws = tallies
        return {
            key: Row(
                key,
                "",
                self._told(structures[key], structure_draws[key], seen[key]),
                self._told(supports[key], support_draws[key], seen[key]),
            )
            for key in keys
        }

    def by_year(self, axis: Axis) -> dict[str, dict[str, int | None]]:
        """Supports by value of an axis of structures, then by year."""
        years = self.axes["annee"]
        series = {}
        for value in axis.labels:
            having = axis.having(self.columns, [value])
            of = having if axis.of_supports else having[self.columns.structure_at]
            at = self.supports[of[self.supports]]
            counts = years.tally(self.columns, at)
            draws = years.tally(self.columns, at, self._noise_of_supports[at])
            if counts:
                series[value] = {
                    year: self._shown(counts.get(year, 0), draws.get(year, 0))
                    for year in years.labels
                }
        return series

    def jobs(self) -> list[Jobs]:
        """By definition, never added up across them."""
        found = []
        for number, definition in enumerate(DEFINITIONS):
            if not definition:
                continue
            at = self.supports[self.columns.definition[self.supports] == number]
            said = self._shown(len(at), int(self._noise_of_supports[at].sum()))
            jobs = int(self.columns.jobs[at].sum())
            if said and not self.is_exact:
                # Of a sum that a single structure may make, the order only.
                jobs = round(jobs / disclosure.threshold() / 2) * disclosure.threshold() * 2
            if said or not self.is_exact:
                label = JobsDefinition(definition).label
                found.append(Jobs(definition, str(label), None if said is None else jobs, said))
        return [row for row in found if row.supports is None or row.supports]

    # --- What may be shown ---

    def _shown(self, count: int, key: int) -> int | None:
        return self._told(count, key, self.is_exact)

    @staticmethod
    def _told(count: int, key: int, is_seen: bool) -> int | None:
        return count if is_seen else disclosure.published(count, key)

    def _all_shown(
        self, counts: Mapping[str, int], keys: Mapping[str, int], axis: Axis
    ) -> Mapping[str, int | None]:
        if self.is_exact:
            return counts
        return disclosure.published_all(counts, keys, axis.labels)

    def _supports_by(self, axis: Axis) -> Mapping[str, int | None]:
        """Supports counted by what their structures have."""
        at = self.columns.structure_at[self.supports]
        noise = self._noise_of_supports[self.supports]
        return self._all_shown(
            axis.tally(self.columns, at), axis.tally(self.columns, at, noise), axis
        )

    def _seen_wholly(self, level: Level, keys: list[str]) -> dict[str, bool]:
        if self.is_exact:
            return dict.fromkeys(keys, True)
        if not self.sight.scope.territories:
            return dict.fromkeys(keys, False)
        found = Territory.objects.select_related("successor").filter(level=level, pk__in=keys)
        return dict.fromkeys(keys, False) | {t.pk: self.sight.scope.holds(t) for t in found}

    @cached_property
    def _noise_of_supports(self) -> Array:
        """Another draw than that of the structures, support by support."""
        return self.columns.noise[self.columns.structure_at] * 31 + 7

    @cached_property
    def _noise_by_rank(self) -> Array:
        """Of the structures that have a support, by rank."""
        starts = np.flatnonzero(np.diff(self.columns.rank, prepend=-1))
        return self.columns.noise[self.columns.structure_at[starts]]
