"""Fifty places, and hundreds of people who ask for one at the same moment."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from events.models import Registration
from mailing.models import Message
from tests.factories import EventFactory

Status = Registration.Status

PLACES = 50
PROCESSES = 8

ASKS = """
import sys, django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
from events.models import Event
from events.registering import Asked, register
event = Event.objects.get(pk=int(sys.argv[2]))
sys.stdout.write("ready\\n")
sys.stdout.flush()
sys.stdin.readline()
for number in range(int(sys.argv[3]), int(sys.argv[4])):
    # Each is asked for by two processes.
    register(
        event=event,
        asked=Asked(email=f"p{number}@ailleurs.example", first_name="Démo", last_name=str(number)),
        by_organiser=True,
    )
"""


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_fifty_places_are_given_once_each_and_the_others_wait_in_order() -> None:
    """On PostgreSQL 400 people in 8 processes, each asked for twice; fewer on SQLite, where each
    write waits for the one before."""
    people = 400 if connection.vendor == "postgresql" else 120
    event = EventFactory(open=True, capacity=PLACES, published=True)
    share = people // (PROCESSES // 2)
    starts = [number * share for number in range(PROCESSES // 2)] * 2
    processes = [
        subprocess.Popen(
            [
                sys.executable,
                "-c",
                ASKS,
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
