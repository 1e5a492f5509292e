"""Supports and who carries them: their forms, and the territories of whoever fills them in."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from structures.models import Agreement, Operator, Structure, Support
from territories.models import Territory
from tests.factories import (
    OperatorFactory,
    StructureFactory,
    SupportFactory,
    ThemeFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]

LIST = reverse("admin:structures_support_changelist")
ADD = reverse("admin:structures_support_add")
OPERATORS = reverse("admin:structures_operator_changelist")


def place(key: str) -> Territory:
    return Territory.objects.get(pk=key)


def signed_in(group: str = "Équipe nationale", *keys: str) -> Client:
    client = Client()
    territories = [place(key) for key in keys]
    client.force_login(UserFactory(group=group, territories=territories))
    return client


def values(structure: Structure, **changed: Any) -> dict[str, Any]:
    return {
        "structure": structure.pk,
        "year": 2025,
        "phase": 1,
        "mode": "individuel",
        "_save": "1",
        **changed,
    }


def found(query: str, **filters: str) -> set[str]:
    response = signed_in().get(LIST, {"q": query, **filters})
    assert response.status_code == 200
    return {support.structure.name for support in response.context["cl"].result_list}


def test_support_begins_on_the_page_of_its_structure_and_leads_back_there() -> None:
    client, structure = signed_in(), StructureFactory(name="Les Tilleuls")
    page = client.get(ADD, {"structure": structure.pk}).content.decode()
    assert f'<option value="{structure.pk}" selected>Les Tilleuls, sans commune</option>' in page
    theme = ThemeFactory()
    response = client.post(
        ADD,
        values(
            structure, themes=[theme.pk], jobs=4, jobs_definition="etp", started_on="03/02/2025"
        ),
    )
    assert response.status_code == 302
    assert response["Location"] == reverse("admin:structures_structure_change", args=[structure.pk])
    support = Support.objects.get()
    assert (support.structure, support.started_on) == (structure, date(2025, 2, 3))
    assert list(support.themes.all()) == [theme]


def test_year_follows_from_the_start() -> None:
    structure = StructureFactory()
    signed_in().post(ADD, values(structure, year="", planned_start="2023-11-02"))
    assert Support.objects.get().year == 2023


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"year": ""}, "Donnez l’année de l’accueil"),
        ({"year": "1999"}, "Le DLA existe depuis 2002"),
        ({"year": "99999999999"}, "errorlist"),
        ({"started_on": "02/02/2025", "ended_on": "01/02/2025"}, "précède son début"),
        ({"jobs": "4"}, "se donne avec sa définition"),
        ({"jobs": "-1", "jobs_definition": "etp"}, "errorlist"),
        ({"group": "Six théâtres"}, "Une action collective va avec"),
        ({"structure": "99999"}, "errorlist"),
        ({"structure": "abc"}, "errorlist"),
        ({"started_on": "demain"}, "errorlist"),
    ],
)
def test_bad_input_is_told_in_french(changed: dict[str, str], message: str) -> None:
    response = signed_in().post(ADD, {**values(StructureFactory()), **changed})
    assert response.status_code == 200
    assert message in response.content.decode()
    assert not Support.objects.exists()


def test_list_finds_by_reference_structure_and_territory() -> None:
    here = StructureFactory(name="Les Amis du Lac", commune=place("commune-38185"))
    there = StructureFactory(name="Le Théâtre", commune=place("commune-69123"))
    SupportFactory(structure=here, reference="DLA38-2025-7")
    SupportFactory(structure=there, phase=4)
    assert found("DLA38-2025-7") == {"Les Amis du Lac"}
    assert found("théâtre") == {"Le Théâtre"}
    assert found("grenoble") == {"Les Amis du Lac"}
    assert found("", territoire="departement-69") == {"Le Théâtre"}
    assert found("", phase__exact="4") == {"Le Théâtre"}


def test_list_asks_as_much_for_many_as_for_one(django_assert_max_num_queries: Any) -> None:
    client = signed_in()
    for year in range(2005, 2025):
        SupportFactory(year=year, operator=OperatorFactory())
    client.get(LIST)
    with django_assert_max_num_queries(10):
        client.get(LIST)


# --- In one's territories -------------------------------------------------------------------------


def test_supports_follow_their_structure() -> None:
    client = signed_in("Animation régionale", "departement-38")
    mine = SupportFactory(structure=StructureFactory(commune=place("commune-38185")))
    other = SupportFactory(structure=StructureFactory(commune=place("commune-69123")))
    shown = client.get(LIST).content.decode()
    for support, status in ((mine, 200), (other, 302)):
        url = reverse("admin:structures_support_change", args=[support.pk])
        assert client.get(url).status_code == status
        assert (url in shown) == (status == 200)


def test_nobody_supports_a_structure_elsewhere() -> None:
    client = signed_in("Animation régionale", "departement-38")
    mine = StructureFactory(commune=place("commune-38185"))
    other = StructureFactory(name="Secrète", commune=place("commune-69123"), public=True)
    page = client.get(ADD, {"structure": other.pk})
    assert "Secrète" not in page.content.decode()
    response = client.post(ADD, values(other))
    assert response.status_code == 200 and "Secrète" not in response.content.decode()
    support = SupportFactory(structure=mine)
    url = reverse("admin:structures_support_change", args=[support.pk])
    client.post(url, values(other))
    support.refresh_from_db()
    assert support.structure == mine
    client.post(ADD, values(mine))
    assert Support.objects.count() == 2


@pytest.fixture
def operators() -> dict[str, Operator]:
    operators: dict[str, Operator] = {}
    for name, keys in {
        "isere": ["departement-38"],
        "rhone": ["departement-69"],
        "deux": ["departement-38", "departement-69"],
        "none": [],
    }.items():
        operators[name] = OperatorFactory(name=name)
        for key in keys:
            Agreement.objects.create(
                operator=operators[name], territory=place(key), first_year=2023, last_year=2025
            )
    return operators


@pytest.mark.parametrize(
    ("scope", "theirs"),
    [
        ((), {"isere", "rhone", "deux", "none"}),
        (("departement-38",), {"isere"}),
        (("region-84",), {"isere", "rhone", "deux"}),
        (("commune-38185",), set()),
    ],
)
def test_operators_are_kept_where_they_act(
    scope: tuple[str, ...], theirs: set[str], operators: dict[str, Operator]
) -> None:
    client = signed_in("Animation régionale", *scope)
    listed = client.get(OPERATORS).context["cl"].result_list
    assert {operator.name for operator in listed} == theirs
    for name, operator in operators.items():
        url = reverse("admin:structures_operator_change", args=[operator.pk])
        assert (client.get(url).status_code == 200) == (name in theirs)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ({"territory": "departement-75", "first_year": "2026"}, "ne s’y trouve pas"),
        ({"territory": "commune-38185", "first_year": "2026"}, "ne convient pas ici"),
        ({"territory": "departement-38", "first_year": "1999"}, "commencent en 2002"),
        (
            {"territory": "departement-38", "first_year": "2026", "last_year": "2024"},
            "ne précède pas la première",
        ),
        ({"territory": "departement-38", "first_year": "2023"}, "en double"),
        ({"territory": "departement-38", "first_year": "2026"}, ""),
    ],
)
def test_agreements_say_a_territory_and_years(
    rows: dict[str, str], message: str, operators: dict[str, Operator]
) -> None:
    client, operator = signed_in("Animation régionale", "region-84"), operators["isere"]
    url = reverse("admin:structures_operator_change", args=[operator.pk])
    known = operator.agreements.get()
    data = {
        "name": "Le DLA d’Isère",
        "slug": operator.slug,
        "kind": "departemental",
        "website": "dla.example",
        "agreements-TOTAL_FORMS": "2",
        "agreements-INITIAL_FORMS": "1",
        "agreements-0-id": str(known.pk),
        "agreements-0-operator": str(operator.pk),
        "agreements-0-territory": "departement-38",
        "agreements-0-first_year": "2023",
        "agreements-0-last_year": "2025",
        "agreements-1-operator": str(operator.pk),
        **{f"agreements-1-{name}": value for name, value in rows.items()},
    }
    response = client.post(url, data)
    if message:
        assert message in response.content.decode()
    else:
        assert response.status_code == 302
        operator.refresh_from_db()
        assert operator.website == "https://dla.example"
    assert operator.agreements.count() == (1 if message else 2)


def test_operators_are_filtered_by_year(operators: dict[str, Operator]) -> None:
    Agreement.objects.create(
        operator=operators["none"], territory=place("departement-75"), first_year=2026
    )
    listed = signed_in().get(OPERATORS, {"en_cours": "oui"}).context["cl"].result_list
    assert {operator.name for operator in listed} == {"none"}


def test_operator_that_supported_somebody_is_not_deleted(operators: dict[str, Operator]) -> None:
    SupportFactory(operator=operators["isere"])
    client = signed_in()
    for name, status in (("isere", 403), ("rhone", 200)):
        url = reverse("admin:structures_operator_delete", args=[operators[name].pk])
        assert client.get(url).status_code == status


@pytest.mark.parametrize("model", ["resourcecentre", "sector", "consenttext"])
def test_closed_lists_are_the_national_teams(model: str) -> None:
    url = reverse(f"admin:structures_{model}_add")
    assert signed_in().get(url).status_code == 200
    assert signed_in("Animation régionale", "region-84").get(url).status_code == 403
