"""Forms of the editors: one knows who fills it in, one asks when to publish."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.html import format_html

from publishing.services import Schedule

# It stands beside a field that a draft may lack: what must be there to be saved is in bold.
NEEDED = format_html('<span class="needed">{}</span>', "Nécessaire pour publier.")


class PublishableForm(forms.ModelForm[Any]):
    # The admin gives it (`PublishableAdmin.get_form`).
    user: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model: Any = self._meta.model
        for name in model.NEEDED_TO_PUBLISH:
            if name in self.fields:
                field = self.fields[name]
                field.help_text = format_html("{} {}", NEEDED, field.help_text)


class MoveForm(forms.Form):
    """Asks for a word for the history, and says which version the page was made of: the move is
    asked of that one."""

    shown = forms.IntegerField(widget=forms.HiddenInput, required=False)
    note = forms.CharField(
        label="Un mot pour vos collègues",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def showing(self, version: int | None) -> None:
        """Keeps what is typed, with the version that the page now shows."""
        if self.is_bound:
            data = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
            data["shown"] = str(version or "")
            self.data = data
        else:
            self.initial["shown"] = version


class PublishForm(MoveForm):
    """Asks when to publish, and for a word for the history."""

    at = forms.DateTimeField(
        label="Date et heure de mise en ligne",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%d/%m/%Y %H:%M"],
        help_text="Vide : tout de suite. Heure de Paris.",
    )
    note = forms.CharField(
        label="Note pour l’historique",
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="Ce qui a changé, pour vos collègues. Les lecteurs ne la voient pas.",
    )
    field_order = ("shown", "at", "note")

    def clean_at(self) -> datetime | None:
        at: datetime | None = self.cleaned_data["at"]
        if at and at < timezone.now():
            raise forms.ValidationError(
                "Cette date est passée : laissez vide pour publier tout de suite. La date que "
                "lisent les visiteurs se règle dans le texte (« date de publication »)."
            )
        return at


class AtOnceForm(MoveForm):
    """Asks what becomes of what is scheduled, when something else is published before its hour: no
    answer is given beforehand."""

    schedule = forms.ChoiceField(
        label="La publication programmée",
        choices=Schedule.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Dites ce que devient la publication programmée."},
    )
    field_order = ("shown", "schedule", "note")

    def __init__(self, *args: Any, labels: Mapping[str, str], **kwargs: Any) -> None:
        """`labels` say by choice what it means here."""
        super().__init__(*args, **kwargs)
        choices = [(value, labels[value]) for value in Schedule.values if value in labels]
        cast(forms.ChoiceField, self.fields["schedule"]).choices = choices
        self.fields["note"].widget.attrs["rows"] = 2

    def clean_schedule(self) -> Schedule:
        return Schedule(self.cleaned_data["schedule"])
