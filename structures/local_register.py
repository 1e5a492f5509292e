"""What the register says of one territory: what the DLA did there, and structures to be shown."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from structures.models import Structure
from structures.nearby import Nearby, around
from structures.presentation import Table, table_of
from structures.questions import NAME_OF_LEVEL
from structures.register.figures import FigureRow
from structures.register.reading import Reading
from structures.register.selection import Asked
from territories.models import Level, Territory

TOLD_BY_ROWS = (
    "name", "slug", "consent", "sector__name", "commune__name", "commune__successor__name",
    "commune__successor__successor",
)  # fmt: skip


class LocalRegister:
    """The register as one person reads it of one territory, without any further filter: exact for
    whoever sees its supports. A `Directory` would also count what each filter would give.

    Raises LookupError for what the register has no filter for (arrondissements).
    """

    def __init__(self, shown: Territory, user: Any, *, years: int, structures: int) -> None:
        """`years` and `structures` are how many of each are shown."""
        self.shown, self.user = shown, user
        self._filter = NAME_OF_LEVEL[Level(shown.level)]
        self._most_years, self._most_structures = years, structures
        self._reading = Reading(user, only="annee")
        asked = Asked(territories=(shown,))
        self.figures = self._reading.figures(asked)
        self._selection = self._reading.selection(asked)

    @property
    def list_url(self) -> str:
        """The address of the directory narrowed to this territory, which `&` may lengthen."""
        return f"{reverse('structures:list')}?{urlencode({self._filter: self.shown.code})}"

    @cached_property
    def total(self) -> FigureRow:
        return self.figures.total()

    @property
    def has_figures(self) -> bool:
        return self.total.structures != 0

    @cached_property
    def years(self) -> Table:
        """The latest years; none, where all of them are masked: a column of that tells nothing."""
        table = table_of(self.figures, self._reading.axes["annee"])
        latest = table.bars[: self._most_years]
        return replace(table, bars=latest if any(bar.row.structures for bar in latest) else ())

    @cached_property
    def nearby(self) -> Nearby | None:
        """What is near a commune; None for what is larger."""
        return around(self.shown, self._reading, self.user)

    @property
    def structure_count(self) -> int:
        return self._selection.count

    @cached_property
    def structures(self) -> list[Structure]:
        """The first of them by name, as read from the database."""
        ids = self._selection.ids(0, self._most_structures)
        shown = Structure.objects.visible_to(self.user).select_related(
            "sector", "commune__successor"
        )
        found = shown.only(*TOLD_BY_ROWS).in_bulk(ids)
        return [found[pk] for pk in ids if pk in found]
