"""Turns model instances into JSON-ready data and back, for the fields that are named."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from publishing.choosing import choices_of


def take(instance: models.Model, names: Iterable[str]) -> dict[str, Any]:
    """Returns the named fields: keys of foreign keys, lists of keys of many-to-many, ISO dates."""
    data: dict[str, Any] = {}
    for name in names:
        column = instance._meta.get_field(name)
        if column.many_to_many:
            data[name] = sorted(related.pk for related in getattr(instance, name).all())
        elif isinstance(column, models.ForeignKey):
            data[name] = getattr(instance, column.attname)
        else:
            value = getattr(instance, name)
            data[name] = value.isoformat() if hasattr(value, "isoformat") else value
    return data


# The keys that are pointed at, by model and name of the relation.
Held = dict[tuple[type[models.Model], str], set[Any]]


@dataclass(frozen=True)
class Reach:
    """The reach within which a snapshot is put back: what its `user` may point at, and what the
    working copy `holds` already, whoever put it there."""

    user: Any
    holds: Held = field(default_factory=dict)

    def keys(self, model: type[models.Model], name: str, wanted: list[Any]) -> set[Any]:
        column = model._meta.get_field(name)
        related: Any = column.related_model
        mine = choices_of(related._default_manager.filter(pk__in=wanted), self.user)
        held = self.holds.get((model, name), ())
        return {*mine.values_list("pk", flat=True), *(key for key in wanted if key in held)}


def held_by(
    model: type[models.Model], parts: Mapping[str, type[models.Model]], data: Mapping[str, Any]
) -> Held:
    """Returns what a snapshot points at, for `Reach`."""
    held: Held = {}
    rows = [
        (model, data),
        *((part, row) for name, part in parts.items() for row in data.get(name, [])),
    ]
    for of, row in rows:
        for name, value in row.items():
            if name in parts or not of._meta.get_field(name).is_relation:
                continue
            keys = value if isinstance(value, list) else [value]
            held.setdefault((of, name), set()).update(keys)
    return held


def readable(
    model: type[models.Model],
    parts: Mapping[str, type[models.Model]],
    data: Mapping[str, Any],
    user: Any,
) -> dict[str, Any]:
    """Returns the snapshot as that person may be shown it: without what it points at and they may
    not, nor the rows that are about nothing else."""
    wanted: dict[type[models.Model], set[Any]] = {}
    for (of, name), keys in held_by(model, parts, data).items():
        related: Any = of._meta.get_field(name).related_model
        wanted.setdefault(related, set()).update(keys - {None})
    known = {
        related: set(
            choices_of(related._default_manager.filter(pk__in=keys), user).values_list(
                "pk", flat=True
            )
        )
        for related, keys in wanted.items()
    }

    def shown(of: type[models.Model], row: Mapping[str, Any]) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        for name, value in row.items():
            column = None if name in parts else of._meta.get_field(name)
            if column is None or not column.is_relation or value is None:
                kept[name] = value
                continue
            mine = known[column.related_model]  # type: ignore[index]  # its model is loaded
            if isinstance(value, list):
                kept[name] = [key for key in value if key in mine]
            else:
                kept[name] = value if value in mine else None
        return kept

    whole = shown(model, data)
    for name, part in parts.items():
        rows = [(row, shown(part, row)) for row in data.get(name, [])]
        whole[name] = [
            seen
            for row, seen in rows
            if all(seen[key] is not None for key in row if row[key] is not None)
        ]
    return whole


def _lacks(seen: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    return any(seen[name] is None and value is not None for name, value in row.items())


def split(
    model: type[models.Model],
    names: Iterable[str],
    data: Mapping[str, Any],
    reach: Reach | None = None,
) -> tuple[dict[str, Any], dict[str, list[Any]], list[str]]:
    """Returns a snapshot as `(column values, many-to-many keys, French words on what is gone)`.

    A key that points at a deleted row is left out, and with `reach` one that its person may not
    point at: the rest must come back all the same.
    """
    values: dict[str, Any] = {}
    relations: dict[str, list[Any]] = {}
    gone: list[str] = []
    for name in names:
        if name not in data:  # the field is younger than the snapshot
            continue
        column = model._meta.get_field(name)
        if column.many_to_many or isinstance(column, models.ForeignKey):
            assert column.related_model is not None and not isinstance(column.related_model, str)
            wanted = data[name] if column.many_to_many else [data[name]]
            wanted = [key for key in wanted if key is not None]
            found = set(
                column.related_model._default_manager.filter(pk__in=wanted).values_list(
                    "pk", flat=True
                )
                if wanted
                else []
            )
            label = getattr(column, "verbose_name", name)
            if missing := len(set(wanted) - found):
                gone.append(f"{label} : {missing} élément(s) supprimé(s) depuis")
            if reach is not None and found:
                within = found & reach.keys(model, name, wanted)
                if hidden := len(found - within):
                    gone.append(f"{label} : {hidden} élément(s) que vous ne pouvez pas ouvrir")
                found = within
            kept = [key for key in wanted if key in found]
            if column.many_to_many:
                relations[name] = kept
            elif kept or column.null:
                values[column.attname] = kept[0] if kept else None  # type: ignore[union-attr]  # a foreign key here
        else:
            assert isinstance(column, models.Field)
            values[name] = column.to_python(data[name])
    return values, relations, gone
