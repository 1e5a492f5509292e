"""What an address asks, answered: which structures, in which order, and how many there would be
with each further choice."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from structures.register.arrays import Columns
from structures.register.axes import Axis
from structures.register.communes import Flags, Kilometres
from structures.register.counted import Array, Counted
from structures.sight import Sight
from territories.models import Level, Territory

ALPHABETICAL, LATEST_FIRST, LARGEST_FIRST = "nom", "recent", "taille"
NEAREST_FIRST = "distance"


@dataclass(frozen=True)
class Nearness:
    """Near a commune, `within` so many kilometres of it, or however far. What is measured is the
    way, as the crow flies, from the middle of one commune to the middle of the other."""

    place: Territory
    within: int | None = None


@dataclass(frozen=True)
class Asked:
    """What is asked. Several values of one filter widen, several filters narrow. `supported` says
    whether they have a support at all. `near` narrows and sorts what one person may be shown, and
    no figure."""

    values: Mapping[str, Collection[str]] = field(default_factory=dict)
    territories: tuple[Territory, ...] = ()
    typed: str = ""
    supported: bool | None = None
    is_open: bool | None = None
    near: Nearness | None = None


class Question:
    """What an address asks, over whatever is counted. A filter on supports keeps the structures of
    which one support has all that is asked of supports. Flags are by structure, `_of_supports` by
    support."""

    def __init__(self, counted: Counted, asked: Asked, axes: Mapping[str, Axis]) -> None:
        self.counted, self.asked, self.axes = counted, asked, axes

    @cached_property
    def in_territories(self) -> Flags | None:
        if not self.asked.territories:
            return None
        return self.counted.places.within(self.asked.territories)[self.counted.place]

    def _kept(self) -> Flags:
        """Returns what is kept by what no filter with counts decides."""
        flags = self.counted.is_current
        if self.asked.is_open is not None:
            flags = flags & (self.counted.is_closed != self.asked.is_open)
        return flags

    @cached_property
    def _common(self) -> Flags:
        return self._kept()

    def _having(self, axis: Axis, values: Collection[str]) -> Flags:
        return axis.having(self.counted, values)

    @cached_property
    def _of_structures(self) -> dict[str, Flags]:
        return {
            name: self._having(self.axes[name], values)
            for name, values in self.asked.values.items()
            if values and not self.axes[name].of_supports
        }

    @cached_property
    def _of_supports(self) -> dict[str, Flags]:
        return {
            name: self._having(self.axes[name], values)
            for name, values in self.asked.values.items()
            if values and self.axes[name].of_supports
        }

    def flags(self, *, but: str = "") -> Flags:
        """Flags structures that answer every filter, or every filter but one."""
        flags = self._common
        if but != "territoire" and self.in_territories is not None:
            flags = flags & self.in_territories
        for name, having in self._of_structures.items():
            if name != but:
                flags = flags & having
        wanted = self._wanted_supports(but)
        if wanted is not None:
            has = np.zeros(len(self.counted), dtype=bool)
            has[self.counted.structure_at[wanted]] = True
            flags = flags & has
        return flags

    def _wanted_supports(self, but: str = "") -> Flags | None:
        """Flags supports that answer what is asked of supports; None when nothing is."""
        wanted: Flags | None = None
        for name, having in self._of_supports.items():
            if name != but:
                wanted = having if wanted is None else wanted & having
        return wanted

    @cached_property
    def chosen(self) -> Flags:
        return self.flags()

    def supports_at(self, flags: Flags, *, but: str = "") -> Array:
        """Returns the positions of the supports, of those structures, that answer what is asked of
        them."""
        wanted = flags[self.counted.structure_at]
        if (asked := self._wanted_supports(but)) is not None:
            wanted &= asked
        return np.flatnonzero(wanted)


class Selection(Question):
    """The structures that one person may be shown, among those that are asked for.

    What is confidential of supports (their operator, their phase) is asked only of structures
    whose supports the person sees.
    """

    def __init__(
        self, columns: Columns, sight: Sight, asked: Asked, axes: Mapping[str, Axis]
    ) -> None:
        super().__init__(columns, asked, axes)
        self.columns, self.sight = columns, sight

    # --- Who is there ---

    @cached_property
    def reached(self) -> Flags:
        """Flags those whose supports the person sees: those of their territories."""
        return reached(self.columns, self.sight)

    @cached_property
    def visible(self) -> Flags:
        """Flags what the rule of `Structure.objects.visible_to` shows."""
        return self.columns.is_current & (self.columns.is_public | self.reached)

    def _kept(self) -> Flags:
        flags = super()._kept() & self.visible
        if self.asked.supported is not None:
            # That someone was never supported is as confidential as that they were.
            flags = flags & (self.columns.is_supported == self.asked.supported)
            if not self.asked.supported:
                flags = flags & self.reached
        if self.asked.near is not None and self.asked.near.within is not None:
            flags = flags & (self.kilometres_of_place <= self.asked.near.within)[self.columns.place]
        named = self.columns.named(self.asked.typed)
        return flags if named is None else flags & named

    @cached_property
    def kilometres_of_place(self) -> Kilometres:
        """By place, the way to where nearness is asked of; infinite where it is not known."""
        near = self.asked.near
        return self.columns.places.kilometres(near.place.pk if near else "")

    def _having(self, axis: Axis, values: Collection[str]) -> Flags:
        having = super()._having(axis, values)
        return having if axis.is_public else having & self._seen_supports

    @cached_property
    def _seen_supports(self) -> Flags:
        return self.reached[self.columns.structure_at]

    # --- Answers ---

    @cached_property
    def count(self) -> int:
        return int(np.count_nonzero(self.chosen))

    def ids(self, start: int, stop: int, order: str = ALPHABETICAL) -> list[int]:
        """Returns the ids of the structures from one rank to another: any page costs the same."""
        return [int(pk) for pk in self.columns.id[self.ordered(order)[start:stop]]]

    def ordered(self, order: str = ALPHABETICAL) -> Array:
        """Returns the positions of the structures chosen, in that order."""
        columns = self.columns
        at = columns.order[self.chosen[columns.order]]
        if order == LATEST_FIRST:
            at = at[np.argsort(-columns.latest_year[at], kind="stable")]
        elif order == LARGEST_FIRST:
            size = np.where(columns.size == 1, 0, columns.size)  # the unknown come last
            at = at[np.argsort(-size[at].astype(np.int16), kind="stable")]
        elif order == NEAREST_FIRST and self.asked.near is not None:
            rank = columns.places.ranks(self.asked.near.place.pk)
            at = at[np.argsort(rank[columns.place[at]], kind="stable")]
        return at

    def kilometres(self, at: Array) -> list[float | None]:
        """Returns how far the structures at these positions are from where nearness is asked of;
        None for all where it is not asked, and for what has no known place."""
        if self.asked.near is None:
            return [None] * len(at)
        far = self.kilometres_of_place[self.columns.place[at]].tolist()
        return [kilometres if math.isfinite(kilometres) else None for kilometres in far]

    def counts(self, axis: Axis) -> dict[str, int]:
        """Returns by value the structures that there would be with that value alone in this
        filter."""
        flags = self.chosen if not self.asked.values.get(axis.name) else self.flags(but=axis.name)
        if axis.of_supports:
            at = self.supports_at(flags, but=axis.name)
            if not axis.is_public:
                at = at[self._seen_supports[at]]
        elif axis.name in self._of_structures:
            at = np.flatnonzero(flags)
        else:
            at = self._chosen_at
        return axis.structures(self.columns, at)

    @cached_property
    def _chosen_at(self) -> Array:
        return np.flatnonzero(self.chosen)

    def counts_by_territory(self, level: Level) -> dict[str, int]:
        """Returns counts by key of territory, whatever territory is asked for."""
        group = self.columns.places.groups[level]
        counts = group.add_up(self.by_place)[1:]
        return {key: int(count) for key, count in zip(group.keys, counts, strict=True) if count}

    @cached_property
    def by_place(self) -> Array:
        """Counts by place of the structures chosen, whatever territory is asked for."""
        flags = self.chosen if self.in_territories is None else self.flags(but="territoire")
        at = self.columns.place[flags]
        return np.bincount(at, minlength=len(self.columns.places))


def reached(counted: Counted, sight: Sight) -> Flags:
    """Flags structures whose supports the person sees: those of their territories."""
    if sight.everything:
        return np.ones(len(counted), dtype=bool)
    return counted.places.within(sight.scope.territories)[counted.place]
