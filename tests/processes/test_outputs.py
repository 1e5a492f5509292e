"""Where logs go is full, closed or gone: lines are lost, nothing else."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from mailing.models import Message
from mailing.services import enqueue
from processes.outputs import EXIT_LOST
from tests.processes.servers import Portal, database_url, wait_for

CLOSED = """
import os, sys
from processes.outputs import lose_rather_than_fail, something_was_lost
lose_rather_than_fail()
with open(sys.argv[1], "w") as database:
    print("to standard output", flush=True)
    print("to standard error", file=sys.stderr, flush=True)
os._exit(int(something_was_lost()))
"""


@pytest.mark.xdist_group("server")
@pytest.mark.django_db(transaction=True)
def test_the_server_answers_and_replaces_workers_when_nothing_can_be_logged() -> None:
    reader, nobody_reads = os.pipe()
    os.close(reader)
    with Path("/dev/full").open("wb") as full:
        portal = Portal(database_url(connection), stdout=full, stderr=nobody_reads)
    os.close(nobody_reads)
    try:
        for _ in range(2):
            assert portal.get("/") == 200
            assert portal.get("/adresse-inconnue/") == 404  # the failure is logged
            killed = portal.workers
            for pid in killed:
                os.kill(pid, signal.SIGKILL)  # it is logged, and flushed before the next starts
            wait_for(portal.answers, within=5)
            assert not set(killed) & set(portal.workers)
        portal.kill(signal.SIGTERM)
        assert portal.process.wait(timeout=20) == 0
    finally:
        portal.end()


@pytest.mark.xdist_group("server")
@pytest.mark.django_db(transaction=True)
def test_run_due_does_its_work_when_it_cannot_say_so_and_its_status_tells() -> None:
    message = enqueue(key="a", to="ana@reseau.example", subject="Bonjour", text="Bonjour.")
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "manage.py", "run_due", "--soon"],
            cwd=settings.BASE_DIR,
            env=os.environ
            | {
                "DJANGO_SETTINGS_MODULE": "tests.settings",
                "DATABASE_URL": database_url(connection),
                "PYTHONUNBUFFERED": "1",  # services often have it: each line is written at once
            },
            stdout=full,
            stderr=full,
            check=False,
        )

    message.refresh_from_db()
    assert message.status == Message.Status.SENT
    assert ended.returncode == EXIT_LOST


def test_a_mail_that_cannot_be_printed_has_not_left() -> None:
    printed = (
        "from mailing.console import EmailBackend; from django.core.mail import EmailMessage;"
        "from django.conf import settings; settings.configure();"
        "EmailBackend().send_messages([EmailMessage('a', 'b', 'c@d.example', ['e@f.example'])])"
    )
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-c", printed],
            cwd=settings.BASE_DIR,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert "No space left" in ended.stderr


def test_no_file_takes_the_place_of_an_output_that_is_closed(tmp_path: Path) -> None:
    """The database would be given what is printed."""
    database = tmp_path / "database"
    ended = subprocess.run(
        ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", sys.executable, "-c", CLOSED, str(database)],
        cwd=settings.BASE_DIR,
        check=False,
    )

    assert ended.returncode == 0
    assert database.read_bytes() == b""
