from __future__ import annotations

from typing import Any

from django import forms

from articles.models import Article, Block
from contents.forms import ContentForm


class ArticleForm(ContentForm):
    class Meta(ContentForm.Meta):
        model = Article
        fields = Article.SNAPSHOT_FIELDS
        widgets = {
            **ContentForm.Meta.widgets,
            "standfirst": forms.Textarea(attrs={"rows": 4}),
            "seo_description": forms.Textarea(attrs={"rows": 2}),
        }


class BlockForm(forms.ModelForm[Block]):
    """Shows all fields of all kinds; JavaScript shows those of the chosen kind (data-kinds)."""

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
