"""Real servers in processes of their own, with what they cost in processor time."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

TICKS = os.sysconf("SC_CLK_TCK")
CLIENTS = 4


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A server in a process of its own: `with Server([...command with {port}...], environment) as
    server:`"""

    def __init__(self, command: list[str], environment: Mapping[str, str]) -> None:
        self.port = free_port()
        self.command = [part.replace("{port}", str(self.port)) for part in command]
        self.environment = {**os.environ, **environment}

    def __enter__(self) -> Server:
        self.process = subprocess.Popen(
            self.command,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(200):
            try:
                self.get("/healthz")
                return self
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"does not start: {' '.join(self.command)}")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)

    def get(self, path: str) -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            return _read(connection, path)
        finally:
            connection.close()

    def cpu_seconds(self) -> float:
        """Returns the seconds of processor of the server and of its workers so far, user and system
        (Linux)."""
        return sum(map(_cpu_seconds, _family(self.process.pid)))

    def requests_per_cpu_second(self, path: str, requests: int) -> float:
        before = self.cpu_seconds()
        with ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(self._visits, [(path, requests // CLIENTS)] * CLIENTS))
        return requests / (self.cpu_seconds() - before)

    def _visits(self, visit: tuple[str, int]) -> None:
        path, requests = visit
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        for _ in range(requests):
            _read(connection, path)
        connection.close()


def _read(connection: http.client.HTTPConnection, path: str) -> bytes:
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read()
    if response.status != 200:
        raise RuntimeError(f"{path} answers {response.status}")
    return body


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(kin for child in children for kin in _family(int(child)))]


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def portal_command() -> list[str]:
    """Returns the command of the production server, as dla_portal/serve.py starts it."""
    return [
        str(Path(sys.executable).parent / "granian"),
        *("--interface", "wsgi", "--host", "127.0.0.1", "--port", "{port}"),
        *("--workers", "2", "--blocking-threads", "2", "--no-access-log"),
        "dla_portal.wsgi:application",
    ]


def textbook_command() -> list[str]:
    return [
        *(sys.executable, "-m", "gunicorn", "--bind", "127.0.0.1:{port}"),
        *("--workers", "2", "--threads", "2", "benchmarks.textbook:application"),
    ]
