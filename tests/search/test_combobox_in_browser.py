"""Names proposed in the search box of each page, in a real browser: by keyboard, by touch, and not
at all without a script."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import NewPage, axe, each_scheme, overflow
from tests.factories import ArticleFactory, EventFactory, StructureFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

SUGGESTIONS = re.compile(r"/recherche/suggestions/")


@pytest.fixture(autouse=True)
def zibelines(transactional_db: None) -> None:
    ArticleFactory(published=True, title="Zibeline pour tous", slug="pour-tous")
    ArticleFactory(published=True, title="Zibeline du réseau", audience="network")
    EventFactory(published=True, title="La zibeline en une heure")
    StructureFactory(public=True, name="Zibeline d’insertion")


def typed(page: Page, text: str, address: str = "/themes/") -> Any:
    """Types in the search box of a page, waits for proposals, and returns the box."""
    page.goto(address)
    box = page.locator("input[type=search][name=q]").first
    box.focus()
    page.keyboard.type(text)
    expect(options(page).first).to_be_visible()
    return box


def options(page: Page) -> Any:
    return page.get_by_role("listbox").get_by_role("option")


@pytest.mark.parametrize("size", [(390, 844), (1280, 900)])
def test_name_is_chosen_by_keyboard(size: tuple[int, int], new_page: NewPage) -> None:
    page = new_page(size)
    box = typed(page, "zibel")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("group", name="Articles").get_by_role("option")).to_have_text(
        re.compile("Zibeline pour tous")
    )
    # Nothing is announced but how many; nobody is led anywhere before they go.
    expect(page.locator(".site-search [role=status]")).to_have_text("3 propositions")
    expect(box).not_to_have_attribute("aria-activedescendant", re.compile("."))
    page.keyboard.press("ArrowDown")
    expect(options(page).first).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == options(page).first.get_attribute("id")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("End")
    expect(box).not_to_have_attribute("aria-activedescendant", re.compile("."))
    expect(box).to_have_value("zibel")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/pour-tous/")


def test_last_line_and_enter_search_what_was_typed(new_page: NewPage) -> None:
    page = new_page()
    typed(page, "zibel")
    page.keyboard.press("ArrowUp")
    expect(options(page).last).to_have_attribute("aria-selected", "true")
    expect(options(page).last).to_have_text(re.compile("^Chercher « zibel » dans tout le portail$"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/recherche/?q=zibel")
    typed(page, "zibel")
    page.keyboard.press("Enter")
    page.wait_for_url("**/recherche/?q=zibel")


def test_escape_and_tab_leave_the_list(new_page: NewPage) -> None:
    page = new_page()
    box = typed(page, "zibel")
    page.keyboard.press("Escape")
    expect(options(page)).to_have_count(0)
    expect(box).to_have_value("zibel")
    page.keyboard.press("ArrowDown")
    expect(options(page).first).to_be_visible()
    page.keyboard.press("Tab")
    expect(options(page)).to_have_count(0)
    expect(page.get_by_role("button", name="Lancer la recherche")).to_be_focused()


@pytest.mark.parametrize("size", [(320, 640), (390, 844), (1280, 900)])
def test_nothing_keeps_anybody_out(size: tuple[int, int], new_page: NewPage) -> None:
    page = new_page(size)
    page.goto("/themes/")
    before = page.locator("h1").bounding_box()
    typed(page, "zibel")
    assert page.locator("h1").bounding_box() == before
    assert not overflow(page)
    listed = page.get_by_role("listbox").bounding_box()
    assert listed
    if size[0] < 700:
        assert (listed["x"], listed["width"]) == (0, size[0])
    for option in options(page).all():
        box = option.bounding_box()
        assert box and box["height"] >= 44
    page.keyboard.press("ArrowDown")
    for _ in each_scheme(page):
        axe(page)


def test_name_is_chosen_by_touch(new_page: NewPage) -> None:
    page = new_page((390, 844), has_touch=True)
    typed(page, "zibel")
    options(page).first.tap()
    page.wait_for_url("**/articles/pour-tous/")


def test_large_letters_and_colours_of_the_system(new_page: NewPage) -> None:
    page = new_page((320, 640), bypass_csp=True, forced_colors="active")
    page.goto("/themes/")
    page.add_init_script(
        "addEventListener('DOMContentLoaded', () => document.documentElement.style.fontSize='200%')"
    )
    typed(page, "zibel")
    assert not overflow(page)
    page.keyboard.press("ArrowDown")
    outline = options(page).first.evaluate("option => getComputedStyle(option).outlineStyle")
    assert outline == "solid"


def test_page_of_results_proposes_too(new_page: NewPage) -> None:
    page = new_page()
    typed(page, "zibel", "/recherche/")
    axe(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/pour-tous/")


def test_members_are_proposed_what_they_read(new_page: NewPage) -> None:
    page = new_page(user=UserFactory(role="crdla"))
    typed(page, "zibel")
    expect(page.get_by_role("option", name="Zibeline du réseau")).to_contain_text("Réservé")


def test_one_letter_asks_nothing_and_late_answers_are_left(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/themes/")
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if SUGGESTIONS.search(one.url) else None)
    held: list[Route] = []
    page.route(re.compile(r"q=zibelx"), lambda route: held.append(route))
    box = page.locator(".site-search input")
    box.focus()
    page.keyboard.type("z")
    page.wait_for_timeout(400)
    assert asked == []
    with page.expect_request(re.compile(r"q=zibelx")):
        page.keyboard.type("ibelx")
    page.keyboard.press("Backspace")
    expect(options(page).first).to_be_visible()
    for route in held:
        route.abort()
    expect(options(page)).to_have_count(4)


def test_without_answer_the_form_is_sent_as_ever(new_page: NewPage, allow_problem: Any) -> None:
    allow_problem("500")
    page = new_page()
    page.route(SUGGESTIONS, lambda route: route.fulfill(status=500))
    page.goto("/themes/")
    page.locator(".site-search input").focus()
    with page.expect_response(SUGGESTIONS):
        page.keyboard.type("zibel")
    expect(options(page)).to_have_count(0)
    page.keyboard.press("Enter")
    page.wait_for_url("**/recherche/?q=zibel")


def test_without_script_it_is_a_form(new_page: NewPage) -> None:
    page = new_page((390, 844), javascript=False)
    page.goto("/themes/")
    box = page.get_by_role("searchbox", name="Rechercher")
    box.fill("zibel")
    box.press("Enter")
    page.wait_for_url("**/recherche/?q=zibel")
