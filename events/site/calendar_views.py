"""Calendar files and feeds: of an event, of the agenda, of what a member registered for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
)
from django.utils import timezone
from django.views.decorators.http import require_safe

from contents.views import former_address
from events.dates import calendars
from events.models import (
    CalendarKey,
    Event,
    EventPublication,
    PublishedEventQuerySet,
    Registration,
    SessionPlace,
)
from events.site.filters import EventFilter
from publishing.filter_values import reasons

# One feed holds so many.
FEED_LENGTH = 500
KEPT_IN_FEEDS = timedelta(days=366)


@require_safe
def event_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """Answers with the event alone, or one of its sessions (`?session=`), and with the link for
    whoever, signed in, holds a place."""
    publication = EventPublication.objects.at_address(slug, request.user)
    if publication is None:
        return former_address(request, Event, slug, "events:event_calendar")
    mine = Registration.objects.own(request.user, publication.event_id)
    link = mine.online_url(publication) if mine else ""
    entries = calendars.asked_session(request, publication, online_url=link)
    whole = calendars.Entry(publication, online_url=link)
    content = calendars.file_of(publication.title, entries or [whole])
    return calendars.response(request, content, f"{publication.slug[:60]}.ics")


@require_safe
def agenda_calendar(request: HttpRequest) -> HttpResponse:
    """Answers with the public feed, with the filters of the agenda. A calendar reader has no
    session, and what it fetched is shown to others: it is a visitor, whoever asks."""
    publications = EventPublication.objects.visible_to(AnonymousUser())
    events = EventFilter(request.GET, queryset=publications, all_periods=True)
    name = f"{settings.PORTAL_NAME} – Agenda"
    if chips := ", ".join(chip.label for chip in events.chips("")):
        name = f"{name}\u00a0: {chips}"
    entries = [calendars.Entry(publication) for publication in _for_feed(events.qs)]
    about = reasons(events.unknown(""))
    if events.gives_nothing:
        name = f"{settings.PORTAL_NAME} – Agenda\u00a0: filtre inconnu"
        about = f"{about} Cet agenda est donc vide."
    content = calendars.file_of(name, entries, about=about)
    return calendars.response(request, content, "agenda-dla.ics")


def _for_feed(publications: PublishedEventQuerySet) -> list[EventPublication]:
    """Returns what comes, then what is past of the last year, which a reader would otherwise take
    out of its calendar: the first of it makes room."""
    now = timezone.now()
    rows = publications.select_related("event", "commune").prefetch_related("themes")
    coming = list(rows.coming(now).order_by("starts_at", "id")[:FEED_LENGTH])
    past = rows.past(now).filter(ends_at__gt=now - KEPT_IN_FEEDS).order_by("-starts_at", "-id")
    return [*reversed(past[: FEED_LENGTH - len(coming)]), *coming]


@require_safe
def own_calendar(request: HttpRequest, key: str) -> HttpResponse:
    """Answers with a member's own feed, by a key that they can change: what they registered for,
    with the links and sessions of their places; with `?tout=1`, all that they may see besides."""
    found = CalendarKey.objects.select_related("user").filter(key=key, user__is_active=True).first()
    if found is None:
        raise Http404
    user: Any = found.user
    registrations = {
        registration.event_id: registration
        for registration in Registration.objects.standing()
        .held_by(user)
        .prefetch_related("session_places")
    }
    # Whoever has a place keeps it in their calendar, whoever may find the event besides.
    own = Q(event__in=list(registrations))
    publications = EventPublication.objects.live().filter(own)
    if request.GET.get("tout") == "1":
        visible = EventPublication.objects.visible_to(user).values("pk")
        publications = EventPublication.objects.live().filter(own | Q(pk__in=visible))
    entries: list[calendars.Entry] = []
    for publication in _for_feed(publications):
        entries += _own_entries(publication, registrations.get(publication.event_id))
    content = calendars.file_of(f"{settings.PORTAL_NAME} – Mon agenda", entries)
    response = calendars.response(request, content, "mon-agenda-dla.ics")
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    return response


def _own_entries(publication: EventPublication, mine: Registration | None) -> list[calendars.Entry]:
    if mine is None:
        return [calendars.Entry(publication)]
    if mine.is_waiting:
        return [calendars.Entry(publication, is_waiting=True, changed_at=mine.created_at)]
    held = [
        place.session_key
        for place in mine.session_places.all()
        if place.status == SessionPlace.Status.CONFIRMED
    ]
    link = mine.online_url(publication)
    whole = calendars.Entry(publication, online_url=link, changed_at=mine.confirmed_at)
    return [whole, *calendars.sessions_of(publication, held, online_url=link)]
