"""Choosing territories in a real browser: by keyboard, with a screen reader's marks, without
JavaScript, on a telephone."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.urls import set_urlconf
from playwright.sync_api import Page, expect

from territories.loading import load
from tests.browser import NewPage, axe

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.territories.urls_field"),
]


@pytest.fixture
def places(watch: Any, reduced_files: Path) -> None:
    set_urlconf(None)
    load(reduced_files)


def field(page: Page) -> Any:
    return page.locator("#id_places")


def options(page: Page) -> Any:
    return page.get_by_role("option")


def type_and_wait(page: Page, text: str) -> None:
    page.keyboard.type(text)
    expect(options(page).first).to_be_visible()


def test_several_are_chosen_and_one_is_removed_by_keyboard_only(
    places: None, new_page: NewPage
) -> None:
    page = new_page()
    page.goto("/essai/")
    field(page).focus()
    type_and_wait(page, "greno")
    box = field(page)
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    first = options(page).first
    expect(first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", first.get_attribute("id") or "")
    axe(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=re.compile("Retirer Grenoble"))).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("choisi")
    expect(box).to_be_focused()
    expect(box).to_have_attribute("aria-expanded", "false")

    type_and_wait(page, "isère")
    page.keyboard.press("Enter")  # the first, without going down to it
    type_and_wait(page, "meylan")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")

    # Back through the chips: one is removed, and the focus stays near.
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("retiré")
    page.keyboard.press("Tab")
    expect(box).to_be_focused()
    page.keyboard.press("Enter")  # nothing typed, nothing open: the form is sent
    expect(page.locator("#received")).to_have_text("commune-38185 departement-38")
    axe(page)


def test_escape_closes_then_empties(places: None, new_page: NewPage) -> None:
    page = new_page()
    page.goto("/essai/")
    field(page).focus()
    type_and_wait(page, "greno")
    page.keyboard.press("Escape")
    expect(options(page)).to_have_count(0)
    expect(field(page)).to_have_value("greno")
    page.keyboard.press("Escape")
    expect(field(page)).to_have_value("")


def test_nothing_found_is_said(places: None, new_page: NewPage) -> None:
    page = new_page()
    page.goto("/essai/")
    field(page).focus()
    page.keyboard.type("zzzzzzzzz")
    expect(page.get_by_role("status")).to_contain_text("Aucun territoire")


def test_look_up_that_fails_leaves_the_plain_form(
    places: None, new_page: NewPage, allow_problem: Any
) -> None:
    allow_problem("500")
    page = new_page()
    page.goto("/essai/")
    page.route("**/territoires/recherche/**", lambda route: route.fulfill(status=500))
    field(page).focus()
    page.keyboard.type("Isère")
    expect(page.get_by_role("status")).to_contain_text("ne viennent pas")
    page.keyboard.press("Enter")
    expect(page.locator("#received")).to_have_text("departement-38")


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_is_chosen_by_touch_on_a_telephone(
    color_scheme: Any, places: None, new_page: NewPage
) -> None:
    page = new_page((320, 640), color_scheme=color_scheme, has_touch=True)
    page.goto("/essai/")
    field(page).tap()
    type_and_wait(page, "saint martin")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    options(page).first.tap()
    expect(page.locator("[data-chosen] li")).to_have_count(1)
    page.get_by_role("button", name="Envoyer").tap()
    expect(page.locator("#received")).to_have_text(re.compile("commune-38"))


def test_without_javascript_answers_are_ticked(places: None, new_page: NewPage) -> None:
    page = new_page(javascript=False)
    page.goto("/essai/")
    field(page).fill("saint martin")
    page.get_by_label("Remarque").fill("à garder")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator("main")).to_contain_text("cochez le bon")
    expect(page.get_by_label("Remarque")).to_have_value("à garder")
    page.get_by_label("Saint-Martin-d’Hères").check()
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator("#received")).to_have_text("commune-38421")
    page.get_by_label(re.compile("Saint-Martin-d’Hères")).uncheck()
    field(page).fill("Isère")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator("#received")).to_have_text("departement-38")


def test_search_of_territories_opens_the_page_that_is_picked(
    places: None, new_page: NewPage
) -> None:
    page = new_page()
    page.goto("/territoires/")
    page.get_by_role("combobox").focus()
    type_and_wait(page, "meyl")
    axe(page)
    page.keyboard.press("Enter")
    page.wait_for_url("**/territoires/commune/38229/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Meylan")
