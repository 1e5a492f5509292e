"""Lists and their filters on a telephone: what is listed begins in the first screen, the buttons of
filters are always in sight, reading goes on from the results."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import NewPage, axe, overflow

pytestmark = pytest.mark.xdist_group("public pages in a browser")

PHONE, SMALL = (390, 844), (360, 640)
# « Près de chez vous » stands above the events.
UNDER_NEAR = 70
FIRST_OF = {
    "/structures/": "tbody th a",
    "/articles/": ".row :is(h2, h3) a",
    "/evenements/?quand=tous": ".row :is(h2, h3) a",
}


@pytest.fixture
def lists(public_pages: list[str], settings: Any) -> None:
    settings.DEMO = False  # the banner of demonstrations stands above everything


def top(element: Locator) -> float:
    box = element.bounding_box()
    assert box
    return box["y"]


def unfold(page: Page) -> None:
    page.locator(".filters summary").first.click()


def test_the_first_is_in_the_first_screen(lists: None, new_page: NewPage) -> None:
    for width, height in (PHONE, SMALL):
        page = new_page((width, height))
        for address, selector in FIRST_OF.items():
            page.goto(address)
            highest = 520 if (width, height) == PHONE else height - 80
            if "/evenements/" in address:
                highest += UNDER_NEAR
            assert top(page.locator(selector).first) <= highest, (address, width)
            assert not overflow(page)


@pytest.mark.parametrize("javascript", [True, False], ids=["with", "without"])
def test_buttons_of_filters_are_always_in_sight(
    javascript: bool, lists: None, new_page: NewPage
) -> None:
    for size in (PHONE, SMALL):
        page = new_page(size, javascript=javascript)
        for address in FIRST_OF:
            page.goto(address)
            unfold(page)
            boxes = page.locator(".filters fieldset:visible input[type=checkbox]:visible")
            for place in (0, boxes.count() // 2, boxes.count() - 1):
                boxes.nth(place).focus()
                expect(page.get_by_role("button", name="Appliquer")).to_be_in_viewport(ratio=1)
                focused, bar = boxes.nth(place).bounding_box(), page.locator(".filter-buttons")
                assert focused
                assert focused["y"] + focused["height"] <= top(bar), "it covers what has the focus"


@pytest.mark.parametrize("javascript", [True, False], ids=["with", "without"])
def test_reading_goes_on_from_the_results(javascript: bool, lists: None, new_page: NewPage) -> None:
    page = new_page("phone", javascript=javascript)
    for address in FIRST_OF:
        page.goto(address)
        unfold(page)
        page.locator(".filters fieldset input[type=checkbox]").first.check()
        if javascript and address == "/structures/":
            page.wait_for_url(re.compile(r"\?\w+="))  # in place, with the filters still unfolded
        button = page.get_by_role("button", name="Appliquer")
        # How many are ticked.
        assert "counter" in button.evaluate("one => getComputedStyle(one, '::after').content")
        button.click()
        page.wait_for_url(re.compile(r"\?.*="))
        heading = page.locator("#resultats")
        expect(heading).to_be_focused()
        expect(heading).to_be_in_viewport()
        assert heading.evaluate("heading => heading.tagName") == "H2"
        # They are folded again, and say how many there are.
        expect(page.get_by_text("Filtrer (1)")).to_be_visible()
        expect(button).to_be_hidden()
        unfold(page)
        clear = page.locator(".filter-buttons").get_by_role("link", name="Tout effacer")
        expect(clear).to_be_visible()
        if javascript:
            axe(page)


def test_ways_to_follow_a_list_come_after_it(lists: None, new_page: NewPage) -> None:
    page = new_page("phone")
    for address in ("/articles/", "/evenements/", "/themes/gouvernance/"):
        page.goto(address)
        last = page.locator("main .rows").last.locator(".row").last
        follow = page.get_by_role("main").get_by_role("link", name="RSS")
        assert top(follow) > top(last), address


def test_a_month_is_the_heading_of_its_days(lists: None, new_page: NewPage) -> None:
    page = new_page("phone")
    page.goto("/evenements/?vue=mois")
    unfold(page)
    page.get_by_role("button", name="Appliquer").click()
    expect(page.locator("#resultats")).to_be_focused()
    expect(page.get_by_role("heading", level=2).first).to_contain_text(re.compile(r"\w+ \d{4} "))
    axe(page)
