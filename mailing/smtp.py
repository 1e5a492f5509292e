"""Django's SMTP, with a bound on each whole answer. smtplib's own bound is on each piece of it: a
server that gives a byte now and then, or lines without end, would hold a delivery for hours.

smtplib's own is on each piece of it: a server that gives a byte now and then, or lines without
end, would hold a delivery for hours.
"""

from __future__ import annotations

import io
import smtplib
import socket
import time
from typing import Any

from django.core.mail.backends.smtp import EmailBackend

# An answer may take so long, where nobody said otherwise.
TIMEOUT = 60  # seconds


class _Answers(socket.SocketIO):
    """Reads what the server says, until `until` on the monotonic clock."""

    until = 0.0

    def __init__(self, sock: socket.socket) -> None:
        super().__init__(sock, "r")
        self.socket = sock

    def readinto(self, buffer: Any) -> int | None:
        if (left := self.until - time.monotonic()) <= 0:
            raise TimeoutError("The mail server takes too long to answer")
        self.socket.settimeout(left)
        return super().readinto(buffer)


class _Patient(smtplib.SMTP):
    answers: _Answers

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None:
            assert self.sock is not None
            self.answers = _Answers(self.sock)
            self.file = io.BufferedReader(self.answers)
        self.answers.until = time.monotonic() + self.timeout
        try:
            return super().getreply()
        finally:
            if self.sock is not None:
                self.sock.settimeout(self.timeout)


class _PatientSSL(_Patient, smtplib.SMTP_SSL):
    pass


class Backend(EmailBackend):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.timeout = self.timeout or TIMEOUT

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _PatientSSL if self.use_ssl else _Patient
