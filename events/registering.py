"""Giving places, taking them back, and passing them on.

Every write here holds the event's row first: of two people who ask for the last place at once, one
comes before the other, and the second is the first on the waiting list. Whoever is told something
is told by the mail queue, in the same transaction: what is undone is not told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from events.letters import registration_letters as letters
from events.models import Event, EventPublication, Registration, SessionPlace, State
from events.models.registration import new_secret

Status = Registration.Status


class Refused(Exception):
    """With a French sentence for whoever asked."""


@dataclass(frozen=True)
class Asked:
    """What somebody who wants a place gave. `sessions`: keys of those they choose."""

    email: str
    first_name: str
    last_name: str
    organisation: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    conditions: str = ""
    is_listed: bool = False
    sessions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Corrected:
    """What is put right of a registration. `asked`: keys of the questions of the form, whose
    former answers `answers` replace. None: not asked there; no `conditions`: as they were."""

    first_name: str
    last_name: str
    organisation: str
    asked: frozenset[str]
    answers: Mapping[str, Any]
    is_listed: bool | None = None
    sessions: frozenset[str] | None = None
    conditions: str = ""


def locked(event_id: int) -> Event:
    """The event's row, held until the end of the transaction."""
    return Event.objects.select_for_update().get(pk=event_id)


def live_publication(event: Event, at: datetime | None = None) -> EventPublication | None:
    """What is published of it at that moment, now by default, for whatever audience."""
    live = EventPublication.objects.live(at).select_related("event", "commune")
    return live.filter(event=event).first()


def last_publication(event: Event) -> EventPublication | None:
    """For those who took part: what is online, or what was last of an event that is over. What
    they lived stays theirs once its page is archived."""
    shown = EventPublication.objects.filter(event=event, live_from__lte=timezone.now())
    last = shown.select_related("event", "commune").order_by("-live_from", "-id").first()
    return last if last is not None and (last.is_online or last.has_ended) else None


def account_of(email: str) -> Any:
    """Of somebody whose address is not theirs to claim: an organiser or a letter gave it."""
    return get_user_model()._default_manager.filter(email__iexact=email, is_active=True).first()


def _next_number(event: Event) -> int:
    event.registrations_given += 1
    event.save(update_fields=["registrations_given"])
    return event.registrations_given


def places_taken(event: Event) -> int:
    return event.registrations.confirmed().count()


def session_places_taken(event_id: int) -> dict[str, int]:
    """By key of session."""
    counted = (
        SessionPlace.objects.filter(
            registration__event=event_id,
            registration__status=Status.CONFIRMED,
            status=SessionPlace.Status.CONFIRMED,
        )
        .order_by()
        .values("session_key")
        .annotate(taken=Count("pk"))
    )
    return {row["session_key"]: row["taken"] for row in counted}


# --- Asking for a place ---


@transaction.atomic
def register(
    *,
    event: Event,
    asked: Asked,
    user: Any = None,
    by_organiser: bool = False,
    despite_full: bool = False,
) -> tuple[Registration, bool]:
    """The registration, and whether it is new: whoever asks twice has asked once.

    An organiser may register somebody before the opening and after the closing, and give them a
    place whatever the order and the number of places (`despite_full`). Raises Refused.
    """
    event = locked(event.pk)
    publication = live_publication(event)
    if publication is None or not publication.takes_registrations:
        raise Refused("Les inscriptions à cet événement ne sont pas ouvertes.")
    standing = event.registrations.standing().of(asked.email).first()
    if standing is not None:
        return standing, False
    if not (by_organiser or publication.registration_is_open()):
        raise Refused("Les inscriptions à cet événement sont closes.")
    is_full = not despite_full and (
        publication.is_full(places_taken(event)) or event.registrations.waiting().exists()
    )
    if is_full and not publication.has_waiting_list:
        raise Refused("Il n’y a plus de place, et l’événement n’a pas de liste d’attente.")
    registration = Registration(
        event=event,
        number=_next_number(event),
        user=user,
        email=asked.email.lower(),
        first_name=asked.first_name,
        last_name=asked.last_name,
        organisation=asked.organisation,
        answers=dict(asked.answers),
        conditions=asked.conditions,
        is_listed=asked.is_listed,
        status=Status.WAITING if is_full else Status.CONFIRMED,
        confirmed_at=None if is_full else timezone.now(),
    )
    registration.save()
    _choose(event, registration, publication, asked.sessions)
    letters.received(registration, publication)
    return registration, True


def _choose(
    event: Event,
    registration: Registration,
    publication: EventPublication,
    keys: Iterable[str],
) -> None:
    """A place in each of those sessions, or in its queue. Whoever waits for the event itself holds
    no place in a session yet."""
    wanted = set(keys)
    taken = session_places_taken(event.pk)
    for session in publication.chosen_sessions:
        if session["key"] not in wanted:
            continue
        has_room = session["capacity"] is None or (
            taken.get(session["key"], 0) < session["capacity"]
            and not _queue(event, session["key"]).exists()
        )
        held = registration.holds_place and has_room
        SessionPlace.objects.create(
            registration=registration,
            session_key=session["key"],
            number=_next_number(event),
            status=SessionPlace.Status.CONFIRMED if held else SessionPlace.Status.WAITING,
        )


def _queue(event: Event, key: str) -> Any:
    """Those who hold a place at the event and wait for one in that session, in order."""
    return (
        SessionPlace.objects.filter(
            session_key=key,
            status=SessionPlace.Status.WAITING,
            registration__event=event,
            registration__status=Status.CONFIRMED,
        )
        .select_related("registration")
        .order_by("number")
    )


# --- Changing one's mind ---


@transaction.atomic
def cancel(*, registration: Registration, by_organiser: bool = False) -> bool:
    """Gives the place back, and to whoever is next. False if it was given back already."""
    event = locked(registration.event_id)
    registration.refresh_from_db()
    if registration.is_cancelled:
        return False
    registration.status = Status.CANCELLED
    registration.cancelled_at = timezone.now()
    registration.save(update_fields=["status", "cancelled_at"])
    given_back = _held_sessions(registration)
    registration.session_places.all().delete()
    if publication := live_publication(event):
        letters.cancelled(
            registration, publication, by_organiser=by_organiser, given_back=given_back
        )
        _settle(event, publication)
    return True


@transaction.atomic
def correct(*, registration: Registration, corrected: Corrected) -> None:
    """Badges, lists and certificates say it at once. Raises Refused."""
    locked(registration.event_id)
    registration.refresh_from_db()
    if registration.is_cancelled:
        raise Refused("Cette inscription n’est plus en cours.")
    registration.first_name = corrected.first_name
    registration.last_name = corrected.last_name
    registration.organisation = corrected.organisation
    kept = {
        key: answer for key, answer in registration.answers.items() if key not in corrected.asked
    }
    registration.answers = {**kept, **corrected.answers}
    if corrected.is_listed is not None:
        registration.is_listed = corrected.is_listed
    registration.conditions = corrected.conditions or registration.conditions
    registration.save(
        update_fields=[
            "first_name",
            "last_name",
            "organisation",
            "answers",
            "is_listed",
            "conditions",
        ]
    )
    if corrected.sessions is not None:
        choose_sessions(registration=registration, keys=corrected.sessions)


@transaction.atomic
def choose_sessions(*, registration: Registration, keys: Iterable[str]) -> None:
    """Those that are no longer chosen go to whoever is next; those that are keep their order."""
    event = locked(registration.event_id)
    registration.refresh_from_db()
    publication = live_publication(event)
    if publication is None or registration.is_cancelled:
        raise Refused("Cette inscription n’est plus en cours.")
    wanted = set(keys)
    had = set(registration.session_places.values_list("session_key", flat=True))
    held = _held_sessions(registration)
    registration.session_places.exclude(session_key__in=wanted).delete()
    _choose(event, registration, publication, wanted - had)
    if set(registration.session_places.values_list("session_key", flat=True)) != had:
        letters.sessions_changed(registration, publication, held - wanted)
    _settle(event, publication)


def _held_sessions(registration: Registration) -> set[str]:
    """Keys of those in which the person has a place, not a rank in a queue."""
    held = registration.session_places.filter(status=SessionPlace.Status.CONFIRMED)
    return set(held.values_list("session_key", flat=True))


# --- Passing places on ---


@transaction.atomic
def settle(*, event: Event) -> list[Registration]:
    """Gives every free place to whoever is next. Does nothing when there is none: it may be run
    at any time. Returns those who got a place at the event."""
    event = locked(event.pk)
    publication = live_publication(event)
    return _settle(event, publication) if publication else []


def _settle(event: Event, publication: EventPublication) -> list[Registration]:
    if publication.state in (State.CANCELLED, State.POSTPONED) or publication.has_ended:
        return []
    promoted = []
    if publication.state != State.FULL:
        waiting = event.registrations.waiting()
        if publication.capacity is not None:
            free = max(publication.capacity - places_taken(event), 0)
            waiting = waiting[:free]
        promoted = list(waiting)
    for registration in promoted:
        registration.status = Status.CONFIRMED
        registration.confirmed_at = timezone.now()
        registration.save(update_fields=["status", "confirmed_at"])
    _settle_sessions(event, publication, promoted)
    return promoted


def _settle_sessions(
    event: Event,
    publication: EventPublication,
    promoted: list[Registration],
    *,
    announce: Callable[[Registration, EventPublication], None] = letters.promoted,
) -> None:
    """Free places in sessions, those of whoever was just promoted among them; then the letters,
    one to each person."""
    given: list[SessionPlace] = []
    taken = session_places_taken(event.pk)
    for session in publication.chosen_sessions:
        queue = _queue(event, session["key"])
        if session["capacity"] is not None:
            queue = queue[: max(session["capacity"] - taken.get(session["key"], 0), 0)]
        for place in queue:
            place.status = SessionPlace.Status.CONFIRMED
            place.save(update_fields=["status"])
            given.append(place)
    for registration in promoted:
        announce(registration, publication)
    for place in given:
        if place.registration not in promoted:
            letters.session_promoted(place, publication)


# --- What organisers do ---


@transaction.atomic
def give_place(*, registration: Registration) -> None:
    """To somebody who waits or had cancelled, whatever the order and the number of places: an
    organiser's decision."""
    event = locked(registration.event_id)
    registration.refresh_from_db()
    publication = live_publication(event)
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
    registration.status = Status.CONFIRMED
    registration.confirmed_at = timezone.now()
    registration.cancelled_at = None
    registration.save(update_fields=["status", "confirmed_at", "cancelled_at"])
    if publication.has_ended:
        letters.given(registration, publication)
        return
    _settle_sessions(event, publication, [registration], announce=letters.given)


@transaction.atomic
def put_in_queue(*, registration: Registration) -> None:
    """Back to the waiting list, last of all. The place goes to whoever is next, which may be the
    same person if nobody else waits."""
    event = locked(registration.event_id)
    registration.refresh_from_db()
    publication = live_publication(event)
    if publication is None:
        raise Refused("L’événement n’est pas en ligne.")
    if not registration.holds_place:
        return
    if not event.registrations.waiting().exists():
        raise Refused(
            "Personne n’attend\u202f: la place lui reviendrait aussitôt. Annulez plutôt "
            "l’inscription."
        )
    registration.number = _next_number(event)
    registration.status = Status.WAITING
    registration.confirmed_at = None
    registration.save(update_fields=["number", "status", "confirmed_at"])
    given_back = _held_sessions(registration)
    registration.session_places.update(status=SessionPlace.Status.WAITING)
    letters.put_in_queue(registration, publication, given_back)
    _settle(event, publication)


@transaction.atomic
def change_state(*, event: Event, state: str, note: str = "") -> Event:
    """Planned, postponed, cancelled or full: seen at once on its page and in calendars. Those who
    are registered are told by `events.due`."""
    event = locked(event.pk)
    publication = live_publication(event)
    known = publication.first_day if publication else event.starts_on
    event.state = state
    event.state_note = note
    event.postponed_day = known if state == State.POSTPONED else None
    event.state_changes += 1
    event.state_changed_at = timezone.now()
    event.save(
        update_fields=["state", "state_note", "postponed_day", "state_changes", "state_changed_at"]
    )
    if publication := live_publication(event):
        _settle(event, publication)
    return event


@transaction.atomic
def note_attendance(*, registration: Registration, is_there: bool = True) -> Registration:
    """Whoever is there keeps the time of their first passing."""
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
