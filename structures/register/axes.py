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
from django.db.models import CharField

from publishing.fields import SeveralField
from structures.columns import STRUCTURE, SUPPORT
from structures.models import Structure, Support
from structures.nomenclature import FIRST_YEAR
from structures.register.arrays import Columns, listed
from structures.register.counted import Array, Counted

Tally = dict[str, int]


@dataclass(frozen=True)
class Axis(ABC):
    name: str
    label: str
    # Values without a label are not offered.
    labels: Mapping[str, str]
    # It is told of a structure that agreed to be shown; otherwise only to those who see its
    # supports.
    is_public: bool = True
    # It is an axis of supports: a structure may have several values.
    of_supports: bool = False

    @abstractmethod
    def having(self, counted: Counted, values: Collection[str]) -> Array:
        """Returns flags of structures, or of supports, that have one of these."""

    @abstractmethod
    def tally(self, counted: Counted, at: Array) -> Tally:
        """Returns by value how many of the structures or supports at these positions have it."""

    @abstractmethod
    def structures(self, counted: Counted, at: Array) -> Tally:
        """Returns by value how many structures have it, each counted once on an axis of supports.
        Positions of supports are in order."""


@dataclass(frozen=True)
class NumberAxis(Axis):
    """An axis of one number a row; `value_of[number]` is what addresses say."""

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
    """An axis of several values a row, one bit each."""

    column: str = ""
    number_of: Mapping[str, int] = field(default_factory=dict)

    def _place(self, counted: Counted, value: str) -> int | None:
        """Returns the place of its bit; None where nothing of what is counted can have it."""
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
    """The axis of themes, which have their bits from what is counted: it met them in an order of
    its own. `number_of` gives their primary keys."""

    def _place(self, counted: Counted, value: str) -> int | None:
        return counted.theme_bits.get(self.number_of[value])


def axes(columns: Columns, last_year: int, *, only: str = "") -> dict[str, Axis]:
    """Returns the axes by name, in the order of the page. It asks three small queries: sectors,
    themes, operators; none for `only` the axis of years. `last_year` is the last that is offered,
    whatever supports there are that one may not see."""
    latest = max(last_year, int(columns.year.max(initial=FIRST_YEAR)))
    found = {}
    for model, column in FILTERED:
        assert column.filter is not None and column.kept is not None
        if only and column.filter.name != only:
            continue
        described: dict[str, Any] = {
            "name": column.filter.name,
            "label": column.filter.label,
            "column": column.kept.name,
            "is_public": column.filter.is_public,
            "of_supports": model is Support,
        }
        if column.name == "year":
            offered = {year: year for year in reversed(_years(last_year))}
            axis: Axis = NumberAxis(
                labels=offered, value_of=_years(latest), first=FIRST_YEAR, **described
            )
        else:
            axis = _axis(model._meta.get_field(column.name), described)
        found[axis.name] = axis
    return found


FILTERED = sorted(
    [
        *((Structure, column) for column in STRUCTURE if column.filter),
        *((Support, column) for column in SUPPORT if column.filter),
    ],
    key=lambda pair: pair[1].filter.place if pair[1].filter else 0,
)


def _axis(field: Any, described: dict[str, Any]) -> Axis:
    """Returns an axis of rows that have an address, or of a closed list."""
    if field.is_relation:
        rows = list(field.related_model.objects.values_list("pk", "slug", "name"))
        labels = {slug: name for _, slug, name in rows}
        if field.many_to_many:
            return ThemeAxis(
                labels=labels, number_of={slug: pk for pk, slug, _ in rows}, **described
            )
        value_of = _numbered({pk: slug for pk, slug, _ in rows})
        return NumberAxis(labels=labels, value_of=value_of, **described)
    labels = {str(value): str(label) for value, label in field.flatchoices}
    if isinstance(field, SeveralField):
        bits = {value: bit for bit, value in enumerate(field.labels)}
        return BitsAxis(labels=field.labels, number_of=bits, **described)
    if isinstance(field, CharField):
        return NumberAxis(labels=labels, value_of=listed(field), **described)
    numbers = {value: str(value) for value, _ in field.flatchoices}
    return NumberAxis(labels=labels, value_of=_numbered(numbers), **described)


def _numbered(value_of: Mapping[int, str]) -> list[str]:
    """Returns the values by primary key, which begin at 1 and stay small."""
    listed = [""] * (max(value_of, default=0) + 1)
    for number, value in value_of.items():
        listed[number] = value
    return listed


def _years(last: int) -> list[str]:
    return [str(year) for year in range(FIRST_YEAR, last + 1)]
