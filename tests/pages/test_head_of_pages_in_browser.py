"""What stands above every page: the portal's name, whether it is for them, the search, the menu."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from tests.browser import NewPage, axe, each_scheme, overflow
from tests.factories import ArticleFactory, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True)]

TARGET = 44
# The most that it takes of each screen, in pixels: its width, its height, the bound.
SCREENS = (
    (320, 640, 110),
    (360, 640, 110),
    (390, 844, 100),
    (768, 1024, 120),
    (1024, 768, 120),
    (1280, 900, 120),
    (1920, 1080, 120),
)
DESK = 1024
MENU = ("Articles", "Événements", "Structures", "Thématiques", "Territoires")
OF_VISITORS = ("Espace réseau",)
OF_STAFF = ("Administration", "Pilotage", "Mon compte")


@pytest.fixture(params=["visitor", "staff"])
def reader(request: Any) -> User | None:
    return UserFactory(group="Équipe nationale") if request.param == "staff" else None


def bottom(element: Locator) -> float:
    box = element.bounding_box()
    assert box
    return box["y"] + box["height"]


def menu_title(page: Page) -> Locator:
    return page.locator(".site-menu > summary")


def ways(page: Page, reader: User | None) -> Iterator[Locator]:
    """What the menu leads to, for this reader."""
    head = page.locator(".site-header")
    for name in (*MENU, *(OF_STAFF if reader else OF_VISITORS)):
        yield head.get_by_role("link", name=name, exact=True)
    if reader:
        yield head.get_by_role("button", name="Se déconnecter")


def test_leaves_room_to_what_the_page_is_about(new_page: NewPage, reader: User | None) -> None:
    ArticleFactory(title="Un article", slug="un-article", published=True)
    for width, height, most in SCREENS:
        page = new_page((width, height), user=reader)
        for address in ("/", "/articles/un-article/", "/structures/", "/themes/"):
            page.goto(address)
            page.wait_for_load_state("load")
            assert bottom(page.locator(".site-header")) <= most, (address, width)
            assert bottom(page.get_by_role("search", name="Tout le portail")) <= most
            expect(page.locator(".for-you-link")).to_be_in_viewport(ratio=1)
            assert not overflow(page), (address, width)


@pytest.mark.parametrize("javascript", [True, False], ids=["with", "without"])
def test_menu_is_folded_on_a_phone_and_in_sight_on_a_desk(
    new_page: NewPage, reader: User | None, javascript: bool
) -> None:
    for width, height, _ in SCREENS:
        page = new_page((width, height), user=reader, javascript=javascript)
        page.goto("/articles/")
        if width < DESK:
            for way in ways(page, reader):
                expect(way).to_be_hidden()
            menu_title(page).press("Enter")
        else:
            expect(menu_title(page)).to_be_hidden()
        for way in ways(page, reader):
            expect(way).to_be_visible()
        current = page.locator(".site-nav [aria-current=page]")
        expect(current).to_have_text("Articles")
        assert not overflow(page), width


def test_what_is_tapped_is_as_high_as_a_finger(new_page: NewPage, reader: User | None) -> None:
    page = new_page((360, 640), user=reader)
    page.goto("/")
    menu_title(page).click()
    tapped = page.locator(".site-header :is(a, button, summary, input:not([type=hidden])):visible")
    assert tapped.count() >= 9
    for one in tapped.all():
        box = one.bounding_box()
        assert box and box["height"] >= TARGET and box["width"] >= TARGET, one.inner_html()


def test_escape_folds_the_menu_and_leads_back_to_it(new_page: NewPage) -> None:
    page = new_page("phone")
    page.goto("/")
    articles = page.locator(".site-header").get_by_role("link", name="Articles", exact=True)
    menu_title(page).press("Enter")
    articles.press("Escape")
    expect(articles).to_be_hidden()
    expect(menu_title(page)).to_be_focused()
    # On a desk there is nothing to fold.
    page.set_viewport_size({"width": 1280, "height": 900})
    articles.press("Escape")
    expect(articles).to_be_visible()


def test_keyboard_goes_through_it_as_it_is_read(new_page: NewPage) -> None:
    page = new_page("phone")
    page.goto("/")
    menu_title(page).click()
    page.locator(".skip-link").focus()
    tops = []
    for name in ("Portail DLA", "C’est pour vous ?", "", "Lancer la recherche", "Menu", *MENU):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        assert " ".join((focused.text_content() or "").split()).startswith(name)
        box = focused.bounding_box()
        assert box
        tops.append((round(box["y"] / TARGET), box["x"]))
    assert tops == sorted(tops)


@pytest.mark.parametrize("javascript", [True, False], ids=["with", "without"])
def test_search_box_asks_the_page_of_results(new_page: NewPage, javascript: bool) -> None:
    page = new_page("phone", javascript=javascript)
    page.goto("/themes/")
    box = page.get_by_label("Rechercher", exact=True)
    box.fill("l’emploi")
    box.press("Enter")
    page.wait_for_url(f"**{reverse('search:results')}?q=l%E2%80%99emploi")
    # What was asked stands in the box of that page, which is its only one.
    expect(page.locator("input[type=search]")).to_have_value("l’emploi")
    expect(menu_title(page)).to_be_in_viewport(ratio=1)


def test_nothing_keeps_anybody_out(new_page: NewPage, reader: User | None) -> None:
    page = new_page("phone", user=reader)
    page.goto("/articles/")
    menu_title(page).click()
    for _ in each_scheme(page):
        axe(page)


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_text_twice_as_large_cuts_nothing(
    new_page: NewPage, reader: User | None, width: int
) -> None:
    # The page's own policy would refuse the style that stands for the reader's setting.
    page = new_page((width, 800), user=reader, bypass_csp=True)
    page.goto("/articles/")
    page.add_style_tag(content="html { font-size: 200% }")
    if menu_title(page).is_visible():
        menu_title(page).click()
    assert not overflow(page)
    cut = page.locator(".site-header :is(a, button, summary)").evaluate_all(
        "all => all.filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.outerHTML)"
    )
    assert cut == []


def test_magnifier_is_seen_in_the_colours_of_the_system(new_page: NewPage) -> None:
    page = new_page("phone", forced_colors="active")
    page.goto("/")
    stroke, background = page.locator(".site-search button").evaluate(
        "button => [getComputedStyle(button.querySelector('svg')).stroke, "
        "getComputedStyle(button).backgroundColor]"
    )
    assert stroke != background


def test_paper_needs_neither_search_nor_menu(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/")
    page.emulate_media(media="print")
    for part in (".site-search", ".site-nav", ".for-you-link"):
        for one in page.locator(f"{part}, {part} :is(a, ul)").all():
            expect(one).to_be_hidden()
    expect(page.get_by_role("link", name="Portail DLA")).to_be_visible()


@pytest.mark.parametrize(
    ("address", "status"),
    [("/rien/", 404), ("/admin/accounts/user/", 403), ("/structures/?secteur=rien", 200)],
)
def test_pages_that_have_no_answer_have_it_too(address: str, status: int) -> None:
    client = Client()
    if status == 403:
        client.force_login(UserFactory(group="Rédaction"))
    answer = client.get(address)
    assert answer.status_code == status
    page: Any = html.fromstring(answer.content.decode())
    (form,) = page.xpath("//header//form[@role='search']")
    assert (form.get("action"), form.get("method")) == (reverse("search:results"), "get")
    (box,) = form.xpath(".//input[@name]")
    assert (box.get("name"), box.get("type"), box.get("value")) == ("q", "search", None)
