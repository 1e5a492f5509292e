"""Text fields that put French typography right, whoever writes them and by whatever way."""

from typing import Any

from django.db import models

from publishing.richtext import RichTextField as SanitizedRichTextField
from publishing.richtext import without_controls
from publishing.typography import french_typography, french_typography_html


class _TypographyMixin:
    """Corrects on validation (so that lengths are checked on the final text) and on saving."""

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
            value = self.correct(without_controls(value))
            setattr(model_instance, self.name, value)
        return value

    def deconstruct(self) -> Any:
        """As Django's own column, so that migrations import nothing of ours."""
        name, _, args, kwargs = super().deconstruct()  # type: ignore[misc]  # models.Field's
        return name, f"django.db.models.{self.django_field}", args, kwargs


class FrenchCharField(_TypographyMixin, models.CharField):
    """One line of plain text."""

    django_field = "CharField"


class FrenchTextField(_TypographyMixin, models.TextField):
    """Plain text of any length."""


class RichTextField(_TypographyMixin, SanitizedRichTextField):
    """Sanitised HTML; typography leaves its markup untouched."""

    @staticmethod
    def correct(value: str) -> str:
        return french_typography_html(value)
