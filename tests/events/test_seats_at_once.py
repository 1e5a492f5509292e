"""Fifty places, and hundreds of people who ask for one at the same moment."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from events.models import Event, Registration
from mailing.models import Message
from tests.factories import EventFactory, place_at

Status = Registration.Status

PLACES = 50
PROCESSES = 8

BEGIN = """
import sys, django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
from events.models import Event
from events.registering import Asked, cancel, register, settle
event = Event.objects.get(pk=int(sys.argv[2]))
numbers = range(int(sys.argv[3]), int(sys.argv[4]))
sys.stdout.write("ready\\n")
sys.stdout.flush()
sys.stdin.readline()
"""
ASKS = """
for number in numbers:
    register(
        event=event,
        asked=Asked(email=f"p{number}@ailleurs.example", first_name="Démo", last_name=str(number)),
        by_organiser=True,
    )
"""
GIVES_BACK = """
for number in numbers:
    cancel(registration=event.registrations.get(email=f"p{number}@ailleurs.example"))
    settle(event=event)
"""


def race(event: Event, what: str, people: int) -> None:
    """Each of the people is taken care of by two processes at once."""
    share = people // (PROCESSES // 2)
    starts = [number * share for number in range(PROCESSES // 2)] * 2
    processes = [
        subprocess.Popen(
            [
                sys.executable,
                "-c",
                BEGIN + what,
                str(connection.settings_dict["NAME"]),
                str(event.pk),
                str(start),
                str(start + share),
            ],
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for start in starts
    ]
    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()  # all are ready before one begins
    with ThreadPoolExecutor(PROCESSES) as pool:
        ends = list(pool.map(lambda process: process.communicate(b"go\n", timeout=240), processes))
    assert [process.returncode for process in processes] == [0] * PROCESSES, ends


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_fifty_places_are_given_once_each_and_the_others_wait_in_order() -> None:
    """On PostgreSQL 400 people in 8 processes, each asked for twice; fewer on SQLite, where each
    write waits for the one before."""
    people = 400 if connection.vendor == "postgresql" else 120
    event = EventFactory(open=True, capacity=PLACES, published=True)
    race(event, ASKS, people)

    registrations = list(event.registrations.order_by("number"))
    assert len({registration.email for registration in registrations}) == people
    assert len(registrations) == people, "somebody is there twice"
    assert [registration.number for registration in registrations] == list(range(1, people + 1))
    statuses = [registration.status for registration in registrations]
    assert statuses == [Status.CONFIRMED] * PLACES + [Status.WAITING] * (people - PLACES)
    # The order is that of the clock too, and everyone is told once.
    assert Message.objects.count() == people
    first_waiting = registrations[PLACES]
    assert first_waiting.rank_in_queue() == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_places_given_back_at_once_go_to_the_first_who_wait_once_each() -> None:
    event = EventFactory(open=True, capacity=20, published=True)
    for number in range(40):
        place_at(event, f"p{number}@ailleurs.example")
    Message.objects.all().delete()

    race(event, GIVES_BACK, 12)

    by_status = {
        status: [r.email for r in event.registrations.filter(status=status).order_by("number")]
        for status in Status.values
    }
    named = [f"p{number}@ailleurs.example" for number in range(40)]
    assert by_status[Status.CANCELLED] == named[:12]
    assert by_status[Status.CONFIRMED] == named[12:32]
    assert by_status[Status.WAITING] == named[32:]
    told = Message.objects.filter(subject__startswith="Une place pour vous")
    assert sorted(told.values_list("to", flat=True)) == sorted(named[20:32])
    assert Message.objects.count() == 24
