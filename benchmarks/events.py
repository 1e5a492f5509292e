"""Events: pages after eleven years of them against the same pages after one, on both databases.
As many are to come and shown in both, so the cost should not follow their number.

`python -m benchmarks.events` is the part that runs in a process of its own, on the database that
`DATABASE_URL` names, and prints its figures as JSON.
"""

from __future__ import annotations

import copy
import json
import os
import statistics
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.harness import Result
from tests.throwaway_postgres import throwaway_postgres

FEW, MANY = 1_000, 10_000
# So many people asked for a place at each; the last ones wait.
REGISTRATIONS = 12
ROUNDS = 15
# So many days lie between one event and the next, from the last that is to come back in time.
APART, LAST_IN = timedelta(days=0.4), timedelta(days=150)
# One member registered for so many of the last ones.
OWN = 40
MOST_TIMES = 3
PAGES = {
    "agenda": "/evenements/",
    "agenda d’un thème, tous": "/evenements/?quand=tous&theme=commun",
    "agenda passé, page lointaine": "/evenements/?quand=passes&page={last}",
    "mois": "/evenements/?vue=mois",
    "événement": "/evenements/e-0/",
    "calendrier abonné": "/evenements/agenda.ics",
    "flux RSS": "/evenements/flux.rss",
    "mes événements": "/compte/evenements/",
}


def measure() -> list[Result]:
    results: list[Result] = []
    with TemporaryDirectory(prefix="portal-bench-") as scratch:
        results += _results("SQLite", f"sqlite:///{Path(scratch) / 'events.sqlite3'}")
    with throwaway_postgres() as url:
        results += _results("PostgreSQL", url)
    return results


def _results(engine: str, url: str) -> list[Result]:
    output = subprocess.run(
        [sys.executable, "-m", "benchmarks.events"],
        env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    figures: dict[str, tuple[float, float]] = json.loads(output.splitlines()[-1])
    return [
        Result(
            f"{name}, {MANY} événements, {engine}",
            "ms",
            many,
            few,
            many / few,
            (many / few, many / few),
            f"≤ {MOST_TIMES}",
            many / few <= MOST_TIMES,
        )
        for name, (few, many) in figures.items()
    ]


def _run() -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    call_command("migrate", verbosity=0)
    setup_test_environment()
    from tests.factories import UserFactory

    first, member = _first(), UserFactory()
    _copy(first, range(FEW), member)
    few = _times(FEW, member)
    _copy(first, range(FEW, MANY), member)
    many = _times(MANY, member)
    print(json.dumps({name: (few[name], many[name]) for name in PAGES}))


def _first() -> Any:
    """Makes the event of which all others are copies, but for their days."""
    from events.models import EventPublication
    from tests.factories import EventFactory, ThemeFactory

    event = EventFactory(
        open_to_all=True,
        published=True,
        themes=[ThemeFactory(slug="commun")],
        sessions=[{"title": f"Atelier {number}"} for number in range(6)],
    )
    return EventPublication.objects.get(event=event)


def _copy(first: Any, numbers: range, member: Any) -> None:
    from django.db import connection

    from events.models import Event, EventPublication, EventVersion, Registration

    events = Event.objects.bulk_create(
        [Event(title=f"Événement {n}", slug=f"e-{n}", format="online") for n in numbers],
        batch_size=500,
    )
    versions = EventVersion.objects.bulk_create(
        [EventVersion(event=event, data={}) for event in events], batch_size=500
    )
    made = []
    for number, event, version in zip(numbers, events, versions, strict=True):
        later = LAST_IN - number * APART
        publication = copy.copy(first)
        publication.pk, publication._state = None, type(first._state)()
        publication.event, publication.version = event, version
        publication.title, publication.slug = event.title, event.slug
        publication.starts_at += later
        publication.ends_at += later
        publication.first_day = publication.starts_at.date()
        made.append(publication)
    EventPublication.objects.bulk_create(made, batch_size=200)
    themes = EventPublication.themes.through
    theme = first.themes.get()
    themes.objects.bulk_create(
        [themes(eventpublication_id=one.pk, theme_id=theme.pk) for one in made], batch_size=500
    )
    Registration.objects.bulk_create(
        [
            Registration(
                event=event,
                number=number,
                email=f"p{number}-{event.slug}@demo.example",
                user=member if number == 0 and rank < OWN else None,
                first_name="Démo",
                last_name=f"Participant·e {number}",
                status="confirmed" if number < REGISTRATIONS - 2 else "waiting",
                confirmed_at=first.live_from,
            )
            for rank, event in zip(numbers, events, strict=True)
            for number in range(REGISTRATIONS)
        ],
        batch_size=500,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _times(count: int, member: Any) -> dict[str, float]:
    """Returns the median milliseconds of each page, answered whole."""
    from django.test import Client

    client = Client()
    found = {}
    for name, template in PAGES.items():
        address = template.format(last=(count - FEW // 2) // 20)
        client.force_login(member) if address.startswith("/compte/") else client.logout()
        times = []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            answer = client.get(address)
            times.append((time.perf_counter() - start) * 1000)
            assert answer.status_code == 200, address
        found[name] = statistics.median(times)
    return found


if __name__ == "__main__":
    _run()
