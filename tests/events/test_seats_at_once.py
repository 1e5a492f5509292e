"""Fifty places, and hundreds of people who ask for one at the same moment."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.db import connection

from events.models import Event, Registration
from mailing.models import Message
from tests.factories import EventFactory, place_at

Status = Registration.Status

PLACES = 50
PROCESSES = 8

# One process imports the portal, then parts into as many as there are shares: each has connections
# of its own, and none begins before all are there.
PARTS = """
import os, sys, traceback
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
if "sqlite3" in settings.DATABASES["default"]["ENGINE"]:
    # SQLite lets in whoever asks at the right moment, not whoever waits: patience is not judged.
    settings.DATABASES["default"]["OPTIONS"]["timeout"] = 200
django.setup()
from events.models import Event
from events.registrations.places import Asked, cancel, register
from events.registrations.waiting_list import settle

def act(share):
    event = Event.objects.get(pk=int(sys.argv[2]))
    for number in share:
        {act}

shares = [range(*map(int, share.split(":"))) for share in sys.argv[3:]]
waits, begins = os.pipe()
processes = []
for share in shares:
    if process := os.fork():
        processes.append(process)
        continue
    try:
        os.close(begins)
        os.read(waits, 1)  # until the last of those who hold the other end lets it go
        act(share)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)
os.close(begins)
sys.exit(sum(os.waitpid(process, 0)[1] != 0 for process in processes))
"""
ASKS = """
        register(
            event=event,
            asked=Asked(
                email=f"p{number}@ailleurs.example", first_name="Démo", last_name=str(number)
            ),
            by_organiser=True,
        )
"""
GIVES_BACK = """
        cancel(registration=event.registrations.get(email=f"p{number}@ailleurs.example"))
        settle(event=event)
"""


def race(event: Event, what: str, people: int) -> None:
    """Each of the people is taken care of by two processes at once."""
    size = people // (PROCESSES // 2)
    shares = [f"{start}:{start + size}" for start in range(0, people, size)] * 2
    name = str(connection.settings_dict["NAME"])
    ended = subprocess.run(
        [sys.executable, "-c", PARTS.replace("{act}", what.strip()), name, str(event.pk), *shares],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        check=False,
        text=True,
        timeout=240,
    )
    assert len(shares) == PROCESSES
    assert ended.returncode == 0, ended.stderr


@pytest.mark.django_db(transaction=True)
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


@pytest.mark.django_db(transaction=True)
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
