"""Writing mails into the queue, and sending them from it.

A mail is written in the transaction of what it tells, so that neither happens without the other.
It leaves later, from `run_due`.

Exactly once does not exist over SMTP: no mail server takes part in a transaction, and when a
process is killed between handing a mail over and noting the answer, nobody but the server knows.
Never twice was chosen. What nobody knows about is « incertain »: it is not sent again by itself,
it is shown to the staff, and they decide (`send_again`). A process that dies, or a connection that
breaks, makes at most one such mail; all the others go on as if nothing had happened.

So each step is committed before the next: claimed for a while (`CLAIM`), marked as handed over,
handed over, marked as sent. A claim that runs out before the mark is simply taken back.
"""

from __future__ import annotations

import base64
import enum
import logging
import re
import secrets
import smtplib
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.mail import get_connection
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from audit.models import Action
from audit.services import delete_in_batches, record
from mailing.composition import Mail, safe_name
from mailing.future import bring_back
from mailing.models import Message
from mailing.secret_links import masked

logger = logging.getLogger(__name__)

Status = Message.Status

# Of one claim; a process that dies holds no more than these back.
BATCH = 20
# No mail of a batch is handed over once it has run out: another process may have it by then.
CLAIM = timedelta(minutes=5)
# Of each answer of the mail server, so that none is waited for longer than a claim.
TIMEOUT = 60
# After each failure that may pass; the eighth is for good.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 4 * 60, 12 * 60, 12 * 60))
SENT_KEPT = timedelta(days=30)
UNSENT_KEPT = timedelta(days=90)

INTERRUPTED = "L’envoi a été interrompu\u00a0: le serveur de courriel l’a peut-être reçu."
UNCLAIMED: dict[str, Any] = {"claimed_by": "", "claimed_until": None}

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Attachment:
    name: str
    content: bytes | str
    content_type: str


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A mail to be, for `enqueue_many`. `by_hand`: subject and text are somebody's own words."""

    key: str
    to: str
    subject: str
    text: str
    html: str = ""
    reply_to: str = ""
    attachments: Sequence[Attachment] = ()
    not_before: datetime | None = None
    by_hand: bool = False


@dataclass(frozen=True)
class Report:
    """How many mails a delivery sent, will try again, gave up, and does not know about."""

    sent: int = 0
    retried: int = 0
    failed: int = 0
    doubtful: int = 0


# --- Writing ---


def enqueue(
    *,
    key: str,
    to: str,
    subject: str,
    text: str,
    html: str = "",
    reply_to: str = "",
    attachments: Sequence[Attachment] = (),
    not_before: datetime | None = None,
    by_hand: bool = False,
) -> Message:
    """Puts a mail in the queue, in the caller's transaction. When one has that key, it is the same
    mail: it stays as it is, and is what is returned."""
    draft = Draft(
        key=key, to=to, subject=subject, text=text, html=html, reply_to=reply_to,
        attachments=attachments, not_before=not_before, by_hand=by_hand,
    )  # fmt: skip
    enqueue_many([draft])
    return Message.objects.get(key=key)


def enqueue_many(drafts: Sequence[Draft]) -> None:
    """Two writers at once: the database keeps the first of each key, without an error that would
    undo the caller's work."""
    written = [_written(draft) for draft in drafts]
    Message.objects.bulk_create(written, batch_size=500, ignore_conflicts=True)


def _written(draft: Draft) -> Message:
    return Message(
        key=draft.key,
        to=draft.to,
        # Of one line, as a header is; no-break spaces stay.
        subject=_line(draft.subject)[:300].strip(),
        text=_plain(draft.text),
        html=_plain(draft.html),
        reply_to=draft.reply_to,
        attachments=[_packed(attached) for attached in draft.attachments],
        not_before=draft.not_before or timezone.now(),
        by_hand=draft.by_hand,
    )


def _packed(attached: Attachment) -> dict[str, str]:
    content = attached.content
    raw = content.encode() if isinstance(content, str) else content
    return {
        "name": safe_name(attached.name),
        "type": attached.content_type,
        "content": base64.b64encode(raw).decode("ascii"),
    }


def _plain(text: str) -> str:
    return text.replace("\x00", "")


def _line(text: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text).strip()


# --- Sending ---


def forget(prefix: str) -> None:
    """What was written under keys that begin so, to somebody whose name is to go."""
    Message.objects.filter(key__startswith=prefix).delete()


def deliver_due(*, limit: int = 500, seconds: float = 50, now: datetime | None = None) -> Report:
    """Sends what is due, for at most that long. May run in several processes at once; never in a
    transaction, which a mail server would keep open."""

    def clock() -> datetime:
        return now or timezone.now()

    until = time.monotonic() + seconds
    bring_back(now=clock(), claim=CLAIM, wait=max(WAITS))
    counts = Counter(doubtful=settle_abandoned(now=clock()))
    tried = 0
    while tried < limit and time.monotonic() < until:
        token = secrets.token_hex(16)
        batch = _claim(token, size=min(BATCH, limit - tried), now=clock())
        if not batch:
            break
        tried += len(batch)
        try:
            if not _send_batch(batch, until=until, clock=clock, counts=counts):
                break
        finally:
            _give_back(token)
    return Report(**counts)


@transaction.atomic
def settle_abandoned(*, now: datetime | None = None) -> int:
    """What dead processes had claimed: what was never handed over may leave again, the rest is
    doubtful. Returns how many are."""
    abandoned = Message.objects.abandoned(now or timezone.now())
    abandoned.filter(handed_at=None).update(status=Status.WAITING, **UNCLAIMED)
    # Who claimed it stays known: should that process live after all, it will tell what happened.
    return abandoned.filter(handed_at__isnull=False).update(
        status=Status.DOUBTFUL, claimed_until=None, last_error=INTERRUPTED
    )


@transaction.atomic(durable=True)
def _claim(token: str, *, size: int, now: datetime) -> list[Message]:
    """Durable: within a caller's transaction, no other process would see the claim."""
    due = Message.objects.due(now)
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True)
    keys = list(due.values_list("pk", flat=True)[:size])
    if not keys:
        return []
    Message.objects.filter(pk__in=keys, status=Status.WAITING).update(
        status=Status.SENDING, claimed_by=token, claimed_until=now + CLAIM, handed_at=None
    )
    mine = Message.objects.filter(pk__in=keys, claimed_by=token)
    return list(mine.order_by("not_before", "id"))


def _give_back(token: str) -> None:
    """Those that were not tried, whatever the reason: as if they had not been claimed."""
    untried = Message.objects.filter(claimed_by=token, status=Status.SENDING, handed_at=None)
    untried.update(status=Status.WAITING, **UNCLAIMED)


class _Fate(enum.Enum):
    """What an error says of the mail, and of those after it."""

    REFUSED = enum.auto()  # this one, for good
    LATER = enum.auto()  # this one, perhaps not next time
    TROUBLE = enum.auto()  # the server has one: not the whole queue at its door
    UNKNOWN = enum.auto()  # the server had all of it and did not answer


def _send_batch(batch: list[Message], *, until: float, clock: Clock, counts: Counter[str]) -> bool:
    """One by one over one connection. False when the server is in trouble."""
    server = get_connection(timeout=TIMEOUT)
    watch: _Watch | None = None
    try:
        for message in batch:
            if time.monotonic() >= until:
                return True
            if watch is None:
                try:
                    server.open()
                except Exception as error:
                    # The one that was about to leave counts it as a try, the others do not.
                    if _hand_over(message, now=clock()):
                        _note(message, _Fate.TROUBLE, error, now=clock(), counts=counts)
                    return False
                watch = _Watch(server)
            if not _hand_over(message, now=clock()):
                continue  # somebody else's by now
            watch.unanswered = False
            try:
                server.send_messages([_mail(message)])
            except Exception as error:
                fate = _fate_of(error, unanswered=watch.unanswered)
                _note(message, fate, error, now=clock(), counts=counts)
                if fate in (_Fate.TROUBLE, _Fate.UNKNOWN):
                    return False
            else:
                _end(message, Status.SENT, now=clock())
                counts["sent"] += 1
        return True
    finally:
        _close(server)


def _hand_over(message: Message, *, now: datetime) -> bool:
    mine = Message.objects.filter(
        pk=message.pk,
        claimed_by=message.claimed_by,
        status=Status.SENDING,
        claimed_until__gt=now,
        handed_at=None,
    )
    message.attempts += 1
    return bool(mine.update(handed_at=now, attempts=message.attempts))


def _mail(message: Message) -> Mail:
    mail = Mail(
        subject=message.subject,
        body=message.text,
        to=[message.to],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers={"Message-ID": message.message_id},
        by_hand=message.by_hand,
    )
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    for attached in message.attachments:
        # Django itself makes text of what has a type of text.
        mail.attach(attached["name"], base64.b64decode(attached["content"]), attached["type"])
    return mail


class _Watch:
    """Whether the server has had the whole of a mail, to its last dot, without an answer that let
    smtplib go on: `data` alone sends bytes, every command is a string."""

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


def _fate_of(error: Exception, *, unanswered: bool) -> _Fate:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _fate_of_codes(*(code for code, _ in error.recipients.values()))
    if isinstance(error, smtplib.SMTPSenderRefused):
        # Too big is the mail's own fault; else it is the portal that is not let in.
        return _Fate.REFUSED if error.smtp_code == 552 else _Fate.TROUBLE
    if isinstance(error, smtplib.SMTPDataError):
        return _fate_of_codes(error.smtp_code)
    if unanswered:
        return _Fate.UNKNOWN
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return _Fate.REFUSED
    if isinstance(error, OSError):  # smtplib's other errors are some
        return _Fate.TROUBLE
    # It cannot even be written: a header, an address, a character set.
    return _Fate.REFUSED


def _fate_of_codes(*codes: int) -> _Fate:
    if 421 in codes:
        return _Fate.TROUBLE
    if all(500 <= code < 600 for code in codes):
        return _Fate.REFUSED
    if all(400 <= code < 600 for code in codes):
        return _Fate.LATER
    return _Fate.UNKNOWN  # no code that refuses


def _note(
    message: Message, fate: _Fate, error: Exception, *, now: datetime, counts: Counter[str]
) -> None:
    logger.warning("Mail %s, try %s: %s", message.message_id, message.attempts, _words(error))
    if fate is _Fate.UNKNOWN:
        _end(message, Status.DOUBTFUL, now=now, last_error=f"{INTERRUPTED} {_words(error)}")
        counts["doubtful"] += 1
    elif fate is _Fate.REFUSED or message.attempts > len(WAITS):
        _end(message, Status.FAILED, now=now, last_error=_words(error))
        counts["failed"] += 1
    else:
        wait = WAITS[message.attempts - 1]
        _end(message, Status.WAITING, now=now, last_error=_words(error), not_before=now + wait)
        counts["retried"] += 1


def _end(
    message: Message, status: Status, *, now: datetime, last_error: str = "", **changes: Any
) -> None:
    """Even when another process took it for abandoned meanwhile: this one knows better. Not when
    staff decided since."""
    mine = Message.objects.filter(
        pk=message.pk,
        claimed_by=message.claimed_by,
        status__in=[Status.SENDING, Status.DOUBTFUL],
        handed_at__isnull=False,
    )
    if status == Status.SENT:
        changes |= {"sent_at": now, **without_secrets(message.text, message.attachments)}
    elif status == Status.WAITING:
        changes["handed_at"] = None
    mine.update(status=status, last_error=last_error[:500], **UNCLAIMED, **changes)


def without_secrets(text: str, attachments: Sequence[dict[str, str]]) -> dict[str, Any]:
    """What is kept of a mail that left: what it said, without what it opens. Nothing needs that any
    more, and whoever reads the table, or guesses at it, would hold it."""
    return {
        "text": masked(text),
        "html": "",
        "attachments": [{**attached, "content": ""} for attached in attachments],
    }


def _words(error: Exception) -> str:
    """What the server said, which is what staff can act upon; no address, it is in its column."""
    answers: list[tuple[int, Any]] = []
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = list(error.recipients.values())
    elif isinstance(error, smtplib.SMTPResponseException):
        answers = [(error.smtp_code, error.smtp_error)]
    if not answers:
        return _plain(f"{type(error).__name__}\u00a0: {error}")
    said = [
        f"{code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}"
        for code, text in answers
    ]
    return _plain("Réponse du serveur\u00a0: " + ", ".join(said))


def _close(server: Any) -> None:
    try:
        server.close()
    except OSError as error:
        logger.warning("The mail server did not take leave: %s", error)


# --- What staff does, and what is forgotten ---


@transaction.atomic
def send_again(*, message: Message, by: Any) -> bool:
    """A failed or doubtful mail, once more, because somebody decided so. False if it is neither
    any more. Its Message-ID stays: whoever had it already can tell."""
    undecided = Message.objects.undecided().filter(pk=message.pk)
    if not undecided.update(
        status=Status.WAITING,
        not_before=timezone.now(),
        attempts=0,
        handed_at=None,
        last_error="",
        **UNCLAIMED,
    ):
        return False
    record(action=Action.CHANGED, by=by, target=message, detail="Remis dans la file d’envoi.")
    return True


def purge(*, now: datetime | None = None) -> int:
    """Mails name people: they are kept a month, those that did not leave three."""
    now = now or timezone.now()
    old: QuerySet[Message] = Message.objects.filter(
        Q(status=Status.SENT, sent_at__lt=now - SENT_KEPT)
        | Q(status__in=[Status.FAILED, Status.DOUBTFUL], created_at__lt=now - UNSENT_KEPT)
    )
    return delete_in_batches(old)
