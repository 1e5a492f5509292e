"""A real SMTP server on a free port, which keeps what it accepts and misbehaves on demand."""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import Message as Parsed
from types import TracebackType
from typing import Any, cast

import pytest

# A mail that was received whole goes through this: `None` accepts it, a text answers that instead,
# and whatever the function does first is waited for.
Judge = Callable[[Parsed], str | None]


class Silent(Exception):
    """Hangs up without an answer."""


# Such a function does something to a conversation, in place of an answer.
Trouble = Callable[["_Conversation"], None]


def drop(conversation: _Conversation) -> None:
    raise Silent


def hang(conversation: _Conversation) -> None:
    """Says nothing, and keeps the line."""
    cast(Sink, conversation.server).over.wait(timeout=60)
    raise Silent


def drip(conversation: _Conversation) -> None:
    """Says a byte now and then, never a whole answer."""
    sink = cast(Sink, conversation.server)
    while not sink.over.wait(timeout=0.05):
        conversation.wfile.write(b"2")


def lines_without_end(conversation: _Conversation) -> None:
    sink = cast(Sink, conversation.server)
    while not sink.over.wait(timeout=0.01):
        conversation.wfile.write(b"250-more\r\n")


class Sink(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.port: int = self.server_address[1]
        self.accepted: list[str] = []
        self.mails: list[Parsed] = []
        self.connections = 0
        # The answers to RCPT, by address.
        self.refused: dict[str, str] = {}
        self.greeting = "220 sink"
        # The answer to MAIL, whoever writes.
        self.sender = "250 ok"
        # The first runs before a mail is accepted, the second once it is but before that is said.
        self.before: Judge = lambda mail: None
        self.after: Callable[[Parsed], None] = lambda mail: None
        # These answer otherwise than usual, by stage of a conversation (a word of SMTP, "greeting",
        # or "end" once a mail is whole); some are the functions below.
        self.at: dict[str, str | Trouble] = {}
        self.over = threading.Event()
        self.lock = threading.Lock()

    def __enter__(self) -> Sink:
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.over.set()
        self.shutdown()
        self.server_close()

    def take(self, mail: Parsed) -> None:
        with self.lock:
            self.mails.append(mail)
            self.accepted.append(str(mail["Message-ID"]))

    def wait_for(self, count: int, *, seconds: float = 60) -> None:
        until = time.monotonic() + seconds
        while len(self.accepted) < count:
            assert time.monotonic() < until, f"{len(self.accepted)} mails only"
            time.sleep(0.005)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed is no error here."""


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        sink = cast(Sink, self.server)
        with sink.lock:
            sink.connections += 1
        try:
            self.converse(sink)
        except Silent:
            return

    def converse(self, sink: Sink) -> None:
        self.misbehave(sink, "greeting")
        self.say(sink.greeting)
        while line := self.rfile.readline():
            word = line[:4].upper()
            if self.misbehave(sink, word.decode("latin-1")):
                continue
            if word == b"EHLO":
                self.say("250 sink")
            elif word == b"MAIL":
                self.say(sink.sender)
            elif word == b"RCPT":
                address = line.split(b"<")[1].split(b">")[0].decode()
                self.say(sink.refused.get(address, "250 ok"))
            elif word == b"DATA":
                self.say("354 go on")
                if (answer := self.receive(sink)) is None:
                    return
                if not self.misbehave(sink, "end"):
                    self.say(answer)
            elif word == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def receive(self, sink: Sink) -> str | None:
        raw = b""
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return None  # it was cut before the end: it is no mail
            raw += line[1:] if line.startswith(b".") else line
        mail = message_from_bytes(raw)
        try:
            if answer := sink.before(mail):
                return answer
            sink.take(mail)
            sink.after(mail)
        except Silent:
            return None
        return "250 taken"

    def misbehave(self, sink: Sink, stage: str) -> bool:
        """Says whether it answered, in place of what it usually does."""
        trouble = sink.at.get(stage)
        if callable(trouble):
            trouble(self)
        elif trouble:
            self.say(trouble)
        return bool(trouble)

    def say(self, answer: str) -> None:
        self.wfile.write(answer.encode() + b"\r\n")


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    """The portal's mail server."""
    with Sink() as server:
        settings.EMAIL_BACKEND = "mailing.smtp.Backend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server
