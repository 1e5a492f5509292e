"""What is kept for a while is not forgotten because a clock jumped."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.utils import timezone

from audit import clock
from audit.models import Action, Entry
from mailing.models import Message
from mailing.services import CLAIM, deliver_due, enqueue

pytestmark = pytest.mark.django_db

TODAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)


Run = Callable[..., str]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `run_due` at that moment; returns why it ended with an error."""

    def run(at: datetime, *options: str) -> str:
        monkeypatch.setattr(timezone, "now", lambda: at)
        try:
            call_command("run_due", *options, verbosity=0)
        except CommandError as error:
            return str(error)
        return ""

    return run


def test_a_clock_that_jumps_far_ahead_makes_nothing_forgotten(run: Run) -> None:
    assert run(TODAY) == ""
    Entry.objects.create(action=Action.CREATED, at=TODAY)
    far = TODAY + 4000 * DAY

    said = run(far)
    assert "12/02/2037" in said and "02/03/2026" in said and "--anyway" in said
    # It is doubted again and again, and after another jump.
    assert run(far + DAY) and run(far + 3000 * DAY)
    assert Entry.objects.filter(at=TODAY).exists()

    # Once the clock is set, it is as if nothing had been.
    assert run(TODAY + DAY) == ""
    assert Entry.objects.filter(at=TODAY).exists()
    assert run(TODAY + 20 * DAY) == ""


def test_a_portal_that_was_off_for_long_forgets_after_a_week_or_when_told_to(run: Run) -> None:
    run(TODAY)
    Entry.objects.create(action=Action.CREATED, at=TODAY)
    later = TODAY + 500 * DAY
    for day in range(7):
        assert run(later + day * DAY)
        assert Entry.objects.filter(at=TODAY).exists()
    assert run(later + 7 * DAY) == ""
    assert not Entry.objects.filter(at=TODAY).exists()

    Entry.objects.create(action=Action.CREATED, at=TODAY)
    assert run(later + 900 * DAY)
    assert run(later + 900 * DAY, "--anyway") == ""
    assert not Entry.objects.filter(at=TODAY).exists()
    assert run(later + 901 * DAY) == ""


def test_the_trail_tells_the_hour_where_no_run_did(run: Run) -> None:
    """The first run after an upgrade, or on a copy of the database, may be the one that errs."""
    Entry.objects.create(action=Action.CREATED, at=TODAY)

    assert run(TODAY + 500 * DAY)
    assert Entry.objects.filter(at=TODAY).exists()


def test_what_is_counted_until_a_far_moment_keeps_nobody_out_once_the_clock_is_set(
    run: Run,
) -> None:
    run(TODAY + 20 * DAY)
    cache.set("tries", 5)
    run(TODAY + 20 * DAY + timedelta(minutes=1))
    assert cache.get("tries") == 5
    run(TODAY)
    assert cache.get("tries") is None


def test_a_moment_between_two_machines_is_nothing() -> None:
    clock.read(TODAY)
    read = clock.read(TODAY - timedelta(minutes=5))

    assert read.is_believed and not read.went_back


def test_mails_written_put_off_or_claimed_under_a_clock_that_was_ahead_leave() -> None:
    far, now = TODAY + 4000 * DAY, TODAY + DAY

    def mail(key: str, **changes: object) -> None:
        enqueue(key=key, to=f"{key}@reseau.example", subject="Bonjour", text="Bonjour.")
        Message.objects.filter(key=key).update(
            **({"created_at": TODAY, "not_before": TODAY} | changes)
        )

    mail("written", created_at=far, not_before=far)
    mail("put-off", not_before=far, last_error="421")
    mail("claimed", status="sending", claimed_by="gone", claimed_until=far + CLAIM)
    mail("handed", status="sending", claimed_by="gone", claimed_until=far + CLAIM, handed_at=far)
    mail("held", status="sending", claimed_by="alive", claimed_until=now + CLAIM)
    mail("put-off-a-while", not_before=now + timedelta(hours=12), last_error="421")

    mail("tomorrow", not_before=now + DAY)

    deliver_due(now=now)
    assert dict(Message.objects.values_list("key", "status")) == {
        "written": "sent",
        "put-off": "sent",
        "claimed": "sent",
        "handed": "doubtful",
        "held": "sending",
        "put-off-a-while": "waiting",
        "tomorrow": "waiting",
    }
