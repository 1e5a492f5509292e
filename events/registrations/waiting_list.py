"""Free places go to whoever is next: at the event, then in its sessions."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from events.letters import registration_letters as letters
from events.models import Event, EventPublication, Registration, SessionPlace, State


@transaction.atomic
def settle(*, event: Event) -> list[Registration]:
    """Gives every free place to whoever is next. It does nothing when there is none, and may be run
    at any time. Returns those who got a place at the event."""
    event = Event.objects.locked(event.pk)
    publication = EventPublication.objects.live_of(event)
    return pass_places_on(event, publication) if publication else []


def pass_places_on(event: Event, publication: EventPublication) -> list[Registration]:
    """Does the same for an event that is held, with one letter to each person."""
    if publication.is_off or publication.has_ended:
        return []
    promoted = _next_in_line(event, publication)
    for registration in promoted:
        confirm(registration)
    given = give_free_sessions(event, publication)
    for registration in promoted:
        letters.promoted(registration, publication)
    announce_sessions(given, publication, but=promoted)
    return promoted


def _next_in_line(event: Event, publication: EventPublication) -> list[Registration]:
    """Returns as many as there are free places."""
    if publication.state == State.FULL:
        return []
    waiting = event.registrations.waiting()
    if publication.capacity is not None:
        waiting = waiting[: max(publication.capacity - event.registrations.confirmed().count(), 0)]
    return list(waiting)


def confirm(registration: Registration) -> None:
    registration.status = Registration.Status.CONFIRMED
    registration.confirmed_at = timezone.now()
    registration.cancelled_at = None
    registration.save(update_fields=["status", "confirmed_at", "cancelled_at"])


def give_free_sessions(event: Event, publication: EventPublication) -> list[SessionPlace]:
    """Gives free places in sessions, also to whoever has just got a place at the event. Nobody is
    told yet."""
    given: list[SessionPlace] = []
    taken = SessionPlace.objects.taken(event.pk)
    for session in publication.chosen_sessions:
        queue = SessionPlace.objects.queue(event, session["key"])
        if session["capacity"] is not None:
            queue = queue[: max(session["capacity"] - taken.get(session["key"], 0), 0)]
        for place in queue:
            place.status = SessionPlace.Status.CONFIRMED
            place.save(update_fields=["status"])
            given.append(place)
    return given


def announce_sessions(
    given: list[SessionPlace], publication: EventPublication, *, but: list[Registration]
) -> None:
    """Tells people of them, `but` those whose letter about the event says it."""
    for place in given:
        if place.registration not in but:
            letters.session_promoted(place, publication)
