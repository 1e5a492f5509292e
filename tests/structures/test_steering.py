"""The pilot's room: whose figures, exact or masked; comparisons, sheets, borders, saved views."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.models import Action, Entry
from publishing.audiences import Role
from structures.models import SavedView, Structure
from territories.former_regions import FORMER_REGIONS
from territories.models import Level, Territory
from tests.engines import examples
from tests.factories import StructureFactory, SupportFactory, UserFactory
from tests.structures.conftest import scatter, supported
from tests.structures.test_directory import NAMES, ODD, person, place, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]


def test_is_for_people_of_the_network() -> None:
    for name in ("figures", "comparison", "sheet", "sheet_pdf", "sheet_csv"):
        response = Client().get(reverse(f"steering:{name}"))
        assert response.status_code == 302
        assert response["Location"].startswith("/compte/connexion/")


def test_opens_on_the_persons_own_territory_with_exact_figures() -> None:
    supported("commune-38185", 3, year=2024, jobs=4, jobs_definition="etp")
    supported("commune-75056", 4, year=2024)
    response = person("departement-38").get("/pilotage/")
    asked = response.context["asked"]
    assert asked.title == "Isère"
    assert response.context["total"].structures == 3
    said = text_of(response)
    assert "sont arrondis" not in said
    assert "équivalents temps plein" in said and ">12<" in re.sub(r"\s", "", said)


def test_department_is_mapped_by_intercommunalite_and_these_by_commune() -> None:
    supported("commune-38185", 6, year=2024)
    pilot = person("departement-38")
    for query, name in (("", "Grenoble-Alpes-Métropole"), ("?epci=200040715", "Grenoble")):
        page = text_of(pilot.get(f"/pilotage/{query}"))
        assert f"<title>{name}\u00a0: 6 structures</title>" in page
    then = text_of(pilot.get("/pilotage/?epci=200040715&frontieres=anciennes"))
    assert "<title>Grenoble\u00a0: 6 structures</title>" in then


def test_map_of_another_territory_masks_like_its_table() -> None:
    supported("commune-38185", 4, year=2024)
    stranger = person("departement-75")
    for query in ("?departement=38", "?epci=200040715"):
        page = stranger.get(f"/pilotage/{query}")
        assert page.context["spots"]
        assert all(spot.value != 4 for spot in page.context["spots"])
        assert "\u00a0: 4 structures" not in text_of(page)
        assert "\u00a0: masqué</title>" in text_of(page)


def test_another_territory_is_masked_and_said_so() -> None:
    supported("commune-75056", 4, year=2024)
    pilot = person("departement-38")
    response = pilot.get("/pilotage/?departement=75")
    assert response.context["total"].structures is None
    assert "n’est pas le vôtre" in text_of(response)
    # It is so by whatever way: comparison, sheet, table.
    compared = {
        c.name: c.total.structures
        for c in pilot.get("/pilotage/comparer/?departement=75&departement=38").context["columns"]
    }
    assert compared["Paris"] is None and compared["Isère"] == 0
    assert "masqué;masqué" in text_of(pilot.get("/pilotage/fiche.csv?departement=75&annee=2024"))
    assert pilot.get("/pilotage/fiche/?departement=75&annee=2024").context["total"].supports is None


def test_the_country_is_a_table_of_regions_then_down_to_communes() -> None:
    supported("commune-38185", 2, year=2024)
    national = person(role=Role.NATIONAL, whole_country=True)
    for query, heading, name in (
        ("", "Par région", "Auvergne-Rhône-Alpes"),
        ("region=84", "Par département", "Isère"),
        ("departement=38", "Par intercommunalité", "Grenoble-Alpes-Métropole"),
        ("epci=200040715", "Par commune", "Grenoble"),
    ):
        context = national.get(f"/pilotage/?{query}").context
        lines = {line.name: line for line in context["places"]}
        assert context["places_heading"] == heading
        assert lines[name].row.supports == 2
    population = place("commune-38185").population
    assert lines["Grenoble"].per_thousand == pytest.approx(2000 / population)


def test_former_borders() -> None:
    supported("commune-38185", 2, year=2010)
    national = person(role=Role.NATIONAL, whole_country=True)
    lines = {
        line.name: line
        for line in national.get("/pilotage/?frontieres=anciennes").context["places"]
    }
    assert len(lines) == 22
    assert lines["Rhône-Alpes"].row.supports == 2
    assert lines["Alsace"].row.supports == 0
    pilot = person("departement-38").get("/pilotage/?frontieres=anciennes&pays=1")
    rows = {line.name: line.row for line in pilot.context["places"]}
    assert rows["Rhône-Alpes"].supports is None, "not all of it is theirs"


def test_former_regions_part_the_departments_of_the_mainland() -> None:
    every = [code for _, departments in FORMER_REGIONS.values() for code in departments]
    assert len(every) == len(set(every)) == 96


PAGES = ("", "comparer/", "fiche/", "fiche.csv", "fiche.pdf")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("region=82", "Rhône-Alpes (région 82) n’est plus une région depuis 2016"),
        ("secteur=astrologie&departement=38", "le secteur «\u00a0astrologie\u00a0»"),
        ("pays=0", "l’étendue «\u00a00\u00a0»"),
        ("frontieres=demain", "les frontières «\u00a0demain\u00a0»"),
        ("operateur=personne", "la structure porteuse «\u00a0personne\u00a0»"),
        ("territoire_q=Greno", "Aucun territoire ne s’appelle exactement"),
    ],
)
def test_nothing_is_counted_of_what_is_not_known(page: str, query: str, reason: str) -> None:
    supported("commune-38185", 6, year=2024)
    response = person("departement-38").get(f"/pilotage/{page}?{query}")
    said = text_of(response)
    assert reason in said
    assert "<table" not in said and "accompagnements;" not in said
    assert response.status_code == (400 if "." in page else 200)
    if response.status_code == 200:
        (unknown,) = response.context["asked"].unknown
        assert unknown.remove_url.startswith(f"/pilotage/{page}")
        tabs = said.partition("room-tabs")[2].partition("</ul>")[0]
        assert query.partition("&")[0] in tabs, "another view of the question says so too"


def test_what_is_known_beside_is_counted_and_the_rest_told() -> None:
    supported("commune-38185", 6, year=2024)
    pilot = person("departement-38")
    for page in ("", "comparer/", "fiche/"):
        said = text_of(pilot.get(f"/pilotage/{page}?departement=38&departement=20"))
        assert "<table" in said
        assert "Le département 20 (la Corse) n’existe plus depuis 1976" in said
    # A file cannot say what it lacks.
    assert pilot.get("/pilotage/fiche.csv?departement=38&departement=20").status_code == 400


def test_communes_as_they_were() -> None:
    old = Territory.objects.filter(
        successor__level=Level.COMMUNE, successor__epci__isnull=False
    ).first()
    assert old is not None and old.successor is not None and old.successor.epci is not None
    SupportFactory(structure=StructureFactory(commune=old))
    national = person(role=Role.NATIONAL, whole_country=True)
    query = f"?epci={old.successor.epci.code}"
    today = {
        line.name: line.row.supports
        for line in national.get(f"/pilotage/{query}").context["places"]
    }
    then = {
        line.name: line.row.supports
        for line in national.get(f"/pilotage/{query}&frontieres=anciennes").context["places"]
    }
    assert today[old.successor.name] == 1
    assert then[old.name] == 1
    if old.name != old.successor.name:
        assert then[old.successor.name] == 0


def test_a_comparison_ends_with_the_region_and_the_country() -> None:
    supported("commune-38185", 2)
    national = person(role=Role.NATIONAL, whole_country=True)
    columns = national.get("/pilotage/comparer/?departement=38&departement=69").context["columns"]
    assert [column.name for column in columns] == [
        "Isère",
        "Rhône",
        "Auvergne-Rhône-Alpes",
        "France",
    ]
    assert [column.total.structures for column in columns] == [2, 0, 2, 2]


def test_the_sheet_of_a_committee_in_all_its_forms() -> None:
    supported("commune-38185", 3, year=2024)
    supported("commune-38185", 2, year=2023)
    pilot = person("departement-38")
    response = pilot.get("/pilotage/fiche/")
    assert response.context["sheet"].year == "2024", "the last year that is over"
    assert response.context["total"].supports == 3
    assert response.context["sheet"].change == 50
    said = text_of(response)
    assert "Lire ces chiffres" in said and "Source" in said
    table = text_of(pilot.get("/pilotage/fiche.csv?annee=2023"))
    assert "Isère;2023;Ensemble;;2;2" in table
    pdf = pilot.get("/pilotage/fiche.pdf?annee=2023")
    assert pdf["Content-Type"] == "application/pdf" and pdf.content.startswith(b"%PDF")
    assert 'filename="fiche-dla-isere-2023.pdf"' in pdf["Content-Disposition"]
    assert Entry.objects.filter(action=Action.EXPORTED).count() == 2


def test_views_are_saved_under_a_name_and_stay_ones_own() -> None:
    pilot = person("departement-38")
    pilot.post(
        "/pilotage/vues/", {"name": "Culture en 2024", "query": "secteur=culture&annee=2024&x=1"}
    )
    view = SavedView.objects.get()
    assert "secteur=culture" in view.query and "x=1" not in view.query
    said = text_of(pilot.get("/pilotage/"))
    assert "Culture en 2024" in said
    assert pilot.get(f"/pilotage/{view.query}").status_code == 200

    other = person("departement-38")
    assert "Culture en 2024" not in text_of(other.get("/pilotage/"))
    assert other.post(f"/pilotage/vues/{view.pk}/retirer/").status_code == 404
    pilot.post("/pilotage/vues/", {"name": "Culture en 2024", "query": "secteur=sport"})
    assert "sport" in SavedView.objects.get().query, "the same name, another question"
    # A view that is kept without what is not known of it would show more than what was looked at.
    unknown = pilot.post("/pilotage/vues/", {"name": "Rhône", "query": "region=82"}, follow=True)
    assert "n’est pas enregistrée" in text_of(unknown)
    assert SavedView.objects.count() == 1
    refused = pilot.post("/pilotage/vues/", {"name": "", "query": ""}, follow=True)
    assert "n’est pas enregistrée" in text_of(refused)
    pilot.post(f"/pilotage/vues/{view.pk}/retirer/")
    assert not SavedView.objects.exists()


@settings(
    max_examples=examples(40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(st.tuples(st.sampled_from([*NAMES, "pays", "frontieres"]), ODD), max_size=6),
    st.sampled_from(["", "comparer/", "fiche/", "fiche.csv"]),
)
def test_no_address_breaks_it(pairs: list[tuple[str, str]], page: str) -> None:
    client = Client()
    client.force_login(UserFactory(role=Role.PILOT, territories=[place("departement-38")]))
    sent: dict[str, list[str]] = {}
    for name, value in pairs:
        sent.setdefault(name, []).append(value.encode("utf-8", "replace").decode())
    assert client.get(f"/pilotage/{page}", sent).status_code in (200, 400)


def test_costs_no_more_queries_with_more_structures(django_assert_max_num_queries: Any) -> None:
    scatter(2, structures=30)
    assert Structure.objects.count() == 30
    pilot = person("region-84")
    pilot.get("/pilotage/")
    for page in ("", "comparer/?departement=38&departement=69", "fiche/"):
        with django_assert_max_num_queries(26):
            pilot.get(f"/pilotage/{page}")
