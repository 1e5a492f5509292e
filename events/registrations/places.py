"""What a person does with their place: ask for it, give it back, choose sessions.

Every write here holds the event's row first: of two people who ask for the last place at once, one
comes before the other, and the second is the first on the waiting list. Whoever is told something
is told by the mail queue, in the same transaction: what is undone is not told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from events.dates.wording import day_words
from events.letters import registration_letters as letters
from events.models import Event, EventPublication, Registration, SessionPlace, State
from events.registrations.waiting_list import pass_places_on
from territories import wall_clocks

Status = Registration.Status


class Refused(Exception):
    """Somebody is refused what they asked, with a French sentence."""


@dataclass(frozen=True)
class Asked:
    """What somebody who wants a place gave. `sessions` are keys of those they choose."""

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
    """What is put right of a registration. `asked` are keys of the questions of the form, whose
    former answers `answers` replace. None stands for what is not asked there; no `conditions` leave
    them as they were."""

    first_name: str
    last_name: str
    organisation: str
    asked: frozenset[str]
    answers: Mapping[str, Any]
    is_listed: bool | None = None
    sessions: frozenset[str] | None = None
    conditions: str = ""


def account_of(email: str) -> Any:
    """Returns the account of somebody whose address is not theirs to claim: an organiser or a
    letter gave it."""
    return get_user_model()._default_manager.filter(email__iexact=email, is_active=True).first()


# --- Asking for a place ---


def refusal_of(publication: EventPublication, taken: int) -> str:
    """Says in a sentence why nobody may ask for a place now; empty where one may."""
    if publication.state == State.CANCELLED:
        return "L’événement est annulé."
    if publication.state == State.POSTPONED:
        return "L’événement est reporté\u202f: l’inscription attend la nouvelle date."
    if publication.has_ended:
        return "L’événement est terminé."
    opens = publication.registration_opens_at
    if opens and opens > timezone.now():
        day = day_words(wall_clocks.local(opens, publication.time_zone).date())
        return f"Les inscriptions ouvrent le {day}."
    if not publication.registration_is_open():
        return "Les inscriptions sont closes."
    if publication.is_full(taken) and not publication.has_waiting_list:
        return "Il n’y a plus de place."
    return ""


@transaction.atomic
def register(
    *,
    event: Event,
    asked: Asked,
    user: Any = None,
    by_organiser: bool = False,
    despite_full: bool = False,
) -> tuple[Registration, bool]:
    """Returns the registration, and whether it is new: whoever asks twice has asked once. Raises
    Refused.

    An organiser may register somebody before the opening and after the closing, and give them a
    place whatever the order and the number of places (`despite_full`). Raises Refused.
    """
    event = Event.objects.locked(event.pk)
    publication = EventPublication.objects.live_of(event)
    if publication is None or not publication.takes_registrations:
        raise Refused("Les inscriptions à cet événement ne sont pas ouvertes.")
    standing = event.registrations.standing().of(asked.email).first()
    if standing is not None:
        return standing, False
    if not (by_organiser or publication.registration_is_open()):
        raise Refused("Les inscriptions à cet événement sont closes.")
    is_full = not despite_full and (
        publication.is_full(event.registrations.confirmed().count())
        or event.registrations.waiting().exists()
    )
    if is_full and not publication.has_waiting_list:
        raise Refused("Il n’y a plus de place, et l’événement n’a pas de liste d’attente.")
    registration = Registration(
        event=event,
        number=event.next_registration_number(),
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
    """Gives a place in each of those sessions, or in its queue. Whoever waits for the event itself
    holds no place in a session yet."""
    wanted = set(keys)
    taken = SessionPlace.objects.taken(event.pk)
    for session in publication.chosen_sessions:
        if session["key"] not in wanted:
            continue
        has_room = session["capacity"] is None or (
            taken.get(session["key"], 0) < session["capacity"]
            and not SessionPlace.objects.queue(event, session["key"]).exists()
        )
        held = registration.holds_place and has_room
        SessionPlace.objects.create(
            registration=registration,
            session_key=session["key"],
            number=event.next_registration_number(),
            status=SessionPlace.Status.CONFIRMED if held else SessionPlace.Status.WAITING,
        )


# --- Changing one's mind ---


@transaction.atomic
def cancel(*, registration: Registration, by_organiser: bool = False) -> bool:
    """Gives the place back, and to whoever is next. Returns False if it was given back already."""
    event = Event.objects.locked(registration.event_id)
    registration.refresh_from_db()
    if registration.is_cancelled:
        return False
    registration.status = Status.CANCELLED
    registration.cancelled_at = timezone.now()
    registration.save(update_fields=["status", "cancelled_at"])
    given_back = registration.sessions_held()
    registration.session_places.all().delete()
    if publication := EventPublication.objects.live_of(event):
        letters.cancelled(
            registration, publication, by_organiser=by_organiser, given_back=given_back
        )
        pass_places_on(event, publication)
    return True


@transaction.atomic
def correct(*, registration: Registration, corrected: Corrected) -> None:
    """Puts a registration right: badges, lists and certificates say it at once. Raises Refused."""
    Event.objects.locked(registration.event_id)
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
    """Chooses sessions: those that are no longer chosen go to whoever is next; those that are keep
    their order. Raises Refused."""
    event = Event.objects.locked(registration.event_id)
    registration.refresh_from_db()
    publication = EventPublication.objects.live_of(event)
    if publication is None or registration.is_cancelled:
        raise Refused("Cette inscription n’est plus en cours.")
    wanted = set(keys)
    had = set(registration.session_places.values_list("session_key", flat=True))
    held = registration.sessions_held()
    registration.session_places.exclude(session_key__in=wanted).delete()
    _choose(event, registration, publication, wanted - had)
    if set(registration.session_places.values_list("session_key", flat=True)) != had:
        letters.sessions_changed(registration, publication, held - wanted)
    pass_places_on(event, publication)
