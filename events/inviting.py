"""Asking people by name: reading their addresses, writing to them, what they answer.

An invitation opens the event's page and its registration to whoever has its link, whatever the
audience. Letters leave once the event is online, by `events.due` or at once.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from accounts.names import check_name, check_organisation
from events.dates.wording import place_words, when_words
from events.letters.letter import COLON, Action, Letter, named, paragraphs_of, post
from events.models import Event, EventPublication, Invitation
from events.registering import live_publication, locked
from publishing.structured_data import absolute
from spelling.addresses import compared_address, stored_address
from spelling.lines import one_line

# Nobody is reminded twice in a day, whoever presses the button.
REMINDED_AFTER = timedelta(days=1)
MOST_GUESTS = 2_000
# Letters in one transaction. Those of more guests wait for `run_due`.
WRITTEN_AT_ONCE = 50


# --- Whom ---


@dataclass(frozen=True)
class Guest:
    email: str
    first_name: str = ""
    last_name: str = ""
    organisation: str = ""


def read_guests(text: str) -> list[Guest]:
    """One a line, or between semicolons or commas as mail programs copy them: an address alone,
    "Marie Durand <marie@…>", or cells of a spreadsheet (first name, last name, address,
    organisation) between tabs, or semicolons as in a CSV file. An address twice is one guest.

    Raises ValidationError, with one sentence a line that cannot be read.
    """
    guests: dict[str, Guest] = {}
    errors = []
    for number, line in enumerate(text.splitlines(), start=1):
        separator = _separator_of_cells(line)
        pieces = [line] if separator else _parted(line)
        for piece in filter(one_line, map(str.strip, pieces)):
            try:
                guest = _guest_in_cells(piece, separator) if separator else _guest(piece)
            except ValidationError as error:
                errors.append(f"Ligne {number}\u00a0: {error.messages[0]}")
            else:
                guests.setdefault(guest.email, guest)
    if errors:
        raise ValidationError(errors)
    if len(guests) > MOST_GUESTS:
        raise ValidationError(
            f"Au plus {MOST_GUESTS} personnes à la fois\u00a0: il y en a {len(guests)}."
        )
    return list(guests.values())


def _separator_of_cells(line: str) -> str:
    """Empty for a line that is no row of a table. Semicolons part cells where one of these has an
    address, and addresses where several have."""
    if "\t" in line:
        return "\t"
    cells = [cell for cell in line.split(";") if cell.strip(' "')]
    return ";" if len(cells) > 1 and sum("@" in cell for cell in cells) == 1 else ""


def _parted(line: str) -> list[str]:
    """Between semicolons, and between the commas that come after an address: one in a name, as
    directories write it, parts nothing."""
    pieces = []
    for part in line.split(";"):
        kept = ""
        for bit in part.split(","):
            kept = f"{kept},{bit}" if kept else bit
            if "@" in bit:
                pieces.append(kept)
                kept = ""
        pieces.append(kept)
    return pieces


def _guest(piece: str) -> Guest:
    """An address with or without a name before it."""
    if found := re.fullmatch(r"(.*)<([^<>]*)>\W*", piece):
        name, address = found[1], found[2]
    else:
        words = piece.split()
        at = next((place for place, word in enumerate(words) if "@" in word), len(words) - 1)
        name, address = " ".join(words[:at]), " ".join(words[at:])
    return _checked(address, name, piece)


def _guest_in_cells(line: str, separator: str) -> Guest:
    cells = next(csv.reader([line], delimiter=separator), [])
    cells = [cell.strip() for cell in cells]
    at = next((i for i, cell in enumerate(cells) if "@" in cell), -1)
    address = cells.pop(at) if at >= 0 else ""
    first, last, organisation, *_ = [*cells, "", "", ""]
    guest = _checked(address, "", line)
    first, last, organisation = map(one_line, (first, last, organisation))
    check_name(first)
    check_name(last)
    check_organisation(organisation)
    return Guest(guest.email, first[:80], last[:80], organisation[:160])


def _checked(address: str, name: str, written: str) -> Guest:
    shown = one_line(written)[:80]
    try:
        stored = stored_address(address)
    except ValidationError as refused:
        reason = refused.messages[0]
        raise ValidationError(f"«\u00a0{shown}\u00a0»\u00a0: {reason}") from None
    try:
        validate_email(stored)
    except ValidationError:
        raise ValidationError(
            f"«\u00a0{shown}\u00a0» ne contient pas d’adresse électronique valable."
        ) from None
    name = one_line(name).strip(" ,\"'")
    # As directories join the two names of people.
    name = re.sub(r"(?<=\w{2})\.(?=[^\W\d_]{2,}$)", " ", name)
    check_name(name)
    if "," in name:  # as directories write it: last name first
        last, _, first = name.partition(",")
    else:
        first, _, last = name.partition(" ")
    return Guest(compared_address(stored), first.strip()[:80], last.strip()[:80])


@dataclass(frozen=True)
class Invited:
    added: int
    # Those that are left as they were.
    invited_before: int
    registered_before: int


@transaction.atomic
def invite(*, event: Event, guests: Iterable[Guest], words: str = "", by: Any = None) -> Invited:
    """Whoever is invited or registered already gets no second letter."""
    event = locked(event.pk)
    wanted = {compared_address(guest.email): guest for guest in guests}
    invited = set(event.invitations.values_list("email", flat=True)) & wanted.keys()
    standing = event.registrations.standing().values_list("email", flat=True)
    registered = set(standing) & wanted.keys() - invited
    made = [
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
    Invitation.objects.bulk_create(made, batch_size=500)
    if len(made) <= WRITTEN_AT_ONCE:
        _write_some(event.pk, timezone.now())
    return Invited(len(made), len(invited), len(registered))


# --- Writing to them ---


def invites_now(publication: EventPublication | None, now: datetime) -> bool:
    """Nobody is invited to what is not online, over, cancelled or postponed."""
    return publication is not None and not publication.is_off and publication.ends_at > now


def write_invitations(event_id: int, *, now: datetime | None = None) -> int:
    """To those who were not written yet, or to whom a reminder is due; by some at a time, so that
    people may register meanwhile."""
    now = now or timezone.now()
    count = 0
    while written := _write_some(event_id, now):
        count += written
    return count


@transaction.atomic
def _write_some(event_id: int, now: datetime) -> int:
    event = locked(event_id)
    publication = live_publication(event, now)
    if publication is None or not invites_now(publication, now):
        return 0
    unwritten = event.invitations.unanswered().filter(sent_at=None).order_by("pk")
    some = list(unwritten[:WRITTEN_AT_ONCE])
    for invitation in some:
        invitation.times_sent += 1
        invitation.sent_at = now
        _write(invitation, publication)
    Invitation.objects.bulk_update(some, ["times_sent", "sent_at"])
    return len(some)


def remind(*, event: Event, now: datetime | None = None) -> int:
    """Writes again to those who have not answered, a day at least after the letter before. How
    many: the letters of many guests are left to `run_due`."""
    now = now or timezone.now()
    if not invites_now(live_publication(event, now), now):
        return 0
    silent = event.invitations.unanswered().filter(sent_at__lte=now - REMINDED_AFTER)
    keys = list(silent.values_list("pk", flat=True))
    count = Invitation.objects.filter(pk__in=keys).update(sent_at=None)
    if count <= WRITTEN_AT_ONCE:
        write_invitations(event.pk, now=now)
    return count


def _write(invitation: Invitation, publication: EventPublication) -> None:
    """The first time, or once more."""
    again = invitation.times_sent > 1
    page = absolute(invitation.get_absolute_url())
    paragraphs = [
        f"Vous n’avez pas encore répondu à notre invitation à {named(publication)}."
        if again
        else f"Nous serions heureux de vous compter parmi nous à {named(publication)}.",
        *paragraphs_of(invitation.words),
    ]
    post(
        publication,
        Letter(
            subject=f"{'Rappel' if again else 'Invitation'}{COLON}{publication.title}",
            paragraphs=paragraphs,
            actions=[
                Action(
                    "Répondre à l’invitation"
                    if publication.takes_registrations
                    else "Voir la page",
                    page,
                )
            ],
        ),
        key=f"invitation-{invitation.pk}-{invitation.times_sent}",
        to=invitation.email,
        first_name=invitation.first_name,
        facts=_facts(publication),
        page_url="",
        refusal=Action(
            "Vous ne viendrez pas\u202f? Dites-le en un geste",
            absolute(invitation.decline_url),
        ),
        why="l’organisation vous invite à cet événement",
    )


def write_message(
    invitation: Invitation, publication: EventPublication, *, key: str, subject: str, text: str
) -> None:
    """An organiser's own words, to somebody who has not answered."""
    post(
        publication,
        Letter(
            subject=subject,
            paragraphs=paragraphs_of(text),
            actions=[
                Action("Répondre à l’invitation", absolute(invitation.get_absolute_url())),
            ],
            by_hand=True,
        ),
        key=f"invitation-{invitation.pk}-message-{key}",
        to=invitation.email,
        first_name=invitation.first_name,
        facts=_facts(publication),
        page_url="",
        refusal=None,
        why="l’organisation vous invite à cet événement",
    )


def _facts(publication: EventPublication) -> list[tuple[str, str]]:
    """For somebody who has no place: without the link."""
    facts = [("Quand", when_words(publication, in_mail=True)), ("Où", place_words(publication))]
    return [(name, words) for name, words in facts if words]


# --- What they answer ---


def decline(*, invitation: Invitation) -> None:
    """They may still change their mind: the link goes on opening the page."""
    undecided = Invitation.objects.filter(pk=invitation.pk, declined_at=None)
    undecided.update(declined_at=timezone.now())
