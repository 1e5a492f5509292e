"""A letter to somebody who registered: with the facts, the calendar file and the links that are
theirs, and the note of what it told them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from events.letters.calendar_file import calendar_of
from events.letters.facts import facts_of
from events.letters.letter import Action, Letter, post
from events.models import EventPublication, Registration
from mailing.services import Priority
from publishing.structured_data import absolute


def send(
    registration: Registration,
    publication: EventPublication,
    kind: str,
    letter: Letter,
    *,
    tells: bool = False,
    withdrawn: Collection[str] = (),
    priority: Priority = Priority.MANY,
    not_after: datetime | None = None,
) -> None:
    """Writes the letter and notes what it told. `kind` makes it another letter than the others to
    that person. `tells` is where their registration stands, which is noted. `withdrawn` are keys of
    sessions that the calendar file takes back. `priority`: a notice answers what the person has
    just done, and leaves before letters to many. `not_after` is when it has nothing to say any
    more."""
    facts = facts_of(registration, publication)
    if tells:
        registration.note_announced(facts.event, facts.sessions, publication.sequence)
    can_cancel = not (
        registration.is_cancelled or publication.is_cancelled or publication.has_ended
    )
    calendar = b""
    if letter.with_calendar:
        calendar = calendar_of(registration, publication, withdrawn)
    post(
        publication,
        letter,
        key=f"registration-{registration.pk}-{kind}",
        to=registration.email,
        # Anybody may have typed the other name, with anybody's address.
        first_name=registration.user.first_name if registration.user else "",
        facts=facts.lines if letter.with_facts else (),
        page_url=absolute(registration.event_url(publication)),
        refusal=Action(
            "Vous ne pouvez pas venir\u202f? Annulez, sans compte ni mot de passe",
            absolute(registration.cancel_url),
        )
        if can_cancel
        else None,
        why="cette adresse a été inscrite à cet événement",
        calendar=calendar,
        priority=priority,
        not_after=not_after,
    )
