"""What the forms of articles and events share: content of some territories, about structures."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import HttpRequest

from accounts.models import User
from publishing.admin import PublishableAdmin
from publishing.audiences import Audience
from publishing.forms import PublishableForm
from structures.admin.forms import StructuresChoiceField, StructuresSelect
from structures.models import Structure
from territories.fields import TerritoriesField


class ContentForm(PublishableForm):
    territories = TerritoriesField(label="Territoires", required=False)

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


class ContentAdmin(PublishableAdmin):
    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What a regional editor writes begins in their territories."""
        mine = cast(User, request.user).scope.territories
        return {"territories": list(mine), **super().get_changeform_initial_data(request)}

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "structures":
            kwargs |= {
                "form_class": StructuresChoiceField,
                "widget": StructuresSelect(db_field, self.admin_site),
            }
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Structures are chosen by those who may look among them; the others leave them be."""
        assert self.fieldsets is not None
        if request.user.has_perm("structures.view_structure"):
            return self.fieldsets
        return tuple(part for part in self.fieldsets if part[0] != "Structures")
