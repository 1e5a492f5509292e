"""Calls to the identity provider, which may be slow, or fall silent in the middle of a sentence.

The library waits five seconds for each byte, for each of four calls: a provider that says one now
and then would hold a thread for as long as it likes. Here a request of the portal has one deadline
for all that it asks.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from typing import Any

from allauth.core import context
from requests import PreparedRequest, Response, Session, Timeout
from requests.adapters import HTTPAdapter

# All calls of one request of the portal may take so long together; a connection, or a silence, so
# long each.
ALTOGETHER_SECONDS, SILENCE_SECONDS = 8.0, 4.0


def session() -> Session:
    """Returns a session whose calls end with the deadline of the request of the portal that is
    being answered."""
    request = context.request
    if not hasattr(request, "provider_deadline"):
        request.provider_deadline = time.monotonic() + ALTOGETHER_SECONDS
    made = Session()
    for scheme in ("https://", "http://"):
        made.mount(scheme, _Bounded(request.provider_deadline))
    return made


class _Bounded(HTTPAdapter):
    """An adapter that hangs up at the deadline, whatever is being read, headers too."""

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self.connections: list[Any] = []
        super().__init__()

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        make = pool.ConnectionCls

        def made(*args: Any, **kwargs: Any) -> Any:
            self.connections.append(make(*args, **kwargs))
            return self.connections[-1]

        pool.ConnectionCls = made
        return pool

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise Timeout("The provider took too long", request=request)
        watch = threading.Timer(left, self._hang_up)
        watch.daemon = True
        watch.start()
        try:
            kwargs["timeout"] = min(left, SILENCE_SECONDS)
            response = super().send(request, *args, **kwargs)
            _ = response.content  # the body is read under the same watch
            return response
        finally:
            watch.cancel()

    def _hang_up(self) -> None:
        for connection in self.connections:
            if connection.sock is not None:
                # The socket lies beneath TLS, which another thread is reading; or it was over
                # already.
                with contextlib.suppress(OSError):
                    socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)
