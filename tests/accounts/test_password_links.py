"""A link to choose a password is for one account, as it was when the link was sent."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import connections
from django.test import Client
from django.urls import reverse

from accounts import invitations, password_views, personal_data
from accounts.models import Invitation, User
from accounts.password_links import link_for
from audit.models import Entry
from publishing.audiences import Role
from tests.accounts.conftest import PASSWORD, SignIn
from tests.factories import UserFactory
from tests.outbox import delivered

pytestmark = pytest.mark.django_db

CHOSEN = "une-longue-phrase-2"
DEAD = "Ce lien ne vaut plus"
MAY_SIGN_IN = "Vous pouvez vous connecter"


@pytest.fixture
def national() -> Client:
    client = Client()
    client.force_login(UserFactory(group="Équipe nationale"))
    return client


@pytest.fixture
def link(person: User) -> str:
    """The link that was asked for on the page, from the mail."""
    Client().post(reverse("account_reset_password"), {"email": person.email})
    found = re.search(r"http\S+", str(delivered()[-1].body))
    assert found
    return found[0]


def by_staff(national: Client, person: User, **changes: Any) -> None:
    fields = {"email": person.email, "role": person.role, "is_active": "on", **changes}
    answer = national.post(
        reverse("admin:accounts_user_change", args=[person.pk]),
        {name: value for name, value in fields.items() if value is not None},
    )
    assert answer.status_code == 302, answer.content.decode()


def given_by_staff(national: Client, person: User) -> None:
    national.post(
        reverse("admin:auth_user_password_change", args=[person.pk]),
        {"usable_password": "true", "password1": CHOSEN + "x", "password2": CHOSEN + "x"},
    )


def _reopened(national: Client, person: User) -> None:
    by_staff(national, person, is_active=None)
    by_staff(national, person)


def _there_and_back(national: Client, person: User) -> None:
    email = person.email
    by_staff(national, person, email="ailleurs@reseau.example")
    by_staff(national, person, email=email)


def _used_elsewhere(national: Client, person: User) -> None:
    client = Client()
    form = client.get(link_for(person), follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": CHOSEN + "y", "password2": CHOSEN + "y"})


DEATHS: dict[str, Callable[[Client, User], Any]] = {
    "closed": lambda national, person: by_staff(national, person, is_active=None),
    "closed from the server": lambda national, person: User.objects.update(is_active=False),
    "closed and opened again": _reopened,
    "erased": lambda national, person: personal_data.erase(person=person, by=None),
    "another address": lambda national, person: by_staff(
        national, person, email="ailleurs@reseau.example"
    ),
    "another address from the server": lambda national, person: User.objects.filter(
        pk=person.pk
    ).update(email="ailleurs@reseau.example"),
    "another address, and the first again": _there_and_back,
    "another password, by staff": given_by_staff,
    "another password, by such a link elsewhere": _used_elsewhere,
    "a sign-in": lambda national, person: Client().post(
        reverse("accounts:login"), {"login": person.email, "password": PASSWORD}
    ),
    "its factor removed, by staff": lambda national, person: national.post(
        reverse("admin:accounts_user_changelist"),
        {"action": "remove_second_factor", "_selected_action": [person.pk]},
    ),
}


@pytest.mark.parametrize("death", DEATHS)
def test_link_dies_with(death: str, national: Client, person: User, link: str) -> None:
    had_it_open = Client()
    form = had_it_open.get(link, follow=True).redirect_chain[-1][0]

    DEATHS[death](national, person)
    left = list(User.objects.filter(pk=person.pk).values())

    for answer in (
        Client().get(link, follow=True),
        had_it_open.get(form),
        had_it_open.post(form, {"password1": CHOSEN, "password2": CHOSEN}, follow=True),
    ):
        page = answer.content.decode()
        assert DEAD in page and MAY_SIGN_IN not in page
    assert list(User.objects.filter(pk=person.pk).values()) == left


def test_link_opens_in_any_browser_until_it_is_used(person: User, link: str) -> None:
    first, second = Client(), Client()
    left_open = first.get(link, follow=True).redirect_chain[-1][0]
    form = second.get(link, follow=True).redirect_chain[-1][0]
    done = second.post(form, {"password1": CHOSEN, "password2": CHOSEN}, follow=True)
    assert MAY_SIGN_IN in done.content.decode()
    late = first.post(left_open, {"password1": CHOSEN + "z", "password2": CHOSEN + "z"})
    assert DEAD in late.content.decode()
    assert User.objects.get(pk=person.pk).check_password(CHOSEN)


@pytest.mark.parametrize("end", ["closed", "erased"])
def test_account_that_ends_while_the_form_is_judged_gets_no_password(
    end: str, person: User, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library looks at the account when the request comes, and saves it whole at the end."""
    client = Client()
    form = client.get(link, follow=True).redirect_chain[-1][0]
    looked_at = password_views.ChoosePassword.post

    def post(view: Any, *args: Any, **kwargs: Any) -> Any:
        if end == "closed":
            User.objects.update(is_active=False)
        else:
            User.objects.all().delete()
        return looked_at(view, *args, **kwargs)

    monkeypatch.setattr(password_views.ChoosePassword, "post", post)
    answer = client.post(form, {"password1": CHOSEN, "password2": CHOSEN}, follow=True)
    assert DEAD in answer.content.decode()
    assert not User.objects.filter(is_active=True).exists()


def test_page_that_says_done_is_for_whoever_has_just_done_it(person: User, link: str) -> None:
    done = reverse("account_reset_password_from_key_done")
    assert Client().get(done)["Location"] == reverse("accounts:login")
    client = Client()
    form = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": CHOSEN, "password2": CHOSEN})
    assert MAY_SIGN_IN in client.get(done).content.decode()
    User.objects.update(is_active=False)
    assert client.get(done)["Location"] == reverse("account_inactive")


def test_choosing_a_password_gives_back_no_right_that_was_taken_meanwhile(
    person: User, client: Client, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library saves the whole row, as it was when the page was asked for."""
    User.objects.filter(pk=person.pk).update(role=Role.NATIONAL, is_superuser=True)
    sign_in(person.email)
    made = User.set_password

    def set_password(user: User, password: str | None) -> None:
        User.objects.filter(pk=person.pk).update(role=Role.PILOT, is_superuser=False)
        made(user, password)

    monkeypatch.setattr(User, "set_password", set_password)
    client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": CHOSEN, "password2": CHOSEN},
    )
    person.refresh_from_db()
    assert person.check_password(CHOSEN)
    assert (person.role, person.is_superuser) == (Role.PILOT, False)


def test_reading_a_link_writes_nothing(person: User, link: str, client: Client) -> None:
    """The library's own tokens kept the address in a table of theirs, when a link was looked at."""
    client.get(link, follow=True)
    assert not EmailAddress.objects.exists()


# --- Invitations, which are such a link too ---


def test_invitation_of_an_account_that_was_closed_tells_nobody_to_sign_in(
    client: Client, person: User
) -> None:
    invitation = Invitation.objects.create(email=person.email)
    path = invitations.link(invitation)
    assert "qu’à se connecter" in client.get(path, follow=True).content.decode()
    User.objects.update(is_active=False)
    page = client.get(path, follow=True)
    assert page.status_code == 410
    assert "suspendu" in page.content.decode()
    assert "se connecter" not in page.content.decode().split("<main")[1].lower()


def test_invitation_dies_with_the_account_it_made(client: Client, national: Client) -> None:
    invitation = Invitation.objects.create(
        email="neuf@reseau.example",
        invited_by=UserFactory(group="Équipe nationale"),
        whole_country=True,
    )
    path = invitations.link(invitation)
    made = invitations.accept(
        invitation=invitation, first_name="A", last_name="B", password=PASSWORD
    )
    assert made is not None
    personal_data.erase(person=made, by=None)
    page = client.get(path, follow=True)
    assert page.status_code == 404 and not User.objects.filter(email=made.email).exists()


def test_staff_that_takes_a_password_away_says_so(
    national: Client, person: User, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        national.post(
            reverse("admin:auth_user_password_change", args=[person.pk]),
            {"usable_password": "false", "unset-password": "1"},
        )
    assert "son mot de passe est retiré" in delivered()[-1].body
    assert Entry.objects.filter(action="password_changed").exists()


# --- At the same moment ---


@pytest.mark.django_db(transaction=True)
def test_two_who_use_one_link_at_once_choose_one_password(person: User) -> None:
    link = link_for(person)
    clients = [Client(), Client()]
    forms = [client.get(link, follow=True).redirect_chain[-1][0] for client in clients]
    start = Barrier(2, timeout=60)

    def choose(number: int) -> bool:
        password = f"une-longue-phrase-{number}"
        try:
            start.wait()
            answer = clients[number].post(
                forms[number], {"password1": password, "password2": password}
            )
            return answer.status_code == 302
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(choose, range(2)))
    assert sorted(done) == [False, True]
    person.refresh_from_db()
    assert person.check_password(f"une-longue-phrase-{done.index(True)}")
