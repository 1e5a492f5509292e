"""Rows of a posted inline form, renumbered."""

from collections.abc import Collection
from typing import Any

from django.http import QueryDict


def without_vanished_rows(data: QueryDict, prefix: str, existing: Collection[str]) -> QueryDict:
    """The posted rows, those whose object somebody deleted meanwhile being turned into new ones.

    Django would refuse such a row for good, and what was typed in it could not be saved any more.
    """
    initial = int(data.get(f"{prefix}-INITIAL_FORMS") or 0)
    total = int(data.get(f"{prefix}-TOTAL_FORMS") or 0)
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
