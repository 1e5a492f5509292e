"""`run_due --watch`: mails leave within seconds, whatever happens beside it, until told to stop."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection

from mailing import services
from mailing.models import Message
from mailing.services import enqueue
from pages.management.commands import run_due
from tests.mailing.smtp_sink import Sink

WATCH = """
import sys
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
settings.EMAIL_BACKEND = "mailing.smtp.Backend"
settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(sys.argv[2])
from mailing import services
deliver = services.deliver_due
def looking(**more):
    print("looking", flush=True)
    services.deliver_due = deliver
    return deliver(**more)
services.deliver_due = looking
call_command("run_due", watch=True)
"""


def put(key: str) -> None:
    enqueue(key=key, to=f"{key}@reseau.example", subject="Bonjour", text="Bonjour.")


@contextmanager
def watching(sink: Sink) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        [sys.executable, "-c", WATCH, str(connection.settings_dict["NAME"]), str(sink.port)],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "PGAPPNAME": "watch"},
        stdout=subprocess.PIPE,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def wait_until_it_looks(process: subprocess.Popen[bytes]) -> None:
    """A process told to stop before it listens ends as any process does."""
    assert process.stdout is not None
    assert process.stdout.readline() == b"looking\n"


def wait_until_noted() -> None:
    """What the server took is noted a moment later: cut in between, it would be doubtful."""
    until = time.monotonic() + 30
    while Message.objects.exclude(status=Message.Status.SENT).exists():
        assert time.monotonic() < until
        time.sleep(0.05)


def cut_connections() -> None:
    """Cuts the connections of those who watch, where the database has connections."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND application_name = 'watch'"
            )


@pytest.mark.django_db(transaction=True)
def test_two_at_once_send_each_mail_once_within_seconds_and_stop_when_told(sink: Sink) -> None:
    with watching(sink) as one, watching(sink) as other:
        for process in (one, other):
            wait_until_it_looks(process)
        put("a")
        sink.wait_for(1)
        wait_until_noted()
        cut_connections()
        started = time.monotonic()
        for key in ("b", "c", "d"):
            put(key)
        sink.wait_for(4)
        # It takes a second or two, on a machine that is not busy.
        assert time.monotonic() - started < 30
        for process in (one, other):
            process.send_signal(signal.SIGTERM)
        assert [process.wait(timeout=60) for process in (one, other)] == [0, 0]
    assert len(sink.accepted) == len(set(sink.accepted)) == 4
    assert set(Message.objects.values_list("status", flat=True)) == {Message.Status.SENT}


# --- In this process ---


def watch(monkeypatch: pytest.MonkeyPatch, *, rounds: int, **pauses: float) -> None:
    """Watches until it is told to stop, once it has looked that often; looks follow each other at
    once."""
    looks: list[float] = []
    deliver = services.deliver_due

    def counted(**more: Any) -> services.Report:
        looks.append(time.monotonic())
        if len(looks) == rounds:
            os.kill(os.getpid(), signal.SIGTERM)
        return deliver(**more)

    monkeypatch.setattr(services, "deliver_due", counted)
    for name in ("LOOKS_EVERY", "LONGEST_IN_TROUBLE", "LONGEST_AFTER_AN_ERROR"):
        monkeypatch.setattr(run_due, name, pauses.get(name, 0.01))
    monkeypatch.setattr(run_due, "close_old_connections", lambda: None)
    call_command("run_due", watch=True)


@pytest.mark.django_db
def test_a_database_that_goes_away_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, sink: Sink, caplog: pytest.LogCaptureFixture
) -> None:
    put("a")
    claims = services._claim
    failures = iter([OperationalError("gone"), OperationalError("still gone")])

    def claim(*args: Any, **more: Any) -> list[Message]:
        if error := next(failures, None):
            raise error
        return claims(*args, **more)

    monkeypatch.setattr(services, "_claim", claim)
    watch(monkeypatch, rounds=5)
    assert len(sink.accepted) == 1
    assert caplog.text.count("OperationalError") == 2


@pytest.mark.django_db
def test_a_mail_server_in_trouble_is_knocked_at_less_and_less(
    monkeypatch: pytest.MonkeyPatch, sink: Sink
) -> None:
    sink.greeting = "421 4.3.2 Closed for now"
    for n in range(8):
        put(f"k{n}")
    started = time.monotonic()
    watch(monkeypatch, rounds=6, LONGEST_IN_TROUBLE=0.2)
    assert time.monotonic() - started > 0.02 + 0.04 + 0.08 + 0.16
    assert sink.connections == 5
    assert set(Message.objects.values_list("status", flat=True)) == {Message.Status.WAITING}


@pytest.mark.django_db
def test_contents_are_asked_each_minute_and_not_each_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(run_due.Command, "_contents", lambda self: asked.append(1))
    watch(monkeypatch, rounds=5)
    assert asked == [1]
