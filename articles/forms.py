from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from articles.explaining import first_mentions
from articles.models import Article, Block
from contents.forms import ContentForm
from glossary.mentions import Finder
from glossary.models import Term


class TermsWidget(forms.CheckboxSelectMultiple):
    """Ticks terms of the glossary: those that the text mentions are proposed, the others folded."""

    template_name = "articles/widgets/terms.html"
    # The keys of those that the text mentions.
    mentioned: Collection[int] = ()

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        options = [option for _, group, _ in context["widget"]["optgroups"] for option in group]
        for option in options:
            option["term"] = option["value"].instance
            # A remark leads to it, whatever its place.
            option["attrs"]["id"] = f"id_{name}_{option['value']}"
        context["widget"]["parts"] = [
            [option for option in options if self._is_proposed(option) is proposed]
            for proposed in (True, False)
        ]
        return context

    def _is_proposed(self, option: Mapping[str, Any]) -> bool:
        return bool(option["selected"]) or option["value"].value in self.mentioned

    def _render(self, template_name: str, context: Any, renderer: Any = None) -> SafeString:
        return render_to_string(template_name, context)


class ArticleForm(ContentForm):
    class Meta(ContentForm.Meta):
        model = Article
        fields = Article.SNAPSHOT_FIELDS
        widgets = {
            **ContentForm.Meta.widgets,
            "explained_terms": TermsWidget,
            "standfirst": forms.Textarea(attrs={"rows": 4}),
            "seo_description": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "explained_terms" in self.fields and self.instance.pk:
            blocks = self.instance.blocks.values("kind", "text")
            wrapped: Any = self.fields["explained_terms"].widget
            control = getattr(wrapped, "widget", wrapped)
            control.mentioned = first_mentions(blocks, Finder(Term.objects.spellings()))


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
