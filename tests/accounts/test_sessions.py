"""The list of one's sessions, and signing out elsewhere."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.sessions import device_name
from tests.accounts.conftest import SignIn

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)
EDGE = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"
)


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (FIREFOX, "Firefox sur Windows"),
        (SAFARI, "Safari sur un iPhone"),
        (EDGE, "Edge sur Mac"),
        ("<script>", "Navigateur inconnu"),
        ("", "Navigateur inconnu"),
    ],
)
def test_names_devices_as_people_do(user_agent: str, name: str) -> None:
    assert device_name(user_agent) == name


def test_signs_out_elsewhere(client: Client, person: User, sign_in: SignIn) -> None:
    telephone = Client()
    sign_in(person.email, HTTP_USER_AGENT=FIREFOX)
    sign_in(person.email, by=telephone, HTTP_USER_AGENT=SAFARI)

    listed = client.get(reverse("usersessions_list")).content.decode()
    client.post(reverse("usersessions_list"))

    assert "Firefox sur Windows" in listed and "Safari sur un iPhone" in listed
    assert listed.count("cet appareil") == 1
    assert telephone.get(reverse("accounts:home")).status_code == 302
    after = client.get(reverse("usersessions_list")).content.decode()
    assert "Safari sur un iPhone" not in after and "Les autres appareils" in after


def test_lists_nobody_else_s(client: Client, person: User, sign_in: SignIn) -> None:
    other = User.objects.create_user("autre@reseau.example", "une-longue-phrase-1")
    sign_in(other.email, by=Client(), HTTP_USER_AGENT=SAFARI)
    sign_in(person.email, HTTP_USER_AGENT=FIREFOX)

    assert "iPhone" not in client.get(reverse("usersessions_list")).content.decode()


def test_suspending_an_account_ends_its_sessions(
    client: Client, person: User, sign_in: SignIn
) -> None:
    sign_in(person.email)
    person.is_active = False
    person.save()

    assert client.get(reverse("accounts:home")).status_code == 302


def test_where_one_was_signed_in_is_forgotten_once_the_session_has_ended(
    client: Client, person: User, sign_in: SignIn
) -> None:
    sign_in(person.email)
    elsewhere = Client()
    sign_in(person.email, by=elsewhere)
    Session.objects.filter(session_key=elsewhere.session.session_key).update(
        expire_date=timezone.now() - timedelta(minutes=1)
    )
    call_command("run_due", verbosity=0)
    left = UserSession.objects.values_list("session_key", flat=True)
    assert list(left) == [client.session.session_key]
