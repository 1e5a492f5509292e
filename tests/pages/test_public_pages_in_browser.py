"""Every public page in a browser, on the demonstration's content."""

from collections import Counter
from urllib.parse import urlsplit

import pytest
from django.urls import resolve

from tests.browser import VIEWPORTS, ColorScheme, NewPage, Viewport, axe_violations, overflow

pytestmark = pytest.mark.xdist_group("public pages in a browser")

Look = tuple[Viewport, ColorScheme]
EVERY_LOOK: list[Look] = [
    ("phone", "light"),
    ("phone", "dark"),
    ("wide", "dark"),
    ("wide", "light"),
]
# Both widths and both schemes all the same.
SOME_LOOKS: list[list[Look]] = [
    [("phone", "light"), ("wide", "dark")],
    [("wide", "light"), ("phone", "dark")],
]


def test_every_page_is_accessible_and_fits(new_page: NewPage, public_pages: list[str]) -> None:
    """Loaded once, then looked at as its window and the hour change. The first page of each kind in
    every width and scheme; the others, which only say something else, in half of them by turns."""
    page = new_page()
    found: dict[str, list[str]] = {}
    of_kind: Counter[str] = Counter()
    for address in public_pages:
        kind = resolve(urlsplit(address).path).view_name
        looks = SOME_LOOKS[of_kind[kind] % 2] if of_kind[kind] else EVERY_LOOK
        of_kind[kind] += 1
        for viewport, scheme in looks:
            width, height = VIEWPORTS[viewport]
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=scheme)
            if (viewport, scheme) == looks[0]:
                page.goto(address)
            for problem in axe_violations(page):
                found.setdefault(problem, []).append(f"{address}, {viewport}, {scheme}")
            if pixels := overflow(page):
                told = f"{pixels} px wider than the window"
                found.setdefault(told, []).append(f"{address}, {viewport}")

    assert len(of_kind) > 15
    assert not found, "\n".join(f"{problem}\n  on {on}" for problem, on in found.items())
