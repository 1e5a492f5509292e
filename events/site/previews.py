"""The working copy as readers would see it, for organisers and for those they give a link to."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from events.models import Event
from events.programme.rendering import publication_of
from events.site.event_page import event_page
from publishing.previews import kept_private, preview_token


def preview_link(event: Event, by: Any = None) -> str:
    return reverse("events:shared_preview", args=[preview_token(event, by)])


def preview_response(
    request: HttpRequest,
    event: Event,
    *,
    note: str,
    data: dict[str, Any] | None = None,
    edit_url: str = "",
) -> HttpResponse:
    """The event's page of a snapshot (the working copy's by default)."""
    publication = publication_of(event, data or event.snapshot())
    context = event_page(
        request, publication, is_preview=True, preview_note=note, edit_url=edit_url
    )
    return kept_private(render(request, "events/detail.html", context))
