"""The page of results on a telephone, at a desk, in the dark, by keyboard, without a script."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Locator, expect

from structures.models import Agreement
from territories.models import Territory
from tests.browser import NewPage, axe, each_scheme, overflow
from tests.factories import (
    ArticleFactory,
    EventFactory,
    OperatorFactory,
    StructureFactory,
    TermFactory,
    make_document,
)
from tests.html_validity import HtmlChecker

pytestmark = pytest.mark.django_db(transaction=True)

PHONE, SMALL, DESK = (390, 844), (360, 640), (1280, 900)
FIRST = ".results h3 a"
# As low as the first result may begin on a phone, where nothing stands above it.
LOWEST = 560
TARGET = 44
PAGES = (
    "/recherche/",
    "/recherche/?q=buvette",
    "/recherche/?q=buvette&genre=articles&annee=2026",
    "/recherche/?q=BVT",
    "/recherche/?q=grenoble",
    "/recherche/?q=buvtete+xyzzyq",
    "/recherche/?q=buvette&annee=2010",
    "/recherche/?q=buvette&theme=rien-de-tel",
    "/recherche/?q=qsdfqsdf",
)


@pytest.fixture
def contents(geography: None, settings: Any) -> None:
    settings.DEMO = False  # the banner of demonstrations stands above everything
    isere = Territory.objects.get(pk="departement-38")
    operator = OperatorFactory(name="Maison des associations", phone="04 76 00 00 00")
    Agreement.objects.create(operator=operator, territory=isere, first_year=2020)
    TermFactory(term="BVT", expansion="buvette vivante", source="Une loi", slug="bvt")
    EventFactory(title="Rencontre des buvettes", past=True, published=True)
    StructureFactory(name="Buvette de Grenoble", public=True)
    document = make_document("Bilan de la saison", text="La buvette a rapporté mille euros.")
    ArticleFactory(title="Une année de stade", documents=[document], published=True)
    for number in range(25):
        ArticleFactory(
            title=f"La buvette numéro {number}, ou comment se retrouver après le match",
            text="<p>La buvette du stade est ouverte à tout le monde, par tous les temps.</p>",
            published_on=date(2026 - number % 3, 3, 2),
            territories=[isere] if number % 2 else [],
            published=True,
        )


def box(element: Locator) -> Any:
    found = element.bounding_box()
    assert found
    return found


def test_the_first_result_is_in_the_first_screen(contents: None, new_page: NewPage) -> None:
    for size in (PHONE, SMALL):
        page = new_page(size)
        for address in (PAGES[1], PAGES[2]):
            page.goto(address)
            first = box(page.locator(FIRST).first)
            assert first["y"] + first["height"] <= LOWEST, (address, size)


@pytest.mark.parametrize("size", [(320, 640), DESK])
def test_it_is_read_by_everybody(size: tuple[int, int], contents: None, new_page: NewPage) -> None:
    page = new_page(size)
    for address in PAGES:
        page.goto(address)
        for _ in each_scheme(page):
            axe(page)
        assert not overflow(page), address
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert not overflow(page), address


def test_what_is_tapped_is_as_wide_as_a_finger(contents: None, new_page: NewPage) -> None:
    page = new_page(PHONE)
    page.goto(PAGES[1])
    sizes = [box(one) for one in page.locator(".kinds a, .main-search :is(input, button)").all()]
    page.goto(PAGES[4])
    sizes.append(box(page.locator(".answer .phone")))
    page.goto(PAGES[6])
    sizes += [box(way) for way in page.locator(".ways a").all()]
    assert len(sizes) > 6
    assert min(one["height"] for one in sizes) >= TARGET
    assert min(one["width"] for one in sizes) >= TARGET


@pytest.mark.parametrize("javascript", [True, False], ids=["with", "without"])
def test_kinds_and_filters_lead_to_the_results(
    javascript: bool, contents: None, new_page: NewPage
) -> None:
    page = new_page("phone", javascript=javascript)
    page.goto(PAGES[1])
    page.get_by_role("navigation", name="Genres").get_by_role("link", name="Événements").click()
    page.wait_for_url(re.compile("genre=events"))
    expect(page.locator("#resultats")).to_be_focused()
    expect(page.locator(FIRST)).to_have_text("Rencontre des buvettes")
    current = page.locator(".kinds [aria-current=true]")
    expect(current).to_contain_text("Événements")
    page.get_by_role("navigation", name="Genres").get_by_role("link", name="Tout").click()
    page.locator(".filters summary").click()
    page.get_by_role("checkbox", name=re.compile("^2025")).check()
    page.get_by_role("button", name="Appliquer").click()
    page.wait_for_url(re.compile("annee=2025"))
    heading = page.locator("#resultats")
    expect(heading).to_be_focused()
    expect(heading).to_be_in_viewport()
    expect(heading).to_contain_text("8 résultats")
    expect(page.locator("#q")).to_have_value("buvette")


def test_it_is_walked_by_keyboard(contents: None, new_page: NewPage) -> None:
    page = new_page(DESK)
    page.goto(PAGES[0])
    page.locator("#q").focus()
    page.keyboard.type("buvette")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q=buvette"))
    # From the heading on, the first thing is the first result.
    page.locator("#resultats").focus()
    page.keyboard.press("Tab")
    expect(page.locator(FIRST).first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/articles/|/evenements/|/structures/"))


def test_marks_are_seen_in_forced_colours(contents: None, new_page: NewPage) -> None:
    page = new_page(DESK, forced_colors="active")
    page.goto(PAGES[1])
    mark = page.locator(".results mark").first
    around = page.locator(".results .excerpt").first
    colour = "one => getComputedStyle(one).backgroundColor"
    assert mark.evaluate(colour) != around.evaluate(colour)


def test_paper_has_the_results_alone(contents: None, new_page: NewPage) -> None:
    page = new_page(DESK)
    page.goto(PAGES[1])
    page.emulate_media(media="print")
    expect(page.locator(FIRST).first).to_be_visible()
    for left_out in (".kinds", ".filters", ".main-search", ".pagination", ".follow"):
        expect(page.locator(left_out)).to_be_hidden()


def test_pages_are_valid(contents: None, assert_valid_html: HtmlChecker) -> None:
    assert_valid_html({one: Client().get(one).content.decode() for one in PAGES})
