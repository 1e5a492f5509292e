"""Pages that are long on a phone say what they hold, and lead there."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import resolve
from playwright.sync_api import Page, expect

from tests.browser import NewPage, overflow

pytestmark = [
    pytest.mark.xdist_group("public pages in a browser"),
    pytest.mark.usefixtures("public_pages"),
]

PHONE = (390, 844)
LONG = 2.5  # screens
TARGET = 44
# What makes these long is how many things they list, each as worth reading as the others.
LISTS = {
    "articles:list", "events:list", "glossary:list", "pages:theme", "pages:themes", "pages:sitemap",
}  # fmt: skip
LIST_OF_STRUCTURES = "/structures/"
PLACES = (
    "/territoires/region/84/",
    "/territoires/departement/38/",
    "/territoires/departement/971/",
    "/territoires/epci/200040715/",
    "/territoires/commune/38185/",
)


def screens(page: Page) -> float:
    height: float = page.evaluate("document.querySelector('main').scrollHeight")
    return height / PHONE[1]


def test_every_long_page_says_what_it_holds(new_page: NewPage, public_pages: list[str]) -> None:
    page = new_page(PHONE)
    told, untold = [], []
    for address in (*public_pages, *PLACES):
        parts = urlsplit(address)
        kind = resolve(parts.path).view_name
        if kind in LISTS or address.startswith(f"{LIST_OF_STRUCTURES}?q"):
            continue
        if address in (LIST_OF_STRUCTURES, f"{LIST_OF_STRUCTURES}?vue=carte"):
            continue
        page.goto(address)
        page.wait_for_load_state("load")
        length = screens(page)
        if page.locator("main :is(.in-this-page, .toc)").count():
            told.append(address)
        elif length > LONG:
            untold.append((address, round(length, 1)))
    assert not untold
    assert set(PLACES) < set(told)


@pytest.mark.parametrize("javascript", [True, False], ids=["with", "without"])
def test_every_link_leads_to_its_part(new_page: NewPage, javascript: bool) -> None:
    page = new_page(PHONE, javascript=javascript)
    for address in ("/", "/le-dla/", "/territoires/", "/structures/?vue=figures", *PLACES[:2]):
        page.goto(address)
        links = page.get_by_role("navigation", name="Dans cette page").get_by_role("link")
        assert links.count() >= 3, address
        for link in links.all():
            box = link.bounding_box()
            assert box and box["height"] >= TARGET
            link.click()
            part = page.locator(str(link.get_attribute("href")))
            expect(part).to_be_in_viewport()
            expect(part).to_contain_text(str(link.text_content()))
        assert not overflow(page)


def test_list_comes_right_after_whom_to_call(new_page: NewPage) -> None:
    page = new_page(PHONE)
    for address in PLACES:
        page.goto(address)
        listed = page.get_by_role("navigation", name="Dans cette page")
        telephone, place_map = (
            page.locator('main a[href^="tel:"]').first,
            page.locator(".about-place"),
        )
        tops: list[Any] = [one.bounding_box() for one in (telephone, listed, place_map)]
        assert [box["y"] for box in tops] == sorted(box["y"] for box in tops), address
