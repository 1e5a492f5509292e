"""Connections to a PostgreSQL server that may stop answering, and the probe that finds out.

A server that is stopped refuses, and is known to be away at once. One that is frozen, or behind a
network that drops what it is given, says nothing, and the driver would wait for as long as the
network itself does: for ever, once the query has been taken. No limit on the time of a statement
helps: those of the server are the server's to keep, and the longest export is slower than any
limit that a reader would wait for. So whoever has waited for a moment probes the server by
another connection: a slow statement goes on, one of a server that is gone ends.

A process has one probe of each server. While an answer is owed to it, nobody else waits for one.
"""

from __future__ import annotations

from collections.abc import Generator
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock, Thread
from time import monotonic
from typing import Any

import psycopg
from psycopg.errors import ConnectionTimeout


class NoAnswer(psycopg.OperationalError):
    """The server was asked, and said nothing in time."""


@dataclass(frozen=True)
class Timeouts:
    """How long each thing may take, in seconds."""

    # A statement may be silent for so long before the server is probed.
    silence: float
    # The probe may wait for so long.
    answer: float
    # A statement that is silent for longer is given up, even if the server lives.
    most: float
    # A statement that waits for a row or a table that another holds is given up after so long.
    lock: float


FOR_TASKS = Timeouts(silence=10, answer=10, most=float("inf"), lock=0)
# Who asks whether the portal is ready waits two seconds: the first two together are well below.
FOR_READERS = Timeouts(silence=0.5, answer=1, most=60, lock=5)

timeouts = FOR_TASKS
# The answer to a probe is good for so many seconds.
FRESH = 1.0


def use_reader_timeouts() -> None:
    """Sets the timeouts of a process that serves pages, whose readers wait. `wsgi` calls it."""
    global timeouts
    timeouts = FOR_READERS


class Connection(psycopg.Connection[Any]):
    """A connection that never waits for a server that is no longer there."""

    probe: ServerProbe | None = None

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        try:
            return super().wait(self._listening(gen), interval, timeout)
        except NoAnswer:
            # Whatever comes later belongs to nobody: nothing may be asked over it again.
            self.pgconn.finish()
            raise

    def _listening(self, gen: Any) -> Generator[Any, Any, Any]:
        """Runs `gen`, which the driver resumes when the socket is ready, or in vain after
        `interval`."""
        heard_at = monotonic()
        try:
            wanted = next(gen)
            while True:
                if ready := (yield wanted):
                    heard_at = monotonic()
                elif self.probe:
                    self._give_up_if_alone(monotonic() - heard_at)
                wanted = gen.send(ready)
        except StopIteration as end:
            return end.value

    def _give_up_if_alone(self, silent_for: float) -> None:
        assert self.probe is not None
        if silent_for > timeouts.most:
            # It lives: it need not go on for nobody.
            with suppress(psycopg.Error):
                self.cancel_safe(timeout=timeouts.answer)
            raise NoAnswer(f"no answer to a statement after {timeouts.most} s")
        if silent_for > timeouts.silence and self.probe.is_unreachable():
            raise NoAnswer("the server no longer answers")


class ServerProbe:
    """The probe of one server, for all threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._question: _Question | None = None

    def connect(self, params: dict[str, Any]) -> Connection:
        """Returns a new connection. Raises the OperationalError of what the server says, or
        NoAnswer."""
        if self._question and self._question.is_overdue:
            raise NoAnswer("the server does not answer")
        question = _Question(params)
        question.start()
        try:
            connection = question.answer.result(timeout=timeouts.answer)
        except TimeoutError:
            if not question.answer.cancel():  # it has just come
                connection = question.answer.result()
            else:
                with self._lock:
                    self._question = question  # which goes on until the server is back
                raise NoAnswer("the server does not answer") from None
        connection.probe, self._params = self, params
        return connection

    def is_unreachable(self) -> bool:
        """Says whether the server owes an answer for too long. Probes it without waiting."""
        with self._lock:
            question = self._question
            if question is None or question.is_stale:
                question = self._question = _Question(self._params)
                question.answer.cancel()  # only whether there is one matters
                question.start()
        return question.is_overdue or question.found_nobody


class _Question(Thread):
    """Tries to connect in a thread of its own: names and networks have delays of their own,
    which no caller could bound. It tries again until something answers."""

    def __init__(self, params: dict[str, Any]) -> None:
        super().__init__(name="database probe", daemon=True)
        self.answer: Future[Connection] = Future()
        self.found_nobody = False
        self._params = params
        self._asked_at = monotonic()
        self._ended_at: float | None = None

    @property
    def is_overdue(self) -> bool:
        return self._ended_at is None and monotonic() - self._asked_at > timeouts.answer

    @property
    def is_stale(self) -> bool:
        return self._ended_at is not None and monotonic() - self._ended_at > FRESH

    def run(self) -> None:
        try:
            connection = self._connection()
        except Exception as error:
            # "FATAL" is the server's own word: too many connections, or starting. Anything else is
            # the network's.
            self.found_nobody = "FATAL" not in str(error)
            self._ended_at = monotonic()
            with suppress(InvalidStateError):
                self.answer.set_exception(error)
            return
        self._ended_at = monotonic()
        try:
            self.answer.set_result(connection)
        except InvalidStateError:  # nobody waits for it any more
            connection.close()

    def _connection(self) -> Connection:
        while True:
            try:
                return Connection.connect(**self._params)
            except ConnectionTimeout:
                continue
