"""Rows of a posted inline form, renumbered."""

from collections.abc import Collection
from typing import Any

from django.http import QueryDict

# Django's own limit is as high.
MOST_ROWS = 1_000


def without_vanished_rows(data: QueryDict, prefix: str, existing: Collection[str]) -> QueryDict:
    """The posted rows, those whose object somebody deleted meanwhile being turned into new ones.

    Django would refuse such a row for good, and what was typed in it could not be saved any more.
    """
    initial, total = (_count(data, f"{prefix}-{name}_FORMS") for name in ("INITIAL", "TOTAL"))
    keys = [data.get(f"{prefix}-{index}-id", "") for index in range(total)]
    vanished = [index for index in range(min(initial, total)) if keys[index] not in existing]
    if not vanished:
        return data
    kept = [index for index in range(initial) if index not in vanished]
    order = kept + vanished + list(range(initial, total))
    renumbered = data.copy()
    rows: list[dict[str, list[Any]]] = []
    for index in order:
        start = f"{prefix}-{index}-"
        row = {
            name.removeprefix(start): data.getlist(name) for name in data if name.startswith(start)
        }
        if index in vanished:
            row["id"] = [""]
        rows.append(row)
    for name in list(renumbered):
        if name.startswith(f"{prefix}-") and name.removeprefix(f"{prefix}-")[:1].isdigit():
            del renumbered[name]
    for index, row in enumerate(rows):
        for name, values in row.items():
            renumbered.setlist(f"{prefix}-{index}-{name}", values)
    renumbered[f"{prefix}-INITIAL_FORMS"] = str(len(kept))
    return renumbered


def _count(data: QueryDict, name: str) -> int:
    """Of anything but a likely number, Django says what it thinks."""
    text = data.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and int(text) <= MOST_ROWS else 0
