"""A server that takes what it is sent and says nothing is given up in time, by all at once."""

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from database import server_probe
from database.server_probe import NoAnswer, ServerProbe

ANSWER = 0.3
# A busy machine may add so much.
SLACK = 2.0


@pytest.fixture(autouse=True)
def _short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        server_probe, "timeouts", replace(server_probe.FOR_READERS, silence=0.1, answer=ANSWER)
    )


class Peer:
    """A server that accepts, and is silent; `refuse` hangs up on whoever waits or comes later."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._taken: list[socket.socket] = []
        self._refuses = threading.Event()
        self.params: dict[str, Any] = {
            "host": "127.0.0.1",
            "port": self._socket.getsockname()[1],
            "user": "portal",
            "dbname": "portal",
            "sslmode": "disable",
        }
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def asked(self) -> int:
        return len(self._taken)

    def _accept(self) -> None:
        while True:
            try:
                taken, _ = self._socket.accept()
            except OSError:
                return
            self._taken.append(taken)
            if self._refuses.is_set():
                taken.close()

    def refuse(self) -> None:
        self._refuses.set()
        for taken in self._taken:
            taken.close()

    def close(self) -> None:
        self.refuse()
        self._socket.close()


@pytest.fixture
def peer() -> Iterator[Peer]:
    peer = Peer()
    yield peer
    peer.close()


def test_a_silent_server_is_given_up_in_time(peer: Peer) -> None:
    started = time.monotonic()

    with pytest.raises(NoAnswer):
        ServerProbe().connect(peer.params)

    assert time.monotonic() - started < ANSWER + SLACK


def test_while_it_owes_an_answer_nobody_else_waits_or_asks(peer: Peer) -> None:
    asked = ServerProbe()
    with pytest.raises(NoAnswer):
        asked.connect(peer.params)
    started, before = time.monotonic(), peer.asked

    for _ in range(50):
        with pytest.raises(NoAnswer):
            asked.connect(peer.params)

    assert time.monotonic() - started < ANSWER
    assert peer.asked == before


def test_it_is_asked_again_once_it_has_answered(peer: Peer) -> None:
    asked = ServerProbe()
    with pytest.raises(NoAnswer):
        asked.connect(peer.params)

    peer.refuse()

    deadline = time.monotonic() + SLACK
    while True:
        with pytest.raises(psycopg.OperationalError) as told:
            asked.connect(peer.params)
        if not isinstance(told.value, NoAnswer):
            break  # the server itself says it
        assert time.monotonic() < deadline
        time.sleep(0.02)
