"""A real server in processes of its own, on the database of the tests, to kill parts of."""

from __future__ import annotations

import errno
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings

STARTS_WITHIN = 60


def database_url(connection: Any) -> str:
    """Returns the address of the database that the tests write to."""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    password = quote(known["PASSWORD"], safe="")
    place = f"{known['HOST']}:{known['PORT']}/{known['NAME']}"
    return f"postgres://{known['USER']}:{password}@{place}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(condition: Callable[[], Any], *, within: float) -> float:
    """Returns how many seconds it took."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < within
        time.sleep(0.02)
    return time.monotonic() - began


def is_alive(pid: int) -> bool:
    """Says whether it lives, other than as a zombie, whose end its parent has only to read."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def children(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(parent) == pid and state != "Z":
            found.append(int(stat.parent.name))
    return sorted(found)


class Portal:
    def __init__(self, database: str, *options: str, port: int | None = None, **streams: Any):
        self.port = port or free_port()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dla_portal.production", f"--port={self.port}", *options],
            cwd=settings.BASE_DIR,
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": database},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            # Tests that run under nohup hand down that it is ignored.
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
            **streams,
        )
        wait_for(self.answers, within=STARTS_WITHIN)

    def answers(self, path: str = "/healthz") -> bool:
        assert self.process.poll() is None
        try:
            return self.get(path) == 200
        except OSError:
            return False

    def takes_nothing_more(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == errno.ECONNREFUSED

    def get(self, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()

    @contextmanager
    def held_request(self) -> Iterator[http.client.HTTPConnection]:
        """Opens a request that a worker has begun to answer, and that waits for the rest of a
        form."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.putrequest("POST", "/compte/connexion/")
        connection.putheader("Content-Type", "application/x-www-form-urlencoded")
        # Without the cookie, the form would not even be read.
        connection.putheader("Cookie", f"csrftoken={'a' * 32}")
        connection.putheader("Content-Length", "7")
        connection.endheaders(b"log")
        time.sleep(0.3)
        try:
            yield connection
        finally:
            connection.close()

    @property
    def timer(self) -> list[int]:
        return [pid for pid in self.parts if b"dla_portal.timer" in _command(pid)]

    @property
    def workers(self) -> list[int]:
        return [pid for pid in self.parts if b"dla_portal.production" in _command(pid)]

    @property
    def parts(self) -> list[int]:
        return children(self.process.pid)

    def kill(self, signum: int = signal.SIGKILL) -> None:
        os.kill(self.process.pid, signum)

    def end(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=20)


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""
