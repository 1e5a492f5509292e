"""The snapshot of a form that is not saved: a working copy as it is being written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models

from publishing import snapshots
from publishing.models import Publishable

# They are, by part, the index of each row in the form, by its place in order.
RowIndexes = dict[str, dict[int, int]]


def posted_snapshot(
    form: Any, formsets: Iterable[Any], parts: Mapping[str, type[models.Model]]
) -> tuple[dict[str, Any], RowIndexes]:
    """Returns what those forms, once validated, would save. A field that is refused keeps what is
    saved."""
    working: Publishable = form.instance
    names: Iterable[str] = working.SNAPSHOT_FIELDS
    data = _taken(working, names, getattr(form, "cleaned_data", {}))
    by_prefix = {formset.prefix: formset for formset in formsets}
    indexes: RowIndexes = {}
    for name, model in parts.items():
        rows = list(_rows(by_prefix[name])) if name in by_prefix else []
        index_of = {id(part): index for index, part in rows}
        ordered = model.in_order([part for _, part in rows], data)  # type: ignore[attr-defined]  # a part's
        data[name] = ordered
        indexes[name] = {place: index_of[id(part)] for place, part in enumerate(ordered)}
    return data, indexes


def _rows(formset: Any) -> Iterable[tuple[int, dict[str, Any]]]:
    """Yields the rows that stay, by their rank, each with its index in the form."""
    kept = [
        (index, row)
        for index, row in enumerate(formset.forms)
        if not (formset.is_bound and formset._should_delete_form(row))
        and (row.instance.pk or row.has_changed())
    ]
    for index, row in sorted(kept, key=lambda pair: pair[1].instance.position):
        cleaned = getattr(row, "cleaned_data", {})
        yield index, _taken(row.instance, row.instance.SNAPSHOT_FIELDS, cleaned)


def _taken(row: models.Model, names: Iterable[str], cleaned: Mapping[str, Any]) -> dict[str, Any]:
    several = [name for name in names if row._meta.get_field(name).many_to_many]
    data = snapshots.take(row, [name for name in names if name not in several])
    for name in several:
        if name in cleaned:
            data[name] = sorted(one.pk for one in cleaned[name])
        else:
            data |= snapshots.take(row, [name]) if row.pk is not None else {name: []}
    return data
