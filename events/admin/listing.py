"""What the desk lists and counts."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q

from events.models import Event, EventPublication, Registration, SessionPlace
from events.models.registration import CODE_LENGTH
from events.registering import session_places_taken
from events.wording import session_words

Status = Registration.Status


def mentions(word: str) -> Q:
    return (
        Q(first_name__icontains=word)
        | Q(last_name__icontains=word)
        | Q(email__icontains=word)
        | Q(organisation__icontains=word)
        | Q(code=word.upper())
    )


def at_the_door(event: Event, typed: str) -> list[Registration]:
    """By its code when it is one, however it was typed; otherwise by name."""
    code = "".join(typed.upper().split()).replace("-", "")
    if len(code) == CODE_LENGTH:
        by_code = list(event.registrations.filter(code=code))
        if by_code:
            return by_code
    found = event.registrations.standing()
    for word in typed.replace("\x00", "").split():
        found = found.filter(mentions(word))
    return list(found.order_by("last_name", "first_name", "pk")[:20])


def counts_of(event: Event) -> dict[str, int]:
    there = Q(attended_at__isnull=False)
    return event.registrations.order_by().aggregate(
        confirmed=Count("pk", filter=Q(status=Status.CONFIRMED)),
        waiting=Count("pk", filter=Q(status=Status.WAITING)),
        cancelled=Count("pk", filter=Q(status=Status.CANCELLED)),
        there=Count("pk", filter=there),
    )


def session_rows(event: Event, publication: EventPublication | None) -> list[dict[str, Any]]:
    if publication is None or not publication.chosen_sessions:
        return []
    taken = session_places_taken(event.pk)
    waiting = dict(
        SessionPlace.objects.filter(registration__event=event, status=SessionPlace.Status.WAITING)
        .order_by()
        .values_list("session_key")
        .annotate(count=Count("pk"))
    )
    return [
        {
            "title": session["title"],
            "words": session_words(session, publication.time_zone),
            "taken": taken.get(session["key"], 0),
            "capacity": session["capacity"],
            "waiting": waiting.get(session["key"], 0),
        }
        for session in publication.chosen_sessions
    ]
