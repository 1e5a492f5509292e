"""One mailbox is one account, one request and one counter, however its address is spelled."""

from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import AccessRequest, Invitation, User
from accounts.signin import users_by_email
from mailing.models import Message
from tests.accounts.conftest import PASSWORD, SignIn
from tests.factories import UserFactory
from tests.outbox import delivered

pytestmark = pytest.mark.django_db

UNICODE, PUNYCODE = "camille@café.example", "camille@xn--caf-dma.example"
SPELLINGS = [
    UNICODE,
    PUNYCODE,
    "Camille@CAFÉ.example.\u200b",
    "mailto:camille@cafe\u0301.example",
    "Camille Martin <camille@café.example>",
]


def national() -> Client:
    client = Client()
    client.force_login(UserFactory(group="Équipe nationale", is_superuser=True))
    return client


def add_account(email: str, **more: str) -> Any:
    return national().post(
        reverse("admin:accounts_user_add"),
        {
            "email": email,
            "usable_password": "true",
            "password1": PASSWORD,
            "password2": PASSWORD,
            "role": "departmental_dla",
            "whole_country": "on",
            **more,
        },
    )


def written_to(address: str) -> list[str]:
    queued = Message.objects.filter(to=address).values_list("text", flat=True)
    return [*queued, *(str(sent.body) for sent in mail.outbox if sent.to == [address])]


def test_account_made_with_an_unseen_space_signs_in(client: Client, sign_in: SignIn) -> None:
    assert add_account("camille@reseau.example\u200b").status_code == 302

    sign_in("camille@reseau.example")

    assert "_auth_user_id" in client.session


@pytest.mark.parametrize("typed", SPELLINGS, ids=ascii)
def test_signs_in_by_every_spelling_of_the_address(
    client: Client, sign_in: SignIn, typed: str
) -> None:
    person = User.objects.create_user(UNICODE, PASSWORD)

    sign_in(typed)

    assert client.session["_auth_user_id"] == str(person.pk)
    assert person.email == PUNYCODE


@pytest.mark.parametrize("typed", SPELLINGS, ids=ascii)
def test_second_account_of_a_mailbox_is_refused(typed: str) -> None:
    UserFactory(email=UNICODE)

    answer = add_account(typed)

    assert answer.status_code == 200
    assert "Un compte existe déjà avec cette adresse." in answer.content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(email=typed)])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("cam\u202eille@reseau.example", "change l’ordre de lecture (U+202E)"),
        ("renée@reseau.example", "«\u00a0é\u00a0» ne peut pas figurer avant"),
        ("cam ille@reseau.example", "ne contient pas d’espace"),
    ],
)
def test_address_that_cannot_be_is_refused_with_its_reason(
    client: Client, sign_in: SignIn, typed: str, said: str
) -> None:
    before = User.objects.count()

    pages = [
        add_account(typed),
        sign_in(typed),
        client.post(reverse("account_reset_password"), {"email": typed}),
        client.post(reverse("accounts:request_access"), {"email": typed}),
    ]

    assert [said in page.content.decode() for page in pages] == [True] * 4
    assert User.objects.count() == before + 1  # the one who asked


def test_reset_asked_for_in_punycode_reaches_the_account(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    UserFactory(email=UNICODE).set_password(PASSWORD)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("account_reset_password"), {"email": PUNYCODE})

    (letter,) = written_to(PUNYCODE)
    assert "nouveau/" in letter


def test_spellings_share_the_count_of_attempts(client: Client, sign_in: SignIn) -> None:
    UserFactory(email=UNICODE)

    answers = [
        sign_in(typed, "une-mauvaise-phrase", REMOTE_ADDR=f"192.0.2.{number}").status_code
        for number, typed in enumerate([*SPELLINGS, UNICODE])
    ]

    assert answers == [200] * 5 + [429]


def test_unknown_mailbox_is_written_to_once_a_day_whatever_its_spelling(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        for typed in SPELLINGS[:3]:
            client.post(reverse("account_reset_password"), {"email": typed})
            delivered()

    assert [sent.to for sent in delivered()] == [[PUNYCODE]]


def test_invitation_and_request_know_the_mailbox() -> None:
    UserFactory(email=UNICODE)
    Invitation.objects.create(email="autre@CAFÉ.example", invited_by=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.create(email="Autre@xn--caf-dma.example", invited_by=None)

    assert Invitation.objects.of("autre@café.example\u2060").exists()
    asked = AccessRequest(email="camille@café.example\u200b")
    with pytest.raises(ValidationError):
        asked.full_clean()
    assert asked.email == PUNYCODE
    assert [person.email for person in users_by_email("CAMILLE@café.example.")] == [PUNYCODE]


def test_command_makes_the_account_that_signs_in() -> None:
    call_command(
        "createsuperuser", email="Chef@CAFÉ.example\u200b", interactive=False, stdout=StringIO()
    )

    assert User.objects.get(email="Chef@café.example").email == "Chef@xn--caf-dma.example"


@pytest.mark.parametrize("typed", [UNICODE, "@café.example", "Camille <camille@café.example>"])
def test_search_finds_the_address_as_people_read_it(typed: str) -> None:
    UserFactory(email=UNICODE, first_name="Camille", last_name="Trouvée")

    page = national().get(reverse("admin:accounts_user_changelist"), {"q": f"{typed}\u200b"})

    assert "Trouvée" in page.content.decode()


def test_person_reads_the_address_in_letters(client: Client) -> None:
    client.force_login(UserFactory(email=PUNYCODE))

    assert UNICODE in client.get(reverse("accounts:home")).content.decode()


def test_names_are_kept_without_what_nobody_sees() -> None:
    add_account(PUNYCODE, first_name="\ufeffRene\u0301e\u200b", last_name="de  la\u00a0Tour\u202e")

    person = User.objects.get(email=PUNYCODE)
    assert (person.first_name, person.last_name) == ("Renée", "de la Tour")


def test_name_made_of_nothing_that_is_seen_is_no_name(client: Client) -> None:
    answer = client.post(
        reverse("accounts:request_access"),
        {"first_name": "\u200b\u2800", "last_name": "Martin", "email": PUNYCODE},
    )

    assert answer.status_code == 400
    assert answer.context["form"].errors["first_name"]


def test_password_is_taken_as_it_is_typed(client: Client, sign_in: SignIn) -> None:
    password = " une-longue\u200b-phrase\u00a0 "
    User.objects.create_user(PUNYCODE, password)

    assert sign_in(UNICODE, password.replace("\u200b", "")).status_code == 200
    assert sign_in(UNICODE, password).status_code == 302
