"""The public form of requests for access says nothing of who has an account; staff decides."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessRequest, Invitation
from audit.models import Action, Entry
from publishing.audiences import Role
from territories.models import Territory
from tests.factories import UserFactory
from tests.html_validity import HtmlChecker
from tests.outbox import delivered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]

ASK = "/compte/demande/"
RECEIVED = "/compte/demande/recue/"
NEW = "camille.martin@reseau.example"
ANSWERS = {
    "first_name": "Camille",
    "last_name": "Martin",
    "email": NEW,
    "organisation": "Association Exemple",
    "role": "departmental_dla",
    "territories": ["departement-38"],
    "message": "Bonjour.",
}


@pytest.fixture
def ask(client: Client, django_capture_on_commit_callbacks: Any) -> Any:
    def call(**change: Any) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(ASK, {**ANSWERS, **change})

    return call


def staff(group: str = "Équipe nationale", *keys: str) -> Client:
    territories = list(Territory.objects.filter(pk__in=keys))
    client = Client()
    client.force_login(UserFactory(group=group, territories=territories or None))
    return client


def make(email: str = NEW, territories: tuple[str, ...] = (), **fields: Any) -> AccessRequest:
    asked = AccessRequest.objects.create(
        email=email,
        first_name="Camille",
        last_name="Martin",
        organisation="Association Exemple",
        role=Role.DEPARTMENTAL_DLA,
        **fields,
    )
    asked.territories.set(Territory.objects.filter(pk__in=territories))
    return asked


# --- Asking ---


def test_a_request_is_kept_and_received(ask: Any) -> None:
    answer = ask()
    assert (answer.status_code, answer["Location"]) == (302, RECEIVED)
    asked = AccessRequest.objects.get()
    assert (asked.email, asked.status) == (NEW, "waiting")
    assert [t.pk for t in asked.territories.all()] == ["departement-38"]
    (sent,) = delivered()
    assert "est bien arrivée" in sent.body
    assert Entry.objects.get().action == Action.ACCESS_REQUESTED


def test_without_javascript_a_territory_is_typed(ask: Any) -> None:
    assert ask(territories=[], territories_q="Isère").status_code == 302
    assert [t.pk for t in AccessRequest.objects.get().territories.all()] == ["departement-38"]


def test_an_account_is_told_to_its_address_alone(client: Client, ask: Any) -> None:
    UserFactory(email=NEW.upper())
    known = ask()
    assert not AccessRequest.objects.exists()
    unknown = ask(email="autre@reseau.example")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert "a déjà un compte" in delivered()[0].body
    assert delivered()[0].subject == delivered()[1].subject


def test_one_mail_a_day_whoever_insists(ask: Any) -> None:
    for _ in range(3):
        ask()
    assert len(delivered()) == 1


def test_too_many_requests_are_refused(ask: Any) -> None:
    statuses = [ask(email=f"p{n}@reseau.example").status_code for n in range(7)]
    assert statuses == [302] * 5 + [429] * 2


def test_of_one_address_a_few_wait_at_once(ask: Any) -> None:
    for _ in range(3):
        make()
    ask()
    assert AccessRequest.objects.waiting().count() == 3


def test_what_a_machine_fills_in_is_dropped_without_a_word(ask: Any) -> None:
    answer = ask(website="https://machine.example")
    assert (answer.status_code, answer["Location"]) == (302, RECEIVED)
    assert not AccessRequest.objects.exists()
    assert delivered() == []


@pytest.mark.parametrize(
    "change",
    [
        {"email": "pas une adresse"},
        {"email": "a@b.example\nBcc: c@d.example"},
        {"first_name": "x" * 10_000},
        {"organisation": "a\x00b"},
        {"message": "x" * 10_000},
        {"role": "editor"},
        {"role": "empereur"},
        {"territories": ["departement-999"]},
        {"territories": ["a\x00b"]},
        {"last_name": ""},
    ],
)
def test_what_is_wrong_is_said(ask: Any, change: dict[str, Any]) -> None:
    answer = ask(**change)
    assert answer.status_code == 400
    assert "À corriger" in answer.content.decode()
    assert not AccessRequest.objects.exists()


def test_the_pages_are_valid(client: Client, assert_valid_html: HtmlChecker) -> None:
    assert_valid_html({url: client.get(url).content.decode() for url in (ASK, RECEIVED)})


def test_the_form_needs_its_token() -> None:
    assert Client(enforce_csrf_checks=True).post(ASK, ANSWERS).status_code == 403


# --- Deciding ---


def test_accepting_is_inviting_with_what_was_asked(django_capture_on_commit_callbacks: Any) -> None:
    asked, twin = make(territories=("departement-38",)), make()
    client = staff()
    page = client.get(
        reverse("admin:accounts_accessrequest_change", args=[asked.pk])
    ).content.decode()
    found = re.search(r'href="(/admin/accounts/invitation/add/\?request=\d+)"', page)
    assert found
    form = client.get(found[1]).context["adminform"].form
    assert form.initial["email"] == NEW
    with django_capture_on_commit_callbacks(execute=True):
        client.post(
            found[1],
            {
                "email": NEW,
                "role": "pilot",
                "territories": ["departement-38"],
                "request": asked.pk,
            },
        )
    invitation = Invitation.objects.get()
    for row in (asked, twin):
        row.refresh_from_db()
        assert (row.status, row.invitation) == ("approved", invitation)
    assert [m.to for m in delivered()] == [[NEW]]
    assert Entry.objects.filter(action=Action.ACCESS_GRANTED).count() == 1


@pytest.mark.parametrize("key", ["abc", "-1", "9" * 5000, "٣", "999999999999999999"])
def test_a_mistyped_request_is_an_empty_invitation(key: str) -> None:
    page = staff().get(reverse("admin:accounts_invitation_add"), {"request": key})
    assert page.status_code == 200
    assert NEW not in page.content.decode()


def test_refusing_sends_a_word(django_capture_on_commit_callbacks: Any) -> None:
    asked = make()
    client = staff()
    url = reverse("admin:accounts_accessrequest_refuse", args=[asked.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {"answer": ""}).status_code == 400
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url, {"answer": "Votre structure n’est pas du réseau & voilà."})
    asked.refresh_from_db()
    assert (asked.status, asked.decided_by is not None) == ("refused", True)
    (sent,) = delivered()
    assert "n’est pas du réseau & voilà." in sent.body
    assert client.get(url).status_code == 404
    assert Entry.objects.filter(action=Action.ACCESS_REFUSED).exists()


def test_a_regions_head_decides_of_theirs() -> None:
    isere = make("isere@reseau.example", ("departement-38",))
    paris = make("paris@reseau.example", ("departement-75",))
    both = make("deux@reseau.example", ("departement-38", "departement-75"))
    france = make("france@reseau.example")
    client = staff("Animation régionale", "region-84")
    page = client.get(reverse("admin:accounts_accessrequest_changelist")).content.decode()
    seen = {a.email for a in (isere, paris, both, france) if a.email in page}
    assert seen == {isere.email}
    for other in (paris, both, france):
        url = reverse("admin:accounts_accessrequest_refuse", args=[other.pk])
        assert client.post(url, {"answer": "Non."}).status_code == 404
        add = reverse("admin:accounts_invitation_add")
        client.post(
            add,
            {
                "email": "x@reseau.example",
                "role": "pilot",
                "territories": ["departement-38"],
                "request": other.pk,
            },
        )
        other.refresh_from_db()
        assert other.is_waiting
        assert not client.get(add, {"request": other.pk}).context["adminform"].form.initial


@pytest.mark.parametrize("group", ["Rédaction", "Contribution"])
def test_others_see_no_request(group: str) -> None:
    asked = make()
    client = staff(group)
    assert client.get(reverse("admin:accounts_accessrequest_changelist")).status_code == 403
    url = reverse("admin:accounts_accessrequest_refuse", args=[asked.pk])
    assert client.post(url, {"answer": "Non."}).status_code == 404
    assert "Demandes d’accès" not in client.get(reverse("admin:index")).content.decode()


def test_the_dashboard_says_who_waits() -> None:
    make()
    page = staff().get(reverse("admin:index")).content.decode()
    assert "Demandes d’accès" in page
    assert "Camille Martin (Association Exemple)" in page


@pytest.mark.parametrize(
    ("status", "age", "kept"),
    [
        ("waiting", 300, True),
        ("waiting", 400, False),
        ("refused", 80, True),
        ("refused", 100, False),
        ("approved", 100, False),
    ],
)
def test_old_requests_go(status: str, age: int, kept: bool) -> None:
    then = timezone.now() - timedelta(days=age)
    decided = None if status == "waiting" else then
    make(status=status, created_at=then, decided_at=decided)
    call_command("run_due", verbosity=0)
    assert AccessRequest.objects.exists() == kept
