"""What becomes of a mail after an error: whose fault it is, and whether the server has it."""

from __future__ import annotations

import enum
import smtplib
from typing import Any

from mailing.senders import fault_of_settings


class Fate(enum.Enum):
    """What an error says of the mail, and of those after it."""

    REFUSED = enum.auto()  # this mail ends here
    LATER = enum.auto()  # this mail may leave next time
    TROUBLE = enum.auto()  # the server or the portal is at fault: the rest of the queue waits
    UNKNOWN = enum.auto()  # the server had all of it and did not answer


class AnswerWatch:
    """Watches whether the server has had the whole of a mail, to its last dot, without an answer
    that let smtplib go on: `data` alone sends bytes, every command is a string."""

    def __init__(self, server: Any) -> None:
        self.unanswered = False
        smtp = getattr(server, "connection", None)
        if not isinstance(smtp, smtplib.SMTP):
            return
        send = smtp.send

        def watched(s: Any) -> None:
            self.unanswered = False
            send(s)
            self.unanswered = isinstance(s, bytes)

        smtp.send = watched  # type: ignore[method-assign]  # its class is Django's choice


def fate_of(error: Exception, *, unanswered: bool) -> Fate:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _fate_of_answers(*error.recipients.values())
    if isinstance(error, smtplib.SMTPSenderRefused):
        # A mail that is too big is itself at fault; else it is the portal that is not let in.
        return Fate.REFUSED if error.smtp_code == 552 else Fate.TROUBLE
    if isinstance(error, smtplib.SMTPDataError):
        return _fate_of_answers((error.smtp_code, error.smtp_error))
    if unanswered:
        return Fate.UNKNOWN
    if isinstance(error, OSError) and not isinstance(error, smtplib.SMTPNotSupportedError):
        return Fate.TROUBLE  # smtplib's other errors are OSErrors
    # The mail cannot even be written: a header, an address, a character set is wrong. Where no mail
    # can, since the portal's own address is at fault, none ends for it.
    return Fate.TROUBLE if fault_of_settings() else Fate.REFUSED


# The server closes, wants to know first who the portal is, or does not believe it.
TO_THE_PORTAL = {421, 530, 534, 535, 538}


def _fate_of_answers(*answers: tuple[int, bytes | str]) -> Fate:
    codes = [code for code, _ in answers]
    if TO_THE_PORTAL.intersection(codes) or any(b"relay" in _raw(text) for _, text in answers):
        return Fate.TROUBLE  # the mail does not matter
    if all(500 <= code < 600 for code in codes):
        return Fate.REFUSED
    if all(400 <= code < 600 for code in codes):
        return Fate.LATER
    return Fate.UNKNOWN  # no such code refuses


def _raw(text: bytes | str) -> bytes:
    return (text.encode() if isinstance(text, str) else text).lower()


def error_words(error: Exception) -> str:
    """Returns what the server said, in French, which is what staff can act upon. The address is
    left out: it has a column."""
    answers: list[tuple[int, Any]] = []
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = list(error.recipients.values())
    elif isinstance(error, smtplib.SMTPResponseException):
        answers = [(error.smtp_code, error.smtp_error)]
    if not answers:
        said = fault_of_settings() if not isinstance(error, OSError) else ""
        return (said or f"{type(error).__name__}\u00a0: {error}").replace("\x00", "")
    texts = [
        f"{code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}"
        for code, text in answers
    ]
    return ("Réponse du serveur\u00a0: " + ", ".join(texts)).replace("\x00", "")
