"""Text fields that put French typography right, whoever writes them and by whatever way; and
several choices in one column."""

from typing import Any

from django import forms
from django.db import models

from publishing.richtext import RichTextField as SanitizedRichTextField
from publishing.richtext import without_controls
from publishing.typography import french_typography, french_typography_html
from spelling.fields import LineFormField, LinePart, fitting
from spelling.lines import one_line


class _TypographyMixin:
    """A mixin that corrects on validation (so that lengths are checked on the final text) and on
    saving."""

    name: str
    django_field = "TextField"

    @staticmethod
    def correct(value: str) -> str:
        return french_typography(value)

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        corrected = self.correct(without_controls(value)) if isinstance(value, str) else value
        return super().clean(corrected, model_instance)  # type: ignore[misc]  # models.Field's

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = super().pre_save(model_instance, add)  # type: ignore[misc]  # models.Field's
        if isinstance(value, str):
            room = getattr(self, "max_length", None)
            value = fitting(self.correct(without_controls(value)), value, room)
            setattr(model_instance, self.name, value)
        return value

    def deconstruct(self) -> Any:
        """Says that it is Django's own column, so that migrations import nothing of ours."""
        name, _, args, kwargs = super().deconstruct()  # type: ignore[misc]  # models.Field's
        return name, f"django.db.models.{self.django_field}", args, kwargs


class FrenchCharField(_TypographyMixin, models.CharField):
    """One line of plain text."""

    django_field = "CharField"

    @staticmethod
    def correct(value: str) -> str:
        return french_typography(one_line(value, no_break=True))

    def get_prep_value(self, value: Any) -> Any:
        """Corrects what `update` writes and `=` looks for, too."""
        text = super().get_prep_value(value)
        if not isinstance(text, str):
            return text
        return fitting(self.correct(without_controls(text)), text, self.max_length)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": LineFormField, "no_break": True, **kwargs})


FrenchCharField.register_lookup(LinePart)


class FrenchTextField(_TypographyMixin, models.TextField):
    """Plain text of any length."""


class RichTextField(_TypographyMixin, SanitizedRichTextField):
    """Sanitised HTML; typography leaves its markup untouched."""

    @staticmethod
    def correct(value: str) -> str:
        return french_typography_html(value)


class SeveralFormField(forms.MultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def prepare_value(self, value: Any) -> Any:
        return value.split() if isinstance(value, str) else value

    def clean(self, value: Any) -> str:
        wanted = set(super().clean(value))
        every: Any = self.choices
        return " ".join(key for key, _ in every if key in wanted)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial or ""), data)


class SeveralField(models.CharField[str, str]):
    """A column of several values of a closed list, separated by spaces, in the order of the list: a
    queryset can filter on it. No value may be part of another."""

    def __init__(self, *args: Any, of: type[models.TextChoices] | None = None, **kwargs: Any):
        self.of = of
        kwargs.setdefault("max_length", 100)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    @property
    def labels(self) -> dict[str, str]:
        """The labels by value, in the order of the list."""
        return {str(value): str(label) for value, label in self.of.choices} if self.of else {}

    def formfield(self, **kwargs: Any) -> Any:
        return SeveralFormField(
            label=self.verbose_name,
            help_text=self.help_text,
            required=not self.blank,
            choices=self.of.choices if self.of else [],
        )
