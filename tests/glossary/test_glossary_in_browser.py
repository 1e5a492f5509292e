"""The glossary by keyboard, in two schemes, on the smallest telephone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from glossary import demonstration
from tests.browser import NewPage, axe, each_scheme, overflow

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("size", [(320, 640), (1280, 900)])
def test_is_read_by_everybody(new_page: NewPage, size: tuple[int, int]) -> None:
    demonstration.load()
    page = new_page(size)
    for address in ("/glossaire/", "/glossaire/dreets/"):
        page.goto(address)
        for _ in each_scheme(page):
            axe(page)
        assert overflow(page) == 0
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert overflow(page) == 0


def test_a_letter_leads_to_its_words(new_page: NewPage) -> None:
    demonstration.load()
    page = new_page("phone", javascript=False)
    page.goto("/glossaire/")
    letter = page.get_by_role("navigation", name="Lettres du glossaire").get_by_text("S")
    box = letter.bounding_box()
    assert box and min(box["width"], box["height"]) >= 44
    letter.press("Enter")
    expect(page.get_by_text("SCIC", exact=True)).to_be_in_viewport()
