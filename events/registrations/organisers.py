"""What organisers decide: a place whatever the order, the state of the event, who was there.

Every write here holds the event's row first, as those of `events.registrations.places`.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from database.written import tell
from events.letters import registration_letters as letters
from events.models import Event, EventPublication, Registration, SessionPlace, State
from events.models.registration import new_secret
from events.registrations.places import Refused
from events.registrations.waiting_list import (
    announce_sessions,
    confirm,
    give_free_sessions,
    pass_places_on,
)

Status = Registration.Status


@transaction.atomic
def give_place(*, registration: Registration) -> None:
    """Gives a place to somebody who waits or had cancelled, whatever the order and the number of
    places: an organiser decides so. Raises Refused."""
    event = Event.objects.locked(registration.event_id)
    registration.refresh_from_db()
    publication = EventPublication.objects.live_of(event)
    if publication is None:
        raise Refused("L’événement n’est pas en ligne.")
    if publication.is_cancelled:
        raise Refused("L’événement est annulé\u202f: il n’y a plus de place à donner.")
    if registration.holds_place:
        return
    if registration.is_cancelled:
        others = event.registrations.standing().of(registration.email)
        if others.exists():
            raise Refused("Cette personne a déjà une autre inscription en cours.")
    confirm(registration)
    given = [] if publication.has_ended else give_free_sessions(event, publication)
    letters.place_given(registration, publication)
    announce_sessions(given, publication, but=[registration])


@transaction.atomic
def put_in_queue(*, registration: Registration) -> None:
    """Puts somebody back on the waiting list, last of all. The place goes to whoever is next, which
    may be the same person if nobody else waits. Raises Refused."""
    event = Event.objects.locked(registration.event_id)
    registration.refresh_from_db()
    publication = EventPublication.objects.live_of(event)
    if publication is None:
        raise Refused("L’événement n’est pas en ligne.")
    if not registration.holds_place:
        return
    if not event.registrations.waiting().exists():
        raise Refused(
            "Personne n’attend\u202f: la place lui reviendrait aussitôt. Annulez plutôt "
            "l’inscription."
        )
    registration.number = event.next_registration_number()
    registration.status = Status.WAITING
    registration.confirmed_at = None
    registration.save(update_fields=["number", "status", "confirmed_at"])
    given_back = registration.sessions_held()
    registration.session_places.update(status=SessionPlace.Status.WAITING)
    letters.put_in_queue(registration, publication, given_back)
    pass_places_on(event, publication)


@transaction.atomic
def change_state(*, event: Event, state: str, note: str = "") -> Event:
    """Makes the event planned, postponed, cancelled or full: its page and calendars show it at
    once. `events.registrations.due` tells those who are registered."""
    event = Event.objects.locked(event.pk)
    publication = EventPublication.objects.live_of(event)
    known = publication.first_day if publication else event.starts_on
    event.state = state
    event.state_note = note
    event.postponed_day = known if state == State.POSTPONED else None
    event.state_changes += 1
    event.state_changed_at = timezone.now()
    event.save(
        update_fields=["state", "state_note", "postponed_day", "state_changes", "state_changed_at"]
    )
    # What is searched of them says when they are over.
    tell(EventPublication, event.publications.values_list("pk", flat=True))
    if publication := EventPublication.objects.live_of(event):
        pass_places_on(event, publication)
    return event


@transaction.atomic
def note_attendance(*, registration: Registration, is_there: bool = True) -> Registration:
    """Notes that somebody is there; they keep the time of their first passing. Raises Refused."""
    registration = Registration.objects.select_for_update().get(pk=registration.pk)
    if is_there and not registration.holds_place:
        raise Refused("Cette personne n’a pas de place\u202f: donnez-lui-en une d’abord.")
    if is_there and registration.attended_at is None:
        registration.attended_at = timezone.now()
        registration.certificate_key = registration.certificate_key or new_secret()
        registration.save(update_fields=["attended_at", "certificate_key"])
    elif not is_there:
        registration.attended_at = None
        registration.save(update_fields=["attended_at"])
    return registration
