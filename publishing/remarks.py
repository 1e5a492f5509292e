"""What is said of a content to its editor: what it lacks to be published, and what a reader would
trip on. Each remark leads to the place of the form that it speaks of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

R = TypeVar("R", bound="Remark")

_ROW = re.compile(r"(?P<id>id_)?(?P<part>[a-z_]+)-(?P<index>\d+)(?P<rest>.*)")


@dataclass(frozen=True)
class Remark:
    """A remark. `where` is the part of the form, as the editor names it; it is empty where the
    sentence says it. `anchor` is its place in the form."""

    where: str
    text: str
    anchor: str = ""

    @property
    def sentence(self) -> str:
        return f"{self.where}\u00a0: {self.text}" if self.where else self.text

    def moved(self: R, indexes: Mapping[str, Mapping[int, int]]) -> R:
        """Returns the remark in a form whose rows are no longer in order. `indexes` are those of
        `publishing.drafts.RowIndexes`."""
        found = _ROW.fullmatch(self.anchor)
        if found is None or found["part"] not in indexes:
            return self
        index = indexes[found["part"]].get(int(found["index"]))
        if index is None:
            return self
        anchor = f"{found['id'] or ''}{found['part']}-{index}{found['rest']}"
        return replace(self, anchor=anchor)


@dataclass(frozen=True)
class Link:
    where: str
    label: str
    url: str
    anchor: str = ""


def at_field(name: str) -> str:
    """Returns the anchor of a field of the form."""
    return f"id_{name}"


def at_row(part: str, number: int, field: str = "") -> str:
    """Returns the anchor of the third block, or of one of its fields, in a form that is just
    opened."""
    row = f"{part}-{number - 1}"
    return f"id_{row}-{field}" if field else row
