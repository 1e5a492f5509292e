"""Every public page in a browser, on the demonstration's content."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.urls import resolve, reverse
from playwright.sync_api import Page

from structures.models import Agreement
from territories.loading import load
from territories.models import Territory
from tests.browser import VIEWPORTS, ColorScheme, NewPage, Viewport, axe_violations, overflow
from tests.factories import (
    ArticleFactory,
    EventFactory,
    OperatorFactory,
    SeriesFactory,
    StructureFactory,
    ThemeFactory,
)

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

PLACES = [
    "/territoires/region/84/",
    "/territoires/departement/38/",
    "/territoires/epci/200040715/",
    "/territoires/commune/38185/",
    "/territoires/recherche/?q=saint",
]


def widest(page: Page) -> Iterator[tuple[str, int]]:
    """Yields by how many pixels the page is wider than its window, where it is: with text twice as
    large on a telephone, then at 320 pixels, which is a desk's window at 400 %."""
    for size, width, font in (("text at 200 %", 390, "200%"), ("320 px", 320, "")):
        page.set_viewport_size({"width": width, "height": 844})
        page.evaluate("size => document.documentElement.style.fontSize = size", font)
        if pixels := overflow(page):
            yield size, pixels


def test_every_page_is_accessible_and_fits(new_page: NewPage, public_pages: list[str]) -> None:
    """Loaded once, then looked at as its window and the hour change. The first page of each kind in
    every width and scheme; the others, which only say something else, in half of them by turns."""
    page = new_page()
    found: dict[str, list[str]] = {}
    of_kind: Counter[str] = Counter()
    for address in [*public_pages, *PLACES]:
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
        for size, pixels in widest(page):
            told = f"{pixels} px wider than the window, {size}"
            found.setdefault(told, []).append(address)

    assert len(of_kind) > 15
    assert not found, "\n".join(f"{problem}\n  on {on}" for problem, on in found.items())


LONG = "Anticonstitutionnellement-intercommunalisées" + "x" * 40


@pytest.mark.django_db(transaction=True)
def test_words_longer_than_their_line_are_cut(new_page: NewPage, reduced_files: Path) -> None:
    load(reduced_files)
    isere, grenoble = (Territory.objects.get(pk=key) for key in ("departement-38", "commune-38185"))
    theme, series = (
        ThemeFactory(name=LONG[:80], slug="long"),
        SeriesFactory(name=LONG[:80], slug="long"),
    )
    about = {"themes": [theme], "territories": [isere], "published": True}
    article = ArticleFactory(title=LONG, slug="long", standfirst=LONG, series=series, **about)
    event = EventFactory(
        title=LONG, slug="long", contact_email=f"{LONG[:50]}@exemple.example", **about
    )
    structure = StructureFactory(
        name=LONG, commune=grenoble, public=True, email=f"{LONG[:50]}@exemple.example"
    )
    operator = OperatorFactory(
        name=LONG, email=f"{LONG[:50]}@exemple.example", website=f"https://{LONG[:50]}.example/"
    )
    Agreement.objects.create(operator=operator, territory=isere, first_year=2020)
    page = new_page("phone")
    wide = []
    for address in (
        "/",
        "/articles/",
        "/evenements/?quand=tous",
        "/structures/",
        "/themes/",
        "/plan-du-site/",
        "/territoires/commune/38185/",
        "/territoires/region/84/",
        f"/territoires/recherche/?q={LONG}",
        reverse("articles:detail", args=[article.slug]),
        reverse("events:detail", args=[event.slug]),
        *(one.get_absolute_url() for one in (structure, operator, theme, series)),
    ):
        answer = page.goto(address)
        assert answer
        assert answer.ok, address
        wide += [(address, *told) for told in widest(page)]
    assert not wide
