"""Certificates of attendance: a PDF for its holder, and a page where anyone checks it. Both outlive
the page of the event, which may be archived."""

from __future__ import annotations

from typing import Any

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from events.dates.wording import place_words
from events.models import EventPublication, Registration
from media.pdf import NoPdf, pdf_of
from publishing.structured_data import absolute

# Those who were noted there, and whose place was not taken back since.
THERE: dict[str, Any] = {"attended_at__isnull": False, "status": Registration.Status.CONFIRMED}


def qr_code(text: str) -> SafeString:
    """An SVG drawing of it, for what is printed. Readers take any mask: choosing the handsomest of
    eight takes four times as long, which hundreds of badges would wait for."""
    drawn = segno.make(text, error="m", mask=2).svg_inline(omitsize=True, dark="#000", border=2)
    return mark_safe(drawn)


def verification_url(registration: Registration) -> str:
    """The address that the certificate bears; its key came with the attendance."""
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
    return pdf_of(html, "css/badges.css")


@require_safe
def certificate(request: HttpRequest, secret: str) -> HttpResponse:
    """For whoever was noted there."""
    registration = get_object_or_404(
        Registration.objects.select_related("event"), secret=secret, **THERE
    )
    publication = EventPublication.objects.last_of(registration.event)
    if publication is None:
        raise Http404
    try:
        content = certificate_pdf(registration, publication)
    except NoPdf:
        return render(request, "events/no_pdf.html", {"breadcrumbs": []}, status=503)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="attestation.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def verification(request: HttpRequest, key: str) -> HttpResponse:
    """What the certificate says, for whoever was shown it. Only its holder can give the address."""
    registration = get_object_or_404(
        Registration.objects.select_related("event"), certificate_key=key, **THERE
    )
    publication = EventPublication.objects.last_of(registration.event)
    if publication is None:
        raise Http404
    response = render(
        request,
        "events/verification.html",
        {
            "registration": registration,
            "publication": publication,
            "place": place_words(publication),
            "breadcrumbs": [("Accueil", reverse("pages:home")), ("Attestation", None)],
            "canonical_url": absolute(request.path),
            "description": "Vérification d’une attestation de présence.",
        },
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "no-referrer"
    return response
