"""Certificates of attendance: a PDF for its holder, and a page where anyone checks it. Both outlive
the page of the event, which may be archived."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from events.dates.wording import place_words
from events.models import EventPublication, Registration
from events.registrations.certificates import THERE, certificate_pdf
from media.pdf import NoPdf
from publishing.structured_data import absolute


@require_safe
def certificate(request: HttpRequest, secret: str) -> HttpResponse:
    """Answers with the PDF, for whoever was noted there."""
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
    """Shows what the certificate says, for whoever was shown it. Only its holder can give the
    address."""
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
