"""« Trouver mon DLA »: from any place to whom to call; and what the place's page tells to whom."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from playwright.sync_api import expect

from publishing.audiences import Role
from structures.models import Agreement, Operator
from structures.register import editions
from territories.loading import load
from territories.models import Territory
from tests.browser import NewPage, axe, overflow
from tests.factories import OperatorFactory, StructureFactory, SupportFactory, UserFactory

pytestmark = [pytest.mark.django_db]

YEAR = timezone.localdate().year


def place(key: str) -> Territory:
    return Territory.objects.get(pk=key)


def operator(
    name: str, key: str, *, first: int = 2020, last: int | None = None, **said: Any
) -> Any:
    made = OperatorFactory(name=name, **said)
    Agreement.objects.create(operator=made, territory=place(key), first_year=first, last_year=last)
    return made


@pytest.fixture
def operators(geography: None) -> dict[str, Operator]:
    return {
        "isere": operator("La Ligue de l’Isère", "departement-38", phone="+33 4 65 71 00 00",
                          email="dla38@exemple.example", website="https://www.isere.example/"),
        "rhone": operator("La Ligue du Rhône", "departement-69"),
        "before": operator("Celle d’avant", "departement-38", first=2011, last=YEAR - 1),
        "region": operator("La Cress", "region-84", kind=Operator.Kind.REGIONAL),
    }  # fmt: skip


def read(path: str, client: Client | None = None) -> str:
    response = (client or Client()).get(path)
    assert response.status_code == 200
    return response.content.decode()


def structured(page: str) -> list[dict[str, Any]]:
    """Returns the items of schema.org."""
    (script,) = re.findall(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', page, re.S)
    items: list[dict[str, Any]] = json.loads(script)
    return items


@pytest.mark.parametrize(
    "path",
    [
        "/territoires/commune/38185/",
        "/territoires/epci/200040715/",
        "/territoires/departement/38/",
        "/territoires/arrondissement/381/",
    ],
)
def test_every_place_says_whom_to_call(operators: dict[str, Operator], path: str) -> None:
    page = read(path)

    assert page.index("La Ligue de l’Isère") < page.index("La Cress")
    assert "Celle d’avant" not in page
    assert "La Ligue du Rhône" not in page
    assert 'href="tel:+33465710000"' in page
    assert ">isere.example<" in page


def test_a_region_lists_its_departments(operators: dict[str, Operator]) -> None:
    page = read("/territoires/region/84/")

    assert page.index("La Cress") < page.index("La Ligue de l’Isère")
    assert "La Ligue du Rhône" in page
    # The Ain is in the small geography, and has nobody.
    assert f"Aucun DLA n’est connu en {YEAR}" in page


def test_one_that_straddles_departments_has_the_operators_of_all(
    operators: dict[str, Operator],
) -> None:
    Territory.objects.filter(pk="epci-200040715").update(departments="38 69")
    page = read("/territoires/epci/200040715/")

    assert page.index("La Ligue de l’Isère") < page.index("La Ligue du Rhône")
    assert page.count("La Cress") >= 1
    assert "Votre DLA si vous êtes dans l’Isère" in page
    assert "Votre DLA si vous êtes dans le Rhône" in page
    assert "Appelez d’abord le DLA de votre département." in page


def test_where_two_answer_one_line_says_which_to_call(operators: dict[str, Operator]) -> None:
    both = "Appelez d’abord ce DLA départemental."
    page = read("/territoires/commune/38185/").partition("<main")[2]
    assert page.index("La Ligue de l’Isère") < page.index(both) < page.index("La Cress")

    operators["region"].delete()
    assert both not in read("/territoires/commune/38185/")


def test_an_operator_is_reached_from_its_page_as_from_that_of_its_territory(
    operators: dict[str, Operator],
) -> None:
    said = {
        "opening_hours": "Du lundi au jeudi",
        "contact_name": "Camille Durand",
        "contact_role": "chargée de mission",
        "contact_agreed_on": date(2026, 1, 15),
        "address": "12 rue de l’Exemple",
        "postal_code": "38000",
        "town": "Grenoble",
    }
    Operator.objects.filter(pk=operators["isere"].pk).update(**said)
    for path in ("/territoires/commune/38185/", operators["isere"].get_absolute_url()):
        page = read(path)
        assert 'href="tel:+33465710000"' in page
        assert 'href="mailto:dla38@exemple.example"' in page
        assert "Camille Durand, chargée de mission" in page
        assert "12 rue de l’Exemple<br> 38000 Grenoble" in page
        assert "Du lundi au jeudi" in page
        (contact,) = [
            item for item in structured(page) if item.get("name") == "La Ligue de l’Isère"
        ]
        assert contact["address"]["addressLocality"] == "Grenoble"
        assert "Durand" not in json.dumps(contact), "it is for those who read the page"


@pytest.mark.parametrize(
    ("phone", "dialled"),
    [
        ("04 76 00 00 00", "0476000000"),
        ("+33 (0)4 76 00 00 00", "+33476000000"),
        ("04.76.00.00.00 (poste 12)", "0476000000"),
        ("0476000000 / 0600000000", "0476000000"),
        ("sur rendez-vous", ""),
    ],
)
def test_a_telephone_is_dialled_however_it_is_written(phone: str, dialled: str) -> None:
    assert Operator(phone=phone).dialled == dialled


@pytest.mark.parametrize(
    ("name", "article", "said"),
    [
        ("Isère", "5", "dans l’Isère"),
        ("Alpes-Maritimes", "4", "dans les Alpes-Maritimes"),
        ("Maine-et-Loire", "0", "en Maine-et-Loire"),
        ("Ille-et-Vilaine", "1", "en Ille-et-Vilaine"),
        ("Paris", "0", "à Paris"),
        ("Saint-Pierre-et-Miquelon", "", "à Saint-Pierre-et-Miquelon"),
    ],
)
def test_where_one_is_takes_the_word_that_the_name_wants(
    name: str, article: str, said: str
) -> None:
    assert Territory(name=name, article=article).locative == said


def test_a_department_that_is_a_region_names_an_operator_once(geography: None) -> None:
    operator("L’Urssaf des exemples", "departement-971")
    page = read("/territoires/departement/971/")

    assert page.count("operator-card") == 1


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/territoires/commune/75056/", "pour Paris"),
        ("/territoires/departement/977/", "pour Saint-Barthélemy"),
    ],
)
def test_where_nobody_is_known_it_says_whom_to_ask(
    operators: dict[str, Operator], path: str, said: str
) -> None:
    page = read(path)
    assert said in page
    assert "L’équipe nationale du DLA" in page

    operator("DLA d’Île-de-France", "region-11", kind=Operator.Kind.REGIONAL)
    if "75056" in path:
        assert "Le DLA régional vous dira" in read(path)


def test_machines_read_whom_to_call(operators: dict[str, Operator]) -> None:
    page = read("/territoires/commune/38185/")
    contacts = [item for item in structured(page) if item["@type"] == "Organization"]

    assert [item["name"] for item in contacts] == ["La Ligue de l’Isère", "La Cress"]
    assert contacts[0]["telephone"] == "+33 4 65 71 00 00"


# --- In one step ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("grenoble", "/territoires/commune/38185/"),
        ("38185", "/territoires/commune/38185/"),
        ("Amareins", "/territoires/commune/01165/"),
        ("isere", "/territoires/departement/38/"),
        # Three of that name, one DLA.
        ("paris", "/territoires/departement/75/"),
    ],
)
def test_one_exact_answer_leads_straight_to_its_page(
    geography: None, typed: str, path: str
) -> None:
    response = Client().get("/territoires/recherche/", {"q": typed, "aller": "1"})
    assert (response.status_code, response["Location"]) == (302, path)
    # The page of choices is still there for whoever asks for it.
    assert Client().get("/territoires/recherche/", {"q": typed}).status_code == 200


@pytest.mark.parametrize("typed", ["grenobel", "", "saint", "nulle part"])
def test_otherwise_there_are_choices(geography: None, typed: str) -> None:
    response = Client().get("/territoires/recherche/", {"q": typed, "aller": "1"})
    assert response.status_code == 200


def test_the_home_page_has_the_box(geography: None) -> None:
    page = read("/")
    assert "Trouver mon DLA" in page
    assert 'name="aller"' in page
    assert "<svg" in page


# --- What the place's page tells, and to whom -----------------------------------------------------


@pytest.fixture
def supported(operators: dict[str, Operator]) -> None:
    for number in range(7):
        structure = StructureFactory(
            name=f"Secrète {number}", commune=place("commune-38185"), public=False
        )
        SupportFactory(structure=structure, year=2024)
    shown = StructureFactory(name="Les Tilleuls", commune=place("commune-38185"), public=True)
    SupportFactory(structure=shown, year=2023)
    editions.renew()


def figures_of(page: str) -> list[str]:
    found = re.search(r'<dl class="totals">(.*?)</dl>', page, re.S)
    assert found
    return [
        re.sub(r"<[^>]+>", "", text).strip()
        for text in re.findall(r"<dd>(.*?)</dd>", found[1], re.S)
    ]


@pytest.mark.parametrize(
    "path",
    ["/territoires/commune/38185/", "/territoires/departement/38/", "/territoires/region/84/"],
)
def test_visitors_read_figures_of_the_edition_and_public_structures(
    supported: None, path: str
) -> None:
    page = read(path)

    assert "Secrète" not in page
    assert "Les Tilleuls" in page
    # Around a commune they are counted by how far they are.
    around = "commune" in path
    assert ("1 structure à moins de" if around else "1 structure sur ce territoire") in page
    # Eight are all there are in this register: there is nobody else to count them on.
    assert figures_of(page) == ["8", "8"]
    assert "nombres approchés" in page


def test_a_pilot_reads_exact_figures_at_home_only(supported: None) -> None:
    here, elsewhere = Client(), Client()
    here.force_login(UserFactory(role=Role.PILOT, territories=[place("departement-38")]))
    elsewhere.force_login(UserFactory(role=Role.PILOT, territories=[place("departement-69")]))

    SupportFactory(structure=StructureFactory(commune=place("commune-38185")), year=2024)
    exact = read("/territoires/commune/38185/", here)
    assert figures_of(exact) == ["9", "9"]
    assert "Secrète 1" in exact and "nombres approchés" not in exact
    others = read("/territoires/commune/38185/", elsewhere)
    assert "Secrète" not in others
    assert figures_of(others) == ["8", "8"], "those of the edition"
    # What lies around is not exact for somebody who sees a part of it.
    assert "nombres approchés" in read("/territoires/region/84/", here)


def test_few_are_masked(operators: dict[str, Operator]) -> None:
    SupportFactory(structure=StructureFactory(commune=place("commune-38185"), public=True))
    editions.renew()
    page = read("/territoires/commune/38185/")

    assert figures_of(page) == ["masqué", "masqué"]
    assert "bars" not in page.split("totals")[1].split("</section>")[0]


def test_queries_do_not_grow_with_the_place(supported: None) -> None:
    def queries(path: str) -> int:
        Client().get(path)
        with CaptureQueriesContext(connection) as captured:
            read(path)
        return len(captured)

    few = queries("/territoires/region/84/")
    for number in range(12):
        operator(f"Autre {number}", "departement-01")
        StructureFactory(name=f"Publique {number}", commune=place("commune-38185"), public=True)
    assert queries("/territoires/region/84/") == few
    assert few <= 19


# --- In a browser ---------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("javascript", [True, False], ids=["with", "without"])
def test_from_the_home_page_to_the_telephone_by_keyboard(
    new_page: NewPage, reduced_files: Any, javascript: bool
) -> None:
    load(reduced_files)
    operator("La Ligue de l’Isère", "departement-38", phone="04 65 71 00 00")
    page = new_page("phone", javascript=javascript)
    page.goto("/")
    main = page.get_by_role("main")
    main.get_by_role("searchbox").or_(main.get_by_role("combobox")).first.focus()
    page.keyboard.type("Grenoble")
    if javascript:
        page.get_by_role("option").first.wait_for()
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Grenoble")
    expect(page.get_by_role("link", name="04 65 71 00 00")).to_be_visible()
    if javascript:
        axe(page)
        assert not overflow(page)
