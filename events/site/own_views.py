"""« Mes événements »: what a member registered for, and the address of their own calendar."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from events.dates import calendars
from events.models import (
    CalendarKey,
    EventPublication,
    Invitation,
    Registration,
)
from events.models.registration import new_secret
from publishing.structured_data import absolute


@require_safe
@login_required
def own_events(request: HttpRequest) -> HttpResponse:
    """Shows « Mes événements »: what they registered for, and the address of their own calendar."""
    user: Any = request.user
    registrations = list(Registration.objects.standing().held_by(user).select_related("event"))
    # The last of each that was online is read. The line of what is over stays once its page is
    # archived.
    shown = EventPublication.objects.filter(live_from__lte=timezone.now()).for_lists()
    taken = shown.filter(event__in=[registration.event_id for registration in registrations])
    events = {
        publication.event_id: publication for publication in taken.order_by("live_from", "id")
    }
    events = {key: last for key, last in events.items() if last.is_online or last.has_ended}
    rows = [
        (registration, events[registration.event_id])
        for registration in registrations
        if registration.event_id in events
    ]
    rows.sort(key=lambda row: row[1].starts_at, reverse=True)
    groups = [
        ("À venir", [row for row in reversed(rows) if not row[1].has_ended]),
        ("Passés", [row for row in rows if row[1].has_ended]),
    ]
    asked = {i.event_id: i for i in Invitation.objects.of(user).unanswered()}
    coming = EventPublication.objects.live().coming().filter(event__in=list(asked))
    invitations = [(asked[shown.event_id], shown) for shown in coming.for_lists()]
    key = CalendarKey.objects.filter(user=user).first()
    calendar_url = absolute(reverse("events:own_calendar", args=[key.key])) if key else ""
    return render(
        request,
        "events/own.html",
        {
            "invitations": invitations,
            "groups": [(title, of_period) for title, of_period in groups if of_period],
            "calendar_url": calendar_url,
            "subscribe_url": calendars.subscription(calendar_url) if key else "",
            "breadcrumbs": [
                ("Accueil", reverse("pages:home")),
                ("Mon compte", reverse("accounts:home")),
                ("Mes événements", None),
            ],
            "description": f"Mes inscriptions aux événements du {settings.PORTAL_NAME}.",
            "canonical_url": absolute(request.path),
        },
    )


@require_POST
@login_required
def calendar_key(request: HttpRequest) -> HttpResponse:
    """Makes the address of one's own calendar, makes another (the former one no longer answers),
    or takes it away."""
    user: Any = request.user
    if "revoke" in request.POST:
        CalendarKey.objects.filter(user=user).delete()
        messages.success(request, "L’adresse de votre agenda ne répond plus.")
    else:
        CalendarKey.objects.update_or_create(
            user=user, defaults={"key": new_secret(), "created_at": timezone.now()}
        )
        messages.success(request, "Voici l’adresse de votre agenda.")
    return redirect("events:own")
