"""The home page says what the DLA is, for whom and at what cost, then whom to call."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html
from playwright.sync_api import Page as BrowserPage

from pages.models import FrontPage
from tests.browser import NewPage, overflow
from tests.factories import ArticleFactory, UserFactory

pytestmark = pytest.mark.django_db


def read(address: str = "/") -> Any:
    response = Client().get(address)
    assert response.status_code == 200
    return html.fromstring(response.content.decode())


def words(element: Any) -> str:
    return " ".join(element.text_content().split())


def test_first_sentence_says_for_whom_and_that_it_is_free() -> None:
    (heading,) = read().xpath("//main//h1")
    assert "gratuitement" in words(heading)
    assert "associations" in words(heading)
    assert re.search("emploient|salarié", words(heading))


def test_sentences_are_the_editors_and_the_portals_where_they_wrote_none() -> None:
    editor = Client()
    editor.force_login(UserFactory(group="Rédaction"))
    form = reverse("admin:pages_frontpage_change", args=[FrontPage.objects.get().pk])
    shown = html.fromstring(editor.get(form).content.decode())
    own = FrontPage.OWN_SENTENCES
    assert shown.xpath("//*[@name='first_sentence']/@placeholder") == [own["first_sentence"]]

    editor.post(form, {"first_sentence": "Le DLA, c'est gratuit.", "second_sentence": ""})

    page = read()
    assert words(page.xpath("//main//h1")[0]) == "Le DLA, c’est gratuit."
    assert own["second_sentence"] in words(page.xpath("//main")[0])
    (description,) = page.xpath("//meta[@name='description']/@content")
    assert description.startswith("Le DLA, c’est gratuit.")


def test_article_that_the_editors_chose_leads(db: None) -> None:
    ArticleFactory(title="Celui qui fut choisi", published=True)
    chosen = FrontPage.objects.get()
    chosen.lead = ArticleFactory(title="Un autre", published=True)
    chosen.save()
    ArticleFactory(title="Le plus récent", published=True)
    assert words(read().xpath("//article[@class='lead']//h2")[0]) == "Un autre"


# --- In a browser ---


def bottom(page: BrowserPage, selector: str) -> float:
    """Pixels from the top of the page."""
    box = page.locator(selector).first.bounding_box()
    assert box
    return box["y"] + box["height"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", [(360, 640), (390, 844), (768, 1024), (1280, 900)])
def test_look_up_stands_in_the_first_screen(
    new_page: NewPage, settings: Any, size: tuple[int, int]
) -> None:
    settings.DEMO = True  # its banner takes a line
    ArticleFactory(title="À la une", published=True)
    page = new_page(size)
    page.goto("/")
    field = bottom(page, ".find-dla input[type=search]")
    button = bottom(page, ".find-dla button")
    assert max(field, button) <= size[1]
    lead = page.locator("article.lead").bounding_box()
    assert lead
    if size[0] < 1024:
        assert max(field, button) < lead["y"]
    else:
        look_up = page.locator(".find-dla").bounding_box()
        assert look_up and look_up["x"] > lead["x"] + lead["width"]


# What a screen reader stops at, one after the other, once the skip link is followed.
STOPS = """() => {
    const field = document.querySelector(".find-dla input[type=search]");
    const found = [document.querySelector(".skip-link")];
    const sorts = "main :is(h1, h2, h3, p, li, img, svg, a, input, button)";
    for (const one of document.querySelectorAll(sorts)) {
        if (one.type === "hidden" || one.closest("[aria-hidden=true]")) continue;
        found.push(one);
        if (one === field) break;
    }
    return found.map(one => {
        const name = one === field ? one.labels[0].textContent : one.textContent;
        return `${one.localName}: ${name.trim().replace(/\\s+/g, " ")}`;
    });
}"""


@pytest.mark.django_db(transaction=True)
def test_a_screen_reader_comes_to_the_field_in_few_stops(new_page: NewPage) -> None:
    page = new_page("phone")
    page.goto("/")
    stops = page.evaluate(STOPS)
    assert [stop.partition(":")[0] for stop in stops] == ["a", "h1", "p", "h2", "input"], stops


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [360, 390])
@pytest.mark.parametrize(
    "address", ["/", "/le-dla/", "/le-dla/reponse/?statut=projet&emploi=non&besoin=argent"]
)
def test_text_twice_as_large_makes_no_page_wider_than_the_phone(
    new_page: NewPage, address: str, width: int
) -> None:
    # The page's own policy would refuse the style that stands for the reader's setting.
    page = new_page((width, 800), bypass_csp=True)
    page.goto(address)
    page.add_style_tag(content="html { font-size: 200% }")
    assert not overflow(page)
