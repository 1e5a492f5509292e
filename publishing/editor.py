"""The rich text editor inside the admin, under a strict content policy."""

from typing import Any

import js_asset
from django.contrib import admin, messages
from django.db import models
from django.forms.widgets import Script
from django.http import HttpRequest
from django_prose_editor.fields import ProseEditorFormField

from publishing.richtext import unseen_in
from publishing.unseen_rules import RULES

# A module that another one imports is named in the map: its address changes with its content.
EDITOR = js_asset.Media(
    importmap=js_asset.ImportMap(
        {"portal/word": "publishing/word.js", "portal/unseen": "publishing/unseen.js"}
    ),
    css={"all": ["publishing/editor.css"]},
    # What hides words in a paste, as Python has it: data, read by the modules.
    js=[js_asset.JSON(RULES, id="unseen-rules"), Script("publishing/editor.js", type="module")],
)


class RichTextAdmin(admin.ModelAdmin[Any]):
    """A ModelAdmin whose rich text works: the page's one inline script, the map that tells the
    browser where the editor's modules are, carries the nonce of the response."""

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        nonce = request.csp_nonce  # type: ignore[attr-defined]  # csp.middleware.CSPMiddleware
        media = EDITOR + context["media"]
        context["media"] = js_asset.Media.from_media(media, nonce=str(nonce))
        return super().render_change_form(request, context, *args, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Tells what the texts held without showing it, which the sanitiser has left out."""
        super().save_related(request, form, formsets, change)
        rows = [form, *(row for formset in formsets for row in formset.forms)]
        said = dict.fromkeys(
            str(unseen)
            for row in rows
            for name, field in row.fields.items()
            if isinstance(field, ProseEditorFormField) and name in row.changed_data
            for unseen in unseen_in(row[name].data or "")
        )
        if said:
            messages.warning(
                request,
                "Laissé de côté à l’enregistrement, parce que le texte envoyé ne le montre pas. "
                + "\u202f; ".join(said),
            )

    def formfield_for_dbfield(
        self, db_field: models.Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        return only_adding(super().formfield_for_dbfield(db_field, request, **kwargs))


def only_adding(field: Any) -> Any:
    """Leaves « ajouter » alone beside a choice: changing or deleting it there would touch every
    other content that made the same choice."""
    for name in ("can_change_related", "can_delete_related", "can_view_related"):
        if field is not None and hasattr(field.widget, name):
            setattr(field.widget, name, False)
    return field
