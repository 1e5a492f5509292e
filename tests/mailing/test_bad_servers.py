"""A mail server that refuses, is slow or drops the line at each stage, over real connections."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from mailing import services
from mailing.models import Message
from mailing.services import Report, deliver_due, enqueue
from tests.mailing.smtp_sink import Sink, Trouble, drip, drop, hang, lines_without_end

pytestmark = pytest.mark.django_db

Status = Message.Status
# The first come before the server has had the whole of a mail, the others once it has.
BEFORE = ("greeting", "EHLO", "MAIL", "RCPT", "DATA")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "TIMEOUT", 0.2)


def put(*names: str) -> None:
    for name in names:
        enqueue(key=name, to=f"{name}@reseau.example", subject="Bonjour", text="Bonjour.")


def deliver() -> Report:
    started = time.monotonic()
    report = deliver_due()
    # Some answers take 0.2 s at most each; Django says HELO where EHLO is refused.
    assert time.monotonic() - started < 20
    return report


@pytest.mark.parametrize("trouble", [drop, hang, drip, lines_without_end])
@pytest.mark.parametrize("stage", BEFORE)
def test_a_server_that_fails_before_it_has_the_mail_holds_nothing_up(
    sink: Sink, stage: str, trouble: Trouble
) -> None:
    put("a", "b")
    sink.at[stage] = trouble
    report = deliver()
    assert (report.sent, report.retried, report.failed, report.doubtful) == (0, 1, 0, 0)
    assert report.in_trouble
    assert list(Message.objects.order_by("id").values_list("status", "attempts", "handed_at")) == [
        (Status.WAITING, 1, None),
        (Status.WAITING, 0, None),
    ]
    sink.at.clear()
    assert deliver_due(now=timezone.now() + timedelta(minutes=2)).sent == 2
    assert len(sink.accepted) == len(set(sink.accepted)) == 2


@pytest.mark.parametrize("trouble", [drop, hang, drip, lines_without_end])
def test_a_server_that_has_the_mail_and_does_not_say_so_makes_one_doubtful(
    sink: Sink, trouble: Trouble
) -> None:
    put("a", "b")
    sink.at["end"] = trouble
    report = deliver()
    assert (report.sent, report.retried, report.failed, report.doubtful) == (0, 0, 0, 1)
    sink.at.clear()
    assert deliver_due(now=timezone.now() + timedelta(minutes=2)).sent == 1
    assert len(sink.accepted) == len(set(sink.accepted)) == 2


@pytest.mark.parametrize("trouble", [drop, hang, drip])
def test_a_server_that_does_not_take_leave_has_the_mails_all_the_same(
    sink: Sink, trouble: Trouble
) -> None:
    put("a", "b")
    sink.at["QUIT"] = trouble
    assert deliver().sent == 2


@pytest.mark.parametrize(
    ("stage", "answer"),
    [
        ("greeting", "421 4.3.2 Not now"),
        ("greeting", "554 5.7.1 Not you"),
        ("MAIL", "451 4.3.0 Not now"),
        ("MAIL", "550 5.7.1 Not from you"),
        ("MAIL", "530 5.7.0 Authenticate first"),
        ("RCPT", "421 4.3.2 Closing"),
        ("RCPT", "530 5.7.0 Authenticate first"),
        ("RCPT", "554 5.7.1 <a@reseau.example>: Relay access denied"),
        ("DATA", "421 4.3.2 Closing"),
        ("end", "421 4.3.2 Closing"),
    ],
)
def test_what_the_server_says_to_the_portal_is_the_end_of_no_mail(
    sink: Sink, stage: str, answer: str
) -> None:
    put("a", "b")
    if stage == "greeting":
        sink.greeting = answer
    else:
        sink.at[stage] = answer
    report = deliver()
    assert (report.sent, report.retried, report.failed, report.doubtful) == (0, 1, 0, 0)
    assert report.in_trouble
    assert answer[4:] in Message.objects.get(key="a").last_error


@pytest.mark.parametrize(
    ("stage", "answer"),
    [
        ("RCPT", "550 5.1.1 No such user"),
        ("DATA", "554 5.5.1 No"),
        ("end", "554 5.7.1 Not wanted"),
        ("MAIL", "552 5.3.4 Too big"),
    ],
)
def test_what_the_server_says_of_a_mail_ends_that_one(sink: Sink, stage: str, answer: str) -> None:
    put("a", "b")
    sink.at[stage] = answer
    report = deliver()
    assert (report.sent, report.failed, report.in_trouble) == (0, 2, False)


def test_a_server_away_for_days_loses_no_mail_and_is_given_up_after_five(sink: Sink) -> None:
    put("a")
    sink.greeting = "421 4.3.2 Not now"
    now = timezone.now()
    for _ in range(30):
        assert deliver_due(now=now).retried == 1
        wait = Message.objects.get().not_before - now
        assert wait <= timedelta(hours=1)
        now += wait
    message = Message.objects.get()
    assert (message.status, message.attempts) == (Status.WAITING, 30)
    assert deliver_due(now=now + timedelta(days=5)).failed == 1
