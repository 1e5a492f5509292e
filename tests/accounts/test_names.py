"""Names hold no link, wherever they are asked."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts import names
from accounts.invitations import link
from accounts.models import AccessRequest, Invitation, User
from events.registrations.guest_list import read_guests
from tests.factories import EventFactory, UserFactory

LINKS = [
    "Gagnez… allez sur casino-gratuit.example/x",
    "https://casino.example",
    "http:casino",
    "//casino",
    "www.casino",
    "allez sur casino.example:8080",
    "casino.example?x",
    "jeu@casino.example",
    "casino。example/x",  # domains are also written with these
    "casino．example／x",
    "ｈｔｔｐｓ：／／casino",
    "casino\u200b.\u2060example/x",
    "casino.xn--p1ai/x",
    "185.12.13.14",
    "Camille\u2028Martin",
    "Camille\nBcc",
    "Camille\x1bMartin",
]
DOMAINS = ["casino.example", "CASINO-GRATUIT.COM", "jouez sur casino.example."]
PEOPLE = [
    "Camille",
    "J.-P.",
    "J.Pierre",
    "D’Arc",
    "Ngũgĩ wa Thiong’o",
    "Martin-Dupont",
    "Mme M. B.",
    "Nom\u200cNom",
]
ORGANISATIONS = [
    "Emmaüs.fr",
    "CCAS/CIAS",
    "L’Assoc. des 3 rives",
    "Le 104 : culture",
    "S/C M. B",
    "Pôle 3.10",
]


@pytest.mark.parametrize("name", LINKS)
def test_what_would_be_a_link_is_no_name(name: str) -> None:
    for check in (names.check_name, names.check_organisation):
        with pytest.raises(ValidationError, match=r"Pas d’adresse|Sur une seule ligne"):
            check(name)


@pytest.mark.parametrize("name", DOMAINS)
def test_a_domain_is_no_persons_name(name: str) -> None:
    with pytest.raises(ValidationError, match="laissez une espace"):
        names.check_name(name)
    names.check_organisation(name)


@pytest.mark.parametrize("name", PEOPLE)
def test_names_as_people_have_them_are_taken(name: str) -> None:
    names.check_name(name)


@pytest.mark.parametrize("name", ORGANISATIONS)
def test_names_as_organisations_have_them_are_taken(name: str) -> None:
    names.check_organisation(name)


# --- Wherever they are asked ---


def refused(client: Client, url: str, data: dict[str, Any], **more: Any) -> None:
    """Checks the errors by field, with what was typed still there."""
    answer = client.post(url, {**data, "first_name": "casino.example/x", "last_name": "Durand"})
    page = answer.content.decode()
    assert "Pas d’adresse de site ni de courriel ici." in page
    assert "casino.example/x" in page
    assert "Durand" in page


@pytest.mark.django_db
@pytest.mark.usefixtures("geography")
def test_every_form_that_asks_for_a_name_refuses_a_link(client: Client) -> None:
    refused(client, "/compte/demande/", {"email": "a@reseau.example"})
    event = EventFactory(open_to_all=True, published=True)
    refused(client, reverse("events:register", args=[event.slug]), {"email": "a@reseau.example"})
    staff = UserFactory(group="Équipe nationale")
    invitation = Invitation.objects.create(
        email="b@reseau.example", whole_country=True, invited_by=staff
    )
    client.get(link(invitation))
    refused(client, reverse("accounts:invitation"), {})
    client.force_login(staff)
    refused(client, reverse("admin:accounts_invitation_add"), {})
    refused(client, reverse("admin:accounts_user_add"), {})
    refused(client, reverse("admin:accounts_user_change", args=[UserFactory().pk]), {})
    refused(client, reverse("admin:events_event_add_registration", args=[event.pk]), {})
    assert not event.registrations.exists()
    assert not AccessRequest.objects.exists()
    assert not User.objects.filter(last_name="Durand").exists()


@pytest.mark.parametrize(
    "line",
    ["casino.example/x <a@reseau.example>", "Marie;casino.example/x;a@reseau.example"],
)
def test_a_guest_whose_name_is_a_link_is_told_by_line(line: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        read_guests(f"b@reseau.example\n{line}")
    assert refusal.value.messages == ["Ligne 2\u00a0: Pas d’adresse de site ni de courriel ici."]


def test_names_that_a_directory_joined_with_a_dot_are_two() -> None:
    (guest,) = read_guests("marie.durand <a@reseau.example>")
    assert (guest.first_name, guest.last_name) == ("marie", "durand")
