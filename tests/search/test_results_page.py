"""The page of results: what it says of each, how it narrows, how far it goes."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from publishing.audiences import Role
from territories.models import Territory
from tests.factories import (
    ArticleFactory,
    EventFactory,
    StructureFactory,
    TermFactory,
    ThemeFactory,
    UserFactory,
    make_document,
)
from tests.search.pages_of_results import count_of, page_of, titles, words_of

pytestmark = pytest.mark.django_db


def test_each_result_says_what_it_is_and_why_it_is_there() -> None:
    ArticleFactory(title="Tenir une buvette", published=True, text="<p>La buvette du stade.</p>")
    page = page_of(q="buvettes")
    (result,) = page.xpath("//ol[contains(@class, 'results')]/li")
    (eyebrow,) = result.find_class("eyebrow")
    assert words_of(eyebrow).startswith("Article · Type")
    assert words_of(eyebrow).endswith("2 mars 2026")
    assert [words_of(mark) for mark in result.xpath("h3//mark")] == ["buvette"]
    assert [words_of(mark) for mark in result.xpath("p//mark")] == ["buvette"]
    # It is not announced in the middle of a sentence.
    assert set(page.xpath("//mark/@role")) == {"none"}
    assert page.findtext("head/title") == "«\u00a0buvettes\u00a0» – Recherche – Portail DLA"
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]


def test_what_is_over_or_reserved_says_so(client: Client) -> None:
    EventFactory(title="Rencontre sur la buvette", past=True, network=True, published=True)
    client.force_login(UserFactory(role=Role.CRDLA))
    (result,) = page_of(client, q="buvette").xpath("//ol[contains(@class, 'results')]/li")
    assert words_of(result.find_class("state")[0]) == "Terminé"
    assert result.find_class("padlock")
    assert count_of(page_of(q="buvette")) == 0


def test_structures_that_agreed_to_nothing_have_a_padlock(client: Client) -> None:
    StructureFactory(name="Buvette", public=True)
    StructureFactory(name="Buvette cachée", closed_on=date(2024, 1, 1))
    client.force_login(UserFactory(role=Role.NATIONAL, whole_country=True))
    shown, hidden = page_of(client, q="buvette").xpath("//ol[contains(@class, 'results')]/li")
    assert not shown.find_class("padlock") and not shown.find_class("state")
    assert words_of(hidden.find_class("padlock")[0]) == "Confidentielle"
    assert words_of(hidden.find_class("state")[0]) == "Fermée"


def test_the_standfirst_is_quoted_where_nothing_says_more() -> None:
    ArticleFactory(
        title="Le stade", standfirst="Une buvette, et après ?", text="<p>On verra.</p>",
        published=True,
    )  # fmt: skip
    (excerpt,) = page_of(q="buvette").find_class("excerpt")
    assert words_of(excerpt) == "Une buvette, et après ? On verra."
    assert [words_of(mark) for mark in excerpt.xpath("mark")] == ["buvette"]


def test_a_document_is_opened_at_its_page() -> None:
    document = make_document("Bilan de la saison", text="La buvette a rapporté mille euros.")
    ArticleFactory(title="Une année de stade", published=True, documents=[document])
    (link,) = page_of(q="buvette rapporté").xpath("//p[contains(@class, 'passage')]/a")
    assert words_of(link) == "Dans le document « Bilan de la saison »"
    assert link.get("href") == reverse("articles:document", args=[document.pk])


def test_counts_are_those_of_what_filters_then_show(geography: None) -> None:
    themes = [ThemeFactory(), ThemeFactory()]
    isere = Territory.objects.get(pk="departement-38")
    for number in range(6):
        ArticleFactory(
            title=f"Buvette {number}",
            published_on=f"202{number % 3 + 3}-05-04",
            themes=themes[number % 2 :],
            territories=[isere] if number % 2 else [],
            published=True,
        )
    TermFactory(term="buvette du stade")
    EventFactory(title="La buvette en question", published=True)
    page = page_of(q="buvette")
    assert count_of(page) == len(titles(page)) == 8
    asked: list[tuple[int, Any]] = []
    for label in page.xpath("//fieldset//label"):
        (box,), (count,) = label.xpath("input"), label.xpath("span[@class='count']/text()")
        asked.append((int(count), {box.get("name"): box.get("value")}))
    for tab in page.xpath("//nav[@aria-label='Genres']//a"):
        (count,) = tab.xpath("span/text()")
        asked.append((int(count), parse_qs(urlsplit(tab.get("href")).query)))
        assert tab.get("rel") == "nofollow"
    assert len(asked) >= 10
    for count, query in asked:
        narrowed = page_of(**{"q": "buvette", **query})
        assert count_of(narrowed) == len(titles(narrowed)) == count, query


def test_a_filter_keeps_the_words_the_kind_and_the_exactness() -> None:
    article = ArticleFactory(title="Buvette", published=True)
    slug = article.themes.get().slug
    page = page_of(q="buvette", genre="articles", theme=slug, exactement="1")
    assert {
        field.get("name"): field.get("value")
        for field in page.xpath("//form[@class='filters']/input")
    } == {
        "q": "buvette",
        "genre": "articles",
        "exactement": "1",
    }
    (chip,) = page.xpath("//a[@class='chip']/@href")
    assert parse_qs(urlsplit(chip).query) == {
        "q": ["buvette"],
        "genre": ["articles"],
        "exactement": ["1"],
    }


@pytest.mark.parametrize(
    ("asked", "shown"),
    [("2", 2), ("99", 2), ("9" * 5_000, 2), ("0", 1), ("-1", 1), ("abc", 1), ("²", 1)],
)
def test_a_page_that_is_not_there_is_the_nearest(asked: str, shown: int, monkeypatch: Any) -> None:
    monkeypatch.setattr("search.views.PAGE_SIZE", 2)
    for _ in range(3):
        ArticleFactory(title="La buvette", published=True)
    page = page_of(q="buvette", page=asked)
    assert len(titles(page)) == (1 if shown == 2 else 2)
    assert (f", page {shown}" in page.findtext("head/title")) is (shown > 1)


def test_what_is_further_than_anybody_reads_is_told(monkeypatch: Any) -> None:
    monkeypatch.setattr("search.finding.LAST", 2)
    monkeypatch.setattr("search.views.LAST", 2)
    for _ in range(3):
        ArticleFactory(title="La buvette", published=True)
    page = page_of(q="buvette")
    assert count_of(page) == 3
    assert "Les 2 premiers résultats sont montrés" in words_of(page)
    ArticleFactory(title="La fanfare", published=True)
    assert "premiers résultats" not in words_of(page_of(q="fanfare"))


def test_structures_of_others_are_neither_shown_nor_counted(client: Client) -> None:
    StructureFactory(name="Club de la buvette", public=True)
    StructureFactory(name="Buvette cachée")
    page = page_of(q="buvette")
    assert titles(page) == ["Club de la buvette"]
    assert count_of(page) == 1
