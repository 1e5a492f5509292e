"""Anybody fills in these forms with anybody's address: whether it has an account shows neither in
the answer nor in what is asked of the database and written in it, which is what takes time."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from mailing.models import Message
from mailing.services import deliver_due
from tests.factories import UserFactory
from tests.outbox import delivered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]

RESET = "account_reset_password"
UNKNOWN = "personne@reseau.example"
OTHER = "autre@reseau.example"
VALUES = r"(?:'(?:[^']|'')*'|\b\d+\b|\bNULL\b|s\d+_x\d+)(?:::\w+)?"
KNOWN = "camille@reseau.example"


def unusable() -> str:
    user = UserFactory(email="sans-mot@reseau.example")
    user.set_unusable_password()
    user.save()
    return user.email


def suspended() -> str:
    return UserFactory(email="suspendue@reseau.example", is_active=False).email


def of_staff() -> str:
    return UserFactory(email="equipe@reseau.example", group="Équipe nationale").email


KINDS: dict[str, Callable[[], str]] = {
    "an account": lambda: UserFactory(email=KNOWN).email,
    "an account, in capitals": lambda: UserFactory(email=KNOWN).email.upper(),
    "an account of staff": of_staff,
    "an account without a password": unusable,
    "a suspended account": suspended,
    "no account, in capitals": lambda: UNKNOWN.upper(),
}


def ask_reset(email: str) -> Any:
    return Client().post(reverse(RESET), {"email": email})


def ask_access(email: str) -> Any:
    return Client().post(
        reverse("accounts:request_access"),
        {
            "first_name": "Camille",
            "last_name": "Martin",
            "email": email,
            "organisation": "Association",
            "role": "departmental_dla",
            "territories": ["departement-38"],
        },
    )


def seen(ask: Callable[[str], Any], email: str) -> tuple[Any, ...]:
    """Returns the answer, and the statements without what they name."""
    with CaptureQueriesContext(connection) as captured:
        answer = ask(email)
    # What was written for a member is taken back, for others it is kept: one statement as well.
    statements = [
        re.sub(VALUES, "?", query["sql"].replace("ROLLBACK TO", "RELEASE"))
        for query in captured.captured_queries
    ]
    headers = {name: value for name, value in answer.items() if name != "Content-Length"}
    return answer.status_code, headers, answer.content, statements


@pytest.mark.parametrize("ask", [ask_reset, ask_access], ids=["password", "access"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("leave", [True, False], ids=["mails leave", "no mail leaves"])
def test_every_address_is_answered_alike_however_often(
    ask: Callable[[str], Any], kind: str, leave: bool, settings: Any
) -> None:
    """The sixth is refused, as anybody's: it is one too many for one address in so many minutes."""
    limits = {"reset_password": "5/5m/key", "access_request": "5/5m/key"}
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, **limits}
    email = KINDS[kind]()
    ask("echauffement@reseau.example")  # templates and kinds of content are read
    for turn in range(6):
        there, elsewhere = seen(ask, email), seen(ask, OTHER)
        assert there[:3] == elsewhere[:3], f"answer, time {turn + 1}"
        assert there[3] == elsewhere[3], f"statements, time {turn + 1}"
        if leave:
            deliver_due()
    assert there[0] == 429


@pytest.mark.parametrize("ask", [ask_reset, ask_access], ids=["password", "access"])
def test_a_stranger_gets_one_mail_a_day_whoever_types_their_address(
    ask: Callable[[str], Any],
) -> None:
    for _ in range(3):
        assert ask(UNKNOWN).status_code == 302
        delivered()
    assert [sent.to for sent in delivered()] == [[UNKNOWN]]
    assert set(Message.objects.values_list("status", flat=True)) == {"sent", "expired"}


def test_the_newest_link_replaces_one_that_waits() -> None:
    KINDS["an account"]()
    for _ in range(2):
        ask_reset(KNOWN)
    (sent,) = delivered()
    assert re.search(r"/compte/mot-de-passe/nouveau/\S{20,}/", sent.body)
    former, newest = Message.objects.order_by("id")
    assert (former.status, newest.status) == ("expired", "sent")
    assert "…" in former.text


def test_a_link_that_waits_does_not_leave_once_the_password_has_changed() -> None:
    user: User = UserFactory(email=KNOWN)
    ask_reset(KNOWN)
    staff = Client()
    staff.force_login(UserFactory(group="Équipe nationale"))
    words = {"password1": "une-longue-phrase-2", "password2": "une-longue-phrase-2"}
    url = reverse("admin:auth_user_password_change", args=[user.pk])
    staff.post(url, {"usable_password": "true", **words})
    assert ["nouveau/" in sent.body for sent in delivered()] == [False]


def test_an_address_longer_than_any_account_has_is_told_so() -> None:
    label = "a" * 60
    page = ask_reset(f"{label}@{'.'.join([label] * 4)}.example")
    assert page.status_code == 200
    assert not Message.objects.exists()
