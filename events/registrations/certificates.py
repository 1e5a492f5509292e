"""Certificates of attendance: a PDF, and the address at which anyone checks it."""

from __future__ import annotations

from typing import Any

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from events.dates.wording import place_words
from events.models import EventPublication, Registration
from media.pdf import pdf_of
from publishing.structured_data import absolute

# They were noted there, and their place was not taken back since.
THERE: dict[str, Any] = {"attended_at__isnull": False, "status": Registration.Status.CONFIRMED}


def qr_code(text: str) -> SafeString:
    """Returns an SVG drawing of it, for what is printed. Readers take any mask: choosing the
    handsomest of eight takes four times as long, which hundreds of badges would wait for."""
    drawn = segno.make(text, error="m", mask=2).svg_inline(omitsize=True, dark="#000", border=2)
    return mark_safe(drawn)


def verification_url(registration: Registration) -> str:
    """Returns the address that the certificate bears; its key came with the attendance."""
    return absolute(reverse("events:verify", args=[registration.certificate_key]))


def certificate_pdf(registration: Registration, publication: EventPublication) -> bytes:
    address = verification_url(registration)
    html = render_to_string(
        "events/certificate_pdf.html",
        {
            "registration": registration,
            "publication": publication,
            "place": place_words(publication),
            "organiser": publication.content["organiser"] or settings.PORTAL_NAME,
            "address": address,
            "qr_code": qr_code(address),
        },
    )
    return pdf_of(html, "events/badges.css")
