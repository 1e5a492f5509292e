"""Forms say what is wrong in the portal's own words, and reading goes on from there."""

import re
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from publishing import services
from tests.browser import NewPage, axe, overflow
from tests.factories import EventFactory, UserFactory, place_at

pytestmark = pytest.mark.django_db(transaction=True)
each_way = pytest.mark.parametrize("javascript", [True, False], ids=["with", "without"])


@pytest.fixture
def refused(allow_problem: Any) -> None:
    """Browsers note the status of a form that comes back."""
    allow_problem("400")


def send(page: Page, label: str) -> None:
    page.get_by_role("button", name=label, exact=True).click()


def expect_summary(page: Page) -> Any:
    """Returns the summary, which has the focus and a way to each field."""
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_be_in_viewport()
    for link in summary.get_by_role("link").all():
        field = page.locator(link.get_attribute("href") or "none")
        expect(field).to_have_attribute("aria-invalid", "true")
        described = (field.get_attribute("aria-describedby") or "").split()
        assert any(page.locator(f"[id='{one}'].errorlist").count() for one in described)
    return summary


@each_way
def test_registration_tells_what_is_wrong_and_loses_nothing(
    javascript: bool, refused: None, new_page: NewPage
) -> None:
    event = EventFactory(open_to_all=True, published=True)
    page = new_page((390, 844), javascript=javascript)
    page.goto(reverse("events:register", args=[event.slug]))
    page.get_by_label("Prénom").fill("Ada")
    page.get_by_label("Adresse électronique").fill("ada@exemple")
    send(page, "M’inscrire")
    summary = expect_summary(page)
    expect(summary.get_by_role("link")).to_have_count(2)
    expect(page.get_by_label("Prénom")).to_have_value("Ada")
    expect(page.get_by_label("Adresse électronique")).to_have_value("ada@exemple")
    if javascript:
        axe(page)
    assert not overflow(page)

    # The way leads into the field, whose words are in sight.
    summary.get_by_role("link", name=re.compile("^Nom")).click()
    expect(page.get_by_label("Nom", exact=True)).to_be_focused()
    expect(page.locator("#id_last_name_error")).to_be_in_viewport()

    page.get_by_label("Nom", exact=True).fill("Lovelace")
    page.get_by_label("Adresse électronique").fill("ada@exemple.fr")
    send(page, "M’inscrire")
    expect(page.get_by_role("heading", level=1)).to_be_focused()


@each_way
def test_doors_of_accounts_tell_it_too(javascript: bool, refused: None, new_page: NewPage) -> None:
    page = new_page("phone", javascript=javascript)
    page.goto(reverse("accounts:login"))
    send(page, "Se connecter")
    expect(expect_summary(page).get_by_role("link")).to_have_count(2)
    page.goto(reverse("account_reset_password"))
    page.get_by_role("textbox").first.fill("ada")
    send(page, "Recevoir le lien")
    expect_summary(page)
    expect(page.get_by_role("textbox").first).to_have_value("ada")
    page.goto(reverse("accounts:request_access"))
    page.get_by_label("Organisme").fill("La Ligue")
    send(page, "Envoyer la demande")
    expect_summary(page)
    expect(page.get_by_label("Organisme")).to_have_value("La Ligue")
    if javascript:
        axe(page)


@each_way
def test_look_up_of_nothing_says_what_to_write(
    javascript: bool, new_page: NewPage, geography: None
) -> None:
    page = new_page("phone", javascript=javascript)
    page.goto(reverse("territories:list"))
    send(page, "Trouver")
    box = page.locator("#territory-q")
    expect(box).to_be_focused()
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(box).to_have_accessible_description(re.compile("^Écrivez le nom"))
    box.fill("saint")
    send(page, "Chercher")
    heading = page.get_by_role("heading", name=re.compile("« saint »"))
    expect(heading).to_be_focused()
    page.locator("#territory-q").fill("nullepartailleurs")
    send(page, "Chercher")
    expect(page.get_by_role("heading", name=re.compile("Aucun territoire"))).to_be_focused()


@each_way
def test_what_became_of_a_form_has_the_focus(javascript: bool, new_page: NewPage) -> None:
    event = EventFactory(open_to_all=True, published=True)
    place = place_at(event)
    page = new_page("phone", javascript=javascript)
    page.goto(reverse("events:cancel", args=[place.secret]))
    send(page, "Annuler mon inscription")
    said = page.get_by_text("Votre inscription est annulée.")
    expect(page.get_by_role("status").filter(has=said)).to_be_focused()


def test_several_boxes_are_led_to_by_the_first(refused: None, new_page: NewPage) -> None:
    event = EventFactory(open_to_all=True, published=False)
    event.questions.create(
        kind="choices", label="Quels jours", choices="Un\nDeux", is_required=True
    )
    services.publish(working=event, by=None)
    page = new_page("phone")
    page.goto(reverse("events:register", args=[event.slug]))
    send(page, "M’inscrire")
    page.get_by_role("alert").get_by_role("link", name=re.compile("Quels jours")).click()
    expect(page.get_by_label("Un", exact=True)).to_be_focused()


def test_a_member_reads_no_bubble_either(new_page: NewPage) -> None:
    page = new_page("phone", user=UserFactory(whole_country=True))
    page.goto(reverse("steering:figures"))
    send(page, "Enregistrer")
    expect(page.get_by_role("status").filter(has_text="n’est pas enregistrée")).to_be_focused()
