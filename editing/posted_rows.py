"""The rows of a posted formset, taken apart and put together again.

Django counts them: those of the database come first, under their keys, and those that are new
follow. Rows that vanished meanwhile, or that somebody else added, change that count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.forms.formsets import DELETION_FIELD_NAME
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from editing.shown import Pairs, owner

# Django's own limit is as high.
MOST_ROWS = 1_000
# A number that a form counts with or ranks by has so many digits at most.
LONGEST_NUMBER = 9


@dataclass(eq=False)  # two rows that say the same are still two
class PostedRow:
    """One posted row. `key` is that of the object that it changes; it is empty for a new one."""

    key: str
    sent: dict[str, list[Any]]
    files: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def is_deleted(self) -> bool:
        return bool(self.sent.get(DELETION_FIELD_NAME, [""])[-1])

    def keep(self) -> None:
        self.sent.pop(DELETION_FIELD_NAME, None)

    def set(self, name: str, pairs: Pairs, names: Iterable[str]) -> None:
        """Puts those values in the controls of that field, in place of what was sent."""
        known = set(names)
        for control in [one for one in self.sent if (owner(one, known) or ("",))[0] == name]:
            del self.sent[control]
        for suffix, value in pairs:
            self.sent.setdefault(name + suffix, []).append(value)


def form_count(data: QueryDict, name: str) -> int | None:
    """Returns how many rows the form says that it has. None for anything but a likely number:
    Django says what it thinks of it."""
    text = data.get(name, "")
    known = text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER
    return int(text) if known and int(text) <= MOST_ROWS else None


def read_rows(
    data: QueryDict, files: MultiValueDict[str, Any], prefix: str, key_name: str
) -> list[PostedRow] | None:
    """Returns the rows in the order of the form; None where they cannot be counted, or are not
    there."""
    initial, total = (form_count(data, f"{prefix}-{name}_FORMS") for name in ("INITIAL", "TOTAL"))
    if initial is None or total is None or initial > total:
        return None
    rows = [PostedRow("", {}) for _ in range(total)]
    numbered = re.compile(rf"{re.escape(prefix)}-(\d{{1,{LONGEST_NUMBER}}})-(.+)", re.DOTALL)
    for name in data:
        if (found := numbered.fullmatch(name)) and int(found[1]) < total:
            rows[int(found[1])].sent[found[2]] = data.getlist(name)
    for name in files:
        if (found := numbered.fullmatch(name)) and int(found[1]) < total:
            rows[int(found[1])].files[found[2]] = files.getlist(name)
    for row in rows[:initial]:
        row.key = (row.sent.get(key_name) or [""])[-1]
    return rows


def write_rows(
    data: QueryDict,
    files: MultiValueDict[str, Any],
    prefix: str,
    key_name: str,
    rows: Iterable[PostedRow],
) -> list[PostedRow]:
    """Puts the rows back into what was posted, numbered anew; returns them in that order."""
    every = list(rows)
    ordered = [row for row in every if row.key] + [row for row in every if not row.key]
    numbered = re.compile(rf"{re.escape(prefix)}-\d+-.+", re.DOTALL)
    for name in [name for name in data if numbered.fullmatch(name)]:
        del data[name]
    for name in [name for name in files if numbered.fullmatch(name)]:
        del files[name]
    for index, row in enumerate(ordered):
        for name, values in (row.sent | {key_name: [row.key]}).items():
            data.setlist(f"{prefix}-{index}-{name}", values)
        for name, values in row.files.items():
            files.setlist(f"{prefix}-{index}-{name}", values)
    data[f"{prefix}-INITIAL_FORMS"] = str(sum(1 for row in ordered if row.key))
    data[f"{prefix}-TOTAL_FORMS"] = str(len(ordered))
    return ordered
