"""What holds for every public page, read on the demonstration's content."""

import re
from typing import Any, cast
from urllib.parse import urljoin

import pytest
from django.test import Client
from lxml import html

from territories.models import Territory
from tests.browser import NewPage, Viewport, axe_violations, each_scheme, overflow
from tests.html_validity import assert_valid_html

NOT_FOUND = "/articles/cet-article-n-existe-pas/"


def _read(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()


def _texts(page: html.HtmlElement, xpath: str) -> list[str]:
    """Attributes or text nodes."""
    return [str(found).strip() for found in cast(list[Any], page.xpath(xpath))]


def test_every_page_is_valid_html(client: Client, public_pages: list[str]) -> None:
    pages = {address: _read(client, address) for address in public_pages}

    assert_valid_html({**pages, NOT_FOUND: _read(client, NOT_FOUND, 404)})


def test_every_page_says_what_it_is(client: Client, public_pages: list[str]) -> None:
    titles: dict[str, str] = {}
    for address in public_pages:
        page = html.fromstring(_read(client, address))

        assert page.get("lang") == "fr", address
        assert len(page.findall(".//h1")) == 1, address
        assert any(_texts(page, "//meta[@name='description']/@content")), address
        assert len(_texts(page, "//link[@rel='canonical']/@href")) == 1, address
        (title,) = _texts(page, "/html/head/title/text()")
        if "?" not in address:
            assert title not in titles, f"{address} and {titles[title]} have the same title"
            titles[title] = address


def test_every_link_between_pages_leads_somewhere(client: Client, public_pages: list[str]) -> None:
    seen: dict[str, int] = {}
    # Maps draw the whole country, of which the tests load a part; exports have tests of theirs.
    drawn = re.compile(r"/territoires/(region|departement)/")
    known = {territory.get_absolute_url() for territory in Territory.objects.all()}
    for address in public_pages:
        for link in _texts(html.fromstring(_read(client, address)), "//a/@href"):
            target = urljoin(address, link).partition("#")[0]
            if target.startswith("/") and not target.startswith("//") and target not in seen:
                if (drawn.match(target) and target not in known) or "/export." in target:
                    continue
                seen[target] = client.get(target).status_code

    assert {target: status for target, status in seen.items() if status >= 400} == {}


@pytest.mark.parametrize("viewport", ["phone", "wide"])
def test_every_page_is_accessible_and_fits(
    new_page: NewPage, public_pages: list[str], viewport: Viewport
) -> None:
    page = new_page(viewport)
    found: dict[str, list[str]] = {}
    for address in public_pages:
        page.goto(address)
        for scheme in each_scheme(page):
            for problem in axe_violations(page):
                found.setdefault(problem, []).append(f"{address}, {scheme}")
            if pixels := overflow(page):
                found.setdefault(f"{pixels} px wider than the window", []).append(address)

    assert not found, "\n".join(f"{problem}\n  on {on}" for problem, on in found.items())


@pytest.mark.django_db
def test_every_page_is_dressed(client: Client) -> None:
    page = html.fromstring(_read(client, "/"))
    assert len(_texts(page, "/html/head/link[@rel='stylesheet']/@href")) >= 3
    assert _texts(page, "//header//a[@class='logo']/@href") == ["/"]
    assert "/accessibilite/" in _texts(page, "//footer//a/@href")
