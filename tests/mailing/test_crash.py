"""Real processes on the real queue, killed in the middle: nothing twice, nothing lost silently."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import Message as Parsed

import pytest
from django.db import connection
from django.utils import timezone

from mailing.models import Message
from mailing.services import CLAIM, Draft, deliver_due, enqueue_many
from tests.mailing.smtp_sink import Silent, Sink

pytestmark = pytest.mark.django_db(transaction=True)

Status = Message.Status
DELIVERY = """
import sys
import django
django.setup()
from django.conf import settings
from django.db import connection
from mailing.services import deliver_due
connection.settings_dict["NAME"] = sys.argv[1]
settings.EMAIL_BACKEND = "mailing.smtp.Backend"
settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(sys.argv[2])
print(deliver_due().sent)
"""


def put(count: int) -> None:
    enqueue_many(
        [
            Draft(key=f"k{n}", to=f"p{n}@reseau.example", subject="Bonjour", text="Bonjour.")
            for n in range(count)
        ]
    )


@contextmanager
def delivery(sink: Sink) -> Iterator[subprocess.Popen[str]]:
    """Starts another process that delivers; it is dead at the end in any case."""
    with subprocess.Popen(
        [sys.executable, "-c", DELIVERY, str(connection.settings_dict["NAME"]), str(sink.port)],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    assert process.wait(timeout=20) == -signal.SIGKILL


def deliver_the_rest() -> None:
    """Delivers as the next runs do, once what the dead had claimed is free."""
    later = timezone.now() + CLAIM + timedelta(minutes=1)
    while deliver_due(now=later).sent:
        pass


def check(sink: Sink, *, count: int, doubtful: int) -> None:
    """Checks that each was accepted once, but those that the staff sees: none twice, none
    forgotten."""
    times = Counter(sink.accepted)
    assert set(times.values()) <= {1}
    shown = set(Message.objects.filter(status=Status.DOUBTFUL).values_list("message_id", flat=True))
    assert len(shown) <= doubtful
    sent = set(Message.objects.filter(status=Status.SENT).values_list("message_id", flat=True))
    assert len(sent) + len(shown) == Message.objects.count() == count
    assert sent <= set(times) <= sent | shown


@pytest.mark.parametrize("taken", [True, False], ids=["taken", "not taken"])
def test_killed_while_the_server_has_the_mail(sink: Sink, taken: bool) -> None:
    """It is the worst moment: the mail is there, the answer is not. Both ends look the same."""
    put(30)
    reached, dead = threading.Event(), threading.Event()

    def stop(mail: Parsed) -> None:
        if "p6@" in mail["To"]:
            reached.set()
            dead.wait(timeout=60)
            raise Silent

    if taken:
        sink.after = stop
    else:
        sink.before = stop
    with delivery(sink) as process:
        assert reached.wait(timeout=60)
        kill(process)
    dead.set()
    of = Counter(Message.objects.values_list("status", flat=True))
    assert of == {Status.SENT: 6, Status.SENDING: 14, Status.WAITING: 10}

    # Nobody takes the dead process's mails as long as the claim lasts.
    assert deliver_due().sent == 10
    sink.before, sink.after = lambda mail: None, lambda mail: None
    deliver_the_rest()

    check(sink, count=30, doubtful=1)
    assert Message.objects.get(status=Status.DOUBTFUL).to == "p6@reseau.example"
    assert len(sink.accepted) == (30 if taken else 29)


def test_killed_again_and_again_at_any_moment(sink: Sink) -> None:
    kills = 4
    put(60)

    def dawdle(mail: Parsed) -> None:
        time.sleep(0.01)

    sink.before = dawdle
    for _ in range(kills):
        with delivery(sink) as process:
            sink.wait_for(len(sink.accepted) + random.randint(1, 10))
            time.sleep(random.random() / 50)
            kill(process)
        Message.objects.filter(status=Status.SENDING).update(claimed_until=timezone.now())
    time.sleep(0.1)  # the server is done with the last of them
    deliver_the_rest()
    check(sink, count=60, doubtful=kills)


def test_two_processes_at_once_send_nothing_twice(sink: Sink) -> None:
    count = 120
    put(count)
    both = threading.Barrier(2)
    met = threading.local()

    def meet(mail: Parsed) -> None:
        """Makes them meet: each connection has a thread of its own, and both have claimed before
        either goes on."""
        if not getattr(met, "done", False):
            met.done = True
            if not both.broken and len(sink.accepted) == 0:
                both.wait(timeout=60)

    sink.before = meet
    with delivery(sink) as one, delivery(sink) as other:
        sent = [int(process.communicate(timeout=120)[0]) for process in (one, other)]
        assert (one.returncode, other.returncode) == (0, 0)
    assert sum(sent) == count
    assert min(sent) > 0
    check(sink, count=count, doubtful=0)
    assert len(sink.accepted) == count
