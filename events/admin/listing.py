"""What the desk lists and counts.

The people of one event are read in one query and looked through in memory: accents, typography and
alphabetical order are then the same on every database.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q

from events.models import Event, EventPublication, Registration, SessionPlace
from events.models.registration import CODE_LENGTH
from events.registering import session_places_taken
from events.wording import session_words
from territories.names import folded

Status = Registration.Status
LONGEST_QUERY = 80
MOST_AT_THE_DOOR = 20
# What a line of the list shows, and is found by.
LISTED = (
    "event", "number", "first_name", "last_name", "organisation", "email", "code", "status",
    "attended_at", "created_at",
)  # fmt: skip


# --- Looking for people ---


def wanted_words(typed: str) -> list[str]:
    """As they are compared. What has no letter of ours in it is looked for as it is."""
    plain = " ".join(typed.replace("\x00", "").split())[:LONGEST_QUERY]
    return folded(plain).split() or plain.lower().split()


def mentions(registration: Registration, words: Iterable[str]) -> bool:
    """Whether each is in the name, the organisation, the address or the code: whatever the
    accents, apostrophes and hyphens on either side, and in one word or two ("d’Artagnan",
    "dartagnan")."""
    told = (
        registration.first_name,
        registration.last_name,
        registration.organisation,
        registration.email,
        registration.code,
    )
    plain = [folded(text) for text in told]
    said = "\n".join([*plain, *(text.replace(" ", "") for text in plain), *map(str.lower, told)])
    return all(word in said for word in words)


def by_name(registration: Registration) -> tuple[str, str, int]:
    """Where somebody stands in an alphabetical list: "Élodie" before "Zoé"."""
    return folded(registration.last_name), folded(registration.first_name), registration.pk


def at_the_door(event: Event, typed: str) -> list[Registration]:
    """By its code when it is one, however it was typed; otherwise by name."""
    code = "".join(typed.upper().split()).replace("-", "")
    if len(code) == CODE_LENGTH:
        by_code = list(event.registrations.filter(code=code))
        if by_code:
            return by_code
    words = wanted_words(typed)
    found = (one for one in event.registrations.standing().only(*LISTED) if mentions(one, words))
    return sorted(found, key=by_name) if words else []


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
