"""Columns and fields of forms that hold the stored form, whichever way a value comes: a form, the
admin, a command, a program, many rows at once. Lookups ask for the stored form too."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.db.models.lookups import (
    Contains,
    EndsWith,
    IContains,
    IEndsWith,
    IExact,
    IStartsWith,
    StartsWith,
)

from spelling.addresses import looked_up, searched, stored_address
from spelling.lines import one_line


def fitting(form: Any, stored: Any, room: int | None) -> Any:
    """Returns `form`, or `stored` where that alone has room in the column: composed, a few letters
    become two. Forms refuse what is too long; a row that was written before must still be saved."""
    return stored if form and room and len(form) > room >= len(stored) else form


class LineFormField(forms.CharField):
    """One line of text. A line that is white or invisible is as if nothing had been typed."""

    def __init__(self, *args: Any, no_break: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.no_break = no_break

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text or "\x00" in text:  # only a program sends it: it is refused as everywhere
            return text
        return one_line(text, no_break=self.no_break) or self.empty_value


class LineField(models.CharField[Any, Any]):
    """A column for a name, an organisation, a street: one line, without what nobody sees."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return one_line(text) if text else text

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = self.get_prep_value(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value

    def get_prep_value(self, value: Any) -> Any:
        form = super().get_prep_value(value)
        return fitting(form, value, self.max_length) if isinstance(value, str) else form

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": LineFormField, **kwargs})

    def deconstruct(self) -> Any:
        """Says that it is Django's own column, so that migrations import nothing of ours."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


class EmailAddressFormField(forms.EmailField):
    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return stored_address(text) if text else text


class EmailAddressField(models.EmailField[Any, Any]):
    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return stored_address(text) if text else text

    def get_prep_value(self, value: Any) -> Any:
        """Looks for what is no address, or writes it, as it is: forms are where it is refused."""
        if value is None or hasattr(value, "resolve_expression"):
            return value
        return looked_up(str(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        if isinstance(value, str):
            value = looked_up(value)
            setattr(model_instance, self.attname, value)
        return value

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": EmailAddressFormField, **kwargs})

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.EmailField", args, kwargs


class LinePart(IContains):
    """A lookup by a part of a name, as somebody types or pastes it."""

    def get_prep_lookup(self) -> Any:
        return one_line(self.rhs, no_break=True) if isinstance(self.rhs, str) else self.rhs


LineField.register_lookup(LinePart)


@EmailAddressField.register_lookup
class SameMailbox(IExact):
    """A lookup of a mailbox, whatever the capitals and the spelling."""

    prepare_rhs = True


class _PartOfAddress:
    """A lookup by a part of an address, as somebody searches for it: a domain may be in Unicode."""

    rhs: Any

    def get_prep_lookup(self) -> Any:
        return searched(self.rhs) if isinstance(self.rhs, str) else self.rhs


for _part in (Contains, IContains, StartsWith, IStartsWith, EndsWith, IEndsWith):
    EmailAddressField.register_lookup(type(_part.__name__, (_PartOfAddress, _part), {}))
