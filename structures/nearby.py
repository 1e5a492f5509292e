"""Structures near a commune: the nearest first, and the map of the communes where they are.

Only structures that this person may be shown are counted here, each of which they find in the list:
nothing of it is a figure (docs/confidentialite-des-chiffres.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import numpy as np
from django.urls import reverse
from django.utils.http import urlencode

from structures.directory import Directory, structures_at
from structures.models import Structure
from structures.presentation import distance_words, near_words
from structures.questions import LEVELS, NEAR, RADII
from structures.register.reading import Reading
from structures.register.selection import NEAREST_FIRST, Asked, Nearness, Selection
from territories.circles import Spot
from territories.models import Level, Territory

# A map goes as far as the first distance within which there are so many.
ENOUGH = 8
# So many communes are drawn, and so many structures named beside, the nearest.
MOST_DRAWN, MOST_NAMED = 120, 90
# A page of a commune names so many.
FEW = 6
EVERYTHING = Asked()


def plain_url(**values: Sequence[str]) -> str:
    """Returns the address of the directory that asks that, and nothing else."""
    query = urlencode({name: value for name, value in values.items() if value}, doseq=True)
    return f"{reverse('structures:list')}?{query}"


@dataclass(frozen=True)
class NearbyCommune:
    name: str
    url: str
    distance: str
    count: int
    # The nearest structures are named, the others counted.
    named: tuple[Structure, ...]
    at: tuple[float, float]

    @property
    def others(self) -> int:
        return self.count - len(self.named)


class Nearby:
    """What one person is shown near a commune: all of it, or what `asked` narrows it to. `url`
    makes the addresses of the directory that ask the same, from the values of its filters."""

    def __init__(
        self,
        near: Nearness,
        reading: Reading,
        user: Any,
        *,
        asked: Asked = EVERYTHING,
        url: Callable[..., str] = plain_url,
    ) -> None:
        self.near, self.user, self._url = near, user, url
        self.selection: Selection = reading.selection(replace(asked, near=near))

    @property
    def place(self) -> Territory:
        return self.near.place

    @property
    def near_words(self) -> str:
        return near_words(self.place.name)

    # --- How far ---

    @cached_property
    def _by_commune(self) -> list[tuple[float, str, int]]:
        """Kilometres, key and structures of each commune of today that has some, the nearest first,
        as far as people may ask."""
        selection = self.selection
        places = selection.columns.places
        at = selection.columns.place[selection.chosen]
        group = places.groups[Level.COMMUNE]
        counts = group.add_up(np.bincount(at, minlength=len(places)))[1:]
        far = selection.kilometres_of_place[places.of_communes]
        return sorted(
            (float(far[commune]), group.keys[commune], int(counts[commune]))
            for commune in np.flatnonzero((counts > 0) & (far <= RADII[-1]))
        )

    @cached_property
    def within(self) -> int:
        """How far the map goes, in kilometres: as asked, or as far as there are enough."""
        if self.near.within:
            return self.near.within
        counted = {
            radius: sum(count for far, _, count in self._by_commune if far <= radius)
            for radius in RADII
        }
        enough = (radius for radius, count in counted.items() if count >= ENOUGH)
        return next(enough, RADII[-1])

    @cached_property
    def _inside(self) -> list[tuple[float, str, int]]:
        return [one for one in self._by_commune if one[0] <= self.within]

    @cached_property
    def count(self) -> int:
        """How many structures there are within that distance."""
        return sum(count for _, _, count in self._inside)

    # --- What is shown ---

    def nearest(self, most: int) -> list[Structure]:
        """Returns the nearest structures, each with its `distance`; read through `visible_to`."""
        return structures_at(self.selection, self.user, 0, most, order=NEAREST_FIRST)

    @cached_property
    def shown(self) -> list[Structure]:
        """The few that a page names; none where there is none within any distance that is
        offered."""
        return self.nearest(min(FEW, self.count))

    @cached_property
    def communes(self) -> list[NearbyCommune]:
        drawn = self._inside[:MOST_DRAWN]
        named: dict[str, list[Structure]] = {}
        for structure in self.nearest(min(MOST_NAMED, self.count)):
            named.setdefault(f"commune-{structure.commune_code}", []).append(structure)
        found = Territory.objects.order_by().in_bulk([key for _, key, _ in drawn])
        return [
            NearbyCommune(
                commune.name,
                self._url(commune=[commune.code], **self._asked),
                distance_words(far),
                count,
                tuple(named.get(key, ())),
                (commune.longitude, commune.latitude),
            )
            for far, key, count in drawn
            if (commune := found.get(key)) is not None
            and commune.longitude is not None
            and commune.latitude is not None
        ]

    @property
    def left_out(self) -> int:
        """How many communes are too many for the map."""
        return max(0, len(self._inside) - MOST_DRAWN)

    def spots(self) -> list[Spot]:
        return [Spot(one.name, one.url, *one.at, one.count) for one in self.communes]

    @property
    def _asked(self) -> dict[str, list[str]]:
        return {NEAR: [self.place.code], "vue": [], "tri": []}

    @property
    def url(self) -> str:
        """The list of them, from the nearest on."""
        return self._url(**self._asked)

    @property
    def map_url(self) -> str:
        return self._url(**{**self._asked, "vue": ["carte"]})


def near_of(directory: Directory) -> Nearby | None:
    """Returns what the map of that question is around: the commune near which it asks, or the one
    commune that it asks of; None where it asks of no such place."""
    if directory.near is not None:
        return Nearby(
            directory.near,
            directory.reading,
            directory.user,
            asked=directory.asked,
            url=directory.url,
        )
    if len(directory.territories) != 1:
        return None
    return around(
        directory.territories[0],
        directory.reading,
        directory.user,
        # What is around is in whatever territory.
        asked=replace(directory.asked, territories=()),
        url=partial(directory.url, **dict.fromkeys(LEVELS, ())),
    )


def around(place: Territory, reading: Reading, user: Any, **narrowed: Any) -> Nearby | None:
    """Returns what is around a commune of today; None for what is none, or has no known place.
    `narrowed` is as for `Nearby`."""
    if place.level not in (Level.COMMUNE, Level.MUNICIPAL) or place.longitude is None:
        return None
    return Nearby(Nearness(place), reading, user, **narrowed)
