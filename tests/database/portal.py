"""The portal as it is served, in real processes, on a database that a test may do anything to."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings

START_SECONDS = 60


@dataclass(frozen=True)
class Answer:
    status: int
    seconds: float
    headers: dict[str, str]
    text: str


class Portal:
    def __init__(self, port: int) -> None:
        self._port = port

    def get(self, path: str, **headers: str) -> Answer:
        started = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        try:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        told = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, time.monotonic() - started, told, text)

    def get_at_once(self, *paths: str) -> list[Answer]:
        """Returns the answers in the order of the paths."""
        answers: dict[int, Answer] = {}

        def ask(number: int, path: str) -> None:
            answers[number] = self.get(path)

        threads = [threading.Thread(target=ask, args=item) for item in enumerate(paths)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return [answers[number] for number in range(len(paths))]

    def seconds_until(self, path: str, status: int) -> float:
        started = time.monotonic()
        while (answer := self.get(path)).status != status:
            assert time.monotonic() - started < START_SECONDS, answer
            time.sleep(0.05)
        return time.monotonic() - started


def environment(database_url: str) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(database_url: str) -> Iterator[Portal]:
    """Serves with as few threads as production has."""
    port = _free_port()
    options = ["--workers", "2", "--blocking-threads", "2", "--workers-kill-timeout", "3"]
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "--no-ws", "--interface", "wsgi", *options),
            *("--port", str(port), "--log-level", "error", "dla_portal.wsgi:application"),
        ],
        cwd=settings.BASE_DIR,
        env=environment(database_url),
    )
    try:
        portal = Portal(port)
        started = time.monotonic()
        while True:
            try:
                portal.get("/healthz")
                break
            except OSError:
                assert server.poll() is None and time.monotonic() - started < START_SECONDS
                time.sleep(0.1)
        yield portal
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
