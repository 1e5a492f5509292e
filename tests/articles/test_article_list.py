from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from articles.models import Publication
from tests.engines import examples
from tests.factories import ArticleFactory, ArticleTypeFactory, SeriesFactory, ThemeFactory

pytestmark = pytest.mark.django_db

URL = "/articles/"


def titles(query: str = "") -> list[str]:
    response = Client().get(URL + query)
    assert response.status_code == 200
    return [publication.title for publication in response.context["page_obj"].object_list]


def counts(query: str, name: str) -> dict[str, int]:
    response = Client().get(URL + query)
    facet = next(facet for facet in response.context["facets"] if facet.name == name)
    return {option.value: option.count for option in facet.options}


@pytest.fixture
def shelf() -> dict[str, Any]:
    """Three articles: A (gouvernance, numerique; interview; 2024), B (gouvernance; portrait, in
    the series; 2025), C (numerique; interview, in the series; 2025)."""
    gouvernance, numerique = ThemeFactory(slug="gouvernance"), ThemeFactory(slug="numerique")
    interview, portrait = ArticleTypeFactory(slug="interview"), ArticleTypeFactory(slug="portrait")
    series = SeriesFactory(slug="ruralites")
    ArticleFactory(
        title="A",
        themes=[gouvernance, numerique],
        type=interview,
        published_on=date(2024, 5, 1),
        published=True,
    )
    ArticleFactory(
        title="B",
        themes=[gouvernance],
        type=portrait,
        series=series,
        published_on=date(2025, 1, 31),
        published=True,
    )
    ArticleFactory(
        title="C",
        themes=[numerique],
        type=interview,
        series=series,
        published_on=date(2025, 12, 31),
        published=True,
    )
    return {"gouvernance": gouvernance}


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["C", "B", "A"]),
        ("?theme=gouvernance", ["B", "A"]),
        ("?theme=gouvernance&theme=numerique", ["C", "B", "A"]),
        ("?theme=numerique&type=interview&annee=2024", ["A"]),
        ("?serie=ruralites&theme=gouvernance", ["B"]),
        ("?annee=2024&annee=2025", ["C", "B", "A"]),
        ("?annee=2024&serie=ruralites", []),
        ("?theme=inconnue", []),
        ("?theme=inconnue&theme=gouvernance", ["B", "A"]),
        ("?theme=inconnue&annee=2025", []),
        ("?annee=deux-mille", []),
        ("?annee=2010", []),
        ("?territoire=departement-20", []),
        ("?theme=", ["C", "B", "A"]),
        ("?utm_source=lettre", ["C", "B", "A"]),
        ("?page=999", ["C", "B", "A"]),
        ("?page=x", ["C", "B", "A"]),
    ],
)
def test_filters_widen_within_and_narrow_between(query: str, expected: list[str]) -> None:
    assert titles(query) == expected


@pytest.mark.usefixtures("shelf")
def test_counts_tell_what_each_choice_would_give() -> None:
    assert counts("", "theme") == {"gouvernance": 2, "numerique": 2}
    assert counts("?type=interview", "theme") == {"gouvernance": 1, "numerique": 2}
    # Its own choice does not change the counts of a filter: one may still widen it.
    assert counts("?theme=gouvernance", "theme") == {"gouvernance": 2, "numerique": 2}
    assert counts("?theme=gouvernance", "annee") == {"2025": 1, "2024": 1}


@pytest.mark.usefixtures("shelf")
def test_each_choice_is_removed_alone() -> None:
    response = Client().get(URL + "?theme=gouvernance&theme=numerique&annee=2025")
    chips = response.context["chips"]
    assert len(chips) == 3
    kept = [parse_qs(urlsplit(chip.remove_url).query) for chip in chips]
    assert {"theme": ["numerique"], "annee": ["2025"]} in kept
    assert {"theme": ["gouvernance", "numerique"]} in kept


@pytest.mark.usefixtures("shelf")
def test_list_follows_what_is_published_not_the_working_copy(shelf: dict[str, Any]) -> None:
    article = Publication.objects.get(title="A").article
    article.themes.set([shelf["gouvernance"]])
    article.title = "A changé"
    article.save()
    assert titles("?theme=numerique") == ["C", "A"]


def test_long_list_is_paged_and_keeps_its_filters() -> None:
    theme = ThemeFactory(slug="commune")
    for day in range(1, 26):
        ArticleFactory(
            title=f"Jour {day}", themes=[theme], published_on=date(2026, 1, day), published=True
        )
    assert len(titles("?theme=commune")) == 20
    assert titles("?theme=commune&page=2") == [f"Jour {day}" for day in range(5, 0, -1)]
    assert (
        'href="?theme=commune&amp;page=2"' in Client().get(URL + "?theme=commune").content.decode()
    )


def test_list_asks_the_same_number_of_queries_however_long(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    ArticleFactory(published=True)
    with django_assert_num_queries(LIST_QUERIES):
        Client().get(URL)
    for _ in range(6):
        ArticleFactory(published=True, series=SeriesFactory())
    with django_assert_num_queries(LIST_QUERIES):
        Client().get(URL)


def test_a_filter_costs_no_query_more(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    """What is sent, offered and chosen are read from choices that are asked for once."""
    series, theme = SeriesFactory(slug="serie"), ThemeFactory(slug="theme")
    ArticleFactory(themes=[theme], series=series, published=True)
    with django_assert_num_queries(LIST_QUERIES):
        Client().get(f"{URL}?theme=theme&serie=serie")


# 4 vocabularies, 5 facets, the count, the page and its themes.
LIST_QUERIES = 12


@settings(
    max_examples=examples(40),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["theme", "type", "serie", "annee", "territoire", "page", "autre"]),
            st.one_of(st.text(max_size=40), st.sampled_from(["' OR 1=1 --", "%00", "9" * 5000])),
        ),
        max_size=6,
    )
)
def test_no_parameter_breaks_the_list(parameters: list[tuple[str, str]]) -> None:
    for name in ("articles:list", "articles:rss", "articles:atom"):
        query: dict[str, list[str]] = {}
        for key, value in parameters:
            query.setdefault(key, []).append(value)
        assert Client().get(reverse(name), query).status_code == 200
