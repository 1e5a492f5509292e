"""What structures are told apart by: the filters of the directory, and the rows of figures.

An axis says which structures, or which of their supports, have given values, and counts structures
by value. Values are those of addresses: slugs, official codes, years.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from structures.models import Operator, Sector
from structures.nomenclature import FIRST_YEAR, LEGAL_FORMS, Approval, Family, Mode, Phase, Size
from structures.register.columns import APPROVALS, FAMILIES, FORMS, MODES, SIZES, Columns
from structures.register.counted import Array, Counted
from themes.models import Theme

Tally = dict[str, int]


@dataclass(frozen=True)
class Axis(ABC):
    name: str
    label: str
    # Of its values that have one; the others are not offered.
    labels: Mapping[str, str]
    # Told of a structure that agreed to be shown; the others, only to those who see its supports.
    is_public: bool = True
    # Of supports: a structure may have several values.
    of_supports: bool = False

    @abstractmethod
    def having(self, counted: Counted, values: Collection[str]) -> Array:
        """Flags of structures, or of supports, that have one of these."""

    @abstractmethod
    def tally(self, counted: Counted, at: Array) -> Tally:
        """By value, how many of the structures or supports at these positions have it."""

    @abstractmethod
    def structures(self, counted: Counted, at: Array) -> Tally:
        """By value, how many structures, of an axis of supports each counted once. Positions of
        supports are in order."""


@dataclass(frozen=True)
class NumberAxis(Axis):
    """One number a row; `value_of[number]` is what addresses say."""

    column: str = ""
    value_of: Sequence[str] = ()
    first: int = 0

    @cached_property
    def number_of(self) -> dict[str, int]:
        return {value: number for number, value in enumerate(self.value_of, self.first) if value}

    def having(self, counted: Counted, values: Collection[str]) -> Array:
        numbers = [self.number_of[value] for value in values if value in self.number_of]
        column: Array = getattr(counted, self.column)
        if len(numbers) == 1:
            return column == numbers[0]
        return np.isin(column, numbers)

    def tally(self, counted: Counted, at: Array) -> Tally:
        return self._by_value(self._counted(counted, at))

    def _counted(self, counted: Counted, at: Array) -> Array:
        numbers = getattr(counted, self.column)[at]
        if self.first:
            numbers = numbers.astype(np.int64) - self.first
        # A number beyond the list came after it was read: its value has no label yet.
        numbers = np.minimum(numbers, len(self.value_of))
        return np.bincount(numbers, minlength=len(self.value_of) + 1)

    def _by_value(self, counts: Array) -> dict[str, int]:
        return {
            value: int(count)
            for value, count in zip(self.value_of, counts, strict=False)
            if value and count
        }

    def structures(self, counted: Counted, at: Array) -> Tally:
        if not self.of_supports:
            return self.tally(counted, at)
        numbers = getattr(counted, self.column)[at].astype(np.int64) - self.first
        seen = np.zeros((len(self.value_of) + 1, counted.supported), dtype=bool)
        seen[np.clip(numbers, 0, len(self.value_of)), counted.rank[at]] = True
        return self._by_value(np.array([np.count_nonzero(row) for row in seen]))


@dataclass(frozen=True)
class BitsAxis(Axis):
    """Several values a row, one bit each."""

    column: str = ""
    number_of: Mapping[str, int] = field(default_factory=dict)

    def _place(self, counted: Counted, value: str) -> int | None:
        """Of its bit; none where nothing of what is counted can have it."""
        return self.number_of.get(value)

    def _bits(self, counted: Counted) -> dict[str, Any]:
        kind = getattr(counted, self.column).dtype.type
        places = {value: self._place(counted, value) for value in self.number_of}
        return {value: kind(1 << place) for value, place in places.items() if place is not None}

    def having(self, counted: Counted, values: Collection[str]) -> Array:
        column: Array = getattr(counted, self.column)
        wanted = column.dtype.type(0)
        for value, bit in self._bits(counted).items():
            if value in values:
                wanted |= bit
        return (column & wanted) != 0

    def tally(self, counted: Counted, at: Array) -> Tally:
        bits = getattr(counted, self.column)[at]
        found = {}
        for value, bit in self._bits(counted).items():
            found[value] = int(np.count_nonzero(bits & bit))
        return {value: count for value, count in found.items() if count}

    def structures(self, counted: Counted, at: Array) -> Tally:
        if not self.of_supports:
            return self.tally(counted, at)
        if not len(at):
            return {}
        # Supports are in the order of their structures: those of one stand together.
        ranks = counted.rank[at]
        starts = np.flatnonzero(np.diff(ranks, prepend=-1))
        bits = np.bitwise_or.reduceat(getattr(counted, self.column)[at], starts)
        found = {}
        for value, bit in self._bits(counted).items():
            found[value] = int(np.count_nonzero(bits & bit))
        return {value: count for value, count in found.items() if count}


@dataclass(frozen=True)
class ThemeAxis(BitsAxis):
    """Themes have their bits from what is counted, which met them in an order of its own;
    `number_of` gives their primary keys."""

    def _place(self, counted: Counted, value: str) -> int | None:
        return counted.theme_bits.get(self.number_of[value])


def axes(columns: Columns, last_year: int) -> dict[str, Axis]:
    """By name, in the order of the page. Three small queries: sectors, themes, operators.
    `last_year`: the last that is offered, whatever supports there are that one may not see."""
    sectors = list(Sector.objects.values_list("pk", "slug", "name"))
    themes = list(Theme.objects.values_list("pk", "slug", "name"))
    operators = list(Operator.objects.order_by("name").values_list("pk", "slug", "name"))
    years = _years(max(last_year, int(columns.year.max(initial=FIRST_YEAR))))
    offered = _years(last_year)
    every: list[Axis] = [
        NumberAxis(
            "secteur",
            "Secteur",
            {slug: name for _, slug, name in sectors},
            column="sector",
            value_of=_numbered({pk: slug for pk, slug, _ in sectors}),
        ),
        ThemeAxis(
            "theme",
            "Thématique",
            {slug: name for _, slug, name in themes},
            of_supports=True,
            column="themes",
            number_of={slug: pk for pk, slug, _ in themes},
        ),
        NumberAxis(
            "annee",
            "Année",
            {year: year for year in reversed(offered)},
            of_supports=True,
            column="year",
            value_of=years,
            first=FIRST_YEAR,
        ),
        NumberAxis("famille", "Famille", dict(Family.choices), column="family", value_of=FAMILIES),
        NumberAxis(
            "forme",
            "Forme juridique",
            {code: label for code, (label, _) in LEGAL_FORMS.items()},
            column="form",
            value_of=FORMS,
        ),
        NumberAxis("taille", "Taille", dict(Size.choices), column="size", value_of=SIZES),
        BitsAxis(
            "agrement",
            "Agrément",
            dict(Approval.choices),
            column="approvals",
            number_of={value: bit for bit, value in enumerate(APPROVALS)},
        ),
        NumberAxis(
            "modalite",
            "Modalité",
            dict(Mode.choices),
            is_public=False,
            of_supports=True,
            column="mode",
            value_of=MODES,
        ),
        NumberAxis(
            "etape",
            "Étape",
            {str(value): str(label) for value, label in Phase.choices},
            is_public=False,
            of_supports=True,
            column="phase",
            value_of=_numbered({value: str(value) for value in Phase.values}),
        ),
        NumberAxis(
            "operateur",
            "Structure porteuse",
            {slug: name for _, slug, name in operators},
            is_public=False,
            of_supports=True,
            column="operator",
            value_of=_numbered({pk: slug for pk, slug, _ in operators}),
        ),
    ]
    return {axis.name: axis for axis in every}


def _numbered(value_of: Mapping[int, str]) -> list[str]:
    """By primary key, which begin at 1 and stay small."""
    listed = [""] * (max(value_of, default=0) + 1)
    for number, value in value_of.items():
        listed[number] = value
    return listed


def _years(last: int) -> list[str]:
    return [str(year) for year in range(FIRST_YEAR, last + 1)]
