"""An organiser's own words to those who registered or are invited."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.decorators import method_decorator

from events import letters
from events.admin.forms import MessageForm
from events.admin.listing import counts_of
from events.admin.pages import EventPages
from events.inviting import write_message
from events.models import Event, EventPublication
from publishing.admin_pages import require_form


class MessagePages(EventPages):
    def get_urls(self) -> list[URLPattern]:
        return [
            self._at("inscriptions/message/", self.message_view, "message"),
            *super().get_urls(),  # type: ignore[misc]  # ModelAdmin's
        ]

    @method_decorator(require_form)
    def message_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        event, publication = self._organised(request, pk)
        posted = request.method == "POST"
        form = MessageForm(request.POST if posted else None, initial={"key": uuid.uuid4().hex})
        if publication and posted and form.is_valid():
            sent = _write(event, publication, form.cleaned_data)
            self._noted(request, event, "Message écrit.")
            plural = "s" if sent > 1 else ""
            self.message_user(
                request,
                f"Le message part à {sent} personne{plural}."
                if sent
                else "Personne n’est dans ce cas\u00a0: rien n’est parti.",
                messages.SUCCESS if sent else messages.WARNING,
            )
            return self._to("desk", event.pk)
        counts = counts_of(event)
        return self._page_of(
            request,
            "form",
            event,
            "Écrire aux inscrit·es",
            form=form,
            button="Envoyer le message",
            explanation=f"{counts['confirmed']} ont une place, {counts['waiting']} attendent, "
            f"{event.invitations.unanswered().count()} n’ont pas répondu à leur invitation. "
            "Chacun reçoit son propre courriel\u202f; les réponses vont à l’adresse de contact de "
            "l’événement.",
            status=400 if form.errors else 200,
        )


def _write(event: Event, publication: EventPublication, asked: dict[str, Any]) -> int:
    """One letter each, once: sending the form again writes to nobody new."""
    words = {name: asked[name] for name in ("key", "subject", "text")}
    if asked["to"] == "unanswered":
        guests = list(event.invitations.unanswered().exclude(sent_at=None))
        for guest in guests:
            write_message(guest, publication, **words)
        return len(guests)
    to = event.registrations.standing()
    if asked["to"] != "all":
        to = to.filter(status=asked["to"])
    count = 0
    for registration in to.select_related("event").prefetch_related("session_places"):
        letters.message(registration, publication, **words)
        count += 1
    return count
