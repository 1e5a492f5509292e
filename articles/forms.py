from __future__ import annotations

from typing import Any, cast

from django import forms

from articles.models import Article, Block
from publishing.audiences import Audience
from publishing.forms import PublishableForm
from structures.models import Structure
from territories.fields import TerritoriesField


class ArticleForm(PublishableForm):
    territories = TerritoriesField(
        label="Territoires",
        required=False,
        help_text=Article._meta.get_field("territories").help_text,
    )

    class Meta:
        model = Article
        fields = Article.SNAPSHOT_FIELDS
        widgets = {
            "title": forms.TextInput(attrs={"class": "vTitleField"}),
            "standfirst": forms.Textarea(attrs={"rows": 4}),
            "themes": forms.CheckboxSelectMultiple,
            "seo_description": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "structures" in self.fields:
            chosen = cast(Any, self.fields["structures"])
            mine = Structure.objects.visible_to(self.user)
            chosen.queryset = mine.select_related("commune__department")

    def clean_structures(self) -> Any:
        """Those that this person is not shown stay chosen."""
        chosen = list(self.cleaned_data["structures"])
        if self.instance.pk is None:
            return chosen
        mine = Structure.objects.visible_to(self.user).values("pk")
        return [*chosen, *self.instance.structures.exclude(pk__in=mine)]

    def clean_territories(self) -> Any:
        chosen = self.cleaned_data["territories"]
        scope = self.user.scope
        if not scope.holds_all(chosen):
            raise forms.ValidationError(
                f"Votre périmètre est\u00a0: {scope}. Choisissez des territoires qui s’y trouvent."
            )
        return chosen

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("audience") == Audience.ROLES and not cleaned.get("audience_roles"):
            self.add_error(
                "audience_roles", "Cochez au moins un rôle, ou choisissez un autre public."
            )
        return cleaned


class BlockForm(forms.ModelForm[Block]):
    """All fields of all kinds; JavaScript shows those of the chosen kind (data-kinds)."""

    class Meta:
        model = Block
        fields = ("position", *Block.SNAPSHOT_FIELDS)
        widgets = {"cells": forms.Textarea(attrs={"rows": 6, "class": "vCellsField"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            kinds = [kind for kind, names in Block.FIELDS_OF_KIND.items() if name in names]
            if kinds:  # the control itself, inside what the admin wraps around a choice
                control: Any = getattr(field.widget, "widget", field.widget)
                control.attrs["data-kinds"] = " ".join(kinds)


class ImportForm(forms.Form):
    document = forms.FileField(
        label="Document",
        help_text="Word (.docx), page HTML, Markdown ou texte, 20 Mo au plus. Il devient un "
        "brouillon ; rien n’est publié.",
        widget=forms.FileInput(attrs={"accept": ".docx,.html,.htm,.md,.txt"}),
    )
