"""What is done in the admin leaves a trace, whichever the room: `pages.admin_site` mixes this into
every class that is registered, today's and those to come."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import Group
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import get_text_list
from django.utils.translation import gettext

from audit.models import Action
from audit.services import record

# The stock admin calls these three for all it does, its own password page included.
Message = str | list[dict[str, Any]]


class AuditedAdmin(admin.ModelAdmin[Any]):
    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        detail = changes_in_words(message)
        record(action=Action.CREATED, by=request.user, target=obj, detail=detail)
        return super().log_addition(request, obj, detail)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        # The rights of a group are those of its members.
        action = Action.RIGHT_CHANGED if isinstance(obj, Group) else Action.CHANGED
        detail = changes_in_words(message)
        record(action=action, by=request.user, target=obj, detail=detail)
        return super().log_change(request, obj, detail)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        rows: Iterable[Model] = queryset
        for row in rows:
            record(action=Action.DELETED, by=request.user, target=row)
        return super().log_deletions(request, queryset)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Sends those who may read the trail to it: it tells more than the admin's own history."""
        if not request.user.has_perm("audit.view_entry"):
            response = super().history_view(request, object_id, extra_context)
            for entry in getattr(response, "context_data", {}).get("action_list", []):
                # Entries of former days name the rows of the form, to people who may not read all
                # of them.
                if entry.change_message.startswith("["):
                    entry.change_message = changes_in_words(json.loads(entry.change_message))
            return response
        query = urlencode({"nature": self.opts.label_lower, "objet": unquote(object_id)})
        return redirect(f"{reverse('admin:audit_entry_changelist')}?{query}")


def changes_in_words(message: Message) -> str:
    """Says which fields were changed, and which kinds of rows in the form, without a word of what
    is in them: the admin's own message names those rows by their text."""
    if isinstance(message, str):
        return message
    sentences: list[str] = []
    for act, word in (("added", "ajouts"), ("changed", "modifications"), ("deleted", "retraits")):
        done = [part[act] for part in message if act in part]
        fields = [
            _in_french(name)
            for part in done
            if "name" not in part
            for name in part.get("fields", [])
        ]
        if fields:
            sentences.append(f"Champs\u00a0: {get_text_list(fields, 'et')}.")
        rows: dict[str, int] = {}
        for part in done:
            if "name" in part:
                rows[part["name"]] = rows.get(part["name"], 0) + 1
        if rows:
            counted = ", ".join(f"{name} ({count})" for name, count in rows.items())
            sentences.append(f"{word.capitalize()}\u00a0: {counted}.")
    return " ".join(sentences)


def _in_french(label: str) -> str:
    """Says labels in French: Django writes its own fields' labels in English here, whatever the
    language."""
    lowered = label[:1].lower() + label[1:]
    translated = gettext(lowered)
    return translated if translated != lowered else gettext(label)
