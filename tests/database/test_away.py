"""Real processes on a real server that stops, freezes, or has no room: each page says so in time,
and all is well again without anybody's help.

Each run asks its own database: PostgreSQL of a server away, SQLite of a file.
"""

import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from tests.database.portal import Portal, environment, served
from tests.throwaway_postgres import Server, program, throwaway_server

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("database away"),
]

PAGES = ("/", "/articles/", "/evenements/", "/structures/")
PAGE_WITHIN, READY_WITHIN, BACK_WITHIN = 3.0, 2.0, 5.0
# A process that touches nothing grows by so much: the machine itself may take it.
AT_ONCE = 0.5


@dataclass
class Served:
    portal: Portal
    server: Server


def _copy(server: Server) -> None:
    """Copies the tests' own database, migrated already, into the server."""
    told = connection.settings_dict
    source = (
        f"postgres://{told['USER']}:{told['PASSWORD']}@{told['HOST']}:{told['PORT']}/{told['NAME']}"
    )
    dump = subprocess.run([program("pg_dump"), source], check=True, capture_output=True)
    subprocess.run(
        [program("psql"), server.url, "--quiet", "--set=ON_ERROR_STOP=1"],
        input=dump.stdout, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip


def _connections(server: Server) -> int:
    with psycopg.connect(server.url) as asked:
        row = asked.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        ).fetchone()
    assert row is not None
    return int(row[0])


def _check_away(portal: Portal, why: str) -> None:
    for answer in portal.get_at_once(*PAGES):
        assert answer.status == 503 and answer.seconds < PAGE_WITHIN, answer
        assert answer.headers["retry-after"] and "Revenez dans un instant" in answer.text
    ready, alive = portal.get("/readyz"), portal.get("/healthz")
    assert (ready.status, ready.text) == (503, f"database: {why}\n")
    assert ready.seconds < READY_WITHIN
    assert alive.status == 200 and alive.seconds < AT_ONCE


def _check_back(served: Served) -> None:
    """Checks every thread of every process, one connection each at most."""
    assert served.portal.seconds_until("/articles/", 200) < BACK_WITHIN
    for _ in range(3):
        answers = served.portal.get_at_once(*PAGES, *PAGES)
        assert [answer.status for answer in answers] == [200] * len(answers)
    assert served.portal.get("/readyz").status == 200
    assert _connections(served.server) <= 4


if connection.vendor == "postgresql":

    def test_a_server_that_stops_freezes_and_fills_up() -> None:
        with throwaway_server() as server:
            _copy(server)
            with served(server.url) as portal:
                both = Served(portal, server)
                _check_back(both)

                server.stop()
                _check_away(portal, "no connection")
                _check_command_ends(server)
                server.start()
                _check_back(both)

                server.freeze()
                try:
                    _check_away(portal, "no answer")
                    _check_away(portal, "no answer")
                finally:
                    server.thaw()
                _check_back(both)

                _take_every_connection(both)
                _check_back(both)

    def _check_command_ends(server: Server) -> None:
        ended = subprocess.run(
            [sys.executable, "manage.py", "run_due"],
            cwd=settings.BASE_DIR, env=environment(server.url), check=False, capture_output=True,
            text=True, timeout=60,
        )  # fmt: skip
        assert ended.returncode == os.EX_TEMPFAIL
        assert ended.stderr.startswith("Base de données indisponible\u00a0: no connection (")
        assert ended.stderr.count("\n") == 1

    def _take_every_connection(both: Served) -> None:
        """Takes every connection. Those of the portal are cut: whoever cuts them must not be served
        by what remains."""
        taken = [psycopg.connect(both.server.url, autocommit=True)]
        taken[0].execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        try:
            with suppress(psycopg.OperationalError):
                while True:
                    taken.append(psycopg.connect(both.server.url))
            _check_away(both.portal, "no connection")
        finally:
            for one in taken:
                one.close()
