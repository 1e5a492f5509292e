"""Mails are written into the queue here, and sent from it.

A mail is written in the transaction of what it tells, so that neither happens without the other.
It leaves from `run_due`, in the order of `Message.Priority`: what somebody waits for passes letters
to many, those of a delivery that is under way included.

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
import logging
import re
import secrets
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.mail import get_connection
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from audit.models import Action
from audit.services import delete_in_batches, record
from mailing.clock_skew import reset_future_mails
from mailing.composition import Mail, safe_name
from mailing.delivery_errors import AnswerWatch, Fate, error_words, fate_of
from mailing.models import Message
from mailing.secret_links import masked

logger = logging.getLogger(__name__)

Status = Message.Status
Priority = Message.Priority

# One claim takes so many; a process that dies holds no more than these back.
BATCH = 20
# A claim lasts so long. No mail of a batch is handed over once it has run out: another process may
# have it by then.
CLAIM = timedelta(minutes=5)
# Each answer of the mail server may take so long, so that none is waited for longer than a claim.
TIMEOUT = 60
# A mail waits so long after each failure that may pass; the eighth is for good.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 4 * 60, 12 * 60, 12 * 60))
# Where it is the server that fails, no mail is at fault: all wait until it is back, or for some
# days.
LONGEST_WAIT_IN_TROUBLE = timedelta(hours=1)
GIVEN_UP_IN_TROUBLE = timedelta(days=5)
SENT_KEPT = timedelta(days=30)
UNSENT_KEPT = timedelta(days=90)

INTERRUPTED = "L’envoi a été interrompu\u00a0: le serveur de courriel l’a peut-être reçu."
OUTDATED = "Le moment de ce qu’il dit ou ouvre est passé\u00a0: il ne part plus."
REPLACED = "Un courriel plus récent le remplace."
UNCLAIMED: dict[str, Any] = {"claimed_by": "", "claimed_until": None}

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Attachment:
    name: str
    content: bytes | str
    content_type: str


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A mail to be, for `enqueue_many`. `by_hand` says that subject and text are somebody's own
    words."""

    key: str
    to: str
    subject: str
    text: str
    html: str = ""
    reply_to: str = ""
    attachments: Sequence[Attachment] = ()
    priority: Message.Priority = Priority.NOTICE
    not_before: datetime | None = None
    by_hand: bool = False
    # What the mail opens dies then: past it, the mail does not leave.
    not_after: datetime | None = None


@dataclass(frozen=True)
class Report:
    """How many mails a delivery sent, will try again, gave up, and does not know about."""

    sent: int = 0
    retried: int = 0
    failed: int = 0
    doubtful: int = 0
    # Mails that were not tried wait: the server, or the portal's settings, let none leave.
    in_trouble: bool = False


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
    priority: Message.Priority = Priority.NOTICE,
    not_before: datetime | None = None,
    by_hand: bool = False,
    not_after: datetime | None = None,
) -> Message:
    """Puts a mail in the queue, in the caller's transaction, and returns it. When one has that key,
    it is the same mail, which stays as it is."""
    draft = Draft(
        key=key, to=to, subject=subject, text=text, html=html, reply_to=reply_to,
        attachments=attachments, priority=priority, not_before=not_before, by_hand=by_hand,
        not_after=not_after,
    )  # fmt: skip
    enqueue_many([draft])
    return Message.objects.get(key=key)


def enqueue_many(drafts: Sequence[Draft]) -> None:
    """Puts several mails in the queue. Where two write at once, the database keeps the first of
    each key, without an error that would undo the caller's work."""
    written = [_written(draft) for draft in drafts]
    Message.objects.bulk_create(written, batch_size=500, ignore_conflicts=True)


def _written(draft: Draft) -> Message:
    return Message(
        key=draft.key,
        to=draft.to,
        # A subject is one line, as a header is; no-break spaces stay.
        subject=_line(draft.subject)[:300].strip(),
        text=_plain(draft.text),
        html=_plain(draft.html),
        reply_to=draft.reply_to,
        attachments=[_packed(attached) for attached in draft.attachments],
        priority=draft.priority,
        not_before=draft.not_before or timezone.now(),
        by_hand=draft.by_hand,
        not_after=draft.not_after,
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


def forget(prefix: str) -> None:
    """Forgets what was written under keys that begin so, to somebody whose name is to go."""
    Message.objects.filter(key__startswith=prefix).delete()


@transaction.atomic
def withdraw(prefix: str, *, reason: str = REPLACED) -> None:
    """Takes back what was written under keys that begin so and has not left: a newer mail says
    better, or what it opens is closed. One that is being handed over may leave, but is not tried
    again."""
    written = Message.objects.filter(key__startswith=prefix)
    held = Q(status=Status.SENDING, handed_at=None)
    _expire(written.filter(held | Q(status__in=Status.unsent())), reason=reason)
    written.filter(status=Status.SENDING).update(not_after=timezone.now())


def _expire(messages: QuerySet[Message], *, reason: str) -> None:
    """Ends those mails for good, so that nothing needs what they open; why one had failed stays
    known."""
    for message in messages.select_for_update():
        Message.objects.filter(pk=message.pk).update(
            status=Status.EXPIRED,
            last_error=f"{reason} {message.last_error}".strip()[:500],
            **UNCLAIMED,
            **without_secrets(message.text, message.attachments),
        )


# --- Sending ---


def deliver_due(
    *,
    limit: int = 500,
    seconds: float = 50,
    now: datetime | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Report:
    """Sends what is due, for at most that many seconds, or until `stopped` says so between two
    mails. It may run in several processes at once; never in a transaction, which a mail server
    would keep open. Where nothing is due, it reads and writes nothing.

    Where nothing is due, it reads and writes nothing.
    """

    def clock() -> datetime:
        return now or timezone.now()

    until = time.monotonic() + seconds
    reset_future_mails(now=clock(), claim=CLAIM, wait=max(WAITS))
    run = _Run(limit=limit, clock=clock, is_over=lambda: time.monotonic() >= until or stopped())
    run.counts["doubtful"] = settle_abandoned(now=clock())
    settle_outdated(now=clock())
    while run.goes_on and Message.objects.due(clock()).exists():
        token = secrets.token_hex(16)
        batch = _claim(token, size=min(BATCH, run.left), now=clock())
        if not batch:
            break
        try:
            _send_batch(batch, run)
        finally:
            _give_back(token)
    return Report(**run.counts, in_trouble=run.in_trouble)


@dataclass
class _Run:
    """One delivery, as far as it has come."""

    limit: int
    clock: Clock
    is_over: Callable[[], bool]
    counts: Counter[str] = field(default_factory=Counter)
    tried: int = 0
    in_trouble: bool = False

    @property
    def left(self) -> int:
        return self.limit - self.tried

    @property
    def goes_on(self) -> bool:
        return self.left > 0 and not self.in_trouble and not self.is_over()


def settle_abandoned(*, now: datetime | None = None) -> int:
    """Settles what dead processes had claimed: what was never handed over may leave again, the rest
    is doubtful. Returns how many are."""
    abandoned = Message.objects.abandoned(now or timezone.now())
    return _settle(abandoned) if abandoned.exists() else 0


@transaction.atomic
def _settle(abandoned: QuerySet[Message]) -> int:
    abandoned.filter(handed_at=None).update(status=Status.WAITING, **UNCLAIMED)
    # Who claimed it stays known: should that process live after all, it will tell what happened.
    return abandoned.filter(handed_at__isnull=False).update(
        status=Status.DOUBTFUL, claimed_until=None, last_error=INTERRUPTED
    )


def settle_outdated(*, now: datetime) -> None:
    """Ends what did not leave in time: failed or doubtful, it may not be sent again either."""
    outdated = Message.objects.outdated(now)
    if outdated.exists():
        with transaction.atomic():
            _expire(outdated, reason=OUTDATED)


@transaction.atomic(durable=True)
def _claim(token: str, *, size: int, now: datetime) -> list[Message]:
    """Claims a batch, durably: within a caller's transaction, no other process would see the
    claim."""
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
    return list(mine.order_by("priority", "not_before", "id"))


def _give_back(token: str) -> None:
    """Gives back those that were not tried, whatever the reason, as if they had not been
    claimed."""
    untried = Message.objects.filter(claimed_by=token, status=Status.SENDING, handed_at=None)
    untried.update(status=Status.WAITING, **UNCLAIMED)


def _send_batch(batch: list[Message], run: _Run) -> None:
    """Sends one by one over one connection, until somebody waits for a mail that is not among
    them."""
    server = get_connection(timeout=TIMEOUT)
    watch: AnswerWatch | None = None
    try:
        for position, message in enumerate(batch):
            if not run.goes_on or (position and _is_passed(message, now=run.clock())):
                return
            if watch is None:
                try:
                    server.open()
                except Exception as error:
                    # The mail that was about to leave counts it as a try, the others do not.
                    if _hand_over(message, now=run.clock()):
                        _note(message, Fate.TROUBLE, error, run)
                    run.in_trouble = True
                    return
                watch = AnswerWatch(server)
            run.tried += 1
            if not _hand_over(message, now=run.clock()):
                continue  # somebody else has it by now
            watch.unanswered = False
            try:
                server.send_messages([_mail(message)])
            except Exception as error:
                fate = fate_of(error, unanswered=watch.unanswered)
                _note(message, fate, error, run)
                if fate in (Fate.TROUBLE, Fate.UNKNOWN):
                    run.in_trouble = True
            else:
                _end(message, Status.SENT, now=run.clock())
                run.counts["sent"] += 1
    finally:
        _close(server)


def _is_passed(message: Message, *, now: datetime) -> bool:
    """Says whether something more awaited was written since this batch was claimed. What is left of
    it is then given back, which is why the first of a batch is not asked about."""
    return Message.objects.due(now).filter(priority__lt=message.priority).exists()


def _hand_over(message: Message, *, now: datetime) -> bool:
    mine = Message.objects.in_time(now).filter(
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
        # Django itself makes text of whatever has a type of text.
        mail.attach(attached["name"], base64.b64decode(attached["content"]), attached["type"])
    return mail


def _note(message: Message, fate: Fate, error: Exception, run: _Run) -> None:
    now, said = run.clock(), error_words(error)
    logger.warning("Mail %s, try %s: %s", message.message_id, message.attempts, said)
    if fate is Fate.UNKNOWN:
        _end(message, Status.DOUBTFUL, now=now, last_error=f"{INTERRUPTED} {said}")
        run.counts["doubtful"] += 1
    elif wait := _wait_after(message, fate, now=now):
        _end(message, Status.WAITING, now=now, last_error=said, not_before=now + wait)
        run.counts["retried"] += 1
    else:
        _end(message, Status.FAILED, now=now, last_error=said)
        run.counts["failed"] += 1


def _wait_after(message: Message, fate: Fate, *, now: datetime) -> timedelta | None:
    """Returns how long the mail waits; None where it is not tried again."""
    if fate is Fate.TROUBLE:
        wait = WAITS[min(message.attempts, len(WAITS)) - 1]
        has_time = now - message.created_at < GIVEN_UP_IN_TROUBLE
        return min(wait, LONGEST_WAIT_IN_TROUBLE) if has_time else None
    if fate is Fate.REFUSED or message.attempts > len(WAITS):
        return None
    return WAITS[message.attempts - 1]


def _end(
    message: Message, status: Status, *, now: datetime, last_error: str = "", **changes: Any
) -> None:
    """Notes the end, even when another process took the mail for abandoned meanwhile: this one
    knows better. It does not when staff decided since."""
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
    """Returns what is kept of a mail that left: what it said, without what it opens. Nothing needs
    that any more, and whoever reads the table, or guesses at it, would hold it."""
    return {
        "text": masked(text),
        "html": "",
        "attachments": [{**attached, "content": ""} for attached in attachments],
    }


def _close(server: Any) -> None:
    try:
        server.close()
    except OSError as error:
        logger.warning("The mail server did not take leave: %s", error)


# --- What staff does, and what is forgotten ---


@transaction.atomic
def send_again(*, message: Message, by: Any) -> bool:
    """Sends a failed or doubtful mail once more, because somebody decided so. Returns False if it
    is neither any more. Its Message-ID stays: whoever had it already can tell."""
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
    """Deletes old mails, which name people: they are kept a month, those that did not leave
    three."""
    now = now or timezone.now()
    old: QuerySet[Message] = Message.objects.filter(
        Q(status=Status.SENT, sent_at__lt=now - SENT_KEPT)
        | Q(
            status__in=[Status.FAILED, Status.DOUBTFUL, Status.EXPIRED],
            created_at__lt=now - UNSENT_KEPT,
        )
    )
    return delete_in_batches(old)
