"""What is printed for the day: badges, and the list on the welcome table."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.http import urlencode

from events.admin.exports import registrations_of
from events.certificates import qr_code
from events.models import Event, EventPublication
from events.wording import place_words, when_words
from media.pdf import pdf_of


def _context(event: Event, publication: EventPublication) -> dict[str, Any]:
    return {
        "publication": publication,
        "when": when_words(publication),
        "place": place_words(publication),
    }


def badges_pdf(event: Event, publication: EventPublication, entrance: str) -> bytes:
    """Ten a page; each bears its code, and a drawing of it that opens the entrance page."""
    badges = [
        (registration, qr_code(f"{entrance}?{urlencode({'q': registration.code})}"))
        for registration in registrations_of(event)
    ]
    html = render_to_string(
        "admin/events/badges_pdf.html", {**_context(event, publication), "badges": badges}
    )
    return pdf_of(html, "css/badges.css")


def participants_pdf(event: Event, publication: EventPublication) -> bytes:
    """In alphabetical order, with a box to sign in."""
    html = render_to_string(
        "admin/events/participants_pdf.html",
        {**_context(event, publication), "registrations": registrations_of(event)},
    )
    return pdf_of(html, "css/badges.css")
