"""Forms of the editors: one knows who fills it in, one asks when to publish."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.html import format_html

# Beside a field that a draft may lack: what must be there to be saved is in bold.
NEEDED = format_html('<span class="needed">{}</span>', "Nécessaire pour publier.")


class PublishableForm(forms.ModelForm[Any]):
    # Given by the admin (`PublishableAdmin.get_form`).
    user: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model: Any = self._meta.model
        for name in model.NEEDED_TO_PUBLISH:
            if name in self.fields:
                field = self.fields[name]
                field.help_text = format_html("{} {}", NEEDED, field.help_text)


class PublishForm(forms.Form):
    """When, and a word for the history."""

    at = forms.DateTimeField(
        label="Date et heure de mise en ligne",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%d/%m/%Y %H:%M"],
        help_text="Vide : tout de suite. Heure de Paris.",
    )
    note = forms.CharField(
        label="Note pour l’historique",
        required=False,
        max_length=300,
        help_text="Ce qui a changé, pour vos collègues. Les lecteurs ne la voient pas.",
    )

    def clean_at(self) -> datetime | None:
        at: datetime | None = self.cleaned_data["at"]
        if at and at < timezone.now():
            raise forms.ValidationError(
                "Cette date est passée : laissez vide pour publier tout de suite. La date que "
                "lisent les visiteurs se règle dans le texte (« date de publication »)."
            )
        return at


class NoteForm(forms.Form):
    note = forms.CharField(
        label="Un mot pour vos collègues",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
