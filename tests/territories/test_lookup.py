"""People find territories as they type them."""

import json
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from territories.lookup import exact, find, resolve
from territories.models import Level
from territories.names import compared, with_article
from tests.engines import examples

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]

URL = "/territoires/recherche/"


def labels(query: str, **options: Any) -> list[str]:
    return [found.label for found in find(query, **options)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("Grenoble", "Grenoble"),
        ("GRENOBLE", "Grenoble"),
        ("  grenoble ", "Grenoble"),
        ("38185", "Grenoble"),
        ("38000", "Grenoble"),
        ("200040715", "Grenoble-Alpes-Métropole"),
        ("38", "Isère"),
        ("isere", "Isère"),
        ("l'isère", "Isère"),
        ("Auvergne Rhone Alpes", "Auvergne-Rhône-Alpes"),
        ("st martin d'heres", "Saint-Martin-d’Hères"),
        ("Saint Martin d’Hères", "Saint-Martin-d’Hères"),
        ("saint-martin-le-vinoux", "Saint-Martin-le-Vinoux"),
        ("la tronche", "La Tronche"),
        ("Tronche", "La Tronche"),
        ("pont claix", "Le Pont-de-Claix"),
        ("balcons dauphiné", "CC Les Balcons du Dauphiné"),
        ("métropole du grand paris", "Métropole du Grand Paris"),
        ("paris 5eme", "Paris 5e arrondissement"),
        ("75005", "Paris 5e arrondissement"),
        ("lyon 3", "Lyon 3e arrondissement"),
        ("Amareins", "Amareins → Francheleins"),
        ("saint barth", "Saint-Barthélemy"),
    ],
)
def test_finds_what_was_meant_first(typed: str, first: str) -> None:
    assert labels(typed)[:1] == [first]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("grenobel", "Grenoble"),
        ("grennoble", "Grenoble"),
        ("Meylen", "Meylan"),
        ("fontaigne", "Fontaine"),
        ("echirole", "Échirolles"),
        ("saint martin dere", "Saint-Martin-d’Hères"),
    ],
)
def test_forgives_typing_errors(typed: str, meant: str) -> None:
    assert meant in labels(typed)


def test_typing_errors_are_forgiven_only_when_nothing_else_answers() -> None:
    assert all("gre" in compared(label) for label in labels("gre"))


@pytest.mark.parametrize("typed", ["bourg d'oi", "le p", "saint e", "saint m", "la t", "l", "vif"])
def test_word_that_is_being_typed_does_not_lose_what_was_found(typed: str) -> None:
    """Articles are left out of comparisons, and any word begins like one."""
    assert not labels(typed) or all(compared(typed)[:1] in compared(x) for x in labels(typed))


def test_larger_places_come_first_among_equals() -> None:
    found = labels("saint martin")
    assert found.index("Saint-Martin-d’Hères") < found.index("Saint-Martin-le-Vinoux")
    assert labels("rhone")[0] == "Rhône"


def test_only_the_levels_that_are_asked_for() -> None:
    assert {f.territory.level for f in find("grenoble", levels=[Level.EPCI])} == {Level.EPCI}
    assert labels("amareins", levels=[Level.COMMUNE]) == ["Amareins → Francheleins"]


def test_each_answer_says_where_it_is() -> None:
    details = {found.label: found.detail for found in find("grenoble")}
    assert details["Grenoble-Alpes-Métropole"] == "métropole, Isère (38)"
    assert find("isere")[0].detail == "département (38)"
    assert find("amareins")[0].detail == "ancienne commune, Ain (01)"


def test_no_territory_is_given_twice() -> None:
    for typed in ("francheleins", "amareins", "grenoble", "saint", "38", "lyon"):
        keys = [found.territory.pk for found in find(typed)]
        assert len(keys) == len(set(keys))


def test_exact_answers_only() -> None:
    assert [f.territory.pk for f in exact("38185")] == ["commune-38185"]
    assert exact("greno") == []


def test_old_code_resolves_to_today() -> None:
    commune = resolve(Level.COMMUNE, "01003")
    assert commune is not None and commune.code == "01165"
    assert resolve(Level.COMMUNE, "99999") is None


@given(st.text(max_size=200))
@settings(
    max_examples=examples(200),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_anything_may_be_typed(typed: str) -> None:
    assert len(find(typed)) <= 20


def test_costs_a_few_queries(django_assert_max_num_queries: Any) -> None:
    find("grenobel")  # names are read once a process
    with django_assert_max_num_queries(3):
        find("grenoble")
    with django_assert_max_num_queries(6):
        find("grenobel")


# --- The address ----------------------------------------------------------------------------------


def test_suggestions_in_json() -> None:
    answer = Client().get(URL, {"q": "grenoble"}, headers={"Accept": "application/json"})
    assert json.loads(answer.content)["results"][0] == {
        "id": "commune-38185",
        "level": "commune",
        "code": "38185",
        "label": "Grenoble",
        "detail": "commune, Isère (38)",
        "url": "/territoires/commune/38185/",
    }
    assert "Accept" in answer["Vary"]
    assert "Set-Cookie" not in answer


def test_browser_gets_a_page_of_choices() -> None:
    page = Client().get(
        URL, {"q": "saint martin"}, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    )
    content = page.content.decode()
    assert page["Content-Type"].startswith("text/html")
    assert "/territoires/commune/38421/" in content
    assert "Saint-Martin-d’Hères" in content


def test_page_without_answer_offers_a_way_on() -> None:
    content = Client().get(URL, {"q": "zzzzzzzzz"}).content.decode()
    assert "Aucun territoire" in content
    assert "/territoires/" in content


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?q=",
        "?q=%00",
        "?q=" + "a" * 10_000,
        "?niveau=autre&q=lyon",
        "?q=lyon&q=",
        "?format=xml",
    ],
)
def test_odd_addresses_answer(query: str) -> None:
    assert Client().get(URL + query).status_code == 200


@pytest.mark.parametrize(
    ("name", "article", "said"),
    [
        ("Ain", "5", "l’Ain"),
        ("Drôme", "3", "la Drôme"),
        ("Alpes-Maritimes", "4", "les Alpes-Maritimes"),
        ("Paris", "0", "Paris"),
        ("Nouvelle-Calédonie", "", "Nouvelle-Calédonie"),
    ],
)
def test_names_with_their_article(name: str, article: str, said: str) -> None:
    assert with_article(name, article) == said
