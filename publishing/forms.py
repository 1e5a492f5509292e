"""Forms of the editors: one notices that somebody else saved, one asks when to publish."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from publishing.models import Publishable


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
