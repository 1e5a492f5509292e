"""What time makes due for events: places to give, changes to tell, reminders, thanks, oblivion.

All of it may be run twice, or at once from two machines: each letter has a key of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from audit.services import delete_in_batches, months_before
from events.letters import registration_letters as letters
from events.models import Event, EventPublication, Invitation, Registration, SessionPlace
from events.models.registration import RegistrationQuerySet
from events.registrations.invitations import write_invitations
from events.registrations.waiting_list import settle

# Thanks are sent once, within this time: a portal that slept does not write about last year.
THANKED_WITHIN = timedelta(days=15)
THANKED_AFTER = timedelta(hours=1)
# Names are kept for so long after the event (docs/operations.md).
KEPT_MONTHS = 36
# So many people are written to in one transaction, which keeps the others from registering.
HELD_AT_ONCE = 25

logger = logging.getLogger(__name__)
# The letter about an event that moves by less reminds well enough.
REMINDED_AGAIN_AFTER = timedelta(days=1)


@dataclass
class Done:
    promoted: int = 0
    announced: int = 0
    reminded: int = 0
    thanked: int = 0
    invited: int = 0
    # Something raised at these events: the log tells it, the next run tries again.
    failed: int = 0


def run(*, now: datetime | None = None) -> Done:
    now = now or timezone.now()
    done = Done()
    for name, events, act in (
        ("promoted", _with_people_waiting(now), _settle),
        ("announced", _with_people_behind(now), _tell_changes),
        ("reminded", _to_be_reminded(now), _remind_all),
        ("invited", _with_letters_to_write(now), _invite),
        ("thanked", _just_ended(now), _thank_all),
    ):
        for event_id in events:
            try:
                count = act(event_id, now)
            except Exception:  # one event must not keep the letters of the others
                logger.exception("Event %s: what was due (%s) could not be done", event_id, name)
                done.failed += 1
            else:
                setattr(done, name, getattr(done, name) + count)
    return done


# --- Of which events there is something to do, in a query each ---


def _event_ids(publications: QuerySet[EventPublication]) -> list[int]:
    return list(publications.order_by("event").values_list("event", flat=True).distinct())


def _with_people_waiting(now: datetime) -> list[int]:
    """Returns events where people wait, for a place there or in one of the sessions."""
    standing = Registration.objects.standing()
    waiting = Q(status=Registration.Status.WAITING) | Q(
        session_places__status=SessionPlace.Status.WAITING
    )
    events = standing.filter(waiting).values("event")
    coming = EventPublication.objects.live(now).coming(now).taking_place()
    return _event_ids(coming.filter(event__in=events))


def _with_people_behind(now: datetime) -> list[int]:
    """Returns events that were published, or changed state, since somebody was told."""
    behind = Registration.objects.standing().filter(
        event=OuterRef("event"), announced_sequence__lt=OuterRef("sequence_now")
    )
    coming = EventPublication.objects.live(now).coming(now)
    return _event_ids(
        coming.annotate(sequence_now=F("rank") + F("event__state_changes")).filter(Exists(behind))
    )


def _to_be_reminded(now: datetime) -> list[int]:
    """Returns events whose reminders are due."""
    coming = EventPublication.objects.live(now).taking_place()
    near = coming.filter(starts_at__gt=now, reminder_days__gt=0)
    days = near.values_list("event", "starts_at", "reminder_days")
    due = [event for event, starts_at, before in days if starts_at - timedelta(before) <= now]
    confirmed = Registration.objects.confirmed().filter(event__in=due)
    return list(confirmed.order_by("event").values_list("event", flat=True).distinct())


def _with_letters_to_write(now: datetime) -> list[int]:
    """Returns events that went online after people were invited, and those of many guests."""
    unwritten = Invitation.objects.filter(sent_at=None).values("event")
    coming = EventPublication.objects.live(now).coming(now).taking_place()
    return _event_ids(coming.filter(event__in=unwritten))


def _just_ended(now: datetime) -> list[int]:
    confirmed = Registration.objects.confirmed().filter(evaluation_asked_at=None).values("event")
    ended = EventPublication.objects.live(now).taking_place()
    return _event_ids(
        ended.filter(
            ends_at__lte=now - THANKED_AFTER,
            ends_at__gt=now - THANKED_WITHIN,
            event__in=confirmed,
        )
    )


# --- Doing it ---

# What is done for one person, the event being held, as it is published at this moment.
Act = Callable[[Registration, EventPublication], bool]


def _each(event_id: int, rows: RegistrationQuerySet, act: Act, now: datetime) -> int:
    """Does it for some people at a time, the event held: nobody is told what was true a moment ago,
    and a machine that stops leaves the others for the next run."""
    keys = list(rows.order_by("number").values_list("pk", flat=True))
    count = 0
    for start in range(0, len(keys), HELD_AT_ONCE):
        with transaction.atomic():
            event = Event.objects.locked(event_id)
            publication = EventPublication.objects.live_of(event, now)
            if publication is None:
                return count
            some = rows.filter(pk__in=keys[start : start + HELD_AT_ONCE])
            for registration in (
                some.select_related("user").prefetch_related("session_places").order_by("number")
            ):
                count += act(registration, publication)
    return count


def _settle(event_id: int, now: datetime) -> int:
    return len(settle(event=Event(pk=event_id)))


def _invite(event_id: int, now: datetime) -> int:
    return write_invitations(event_id, now=now)


def _tell_changes(event_id: int, now: datetime) -> int:
    """Writes to those whom what is true now was not told, since it was last published or changed
    state."""

    publication = EventPublication.objects.live_of(Event(pk=event_id), now)
    if publication is None:
        return 0
    standing = Registration.objects.standing().filter(event=event_id)
    behind = standing.filter(announced_sequence__lt=publication.sequence)
    return _each(event_id, behind, letters.changed, now)


def _reminder_due(publication: EventPublication) -> datetime:
    return publication.starts_at - timedelta(days=publication.reminder_days)


def _remind_all(event_id: int, now: datetime) -> int:
    """Reminds once, and once more of another day; it leaves out whoever got their place since the
    reminder was due: they have just been told."""

    def remind(registration: Registration, publication: EventPublication) -> bool:
        due = _reminder_due(publication)
        reminded_at = registration.reminded_at
        if publication.is_off or not due <= now < publication.starts_at:
            return False
        if reminded_at and reminded_at >= due - REMINDED_AGAIN_AFTER:
            return False
        return letters.reminder(registration, publication, due=due, at=now)

    publication = EventPublication.objects.live_of(Event(pk=event_id), now)
    if publication is None:
        return 0
    of_another_day = Q(reminded_at__lt=_reminder_due(publication) - REMINDED_AGAIN_AFTER)
    confirmed = Registration.objects.confirmed().filter(event=event_id)
    return _each(event_id, confirmed.filter(Q(reminded_at=None) | of_another_day), remind, now)


def _thank_all(event_id: int, now: datetime) -> int:
    """Thanks those noted there; everyone who had a place where nobody was noted."""

    def thank(registration: Registration, publication: EventPublication) -> bool:
        letters.thanks(registration, publication, at=now)
        return True

    confirmed = Registration.objects.confirmed().filter(event=event_id)
    noted = confirmed.filter(attended_at__isnull=False)
    came = noted if noted.exists() else confirmed
    return _each(event_id, came.filter(evaluation_asked_at=None), thank, now)


def purge(*, now: datetime | None = None) -> int:
    """Forgets names of people who were invited or registered, three years after the event;
    evaluations have none."""
    now = now or timezone.now()
    last = EventPublication.objects.filter(event=OuterRef("event")).order_by("-live_from", "-id")
    of_events = EventPublication.objects.annotate(last=Subquery(last.values("pk")[:1]))
    ended = of_events.filter(pk=F("last"), ends_at__lt=months_before(now, KEPT_MONTHS))
    is_old = Q(event__in=ended.values("event"))
    # These events were never published.
    forgotten = Q(created_at__lt=months_before(now, KEPT_MONTHS)) & ~Q(
        event__in=EventPublication.objects.values("event")
    )
    invitations = delete_in_batches(Invitation.objects.filter(is_old | forgotten))
    return invitations + delete_in_batches(Registration.objects.filter(is_old))
