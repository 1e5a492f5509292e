"""The values of a form, in words: what a person reads of them, and whether two say the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from editing.shown import Pairs
from publishing.choosing import key_of
from publishing.richtext import plain_text
from territories.fields import TerritoriesField
from territories.models import Territory

GONE = "(supprimé ou réservé)"


def _plain(pairs: Pairs) -> Pairs:
    """Returns the values without what no person sees: how a line ends, blanks at the ends, an empty
    box."""
    lines = [(end, value.replace("\r\n", "\n").strip()) for end, value in pairs]
    return sorted(pair for pair in lines if pair[1])


def same(field: forms.Field, column: Any, one: Pairs, other: Pairs) -> bool:
    """Says whether both are one value to the form: an hour is typed in several ways, and a rich
    text comes back from its editor written otherwise. `column` is the model's, if it has one."""
    if _plain(one) == _plain(other):
        return True
    if isinstance(field, forms.ModelChoiceField | TerritoriesField | forms.FileField):
        return False
    return _cleaned(field, column, one) == _cleaned(field, column, other)


def _cleaned(field: forms.Field, column: Any, pairs: Pairs) -> Any:
    data = QueryDict(mutable=True)
    for end, one in pairs:
        data.appendlist(f"value{end}", one)
    sent = field.widget.value_from_datadict(data, MultiValueDict(), "value")
    if isinstance(field, forms.MultiValueField):
        return [str(part) for part in sent]
    value: Any = sent
    try:
        value = field.to_python(sent)
        if isinstance(value, str) and column is not None:
            value = column.clean(value, None)
    except ValidationError:
        pass  # what is no value is compared as it was typed
    return sorted(map(str, value)) if isinstance(value, list | tuple | set) else value


def words(field: forms.Field, pairs: Pairs) -> str:
    """Returns the value as a person reads it, one line for each choice; empty for nothing."""
    values = [value for _, value in pairs if value.strip()]
    if isinstance(field, TerritoriesField):
        keys = [value for end, value in pairs if not end]
        found = Territory.objects.in_bulk([key for key in keys if "\x00" not in key])
        named = [found[key].label if key in found else GONE for key in keys]
        return "\n".join([*named, *(value for end, value in pairs if end == "_q")])
    if isinstance(field, forms.ModelChoiceField):
        return "\n".join(_rows(field, values))
    if isinstance(field, forms.BooleanField):
        return "oui" if values else "non"
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        labels = dict(_flat(choices))
        return "\n".join(str(labels.get(value, value)) for value in values)
    text = " ".join(values)
    return plain_text(text) if "</" in text else text


def _rows(field: Any, keys: list[str]) -> list[str]:
    """Names those that the form lets one choose: the others are not named."""
    model = field.queryset.model
    name = field.to_field_name or model._meta.pk.name
    asked = [key for key in keys if key_of(model, key, name) is not None]
    found = {
        str(getattr(row, name)): row for row in field.queryset.filter(**{f"{name}__in": asked})
    }
    return [field.label_from_instance(found[key]) if key in found else GONE for key in keys]


def _flat(choices: Iterable[Any]) -> Iterable[tuple[str, Any]]:
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield str(key), label


def heading(label: Any) -> str:
    text = str(label or "").strip().rstrip(":").strip()
    return text[:1].upper() + text[1:]
