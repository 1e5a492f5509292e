"""The form of a content in the admin: of some territories, about structures."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django import forms

from publishing.audiences import Audience
from publishing.forms import PublishableForm
from structures.models import Structure
from territories.fields import TerritoriesField


class ContentForm(PublishableForm):
    territories = TerritoriesField(label="Territoires", required=False)

    class Meta:
        widgets: ClassVar[dict[str, Any]] = {
            "title": forms.TextInput(attrs={"class": "vTitleField"}),
            "themes": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "territories" in self.fields:
            column: Any = self._meta.model._meta.get_field("territories")
            self.fields["territories"].help_text = column.help_text
        if "structures" in self.fields:
            chosen = cast(Any, self.fields["structures"])
            chosen.queryset = Structure.objects.select_related("commune__department")

    def clean_territories(self) -> Any:
        chosen = self.cleaned_data["territories"]
        scope = self.user.scope
        if not scope.holds_all(chosen):
            raise forms.ValidationError(
                f"Votre périmètre est\u00a0: {scope}. Choisissez des territoires qui s’y trouvent."
            )
        return chosen

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("audience") == Audience.ROLES and not cleaned.get("audience_roles"):
            self.add_error(
                "audience_roles", "Cochez au moins un rôle, ou choisissez un autre public."
            )
        return cleaned
