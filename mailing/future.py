"""Mails of a day that has not come: the clock was ahead, and has been set since."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from mailing.models import Message

# By which clocks may differ.
SKEW = timedelta(minutes=10)

Status = Message.Status


def bring_back(*, now: datetime, claim: timedelta, wait: timedelta) -> None:
    """What was written, put off for longer than any failure puts off (`wait`), or claimed for
    longer than any claim lasts, would wait for as long as the clock was ahead. Whoever holds such a
    claim, if anybody does, finds it lost."""
    put_off = ~Q(last_error="") & Q(not_before__gt=now + wait + SKEW)
    waiting = Q(status=Status.WAITING) & (Q(created_at__gt=now + SKEW) | put_off)
    held = Q(status=Status.SENDING, claimed_until__gt=now + claim + SKEW)
    if not Message.objects.filter(waiting | held).exists():
        return
    Message.objects.filter(waiting).update(created_at=now, not_before=now)
    Message.objects.filter(held).update(claimed_until=now)
