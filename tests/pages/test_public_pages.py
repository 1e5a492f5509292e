"""What holds for every public page of the demonstration; `…_in_browser.py` looks at them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast
from urllib.parse import urljoin

import pytest
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import reverse
from lxml import html

from structures.register import arrays
from territories.loading import load
from territories.models import Territory
from tests.html_validity import HtmlChecker
from tests.pages.demonstration import make_demonstration, public_addresses
from tests.putting_back import made_once

# In one test process: the other one need not make the demonstration.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("public pages")]

NOT_FOUND = "/articles/cet-article-n-existe-pas/"


def _read(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()


@pytest.fixture(scope="module")
def pages(
    django_db_setup: None, django_db_blocker: Any, reduced_files: Path
) -> Iterator[dict[str, str]]:
    """Every public page of the demonstration, by its address, as a visitor reads it."""

    def make() -> dict[str, str]:
        load(reduced_files)
        make_demonstration()
        visitor = Client()
        return {address: _read(visitor, address) for address in public_addresses()}

    cache.clear()
    arrays.forget()
    with override_settings(DEMO=True):
        yield from made_once(django_db_blocker, make)


def _texts(page: html.HtmlElement, xpath: str) -> list[str]:
    """Attributes or text nodes."""
    return [str(found).strip() for found in cast(list[Any], page.xpath(xpath))]


def test_every_page_is_valid_html(
    client: Client, pages: dict[str, str], assert_valid_html: HtmlChecker
) -> None:
    refused = {
        address: client.post(address).content.decode()
        for address in pages
        if address.endswith(("/inscription/", "/connexion/"))
    }
    looked_up = [reverse("territories:search") + query for query in ("?q=", "?q=saint", "?q=rien")]
    found = {address: _read(client, address) for address in looked_up}
    shown = {**pages, **found, NOT_FOUND: _read(client, NOT_FOUND, 404)}
    shown |= {f"{address}, refused": content for address, content in refused.items()}
    assert_valid_html(shown)


def test_every_page_says_what_it_is(pages: dict[str, str]) -> None:
    titles: dict[str, str] = {}
    for address, content in pages.items():
        page = html.fromstring(content)

        assert page.get("lang") == "fr", address
        assert len(page.findall(".//h1")) == 1, address
        assert any(_texts(page, "//meta[@name='description']/@content")), address
        assert len(_texts(page, "//link[@rel='canonical']/@href")) == 1, address
        (title,) = _texts(page, "/html/head/title/text()")
        if "?" not in address:
            assert title not in titles, f"{address} and {titles[title]} have the same title"
            titles[title] = address


# What stands within a line.
INLINE = {
    *("a", "abbr", "b", "br", "button", "cite", "code", "data", "dfn", "em", "i", "img", "kbd"),
    *("label", "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "svg", "time"),
    *("u", "var"),
}
# Letters that go on with a word: « 1er ».
GLUED_ON_PURPOSE = {"sub", "sup"}


def glued(page: html.HtmlElement) -> list[str]:
    """Returns the places where two words touch: on paper or on screen a style may part them, but
    not for who listens, copies, or reads without style sheets. (« décembre<br>2026 ».)"""
    found: list[str] = []
    before = " "

    def read(text: str | None, *, on_purpose: bool = False) -> None:
        nonlocal before
        if not text:
            return
        touching = text[0].isalnum() or text[0] in "–«"
        if not on_purpose and touching and (before[-1].isalnum() or before[-1] in ".,;:!?»"):
            found.append(f"{before[-30:]}|{text[:30]}")
        before = text

    def walk(element: Any, *, on_purpose: bool = False) -> None:
        nonlocal before
        if not isinstance(element.tag, str) or element.tag in {"head", "script", "style", "title"}:
            return
        on_purpose = on_purpose or element.tag in GLUED_ON_PURPOSE
        is_inline = element.tag in INLINE
        if not is_inline:
            before = " "
        if element.tag in {"img", "svg"}:
            read(element.get("alt") or element.get("aria-label"))
        else:
            read(element.text, on_purpose=on_purpose)
            for child in element:
                walk(child, on_purpose=on_purpose)
                read(child.tail)
        if not is_inline:
            before = " "

    walk(page)
    return found


def test_no_two_words_touch(client: Client, pages: dict[str, str]) -> None:
    assert glued(html.fromstring("<p>décembre<br>2026</p>"))
    assert not glued(html.fromstring("<p>au 1<sup>er</sup> <b>mai</b></p><p>puis</p>"))
    places = ("commune/38185", "departement/38", "region/84", "epci/200040715")
    read = {f"/territoires/{place}/": _read(client, f"/territoires/{place}/") for place in places}
    found = {
        address: words
        for address, content in {**pages, **read}.items()
        if (words := glued(html.fromstring(content)))
    }
    assert not found


# What a browser tells by itself, in its own words and its own language.
CONSTRAINED = ".//*[@required or @pattern or @min or @max or @minlength or @type='email']"


def test_no_form_leaves_it_to_the_browser_to_say_what_is_wrong(pages: dict[str, str]) -> None:
    left = {
        address
        for address, content in pages.items()
        for form in html.fromstring(content).iter("form")
        if form.get("novalidate") is None and form.xpath(CONSTRAINED)
    }
    assert not left


def test_a_demonstration_says_that_it_is_one_and_a_real_portal_does_not(
    client: Client, pages: dict[str, str]
) -> None:
    home = reverse("pages:home")
    assert "Portail de démonstration" in pages[home]
    with override_settings(DEMO=False):
        assert "Portail de démonstration" not in _read(client, home)


@pytest.mark.once  # every page is read on both databases; where they lead is in their HTML
def test_every_link_between_pages_leads_somewhere(client: Client, pages: dict[str, str]) -> None:
    seen: dict[str, int] = {}
    # Maps draw the whole country, of which the tests load a part; exports have tests of theirs.
    drawn = re.compile(r"/territoires/(region|departement)/")
    known = {territory.get_absolute_url() for territory in Territory.objects.all()}
    for address, content in pages.items():
        for link in _texts(html.fromstring(content), "//a/@href"):
            target = urljoin(address, link).partition("#")[0]
            if target.startswith("/") and not target.startswith("//") and target not in seen:
                if (drawn.match(target) and target not in known) or "/export." in target:
                    continue
                seen[target] = client.get(target).status_code

    assert {target: status for target, status in seen.items() if status >= 400} == {}


def test_every_page_is_dressed(client: Client) -> None:
    page = html.fromstring(_read(client, "/"))
    assert len(_texts(page, "/html/head/link[@rel='stylesheet']/@href")) >= 3
    assert _texts(page, "//header//a[@class='logo']/@href") == ["/"]
    assert "/accessibilite/" in _texts(page, "//footer//a/@href")


def test_every_page_leads_to_whether_it_is_for_them_in_one_tap(pages: dict[str, str]) -> None:
    for address, content in pages.items():
        in_sight = "//header//a[@href='/le-dla/'][not(ancestor::details)]/text()"
        assert _texts(html.fromstring(content), in_sight), address


# What a volunteer does not know. Each is explained where it stands: in brackets after plain words,
# before a colon and them, or as a legend with its help.
TRADE_WORDS = re.compile(
    r"(?<!\()\b(EPCI|RNA|Siren|Siret|CRDLA|SIAE|ESUS|structures? porteuses?|conventionn\w+|"
    r"agréments?)\b(?!\s?:)",
    re.IGNORECASE,
)
# The words of editors are theirs, and names are what they are.
PAGE_OF_EDITORS = re.compile(r"/((articles|evenements|series)/[^?]|glossaire/)")
UNREAD = (
    "//script | //style | //h1 | //*[@aria-current]"
    " | //*[contains(@class, 'row') or contains(@class, 'lead')]"
)
EXPLAINED_BELOW = "//legend[following-sibling::p[@class='helptext']]//text()"


@pytest.mark.once  # words are those of templates
def test_words_that_a_volunteer_does_not_know_are_explained(pages: dict[str, str]) -> None:
    found: dict[str, set[str]] = {}
    for address, content in pages.items():
        if PAGE_OF_EDITORS.match(address):
            continue
        page = html.fromstring(content)
        for unread in cast(list[html.HtmlElement], page.xpath(UNREAD)):
            unread.drop_tree()
        known = {legend.lower() for legend in _texts(page, EXPLAINED_BELOW)}
        for text in _texts(page, "//body//text()"):
            for word in TRADE_WORDS.findall(text):
                if word.lower() not in known:
                    found.setdefault(word, set()).add(address)
            # A word is explained once, where it is first met.
            known |= {word.lower() for word in re.findall(r"\w+", text)}
    assert found == {}
