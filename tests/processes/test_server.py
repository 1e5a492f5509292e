"""The server that production runs, of which each part is killed in turn."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection

from tests.processes.servers import Portal, database_url, is_alive, wait_for

# How processes end does not depend on the database; that the server answers on each is asked by
# tests/processes/test_outputs.py.
pytestmark = [
    pytest.mark.once,
    pytest.mark.xdist_group("server"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture(scope="module")
def running() -> Iterator[list[Portal]]:
    started: list[Portal] = []
    yield started
    for portal in started:
        portal.end()


@pytest.fixture
def portal(running: list[Portal]) -> Portal:
    """The server that the tests share, if the one before left it alive."""
    if not running or running[-1].process.poll() is not None:
        running.append(Portal(database_url(connection)))
    return running[-1]


def both_workers(portal: Portal) -> list[int]:
    found: list[int] = []

    def are_there() -> bool:
        found[:] = portal.workers
        return len(found) == 2

    wait_for(are_there, within=5)
    return found


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM])
def test_a_worker_that_ends_is_replaced_and_the_others_answer(portal: Portal, how: int) -> None:
    ended, other = both_workers(portal)
    os.kill(ended, how)

    wait_for(lambda: not is_alive(ended), within=5)
    assert other in both_workers(portal)
    assert portal.answers()


def test_all_workers_killed_again_and_again_are_back_at_once(portal: Portal) -> None:
    for _ in range(4):
        for pid in both_workers(portal):
            os.kill(pid, signal.SIGKILL)
        assert wait_for(portal.answers, within=5) < 2
    both_workers(portal)


def test_a_timer_that_ends_is_started_again(portal: Portal) -> None:
    wait_for(lambda: portal.timer, within=5)
    [ended] = portal.timer
    os.kill(ended, signal.SIGKILL)

    wait_for(lambda: set(portal.timer) - {ended}, within=10)


def test_nothing_outlives_the_process_that_started_it(
    running: list[Portal], portal: Portal
) -> None:
    wait_for(lambda: len(portal.parts) == 3, within=5)
    parts = portal.parts
    with portal.held_request():
        portal.kill()
        wait_for(lambda: not any(map(is_alive, parts)), within=5)
    # Whatever starts it again finds the port free.
    portal.process.wait(timeout=10)
    running.append(Portal(database_url(connection), port=portal.port))


def test_a_terminal_that_closes_stops_it_and_lets_requests_end(portal: Portal) -> None:
    wait_for(lambda: len(portal.parts) == 3, within=5)
    parts = portal.parts
    with portal.held_request() as request:
        os.killpg(portal.process.pid, signal.SIGHUP)  # a terminal tells all that runs in it
        wait_for(portal.takes_nothing_more, within=5)
        portal.kill(signal.SIGTERM)
        assert portal.process.poll() is None
        request.send(b"in=a")

        assert request.getresponse().status == 403
    assert portal.process.wait(timeout=20) == 0
    assert not any(map(is_alive, parts))


def test_stops_at_ctrl_c_whatever_a_request_waits_for(running: list[Portal]) -> None:
    portal = Portal(database_url(connection), "--workers=1", "--drain=1")
    running.insert(0, portal)
    parts = portal.parts
    assert len(parts) == 2
    with portal.held_request():
        for _ in range(3):
            os.killpg(portal.process.pid, signal.SIGINT)

        assert portal.process.wait(timeout=20) == 0
    assert not any(map(is_alive, parts))


def test_says_that_the_port_is_taken() -> None:
    with socket.socket() as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        port = stranger.getsockname()[1]
        for module, way_out in (("production", "--port"), ("serve", f"make run PORT={port + 1}")):
            refused = subprocess.run(
                [sys.executable, "-m", f"dla_portal.{module}", f"--port={port}"],
                cwd=settings.BASE_DIR,
                capture_output=True,
                text=True,
                check=False,
            )
            assert refused.returncode == 1
            assert refused.stderr.startswith(f"Le port {port} est déjà pris")
            assert way_out in refused.stderr
