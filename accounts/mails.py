"""Mails about accounts. They always go by the queue, in the transaction of what they tell: a mail
server that fails undoes nothing."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from mailing.models import Message
from mailing.services import Priority, enqueue, withdraw
from mailing.services import forget as forget_mails
from spelling.addresses import compared_address

Status = Message.Status

# The kind of mail that answers whoever asks for a new password.
RESET = "reset"
CLOSED = "Ce qu’il ouvrait est fermé."
# A mail that still waits for its first try after this time is late.
LATE = timedelta(minutes=2)
# An address that somebody typed, and that may be a stranger's, is answered once in this time.
ANSWERED_EVERY = timedelta(days=1)


def subject(words: str) -> str:
    return f"{settings.PORTAL_NAME}\u00a0: {words}"


def queue(
    kind: str,
    occasion: str,
    *,
    to: str,
    subject: str,
    text: str,
    priority: Priority = Priority.NOTICE,
    not_after: datetime | None = None,
) -> Message:
    """Puts a mail in the queue. `kind` names its sort in a word, `occasion` tells it from others of
    that sort to one address: the same two, twice, are one mail."""
    return enqueue(
        key=f"{_prefix(to, kind)}{occasion}",
        to=to,
        subject=subject,
        text=text,
        priority=priority,
        not_after=not_after,
    )


def queued(kind: str, occasion: str, *, to: str) -> Message | None:
    """Returns the mail that `queue` was given, or None once it is forgotten, a month after it
    left."""
    return Message.objects.filter(key=f"{_prefix(to, kind)}{occasion}").first()


def answer_a_stranger(
    kind: str, occasion: str, *, to: str, subject: str, text: str, not_after: datetime | None = None
) -> None:
    """Queues an answer to an address that somebody typed, whoever it belongs to. The newest mail of
    that sort replaces those that still wait.

    Without `not_after` it leaves once a day at most: others are queued as well, already past their
    time. So much is asked of the database, and written in it, whatever is known of the address;
    whoever measures how long the page takes learns nothing.
    """
    prefix, now = _prefix(to, kind), timezone.now()
    withdraw(prefix)
    was_told = Message.objects.filter(
        key__startswith=prefix, status=Status.SENT, created_at__gt=now - ANSWERED_EVERY
    ).exists()
    queue(
        kind,
        occasion,
        to=to,
        subject=subject,
        text=text,
        priority=Priority.AWAITED,
        not_after=not_after or (now if was_told else None),
    )


def withdraw_resets(address: str) -> None:
    """Takes back the mails that have not left, once the links in them open nothing any more."""
    withdraw(_prefix(address, RESET), reason=CLOSED)


def readdress(former: str, address: str) -> None:
    """Moves the mails of a person to their new address, so that these are still shown, and
    forgotten, with their account."""
    before, now = _prefix(former), _prefix(address)
    for message in Message.objects.filter(key__startswith=before):
        key = now + message.key.removeprefix(before)
        if not Message.objects.filter(key=key).exists():
            Message.objects.filter(pk=message.pk).update(key=key)


def forget(address: str) -> None:
    """Forgets all mails to this address, once its account is erased."""
    forget_mails(_prefix(address))


def queued_for(address: str) -> list[Message]:
    """Returns the mails to this address that are still kept, the last first."""
    return list(Message.objects.filter(key__startswith=_prefix(address)))


def _prefix(address: str, *kind: str) -> str:
    digest = hashlib.sha256(compared_address(address).encode()).hexdigest()[:40]
    return "-".join(["account", digest, *kind, ""])


def delivery_words(message: Message | None) -> str:
    """Says in a French sentence, for staff, where a mail stands; empty where it is forgotten."""
    if message is None:
        return ""
    if message.sent_at:
        return f"Parti le {_when(message.sent_at)}."
    if message.status == Status.SENDING:
        return "Part à l’instant."
    if message.status == Status.FAILED:
        return f"N’est pas parti. {message.last_error}"
    if message.status != Status.WAITING:
        return message.last_error
    if message.attempts:
        return f"Nouvel essai le {_when(message.not_before)}. {message.last_error}"
    if timezone.now() - message.not_before > LATE:
        return f"Attend son départ depuis le {_when(message.not_before)}."
    return "Part dans la minute."


def _when(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%d/%m/%Y à %H:%M}"
