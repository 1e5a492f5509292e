"""Model instances to JSON-ready data and back, for the fields that are named."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models


def take(instance: models.Model, names: Iterable[str]) -> dict[str, Any]:
    """The named fields: keys of foreign keys, lists of keys of many-to-many, ISO dates."""
    data: dict[str, Any] = {}
    for name in names:
        field = instance._meta.get_field(name)
        if field.many_to_many:
            data[name] = sorted(related.pk for related in getattr(instance, name).all())
        elif isinstance(field, models.ForeignKey):
            data[name] = getattr(instance, field.attname)
        else:
            value = getattr(instance, name)
            data[name] = value.isoformat() if hasattr(value, "isoformat") else value
    return data


def split(
    model: type[models.Model], names: Iterable[str], data: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, list[Any]], list[str]]:
    """A snapshot as `(column values, many-to-many keys, French words on what is gone)`.

    A key that points at a deleted row is left out: the rest must come back all the same.
    """
    values: dict[str, Any] = {}
    relations: dict[str, list[Any]] = {}
    gone: list[str] = []
    for name in names:
        if name not in data:  # the field is younger than the snapshot
            continue
        field = model._meta.get_field(name)
        if field.many_to_many or isinstance(field, models.ForeignKey):
            assert field.related_model is not None and not isinstance(field.related_model, str)
            wanted = data[name] if field.many_to_many else [data[name]]
            wanted = [key for key in wanted if key is not None]
            found = set(
                field.related_model._default_manager.filter(pk__in=wanted).values_list(
                    "pk", flat=True
                )
                if wanted
                else []
            )
            kept = [key for key in wanted if key in found]
            if len(kept) < len(wanted):
                label = getattr(field, "verbose_name", name)
                gone.append(f"{label} : {len(wanted) - len(kept)} élément(s) supprimé(s) depuis")
            if field.many_to_many:
                relations[name] = kept
            elif kept or field.null:
                values[field.attname] = kept[0] if kept else None  # type: ignore[union-attr]  # a foreign key here
        else:
            assert isinstance(field, models.Field)
            values[name] = field.to_python(data[name])
    return values, relations, gone
