"""Asks people by name: writes to them, and takes what they answer.

An invitation opens the event's page and its registration to whoever has its link, whatever the
audience. Letters leave once the event is online, by `events.registrations.due` or at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from events.letters import invitation_letters as letters
from events.models import Event, EventPublication, Invitation
from events.registrations.guest_list import Guest
from spelling.addresses import compared_address

# Nobody is reminded twice in a day, whoever presses the button.
REMINDED_AFTER = timedelta(days=1)
# One transaction writes so many letters. Those of more guests wait for `run_due`.
WRITTEN_AT_ONCE = 50


@dataclass(frozen=True)
class Invited:
    added: int
    # These are left as they were.
    invited_before: int
    registered_before: int


@transaction.atomic
def invite(*, event: Event, guests: Iterable[Guest], words: str = "", by: Any = None) -> Invited:
    """Invites people. Whoever is invited or registered already gets no second letter."""
    event = Event.objects.locked(event.pk)
    wanted = {compared_address(guest.email): guest for guest in guests}
    invited = set(event.invitations.values_list("email", flat=True)) & wanted.keys()
    standing = event.registrations.standing().values_list("email", flat=True)
    registered = set(standing) & wanted.keys() - invited
    new = [
        Invitation(
            event=event,
            email=address,
            first_name=guest.first_name,
            last_name=guest.last_name,
            organisation=guest.organisation,
            words=words,
            created_by=by,
        )
        for address, guest in wanted.items()
        if address not in invited | registered
    ]
    Invitation.objects.bulk_create(new, batch_size=500)
    if len(new) <= WRITTEN_AT_ONCE:
        _write_some(event.pk, timezone.now())
    return Invited(len(new), len(invited), len(registered))


# --- Writing to them ---


def invites_now(publication: EventPublication | None, now: datetime) -> bool:
    """Says whether people are invited now: nobody is to what is not online, over, cancelled or
    postponed."""
    return publication is not None and not publication.is_off and publication.ends_at > now


def write_invitations(event_id: int, *, now: datetime | None = None) -> int:
    """Writes to those who were not written yet, or to whom a reminder is due; by some at a time, so
    that people may register meanwhile."""
    now = now or timezone.now()
    count = 0
    while written := _write_some(event_id, now):
        count += written
    return count


@transaction.atomic
def _write_some(event_id: int, now: datetime) -> int:
    event = Event.objects.locked(event_id)
    publication = EventPublication.objects.live_of(event, now)
    if publication is None or not invites_now(publication, now):
        return 0
    unwritten = event.invitations.unanswered().filter(sent_at=None).order_by("pk")
    some = list(unwritten[:WRITTEN_AT_ONCE])
    letters.invite(some, publication, at=now)
    return len(some)


def remind(*, event: Event, now: datetime | None = None) -> int:
    """Writes again to those who have not answered, a day at least after the letter before. Returns
    how many: the letters of many guests are left to `run_due`."""
    now = now or timezone.now()
    if not invites_now(EventPublication.objects.live_of(event, now), now):
        return 0
    silent = event.invitations.unanswered().filter(sent_at__lte=now - REMINDED_AFTER)
    keys = list(silent.values_list("pk", flat=True))
    count = Invitation.objects.filter(pk__in=keys).update(sent_at=None)
    if count <= WRITTEN_AT_ONCE:
        write_invitations(event.pk, now=now)
    return count


# --- What they answer ---


def decline(*, invitation: Invitation) -> None:
    """Notes that they decline. They may still change their mind: the link goes on opening the
    page."""
    undecided = Invitation.objects.filter(pk=invitation.pk, declined_at=None)
    undecided.update(declined_at=timezone.now())
