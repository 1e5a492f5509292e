"""Forms of the editors: one notices that somebody else saved, one asks when to publish."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils import timezone

from publishing.models import Publishable
from publishing.services import Schedule


class PublishableForm(forms.ModelForm[Any]):
    """Refuses to overwrite in silence: what was typed stays on screen, and the editor decides."""

    # Given by the admin (`PublishableAdmin.get_form`).
    user: Any = None

    opened_revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    overwrite = forms.BooleanField(
        label="Enregistrer ma version par-dessus",
        required=False,
        widget=forms.HiddenInput,
        help_text="L’autre version reste dans l’historique : vous pourrez les comparer et la "
        "restaurer.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "opened_revision" in self.fields:
            self.fields["opened_revision"].initial = self.instance.revision

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        opened = cleaned.get("opened_revision")
        if self.instance.pk and opened != self.instance.revision and not cleaned.get("overwrite"):
            self._show_conflict()
        return cleaned

    def _show_conflict(self) -> None:
        instance: Publishable = self.instance
        who = str(instance.changed_by) if instance.changed_by else "Quelqu’un"
        when = timezone.localtime(instance.changed_at)
        # Without the posted (old) value, so that the next save is compared with this one.
        data = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        data[self.add_prefix("opened_revision")] = str(instance.revision)
        self.data = data
        self.fields["overwrite"].widget = forms.CheckboxInput()
        self.add_error(
            "overwrite",
            f"{who} a enregistré une autre version le {when:%d/%m/%Y à %H:%M}, pendant que vous "
            "écriviez. Rien n’est perdu : ce que vous avez saisi est ci-dessous. Regardez "
            "l’historique (il s’ouvre dans un autre onglet), reprenez ce qui vous manque, puis "
            "cochez cette case et enregistrez.",
        )


class MoveForm(forms.Form):
    """A word for the history, and which version the page was made of: the move is asked of that
    one."""

    shown = forms.IntegerField(widget=forms.HiddenInput, required=False)
    note = forms.CharField(
        label="Un mot pour vos collègues",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def showing(self, version: int | None) -> None:
        """What is typed stays; the version is the one that the page now shows."""
        if self.is_bound:
            data = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
            data["shown"] = str(version or "")
            self.data = data
        else:
            self.initial["shown"] = version


class PublishForm(MoveForm):
    """When, and a word for the history."""

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
    """What becomes of what is scheduled, when something else is published before its hour: no
    answer is given beforehand."""

    schedule = forms.ChoiceField(
        label="La publication programmée",
        choices=Schedule.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Dites ce que devient la publication programmée."},
    )
    field_order = ("shown", "schedule", "note")

    def __init__(self, *args: Any, labels: Mapping[str, str], **kwargs: Any) -> None:
        """`labels`: by choice, what it means here."""
        super().__init__(*args, **kwargs)
        choices = [(value, labels[value]) for value in Schedule.values if value in labels]
        cast(forms.ChoiceField, self.fields["schedule"]).choices = choices
        self.fields["note"].widget.attrs["rows"] = 2

    def clean_schedule(self) -> Schedule:
        return Schedule(self.cleaned_data["schedule"])
