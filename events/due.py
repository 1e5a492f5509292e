"""What time makes due for events: places to give, changes to tell, reminders, thanks, oblivion.

All of it may be run twice, or at once from two machines: each letter has a key of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from audit.services import delete_in_batches, months_before
from events import letters
from events.inviting import write_invitations
from events.models import Event, EventPublication, Invitation, Registration, State
from events.models.registration import RegistrationQuerySet
from events.registering import settle

# Thanks are sent once, within this time: a portal that slept does not write about last year.
THANKED_WITHIN = timedelta(days=15)
THANKED_AFTER = timedelta(hours=1)
# After the event, how long names are kept (docs/operations.md).
KEPT_MONTHS = 36
COMPARED_AT_ONCE = 500
# Of an event that moves by less, the letter that says so reminds well enough.
REMINDED_AGAIN_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Done:
    promoted: int = 0
    told: int = 0
    reminded: int = 0
    thanked: int = 0
    invited: int = 0


def run(*, now: datetime | None = None) -> Done:
    now = now or timezone.now()
    promoted = told = reminded = thanked = invited = 0
    for publication in _coming(now):
        promoted += len(settle(event=publication.event))
        told += _tell_changes(publication)
        if _is_to_be_reminded(publication, now):
            reminded += _each(
                _to_be_reminded(publication),
                partial(_remind, publication=publication, now=now),
            )
    for publication in _with_letters_to_write(now):
        invited += write_invitations(publication, now=now)
    for publication in _just_ended(now):
        thanked += _each(
            _who_came(publication.event).filter(evaluation_asked_at=None),
            partial(_thank, publication=publication, now=now),
        )
    return Done(promoted, told, reminded, thanked, invited)


def _coming(now: datetime) -> list[EventPublication]:
    """Those that somebody is registered for."""
    asked = Registration.objects.standing().values("event")
    return list(
        EventPublication.objects.live(now)
        .coming(now)
        .filter(event__in=asked)
        .select_related("event", "commune")
    )


def _with_letters_to_write(now: datetime) -> list[EventPublication]:
    """Those that went online after people were invited."""
    unwritten = Invitation.objects.filter(sent_at=None).values("event")
    return list(
        EventPublication.objects.live(now)
        .coming(now)
        .taking_place()
        .filter(event__in=unwritten)
        .select_related("event", "commune")
    )


def _just_ended(now: datetime) -> list[EventPublication]:
    return list(
        EventPublication.objects.live(now)
        .filter(ends_at__lte=now - THANKED_AFTER, ends_at__gt=now - THANKED_WITHIN)
        .taking_place()
        .filter(event__in=Registration.objects.confirmed().values("event"))
        .select_related("event", "commune")
    )


def _who_came(event: Event) -> RegistrationQuerySet:
    """Those noted there; everyone who had a place where nobody was noted."""
    confirmed = event.registrations.confirmed()
    noted = confirmed.filter(attended_at__isnull=False)
    return noted if noted.exists() else confirmed


def _each(rows: RegistrationQuerySet, act: Callable[[Registration], bool]) -> int:
    """By one transaction a person: a machine that stops leaves the others for the next run."""
    keys = list(rows.order_by("number").values_list("pk", flat=True))
    count = 0
    for key in keys:
        with transaction.atomic():
            registration = Registration.objects.select_for_update().filter(pk=key).first()
            count += bool(registration and act(registration))
    return count


def _tell_changes(publication: EventPublication) -> int:
    """Those whom what is true now was not told, since it was last published or changed state."""
    behind = publication.event.registrations.standing().filter(
        told_sequence__lt=publication.sequence
    )
    _note_unchanged(behind, publication)

    def tell(registration: Registration) -> bool:
        is_behind = registration.told_sequence < publication.sequence
        if registration.is_cancelled or not is_behind:
            return False
        letters.changed(registration, publication)
        return True

    return _each(behind, tell)


def _note_unchanged(behind: RegistrationQuerySet, publication: EventPublication) -> None:
    """Those who know already, of a corrected word: not asked about again."""
    keys = list(behind.values_list("pk", flat=True))
    for start in range(0, len(keys), COMPARED_AT_ONCE):
        rows = behind.filter(pk__in=keys[start : start + COMPARED_AT_ONCE])
        unchanged = [
            registration.pk
            for registration in rows.prefetch_related("session_places")
            if not letters.is_outdated(registration, publication)
        ]
        behind.filter(pk__in=unchanged).update(told_sequence=publication.sequence)


def _is_to_be_reminded(publication: EventPublication, now: datetime) -> bool:
    days = publication.reminder_days
    return (
        days > 0
        and publication.state in (State.PLANNED, State.FULL)
        and _reminder_due(publication) <= now < publication.starts_at
    )


def _reminder_due(publication: EventPublication) -> datetime:
    return publication.starts_at - timedelta(days=publication.reminder_days)


def _to_be_reminded(publication: EventPublication) -> RegistrationQuerySet:
    """Those who were not yet, or of a day that is no longer the right one."""
    of_another_day = Q(reminded_at__lt=_reminder_due(publication) - REMINDED_AGAIN_AFTER)
    return publication.event.registrations.confirmed().filter(Q(reminded_at=None) | of_another_day)


def _remind(registration: Registration, publication: EventPublication, now: datetime) -> bool:
    """Nobody who got their place since the reminder was due: they have just been told."""
    due = _reminder_due(publication)
    reminded_at = registration.reminded_at
    if not registration.holds_place or (reminded_at and reminded_at >= due - REMINDED_AGAIN_AFTER):
        return False
    registration.reminded_at = now
    registration.save(update_fields=["reminded_at"])
    if registration.confirmed_at and registration.confirmed_at >= due:
        return False
    letters.reminder(registration, publication)
    return True


def _thank(registration: Registration, publication: EventPublication, now: datetime) -> bool:
    if registration.evaluation_asked_at or not registration.holds_place:
        return False
    registration.evaluation_asked_at = now
    registration.save(update_fields=["evaluation_asked_at"])
    letters.thanks(registration, publication)
    return True


def purge(*, now: datetime | None = None) -> int:
    """Names of people who were invited or registered, three years after the event; evaluations
    have none."""
    now = now or timezone.now()
    ended = EventPublication.objects.filter(ends_at__lt=months_before(now, KEPT_MONTHS))
    lately = EventPublication.objects.filter(ends_at__gte=months_before(now, KEPT_MONTHS))
    is_old = Q(event__in=ended.values("event")) & ~Q(event__in=lately.values("event"))
    # Of events that never were published.
    forgotten = Q(created_at__lt=months_before(now, KEPT_MONTHS)) & ~Q(
        event__in=lately.values("event")
    )
    invitations = delete_in_batches(Invitation.objects.filter(is_old | forgotten))
    return invitations + delete_in_batches(Registration.objects.filter(is_old))
