"""Who is told where their registration stands is noted to have been told it, in the same call."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from events.letters.facts import facts_of
from events.models import EventPublication, Registration
from events.registrations.organisers import change_state, give_place, put_in_queue
from events.registrations.places import cancel, choose_sessions
from mailing.models import Message
from tests.factories import EventFactory, place_at

pytestmark = pytest.mark.django_db

LETTERS = {"events/letters/registration_letters.py", "events/letters/sending.py"}


def _given_back_by_another(mine: Registration, other: Registration) -> None:
    cancel(registration=other)


def _given(mine: Registration, other: Registration) -> None:
    give_place(registration=mine)


def _taken_back(mine: Registration, other: Registration) -> None:
    put_in_queue(registration=other)


def _sessions_chosen(mine: Registration, other: Registration) -> None:
    keys = mine.event.sessions.values_list("key", flat=True)
    choose_sessions(registration=mine, keys=keys)


@pytest.mark.parametrize(
    "act",
    [_given_back_by_another, _given, _taken_back, _sessions_chosen],
    ids=lambda act: act.__name__,
)
def test_whoever_is_written_to_is_noted_to_know(
    act: Callable[[Registration, Registration], None],
) -> None:
    event = EventFactory(
        published=True,
        open=True,
        capacity=1,
        sessions=[{"title": "Compter", "by_registration": True}],
    )
    other, mine = place_at(event), place_at(event)
    change_state(event=event, state="planned", note="Bienvenue.")  # another sequence
    written = Message.objects.count()

    act(mine, other)

    assert Message.objects.count() > written
    mine.refresh_from_db()
    publication = EventPublication.objects.live_of(event)
    assert publication is not None
    facts = facts_of(mine, publication)
    assert (mine.announced_facts, mine.announced_sessions) == (facts.event, facts.sessions)
    assert mine.announced_sequence == publication.sequence


def test_nobody_else_notes_what_was_told() -> None:
    """Nor, then, can anybody note it and write nothing."""
    root = Path(settings.BASE_DIR)

    callers = {
        str(path.relative_to(root))
        for path in (root / "events").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("note_announced")
    }

    assert callers == LETTERS
