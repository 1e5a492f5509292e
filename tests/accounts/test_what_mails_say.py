"""Every mail about an account says that it is a machine's, and tells hours by the person's own
clock."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from allauth.account.adapter import get_adapter
from allauth.core import context
from django.conf import settings
from django.core import mail
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts import invitations
from accounts.granting import Grant
from accounts.models import Invitation, User
from mailing.services import deliver_due
from territories.models import Territory
from tests.accounts.conftest import SignIn
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]

TEMPLATES = Path(settings.BASE_DIR) / "templates"
NOTICES = sorted(
    f"{room}/email/{path.name.removesuffix('_message.txt')}"
    for room in ("account", "mfa")
    for path in (TEMPLATES / room / "email").glob("*_message.txt")
)
GUADELOUPE = "departement-971"
# It matches an hour as French writes it, and what is left of its sentence.
HOUR = re.compile(r"\d\u00a0h\b([^.\n]*)|\d:\d\d([^.\n]*)")


def hours(text: str) -> list[str]:
    return ["".join(filter(None, found)) for found in HOUR.findall(text)]


@pytest.mark.parametrize(("territory", "zone"), [(GUADELOUPE, "la Guadeloupe"), ("", "Paris")])
def test_notices_say_that_a_machine_wrote_them_and_whose_hour_it_is(
    territory: str, zone: str, django_capture_on_commit_callbacks: Any
) -> None:
    person = UserFactory(territories=list(Territory.objects.filter(pk=territory)))
    link = {"password_reset_url": "https://portail.example/x"}
    with (
        django_capture_on_commit_callbacks(execute=True),
        context.request_context(RequestFactory().get("/")),
    ):
        for notice in NOTICES:
            get_adapter().send_notification_mail(notice, person, link, email=person.email)
    deliver_due()
    assert len(mail.outbox) == len(NOTICES) >= 10
    said = [found for one in mail.outbox for found in hours(str(one.body))]
    assert len(said) >= 7
    assert all(found.endswith(f", heure de {zone}") for found in said), said
    assert {one.message()["Auto-Submitted"] for one in mail.outbox} == {"auto-generated"}


@pytest.mark.parametrize(
    ("territory", "words"),
    [
        (GUADELOUPE, "12 décembre 2099 à 17 h 38, heure de la Guadeloupe"),
        ("departement-38", "12 décembre 2099 à 22 h 38, heure de Paris"),
        ("", "12 décembre 2099 à 22 h 38, heure de Paris"),
    ],
)
def test_an_invitation_ends_at_an_hour_of_its_persons_clock(
    territory: str, words: str, django_capture_on_commit_callbacks: Any
) -> None:
    invitation = Invitation(
        email="a@reseau.example", expires_at=datetime(2099, 12, 12, 21, 38, tzinfo=UTC)
    )
    grant = Grant(
        role=invitation.role,
        whole_country=not territory,
        territories=list(Territory.objects.filter(pk=territory)),
        groups=[],
    )
    with django_capture_on_commit_callbacks(execute=True):
        invitations.invite(
            invitation=invitation, grant=grant, by=UserFactory(group="Équipe nationale")
        )
    deliver_due()
    (sent,) = mail.outbox
    assert words in sent.body.replace("\u00a0", " ")
    assert sent.message()["Auto-Submitted"] == "auto-generated"


def test_the_page_of_open_sessions_says_whose_hour_it_is(
    client: Client, person: User, sign_in: SignIn
) -> None:
    person.territories.set(Territory.objects.filter(pk=GUADELOUPE))
    sign_in(person.email)
    page = client.get(reverse("usersessions_list")).content.decode()
    assert re.search(r"Depuis le [^<]* à [^<]*, heure de la Guadeloupe", page)
