"""People find territories as they type them."""

import json
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from territories.lookup import exact, find, resolve
from territories.models import PLACES, Level, LookupKey, Territory
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
        ("69003 LYON", "Lyon 3e arrondissement"),
        ("LYON CEDEX 03", "Lyon 3e arrondissement"),
        ("1er arrondissement de Paris", "Paris 1er arrondissement"),
        ("mairie du 5e arrondissement de Lyon", "Lyon 5e arrondissement"),
        ("Paris XIIe", "Paris 12e arrondissement"),
        ("paris dix-septième", "Paris 17e arrondissement"),
        ("paris12", "Paris 12e arrondissement"),
        ("Lyon (69)", "Lyon"),
        ("Grenoble (38)", "Grenoble"),
        ("grenoble isere", "Grenoble"),
        ("Isère - Grenoble", "Grenoble"),
        ("38 grenoble", "Grenoble"),
        ("38000 Grenoble", "Grenoble"),
        ("Grenoble 38 000", "Grenoble"),
        ("F-38000 GRENOBLE", "Grenoble"),
        ("38021 GRENOBLE CEDEX 1", "Grenoble"),
        ("CS 20113 38000 GRENOBLE", "Grenoble"),
        ("Grenoble, Isère, Auvergne-Rhône-Alpes, France", "Grenoble"),
        ("mairie de Grenoble", "Grenoble"),
        ("Commune du Pont-de-Claix", "Le Pont-de-Claix"),
        ("Tronche (La)", "La Tronche"),
        ("saintmartindheres", "Saint-Martin-d’Hères"),
        ("ST MARTIN DHERES", "Saint-Martin-d’Hères"),
        ("Notre-Dame-de-Mésage", "Notre-Dame-de-Mésage"),
        ("ND de Mésage", "Notre-Dame-de-Mésage"),
        ("région Auvergne Rhône Alpes", "Auvergne-Rhône-Alpes"),
        ("aura", "Auvergne-Rhône-Alpes"),
        ("idf", "Île-de-France"),
        ("rhône-alpes", "Auvergne-Rhône-Alpes"),
        ("département de l’Isère", "Isère"),
        ("dept 38", "Isère"),
        ("Isère (38)", "Isère"),
        ("DLA Isère", "Isère"),
        ("metropole de grenoble", "Grenoble-Alpes-Métropole"),
        ("grand lyon", "Métropole de Lyon"),
        ("communauté de communes des balcons du dauphiné", "CC Les Balcons du Dauphiné"),
        ("com com balcons dauphiné", "CC Les Balcons du Dauphiné"),
        ("grenoble gare", "Grenoble"),
        ("CCAS de Grenoble", "Grenoble"),
        ("grenoble 69", "Grenoble"),
        ("grenobel 38", "Grenoble"),
        # The region has the number of another department.
        ("11", "Île-de-France"),
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


def test_what_is_said_of_where_it_is_makes_it_the_very_one() -> None:
    """« Grenoble (38) » needs no choice, « Grenoble (69) » does."""
    assert [found.label for found in exact("Grenoble (38)", levels=[Level.COMMUNE])] == ["Grenoble"]
    assert exact("Grenoble (69)") == []


def test_number_of_a_department_comes_before_that_of_a_region() -> None:
    assert [found.detail for found in find("01")][:2] == [
        "département (01)",
        "région d’outre-mer (01)",
    ]


def test_postal_code_comes_before_the_same_code_of_insee() -> None:
    """38170 is the postal code of Seyssinet-Pariset, and the code of Insee of another commune."""
    found = find("38170")
    assert "38170" in found[0].territory.postal_codes
    assert found[0].exact


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
    with django_assert_max_num_queries(4):
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


def page(query: str) -> str:
    return Client().get(URL, {"q": query}).content.decode()


def test_page_says_that_names_only_resemble_what_was_typed() -> None:
    content = page("grenobel")
    assert "Aucun territoire ne s’appelle « grenobel ». Vouliez-vous dire :" in content
    assert "/territoires/commune/38185/" in content
    assert "Vouliez-vous dire" not in page("grenoble")


def francheleins_called_grenobl() -> None:
    Territory.objects.filter(pk="commune-01165").update(name="Grenobl", population=500)
    LookupKey.objects.create(
        key="grenobl", exactness=0, rank=2 * PLACES - 500, territory_id="commune-01165"
    )


def test_page_offers_the_larger_name_that_an_error_hides() -> None:
    francheleins_called_grenobl()
    content = page("grenobl")
    assert "Vouliez-vous dire" in content
    assert content.index("/territoires/commune/01165/") < content.index("Vouliez-vous dire")


def test_whoever_goes_there_at_once_is_told_of_a_much_larger_name() -> None:
    """What was typed decides; a link beside says what else it may be."""
    francheleins_called_grenobl()
    answer = Client().get(URL, {"q": "grenobl", "aller": "1"})
    assert answer["Location"] == "/territoires/commune/01165/?plutot=commune-38185"
    answer = Client().get(URL, {"q": "grenoble", "aller": "1"})
    assert answer["Location"] == "/territoires/commune/38185/"


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
