"""What an invitation opens to whoever has its link: the event's page, a place, a refusal."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from events.dates import calendars
from events.models import EventPublication, Invitation, Registration
from events.registrations.invitations import decline
from events.registrations.places import account_of
from events.site.event_page import Opened, event_page
from events.site.place_views import kept_private
from events.site.registration_views import ask_for_place, breadcrumbs, require_form
from publishing.structured_data import absolute


def _by_secret(secret: str) -> tuple[Invitation, EventPublication, Registration | None]:
    """Returns the invitation and what is published, with the registration of the same person, if
    one stands."""
    opened = Invitation.objects.opened_by(secret).select_related("event")
    invitation = get_object_or_404(opened)
    publication = EventPublication.objects.live_of(invitation.event)
    if publication is None:
        raise Http404
    mine = invitation.event.registrations.standing().of(invitation.email).first()
    return invitation, publication, mine


@require_safe
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    guest, publication, mine = _by_secret(secret)
    opened = Opened(
        secret=guest.secret,
        mine=mine,
        calendar_url=reverse("events:invitation_calendar", args=[guest.secret]),
        invitation=guest,
    )
    context = event_page(request, publication, opened=opened)
    return kept_private(render(request, "events/detail.html", context))


@require_form
def accept(request: HttpRequest, secret: str) -> HttpResponse:
    """Shows the registration form, whoever registration is open to besides."""
    guest, publication, mine = _by_secret(secret)
    if not publication.takes_registrations:
        return kept_private(redirect(guest))
    if mine is not None:
        return kept_private(redirect(mine))
    asked = ask_for_place(
        request,
        publication,
        person=guest,
        user=account_of(guest.email),
        page_url=guest.get_absolute_url(),
    )
    return kept_private(asked if isinstance(asked, HttpResponse) else redirect(asked[0]))


@require_form
def refuse(request: HttpRequest, secret: str) -> HttpResponse:
    """Asks to be confirmed: mail readers open links by themselves."""
    guest, publication, mine = _by_secret(secret)
    if mine is not None:
        return kept_private(redirect("events:cancel", secret=mine.secret))
    if request.method == "POST":
        decline(invitation=guest)
        messages.success(
            request, "Merci de votre réponse\u00a0: l’organisation sait que vous ne viendrez pas."
        )
        return kept_private(redirect(guest))
    page = render(
        request,
        "events/decline.html",
        {
            "publication": publication,
            "page_url": guest.get_absolute_url(),
            "breadcrumbs": breadcrumbs(publication, "Réponse", guest.get_absolute_url()),
            "canonical_url": absolute(publication.get_absolute_url()),
            "description": "Répondre à une invitation.",
        },
    )
    return kept_private(page)


@require_safe
def calendar(request: HttpRequest, secret: str) -> HttpResponse:
    _, publication, mine = _by_secret(secret)
    link = mine.online_url(publication) if mine else ""
    entries = calendars.asked_session(request, publication, online_url=link)
    whole = calendars.Entry(publication, online_url=link)
    content = calendars.file_of(publication.title, entries or [whole])
    return kept_private(calendars.response(request, content, f"{publication.slug[:60]}.ics"))
