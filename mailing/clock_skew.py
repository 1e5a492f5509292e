"""Mails dated in the future, since the clock was ahead when they were written."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from mailing.models import Message

# Clocks may differ by so much without anything being wrong.
SKEW = timedelta(minutes=10)

Status = Message.Status


def reset_future_mails(*, now: datetime, claim: timedelta, wait: timedelta) -> None:
    """Makes due at `now` the mails that would wait for as long as the clock was ahead: written in
    the future, put off for longer than any failure puts off (`wait`), or claimed for longer than
    any claim lasts (`claim`). Whoever holds such a claim, if anybody does, finds it lost."""
    put_off = ~Q(last_error="") & Q(not_before__gt=now + wait + SKEW)
    waiting = Q(status=Status.WAITING) & (Q(created_at__gt=now + SKEW) | put_off)
    held = Q(status=Status.SENDING, claimed_until__gt=now + claim + SKEW)
    if not Message.objects.filter(waiting | held).exists():
        return
    Message.objects.filter(waiting).update(created_at=now, not_before=now)
    Message.objects.filter(held).update(claimed_until=now)
