"""The desk on a telephone: what is there fits, is named, and goes by keyboard."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from events.models import Event
from events.registrations.organisers import change_state
from tests.browser import NewPage, Watch, axe, overflow
from tests.factories import EventFactory, UserFactory, live, place_at

pytestmark = pytest.mark.django_db(transaction=True)

LONG = "Accompagner les associations dans la transition écologique et sociale"


@pytest.fixture
def event(watch: Watch) -> Event:
    made: Event = EventFactory(
        open_to_all=True, capacity=2, sessions=[{"title": LONG, "room": "Salle 1"}], published=True
    )
    (key,) = (s["key"] for s in live(made).chosen_sessions)
    for number in range(3):
        place_at(made, f"camille-{number}@ailleurs.example", last_name="Même", sessions=(key,))
    return made


def url(name: str, event: Event, *args: int) -> str:
    return reverse(f"admin:events_event_{name}", args=[event.pk, *args])


def fits(page: Page) -> None:
    axe(page)
    assert not overflow(page)


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_pages_of_the_desk_are_accessible_and_fit_a_telephone(
    event: Event, new_page: NewPage, color_scheme: Any
) -> None:
    page = new_page(
        "phone",
        user=UserFactory(group="Équipe nationale"),
        color_scheme=color_scheme,
    )
    first = event.registrations.order_by("number")[0]
    for name, *args in (
        ("desk",),
        ("add_registration",),
        ("message",),
        ("registration", first.pk),
        ("cancel_registration", first.pk),
        ("guests",),
    ):
        page.goto(url(name, event, *args))
        fits(page)
    page.goto(url("desk", event))
    page.get_by_text("Ateliers (1)").click()
    page.get_by_role("link", name=LONG).click()
    expect(page.get_by_role("heading", name=LONG)).to_be_visible()
    fits(page)


def test_homonyms_at_the_door_are_noted_and_undone_by_keyboard(
    event: Event, new_page: NewPage
) -> None:
    page = new_page("phone", user=UserFactory(group="Équipe nationale"))
    page.goto(url("entrance", event))
    expect(page.get_by_label("Code d’accueil")).to_be_focused()
    page.keyboard.type("meme")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region")).to_have_count(3)
    fits(page)
    first = event.registrations.order_by("number")[0]
    page.get_by_label("Code d’accueil").fill(first.code)
    page.keyboard.press("Enter")
    # Alone to answer: one more press.
    expect(page.get_by_role("button", name="Noter la présence")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"{first.name} est là.")).to_be_visible()
    expect(page.get_by_label("Code d’accueil")).to_be_focused()
    fits(page)
    page.get_by_role("button", name="Annuler").press("Enter")
    expect(page.get_by_text("n’est plus noté·e présent·e")).to_be_visible()


def test_a_message_is_read_again_without_javascript(event: Event, new_page: NewPage) -> None:
    change_state(event=event, state="full")
    user = UserFactory(group="Équipe nationale")
    page = new_page("phone", user=user, javascript=False)
    page.goto(url("message", event))
    page.get_by_label("Objet").fill("Le menu")
    page.get_by_label("Message").fill("Un.\n\nDeux « trois ».")
    page.get_by_role("button", name="Relire avant d’envoyer").click()
    expect(page.get_by_role("heading", name="Le menu")).to_be_visible()
    page.get_by_role("button", name="M’envoyer un essai").click()
    expect(page.get_by_text(f"L’essai part à {user.email}.")).to_be_visible()
    page.get_by_role("button", name="Envoyer à 2 personnes").click()
    expect(page.get_by_text("Le message part à 2 personnes.")).to_be_visible()
