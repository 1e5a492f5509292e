"""Whether the clock can be believed, before what is old is forgotten for good.

A machine may wake up in 2038: a battery that is empty, a virtual machine that comes back, a typing
error. All that is kept for a while would be old, and deleting cannot be undone. So what the clock
says is compared with what it said at the last run.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from audit.models import ClockReading, Entry

# Two runs may be so far apart. What is kept for less time would be forgotten by that much too
# early.
FURTHEST = timedelta(days=32)
# Somebody has so long to notice, where the clock is right and nothing ran for longer.
DOUBTED = timedelta(days=7)
# Two machines, or a clock that is being set, may differ by so much.
SKEW = timedelta(minutes=10)


@dataclass(frozen=True)
class Clock:
    """What is thought of the clock. `doubted_until` is empty where it is believed; else it says
    when it will be, if it goes on like that. `last` is what it said when it was last believed."""

    last: datetime
    doubted_until: datetime | None = None
    went_back: bool = False

    @property
    def is_believed(self) -> bool:
        return self.doubted_until is None


@transaction.atomic
def read(now: datetime, *, believe: bool = False) -> Clock:
    """Notes what the clock says, and returns what is thought of it. `believe` means that somebody
    made sure that it is right."""
    known = ClockReading.objects.select_for_update().filter(pk=1).first()
    if known is None:
        # The portal is older than this table, or holds nothing.
        last = Entry.objects.aggregate(at=Max("at"))["at"] or now
        known, _ = ClockReading.objects.get_or_create(pk=1, defaults={"at": last})
    last, since, seen = known.at, known.doubted_since, known.doubted_at or known.at
    went_back = now < seen - SKEW
    if since is None or not seen - SKEW <= now <= seen + DOUBTED:
        # A doubt begins; or it was about another moment than this one.
        since = now
    if believe or now - last <= FURTHEST or now - since >= DOUBTED:
        ClockReading.objects.filter(pk=1).update(at=now, doubted_since=None, doubted_at=None)
        return Clock(last, went_back=went_back)
    ClockReading.objects.filter(pk=1).update(doubted_since=since, doubted_at=now)
    return Clock(last, doubted_until=since + DOUBTED, went_back=went_back)
