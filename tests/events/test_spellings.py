"""One mailbox has one place and one invitation, however its address is spelled."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from events.models import Invitation, Registration
from events.registrations.guest_list import Guest, read_guests
from events.registrations.invitations import invite
from tests.factories import EventFactory, UserFactory

pytestmark = pytest.mark.django_db

UNICODE, PUNYCODE = "camille@café.example", "camille@xn--caf-dma.example"
SPELLINGS = [
    UNICODE,
    PUNYCODE,
    "CAMILLE@CAFÉ.example.\u200b",
    "\u2060camille@cafe\u0301.exam\u00adple",
    "Camille <camille@café.example>",
]


def asked(email: str, **more: str) -> dict[str, str]:
    return {"first_name": "Camille", "last_name": "Démo", "email": email, **more}


def test_two_spellings_are_one_place() -> None:
    event = EventFactory(open_to_all=True, published=True)
    url = reverse("events:register", args=[event.slug])

    answers = [Client().post(url, asked(typed)).status_code for typed in SPELLINGS]

    assert answers == [302] * 5
    assert event.registrations.get().email == PUNYCODE


def test_database_refuses_a_second_place_under_another_spelling() -> None:
    event = EventFactory(open_to_all=True, published=True)
    Client().post(reverse("events:register", args=[event.slug]), asked(UNICODE))
    first = event.registrations.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        Registration.objects.create(
            event=event, number=99, email=f"{UNICODE}\u200b", status="waiting"
        )
    other = Registration(event=event, number=98, email=UNICODE, status="waiting")
    with pytest.raises(IntegrityError), transaction.atomic():
        Registration.objects.bulk_create([other])
    assert Registration.objects.of("camille@café.example").get() == first


def test_visitor_reads_which_character_is_refused() -> None:
    event = EventFactory(open_to_all=True, published=True)

    page = Client().post(
        reverse("events:register", args=[event.slug]), asked("cam\u202eille@exemple.fr")
    )

    assert page.status_code == 400
    assert "U+202E" in page.content.decode()
    assert not event.registrations.exists()


def test_name_on_the_badge_holds_nothing_unseen() -> None:
    event = EventFactory(open_to_all=True, published=True)
    url = reverse("events:register", args=[event.slug])

    refused = Client().post(url, asked(UNICODE, first_name="\u200b\ufeff"))
    Client().post(url, asked(UNICODE, last_name="De\u0301mo\u200b", organisation="Asso\u00a0 X"))

    assert refused.status_code == 400
    made = event.registrations.get()
    assert (made.last_name, made.organisation) == ("Démo", "Asso X")


@pytest.fixture
def organiser() -> Client:
    client = Client()
    client.force_login(UserFactory(group="Équipe nationale"))
    return client


def test_pasted_list_invites_each_mailbox_once(organiser: Client) -> None:
    event = EventFactory(published=True)
    page = reverse("admin:events_event_guests", args=[event.pk])
    pasted = "\n".join(
        [*SPELLINGS, "\u200b", "Ana\u200b\tDe\u0301mo\tana@exemple.fr\u200b\tAsso\u00a0X"]
    )

    organiser.post(page, {"guests": pasted, "words": ""})
    again = organiser.post(page, {"guests": SPELLINGS[2], "words": ""}, follow=True)

    assert again.status_code == 200
    invited = Invitation.objects.filter(event=event).order_by("pk")
    assert [guest.email for guest in invited] == [PUNYCODE, "ana@exemple.fr"]
    assert (invited[1].name, invited[1].organisation) == ("Ana Démo", "Asso X")


def test_list_names_the_line_and_the_character_that_it_refuses(organiser: Client) -> None:
    event = EventFactory(published=True)
    page = reverse("admin:events_event_guests", args=[event.pk])

    answer = organiser.post(page, {"guests": "ana@exemple.fr\nbo\u202eb@exemple.fr", "words": ""})

    said = answer.content.decode()
    assert "Ligne 2" in said and "U+202E" in said and "ana@exemple.fr" in said
    assert not Invitation.objects.exists()


def test_whoever_has_a_place_is_not_invited_under_another_spelling() -> None:
    event = EventFactory(open_to_all=True, published=True)
    Client().post(reverse("events:register", args=[event.slug]), asked(PUNYCODE))

    done = invite(event=event, guests=[Guest("Camille@CAFÉ.example")])

    assert (done.added, done.registered_before) == (0, 1)
    assert read_guests(f"{UNICODE};{PUNYCODE}") == [Guest(PUNYCODE)]


@pytest.mark.parametrize(
    "typed", [UNICODE, PUNYCODE, "café.example", "<CAMILLE@café.example>\u200b"]
)
def test_desk_and_entrance_find_people_by_any_spelling(organiser: Client, typed: str) -> None:
    event = EventFactory(open_to_all=True, published=True)
    Client().post(
        reverse("events:register", args=[event.slug]), asked(UNICODE, last_name="Trouvée")
    )

    for name in ("desk", "entrance"):
        page: Any = organiser.get(
            reverse(f"admin:events_event_{name}", args=[event.pk]), {"q": typed}
        )
        assert "Trouvée" in page.content.decode(), name
