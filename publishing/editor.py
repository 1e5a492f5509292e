"""The rich text editor inside the admin, under a strict content policy."""

from typing import Any

import js_asset
from django.contrib import admin
from django.db import models
from django.forms.widgets import Script
from django.http import HttpRequest

# A module that another one imports is named in the map: its address changes with its content.
EDITOR = js_asset.Media(
    importmap=js_asset.ImportMap({"portal/word": "publishing/word.js"}),
    css={"all": ["publishing/editor.css"]},
    js=[Script("publishing/editor.js", type="module")],
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

    def formfield_for_dbfield(
        self, db_field: models.Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        return only_adding(super().formfield_for_dbfield(db_field, request, **kwargs))


def only_adding(field: Any) -> Any:
    """Beside a choice, « ajouter » alone: changing or deleting it there would touch every other
    content that made the same choice."""
    for name in ("can_change_related", "can_delete_related", "can_view_related"):
        if field is not None and hasattr(field.widget, name):
            setattr(field.widget, name, False)
    return field
