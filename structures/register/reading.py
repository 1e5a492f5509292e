"""The register as one person reads it: the structures that they may be shown, and the figures."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.utils import timezone

from structures.register import arrays, editions
from structures.register.arrays import Columns
from structures.register.axes import Axis, axes
from structures.register.editions import Edition
from structures.register.figures import Figures
from structures.register.selection import Asked, Selection, reached
from structures.sight import Sight


class Reading:
    def __init__(self, user: Any, *, only: str = "") -> None:
        """`only` is the name of the axis that is needed, where it is one: each asks its values."""
        self.sight = Sight.of(user)
        self.columns: Columns = arrays.current()
        self.axes: dict[str, Axis] = axes(self.columns, self._last_year(), only=only)

    def _last_year(self) -> int:
        """Returns the last year that is offered: this one, or a later one of supports that the
        person sees."""
        latest = timezone.localdate().year
        if not self.sight.anything:
            return latest
        seen = reached(self.columns, self.sight)[self.columns.structure_at]
        return max(latest, int(self.columns.year[seen].max(initial=latest)))

    @cached_property
    def _edition(self) -> Edition:
        return editions.current()

    def selection(self, asked: Asked) -> Selection:
        return Selection(self.columns, self.sight, asked, self.axes)

    def figures(self, asked: Asked) -> Figures:
        return Figures(self.columns, lambda: self._edition, self.sight, asked, self.axes)
