"""What ends sessions, and a sign-in that is half done, of an account that is open somewhere."""

from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.accounts.conftest import SignIn
from tests.factories import UserFactory
from tests.outbox import delivered

pytestmark = pytest.mark.django_db


def by_staff(person: User, **changes: Any) -> Any:
    client = Client()
    client.force_login(UserFactory(group="Équipe nationale"))
    fields = {"email": person.email, "role": person.role, "is_active": "on", **changes}
    return client.post(
        reverse("admin:accounts_user_change", args=[person.pk]),
        {name: value for name, value in fields.items() if value is not None},
        follow=True,
    )


def test_another_address_given_by_staff_ends_sessions_and_says_so(
    client: Client,
    person: User,
    sign_in: SignIn,
    django_capture_on_commit_callbacks: Any,
) -> None:
    """Whoever reads the former mailbox must not stay."""
    former = person.email
    sign_in(former)

    with django_capture_on_commit_callbacks(execute=True):
        page = by_staff(person, email="neuve@reseau.example").content.decode()

    assert "Les sessions ouvertes de cette personne sont fermées" in page
    assert client.get(reverse("accounts:home")).status_code == 302
    assert not UserSession.objects.filter(user=person).exists()
    told = {message.to[0]: message.body for message in delivered()}
    assert set(told) == {former, "neuve@reseau.example"}
    for text in told.values():
        assert "il est fermé partout où il était ouvert" in text
        assert "ne valent plus" in text
    assert sign_in(former).status_code == 200
    assert sign_in("neuve@reseau.example").status_code == 302


def test_another_address_ends_sessions_whoever_wrote_it(
    client: Client, person: User, sign_in: SignIn
) -> None:
    sign_in(person.email)
    User.objects.filter(pk=person.pk).update(email="neuve@reseau.example")
    assert client.get(reverse("accounts:home")).status_code == 302


def test_another_role_ends_no_session(client: Client, person: User, sign_in: SignIn) -> None:
    """Rights are asked for at each page."""
    sign_in(person.email)
    page = by_staff(person, role="pilot").content.decode()
    assert "sessions ouvertes" not in page
    assert client.get(reverse("accounts:home")).status_code == 200


def test_sessions_of_a_closed_account_do_not_come_back_with_it(
    client: Client, person: User, sign_in: SignIn
) -> None:
    sign_in(person.email)
    by_staff(person, is_active=None)
    by_staff(person)
    assert client.get(reverse("accounts:home")).status_code == 302


def test_a_factor_that_staff_removes_ends_sessions(
    client: Client, person: User, sign_in: SignIn
) -> None:
    """The telephone that was lost may be signed in."""
    sign_in(person.email)
    staff = Client()
    staff.force_login(UserFactory(group="Équipe nationale"))
    staff.post(
        reverse("admin:accounts_user_changelist"),
        {"action": "remove_second_factor", "_selected_action": [person.pk]},
    )
    assert client.get(reverse("accounts:home")).status_code == 302


def test_whoever_changes_their_own_address_stays_where_they_are(
    person: User, sign_in: SignIn
) -> None:
    User.objects.filter(pk=person.pk).update(is_staff=True, is_superuser=True)
    here, elsewhere = Client(), Client()
    sign_in(person.email, by=here)
    sign_in(person.email, by=elsewhere)
    page = here.post(
        reverse("admin:accounts_user_change", args=[person.pk]),
        {
            "email": "neuve@reseau.example",
            "role": person.role,
            "is_active": "on",
            "is_staff": "on",
            "is_superuser": "on",
        },
        follow=True,
    ).content.decode()
    assert "Vos autres sessions sont fermées" in page
    assert here.get(reverse("accounts:home")).status_code == 200
    assert elsewhere.get(reverse("accounts:home")).status_code == 302
    listed = here.get(reverse("usersessions_list")).content.decode()
    assert listed.count("<li") and UserSession.objects.filter(user=person).count() == 1


@pytest.mark.parametrize("change", ["password", "email", "is_active"])
def test_a_sign_in_that_was_begun_ends_as_an_open_session_would(
    change: str, client: Client, person: User, sign_in: SignIn
) -> None:
    """The password was given, the code is not yet: minutes may pass."""
    codes = RecoveryCodes.activate(person).generate_codes()
    TOTP.activate(person, generate_totp_secret())
    asked = sign_in(person.email)
    assert asked["Location"] == reverse("mfa_authenticate")
    if change == "password":
        person.set_password("une-longue-phrase-2")
    elif change == "email":
        person.email = "neuve@reseau.example"
    else:
        person.is_active = False
    person.save()

    answer = client.post(reverse("mfa_authenticate"), {"code": codes[0]}, follow=True)

    closed = change == "is_active"
    page = answer.content.decode()
    assert ("Compte suspendu" if closed else "a changé pendant que vous vous connectiez") in page
    assert client.get(reverse("accounts:home")).status_code == 302
