"""The parts of the forms of structures and supports, filled from the table of columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from structures.columns import Column

# A line of a form: one field, or several side by side.
Line = str | tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """A part of a form. `name` is what columns call it. Its columns stand in the order of their
    table, after the lines that come `first`."""

    name: str
    title: str | None
    description: str = ""
    first: tuple[Line, ...] = ()

    def lines(self, columns: Iterable[Column]) -> tuple[Line, ...]:
        placed = {
            name for line in self.first for name in ((line,) if isinstance(line, str) else line)
        }
        mine = (column.name for column in columns if column.section == self.name)
        return *self.first, *(name for name in mine if name not in placed)


def fieldsets(sections: Sequence[Section], columns: Sequence[Column]) -> Any:
    """Returns the parts as Django's admin takes them."""
    made = []
    for section in sections:
        options: dict[str, Any] = {"fields": section.lines(columns)}
        if section.description:
            options["description"] = section.description
        made.append((section.title, options))
    return tuple(made)
