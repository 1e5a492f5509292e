"""A worker that no longer answers is ended, so that another takes its place.

It may be that each of its threads waits for something that never comes, or that one of them went
astray in C and holds all of Python. The process that started the workers sees them alive.
"""

from __future__ import annotations

import faulthandler
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

# A request may take so long before its response begins: a document that is cleaned may take half of
# it, and nobody's browser waits longer.
MOST_SECONDS = 180.0
# Python may have no moment to run in for so long.
MOST_SECONDS_HELD = 60.0
EVERY = 2.0

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Watched:
    """A WSGI application that ends its process, the state of each thread told on standard error,
    when all `threads` that serve it have been in one request for too long."""

    def __init__(self, application: Application, *, threads: int) -> None:
        self.application, self.threads = application, threads
        self._since: dict[int, float] = {}

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        here = threading.get_ident()
        self._since[here] = time.monotonic()
        try:
            return self.application(environ, start_response)
        finally:
            del self._since[here]

    def watch(self) -> None:
        threading.Thread(target=self._feed, name="watchdog", daemon=True).start()

    def _feed(self) -> None:
        """Winds up the system's own timer, which ends the process unless it is put back in time."""
        while not self.is_stuck():
            faulthandler.dump_traceback_later(MOST_SECONDS_HELD, exit=True)
            time.sleep(EVERY)
        faulthandler.dump_traceback_later(0.1, exit=True)

    def is_stuck(self) -> bool:
        limit = time.monotonic() - MOST_SECONDS
        running = list(self._since.values())
        return len(running) >= self.threads and max(running) < limit
