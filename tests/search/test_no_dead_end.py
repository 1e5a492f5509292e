"""Where nothing is found, something is: every way that is offered finds as much as it says."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from publishing.audiences import Role
from territories.models import Territory
from tests.factories import ArticleFactory, EventFactory, ThemeFactory, UserFactory
from tests.search.pages_of_results import answers, count_of, page_at, page_of, ways, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def contents(geography: None) -> None:
    rhone = Territory.objects.get(pk="departement-69")
    ThemeFactory(slug="autre", name="Autre")
    commun = ThemeFactory(slug="commun", name="Commun")
    ArticleFactory(
        title="La buvette", published_on=date(2024, 5, 1), territories=[rhone], themes=[commun],
        published=True,
    )  # fmt: skip
    ArticleFactory(title="Le stade", themes=[commun], published=True)
    ArticleFactory(title="La buvette du réseau", audience="network", published=True)


def follow_all(page: Any) -> list[str]:
    """Returns the words of each way, once followed: it finds as many as it says."""
    for words, address in ways(page):
        assert count_of(page_at(address)) == int(words.partition(" ")[0]) > 0, words
    return [words for words, _ in ways(page)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"q": "buvette", "theme": "autre"}, ["1 résultat sans le filtre « Autre »"]),
        (
            {"q": "buvette", "annee": "2020"},
            ["1 résultat en 2024", "1 résultat sans le filtre « 2020 »"],
        ),
        (
            {"q": "buvette", "territoire": "departement-38"},
            [
                "1 résultat pour « Auvergne-Rhône-Alpes (région) »",
                "1 résultat sans le filtre « Isère (département) »",
            ],
        ),
        (
            {"q": "buvette", "territoire": "commune-38185", "genre": "articles"},
            [
                "1 résultat pour « Auvergne-Rhône-Alpes (région) »",
                "1 résultat sans le filtre « Grenoble (Isère) »",
            ],
        ),
        (
            {"q": "buvette", "theme": "autre", "annee": "2020"},
            ["1 résultat sans aucun filtre"],
        ),
        ({"q": "buvette", "theme": "rien-de-tel"}, ["1 résultat sans le filtre inconnu"]),
        (
            {"q": "buvette", "theme": "rien-de-tel", "annee": "2020"},
            ["1 résultat en 2024", "1 résultat sans le filtre « 2020 »"],
        ),
        (
            {"q": '"stade buvette"'},
            [
                "2 résultats sans guillemets ni mot exclu",
                "1 résultat pour « stade »",
                "1 résultat pour « buvette »",
            ],
        ),
        (
            {"q": '"fermée buvette"', "genre": "articles"},
            [
                "1 résultat sans guillemets ni mot exclu",
                "1 résultat pour « buvette »",
            ],
        ),
        ({"q": "stade -commun -stade"}, ["1 résultat sans guillemets ni mot exclu"]),
        ({"q": "buvtete", "exactement": "1"}, ["1 résultat sans chercher exactement ces mots"]),
        (
            {"q": '"buvette qsdfqsdf"', "theme": "autre"},
            [
                "1 résultat sans guillemets ni mot exclu, sans aucun filtre",
                "1 résultat pour « buvette », sans aucun filtre",
            ],
        ),
    ],
)
def test_ways_on_find_what_they_say(query: Any, expected: list[str], contents: None) -> None:
    page = page_of(**query)
    assert count_of(page) == 0
    assert follow_all(page) == expected


def test_a_place_is_answered_by_whom_to_call(geography: None) -> None:
    """However small, where nothing else is found."""
    small = Territory.objects.get(pk="commune-38001")
    page = page_of(q=f'"fanfare" {small.name}')
    assert answers(page) == [f"{small.name} (Isère)"]
    assert not page.xpath("//form[@aria-label='Trouver mon DLA']")


@pytest.mark.parametrize("typed", ["qsdfqsdf", '"qsdf qsdf"', "-qsdfqsdf wxcvwxcv", "999999999"])
def test_nothing_at_all_leads_to_a_dla_and_to_lists(typed: str) -> None:
    page = page_of(q=typed)
    assert "Rien ne répond" in words_of(page)
    assert page.xpath("//form[@aria-label='Trouver mon DLA']")
    lists = page.xpath("//section[@aria-labelledby='resultats']//ul[@class='tags']//a/@href")
    assert reverse("glossary:list") in lists and reverse("pages:themes") in lists


def test_ways_on_tell_nothing_of_what_one_may_not_see() -> None:
    ArticleFactory(title="La buvette", audience="network", published=True)
    EventFactory(title="Le stade", scheduled=True)
    page = page_of(q='"buvette stade"')
    assert ways(page) == []
    member = Client()
    member.force_login(UserFactory(role=Role.CRDLA))
    found = [words for words, _ in ways(page_of(member, q='"buvette stade"'))]
    assert "1 résultat pour « buvette »" in found
    assert not any("stade" in words for words in found)


@pytest.mark.parametrize("typed", ["", "   ", "***", "« »", "'", "🎈"])
def test_the_bare_page_shows_what_works(typed: str) -> None:
    ArticleFactory(title="La buvette", published=True)
    event = EventFactory(title="Assises de la buvette", published=True)
    EventFactory(title="Entre nous", network=True, published=True)
    page = page_of(q=typed)
    assert page.xpath("//input[@id='q']")
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]
    examples = page.xpath("//main//ul[@class='tags']//a/@href")
    searches = [link for link in examples if "?q=" in link]
    assert searches
    for link in searches:
        assert count_of(page_at(link)) > 0
    assert event.title in words_of(page) and "Entre nous" not in words_of(page)


@pytest.mark.parametrize(
    ("query", "most"),
    [
        ({"q": "un deux trois quatre cinq six sept huit"}, 70),
        ({"q": '"un deux trois quatre cinq six sept huit"'}, 75),
        ({"q": "buvette", "annee": "2020", "territoire": "commune-38185", "theme": "autre"}, 30),
        ({"q": ""}, 8),
    ],
)
def test_empty_pages_ask_a_bounded_number_of_queries(query: Any, most: int, contents: None) -> None:
    page_of(**query)
    with CaptureQueriesContext(connection) as captured:
        page_of(**query)
    assert len(captured) <= most
