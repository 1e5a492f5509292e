"""The demonstration's events: two editions of the seminar as they were, others plainly made up."""

from __future__ import annotations

import tomllib
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from events.models import Event, EventSeries, Session, Speaker
from events.registrations.guest_list import Guest
from events.registrations.invitations import decline, invite
from events.registrations.organisers import change_state
from events.registrations.places import Asked, register
from mailing.models import Message
from publishing import services
from territories.models import Territory
from themes.models import Theme

CONTENT = Path(__file__).parent / "demo_content"
PARTS = ("sessions", "questions")
# These are no columns of the event.
APART = {
    "series",
    "themes",
    "territories",
    "commune",
    "in_days",
    "days",
    "state",
    "event_state",
    "event_state_note",
    "registrations",
    "invitations",
    *PARTS,
}
ORGANISATIONS = ("DLA de démonstration", "Association de démonstration", "")
MEALS = ("Avec viande", "Végétarien", "Sans repas")


@transaction.atomic
def load(*, editor: User, publisher: User) -> int:
    """Makes the events, and returns how many. What would have been written to people is not."""
    entries = [_read(path) for path in sorted(CONTENT.glob("[0-9]*.toml"))]
    for entry in entries:
        event = _event(entry, editor)
        services.record_save(working=event, by=editor)
        if entry["state"] == "published":
            services.publish(working=event, by=publisher)
            _registrations(event, entry.get("registrations", 0))
            _invitations(event, entry.get("invitations", 0), publisher)
        if "event_state" in entry:
            change_state(event=event, state=entry["event_state"], note=entry["event_state_note"])
    Message.objects.all().delete()
    return len(entries)


def _read(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)


def _event(entry: dict[str, Any], editor: User) -> Event:
    values = {name: value for name, value in entry.items() if name not in APART}
    for name in ("starts_time", "ends_time"):
        if name in values:
            values[name] = time.fromisoformat(values[name])
    event = Event(created_by=editor, changed_by=editor, **values)
    if "in_days" in entry:
        event.starts_on = _working_day(timezone.localdate() + timedelta(days=entry["in_days"]))
        event.ends_on = event.starts_on + timedelta(days=entry.get("days", 1) - 1)
    if "series" in entry:
        event.series = EventSeries.objects.get(slug=entry["series"])
    if "commune" in entry:
        event.commune = Territory.objects.filter(pk=entry["commune"]).first()
    event.full_clean()
    event.save()
    event.themes.set([Theme.objects.get(slug=slug) for slug in entry["themes"]])
    event.territories.set(Territory.objects.filter(pk__in=entry.get("territories", [])))
    for position, described in enumerate(entry.get("sessions", [])):
        _session(event, position, described)
    for position, described in enumerate(entry.get("questions", [])):
        event.questions.create(position=position, **described)
    return event


def _working_day(day: date) -> date:
    """Returns a day from Monday to Wednesday, so that a second day is a working day too."""
    while day.weekday() > 2:
        day += timedelta(days=1)
    return day


def _session(event: Event, position: int, described: dict[str, Any]) -> None:
    values = dict(described)
    names = values.pop("speakers", [])
    day = values.pop("day", None)
    if isinstance(day, int):
        assert event.starts_on is not None
        day = event.starts_on + timedelta(days=day)
    for name in ("starts", "ends"):
        values[name] = time.fromisoformat(values[name])
    session = Session(event=event, position=position, day=day, **values)
    session.full_clean()
    session.save()
    for name in names:
        speaker, _ = Speaker.objects.get_or_create(
            name=name, defaults={"role": "Personne de démonstration", "organisation": "Réseau DLA"}
        )
        session.speakers.add(speaker)


def _registrations(event: Event, count: int) -> None:
    publication = event.publications.get()
    questions = publication.content["questions"]
    keys = [session["key"] for session in publication.chosen_sessions]
    for number in range(1, count + 1):
        answers = {q["key"]: MEALS[number % 3] for q in questions if q["kind"] == "choice"}
        register(
            event=event,
            asked=Asked(
                email=f"participant-{number}@demo.example",
                first_name="Démo",
                last_name=f"Participant·e {number}",
                organisation=ORGANISATIONS[number % 3],
                answers=answers,
                conditions=publication.content["conditions"],
                is_listed=number % 2 == 0,
                # They choose one of the workshops of the first day, and sometimes the last.
                sessions=tuple({keys[number % 3], keys[-1]} if len(keys) > 3 else ()),
            ),
            by_organiser=True,  # of what is past too
        )


def _invitations(event: Event, count: int, organiser: User) -> None:
    """Invites accounts of the demonstration, and people without one; some have answered."""
    if not count:
        return
    members = User.objects.filter(email__endswith="@demo.example", is_staff=False)
    guests = [Guest(user.email, user.first_name, user.last_name) for user in members]
    for number in range(1, count + 1):
        name = f"Invité·e {number}"
        guests.append(Guest(f"invite-{number}@demo.example", "Démo", name, ORGANISATIONS[0]))
    invite(event=event, guests=guests, by=organiser)
    for number in range(1, count, 2):
        asked = Asked(f"invite-{number}@demo.example", "Démo", f"Invité·e {number}")
        register(event=event, asked=asked)
    decline(invitation=event.invitations.get(email="invite-2@demo.example"))
