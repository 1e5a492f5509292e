"""The directory: what each person finds in it, by whatever way, and what it makes of addresses."""

import csv
import io
import json
import re
from datetime import date
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from audit.models import Action, Entry
from publishing.audiences import Role
from publishing.spreadsheets import safe_cells
from structures.admin.quick_search import search
from structures.directory import PAGE_SIZE, Directory
from structures.exports import HEADINGS, Records
from structures.models import Sector, Structure
from structures.services import withdraw_consent
from territories.models import Level, Territory
from tests.engines import examples
from tests.factories import OperatorFactory, StructureFactory, SupportFactory, UserFactory, siret_of
from tests.structures.conftest import scatter
from themes.models import Theme

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]

# A spreadsheet would compute these, part them or take them for a number.
ODD_CELLS = (
    "=1+1", "+33 4 65", "-2", "@cmd", "\tTab", 'Le "Petit" Théâtre', "Un ; deux", " espace",
    "L’œuvre – été", "001", "\\.", "NULL", "100 %", "%s",
)  # fmt: skip
EXPORTS = ("csv", "xlsx", "geojson", "data-inclusion.json")


def place(key: str) -> Territory:
    return Territory.objects.get(pk=key)


def text_of(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if response["Content-Type"].startswith("application/vnd"):
        sheet = load_workbook(io.BytesIO(content)).active
        return "\n".join(";".join(str(v or "") for v in row) for row in sheet.values)
    return content.decode()


@pytest.fixture
def world() -> dict[str, Structure]:
    grenoble, paris = place("commune-38185"), place("commune-75056")
    world: dict[str, Any] = {
        "shown": StructureFactory(name="Les Tilleuls", commune=grenoble, public=True),
        "isere": StructureFactory(name="Le Secret du Drac", commune=grenoble, siret=siret_of(1)),
        "paris": StructureFactory(name="Le Secret de la Seine", commune=paris, rna="W751234567"),
    }
    for structure in world.values():
        SupportFactory(structure=structure, year=2024)
    return world


def person(*keys: str, role: Role = Role.PILOT, **rights: Any) -> Client:
    client = Client()
    client.force_login(UserFactory(role=role, territories=[place(key) for key in keys], **rights))
    return client


SURFACES = [
    "/structures/",
    "/structures/?vue=carte",
    "/structures/?vue=figures",
    "/structures/?q=secret",
    f"/structures/?q={siret_of(1)}",
    "/structures/?q=W751234567",
    "/structures/?departement=75",
    "/structures/?operateur=cachee",
    *(f"/structures/export.{kind}" for kind in EXPORTS),
    *(f"/structures/export.{kind}?q=secret" for kind in EXPORTS),
    "/sitemap-structures.xml",
]


@pytest.mark.parametrize("address", SURFACES)
def test_nothing_tells_of_a_structure_that_did_not_agree(
    address: str, world: dict[str, Structure]
) -> None:
    elsewhere = person("departement-69")
    for client in (Client(), elsewhere):
        said = text_of(client.get(address))
        assert "Secret" not in said
        assert siret_of(1) in address or siret_of(1) not in said


def test_each_person_finds_theirs(world: dict[str, Structure]) -> None:
    for client, names in (
        (Client(), {"Les Tilleuls"}),
        (person("departement-38"), {"Les Tilleuls", "Le Secret du Drac"}),
        (person("commune-75056"), {"Les Tilleuls", "Le Secret de la Seine"}),
        (person(role=Role.NATIONAL, whole_country=True), {s.name for s in world.values()}),
        (person(role=Role.PILOT), {"Les Tilleuls"}),
        (person("departement-38", is_active=False), {"Les Tilleuls"}),
    ):
        rows = list(
            csv.DictReader(
                io.StringIO(text_of(client.get("/structures/export.csv"))), delimiter=";"
            )
        )
        assert {row["\ufeffnom"] if "\ufeffnom" in row else row["nom"] for row in rows} == names
        page = text_of(client.get("/structures/"))
        assert all(name in page for name in names)


def test_what_is_confidential_is_marked_for_those_who_see_it(world: dict[str, Structure]) -> None:
    assert "Confidentielle" in text_of(person("departement-38").get("/structures/"))
    assert "Confidentielle" not in text_of(Client().get("/structures/"))


def test_consent_withdrawn_hides_at_once(world: dict[str, Structure]) -> None:
    assert "Tilleuls" in text_of(Client().get("/structures/"))
    withdraw_consent(structure=world["shown"], by=None)
    assert "Tilleuls" not in text_of(Client().get("/structures/"))
    assert Client().get(world["shown"].get_absolute_url()).status_code == 404


def test_what_supports_say_is_not_a_filter_for_visitors(world: dict[str, Structure]) -> None:
    operator = OperatorFactory(slug="la-porteuse", name="La Porteuse")
    world["shown"].supports.update(operator=operator)
    assert "La Porteuse" not in text_of(Client().get("/structures/"))
    # What the visitor may not ask gives nothing, the same whether it exists or not.
    for value in ("la-porteuse", "autre"):
        page = text_of(Client().get(f"/structures/?operateur={value}"))
        assert "Tilleuls" not in page
        assert "«\u00a0Structure porteuse\u00a0» est réservé aux membres du réseau" in page
    # Nor does it tell a pilot about another territory.
    pilot = person("departement-69")
    assert "Tilleuls" not in text_of(pilot.get("/structures/?operateur=la-porteuse"))
    theirs = person("departement-38")
    assert "Tilleuls" in text_of(theirs.get("/structures/?operateur=la-porteuse"))


def test_the_csv_is_the_same_on_every_database(world: dict[str, Structure]) -> None:
    """PostgreSQL writes it by itself: what it writes is what would be written of the same rows."""
    scatter(7)
    former = Territory.objects.filter(level=Level.FORMER).order_by("pk").first()
    for number, name in enumerate(ODD_CELLS):
        StructureFactory(
            name=name,
            short_name=name[:80],
            address=name,
            phone=name[:30],
            commune=(former, place("arrondissement-municipal-75105"), None)[number % 3],
            approvals=("esus", "", "esus aci")[number % 3],
            created_on=date(1999, 1, 2 + number),
        )
    client = person(role=Role.NATIONAL, whole_country=True)
    content = text_of(client.get("/structures/export.csv?tri=recent"))

    directory = Directory(QueryDict("tri=recent"), UserFactory(whole_country=True))
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";", lineterminator="\n")
    writer.writerow(HEADINGS)
    writer.writerows(safe_cells(cells) for cells in Records(directory).cells())
    assert content.removeprefix("\ufeff").splitlines() == file.getvalue().splitlines()
    assert len(list(csv.reader(file.getvalue().splitlines(), delimiter=";"))) > 20


# --- Addresses ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("region=84", {"Les Tilleuls", "Le Secret du Drac"}),
        (
            "departement=38&departement=75",
            {"Les Tilleuls", "Le Secret du Drac", "Le Secret de la Seine"},
        ),
        (
            "region=84&departement=75",
            {"Les Tilleuls", "Le Secret du Drac", "Le Secret de la Seine"},
        ),
        ("region=11&departement=75", {"Le Secret de la Seine"}),
        ("epci=200040715", {"Les Tilleuls", "Le Secret du Drac"}),
        ("commune=38185", {"Les Tilleuls", "Le Secret du Drac"}),
        ("commune=75056", {"Le Secret de la Seine"}),
        ("territoire=departement-75", {"Le Secret de la Seine"}),
        ("territoire_q=Grenoble", {"Les Tilleuls", "Le Secret du Drac"}),
        ("annee=2024&q=secret+drac", {"Le Secret du Drac"}),
        ("annee=1999", set()),
        ("annee=2020", set()),
        ("annee=2024&annee=1999&q=drac", {"Le Secret du Drac"}),
        ("territoire=departement-20", set()),
        ("territoire_q=Greno", set()),
        ("region=82", set()),
        ("region=82&departement=38", {"Les Tilleuls", "Le Secret du Drac"}),
        ("accompagnement=peut-%C3%AAtre", set()),
        ("departement=", {"Les Tilleuls", "Le Secret du Drac", "Le Secret de la Seine"}),
        ("utm_source=lettre", {"Les Tilleuls", "Le Secret du Drac", "Le Secret de la Seine"}),
        ("annee=2024&annee=2023", {"Les Tilleuls", "Le Secret du Drac", "Le Secret de la Seine"}),
    ],
)
def test_an_address_is_a_question(query: str, names: set[str], world: dict[str, Structure]) -> None:
    client = person(role=Role.NATIONAL, whole_country=True)
    said = text_of(client.get(f"/structures/?{query}"))
    assert {s.name for s in world.values() if s.name in said} == names


@pytest.mark.parametrize("typed", ["جمعية", "луна", "中文", "🙂", "★", "-", "’", "zzz"])
def test_unknown_words_find_nothing(typed: str, world: dict[str, Structure]) -> None:
    client = person(role=Role.NATIONAL, whole_country=True)
    for address in ("/structures/", *(f"/structures/export.{kind}" for kind in EXPORTS)):
        for name in ("q", "territoire_q"):
            answer = client.get(address, {name: typed})
            said = text_of(answer)
            assert not any(one.name in said for one in world.values()), (address, name)
    said = text_of(client.get(reverse("territories:search"), {"q": typed, "format": "json"}))
    assert json.loads(said)["results"] == []


def test_what_shows_nothing_is_nothing_typed(world: dict[str, Structure]) -> None:
    client = person(role=Role.NATIONAL, whole_country=True)
    for typed in ("", "  ", "\u200b", "\u00a0\ufeff"):
        said = text_of(client.get("/structures/", {"q": typed}))
        assert all(one.name in said for one in world.values()), ascii(typed)


@pytest.mark.parametrize(
    ("name", "queries"),
    [
        ("جمعية الأمل", ["جمعية", "الأمل"]), ("Луна", ["луна", "ЛУН"]), ("中文学校", ["中文"]),
        ("Asso Đặng", ["dang", "Đặng", "đặ"]), ("Søren", ["soren", "Sør"]), ("Łódź", ["lodz"]),
        ("Fare Taʻata", ["taata", "ta'ata", "Taʻata", "Ta’ata"]), ("L’Œuvre", ["oeuvre", "l'œuv"]),
    ],
)  # fmt: skip
def test_names_of_any_script_are_found(name: str, queries: list[str]) -> None:
    made, other = StructureFactory(name=name, public=True), StructureFactory(name="Un", public=True)
    StructureFactory(name="Anges renaissants", public=True)
    for typed in queries:
        answer = Client().get("/structures/export.csv", {"q": typed})
        assert [one in text_of(answer) for one in (name, other.name)] == [True, False], typed
        assert list(search(Structure.objects.all(), typed)) == [made], typed


def test_what_does_not_exist_is_told_and_gives_nothing(world: dict[str, Structure]) -> None:
    beside = Client().get("/structures/?departement=999&region=84")
    assert "le département «\u00a0999\u00a0»" in text_of(beside)
    assert "Tilleuls" in text_of(beside), "what is known of the same filter counts"
    page = Client().get("/structures/?departement=999&secteur=astrologie&region=84")
    assert "le secteur «\u00a0astrologie\u00a0»" in text_of(page)
    assert "Tilleuls" not in text_of(page)
    assert 'href="/structures/?region=84&amp;departement=999">Retirer ce filtre' in text_of(page)
    # Another view of the question says so too, and so does the address that the page shows.
    (_, map_url, _) = page.context["directory"].tabs[1]
    assert "secteur=astrologie" in map_url
    assert "secteur=astrologie" in page["HX-Push-Url"]
    # What is ticked beside is counted as it will be once the form is sent, which drops it.
    regions = next(f for f in page.context["directory"].facets if f.name == "region")
    assert [(o.value, o.count) for o in regions.options if o.selected] == [("84", 1)]


@pytest.mark.parametrize("kind", EXPORTS)
@pytest.mark.parametrize("query", ["departement=20", "departement=38&departement=999", "annee=abc"])
def test_an_export_of_what_is_not_known_is_refused(
    query: str, kind: str, world: dict[str, Structure]
) -> None:
    client = person("departement-38")
    response = client.get(f"/structures/export.{kind}?{query}")
    assert response.status_code == 400
    said = text_of(response)
    assert "Tilleuls" not in said
    assert "n’existe plus depuis 1976" in said or "Nous ne connaissons pas" in said
    assert not Entry.objects.filter(action=Action.EXPORTED).exists()


def test_former_codes_lead_to_those_of_today(world: dict[str, Structure]) -> None:
    def ways(query: str) -> dict[str, str]:
        unknown = Client().get(f"/structures/?{query}").context["directory"].unknown
        return {way.label: way.url for one in unknown for way in one.instead}

    region = ways("region=82&annee=2024")
    assert region["Auvergne-Rhône-Alpes"] == "/structures/?region=84&annee=2024"
    assert "departement=38" in region["Rhône-Alpes, par ses départements"]
    assert "departement=63" not in region["Rhône-Alpes, par ses départements"], "Auvergne"
    # A spreadsheet took a zero away from the code; the name may mean several.
    assert ways("departement=1")["Ain (01)"] == "/structures/?departement=01"
    assert ways("territoire_q=Greno")["Grenoble"] == "/structures/?commune=38185"


def test_a_level_that_the_register_lacks_is_not_the_whole_country(
    world: dict[str, Structure],
) -> None:
    district = Territory.objects.filter(level=Level.ARRONDISSEMENT).order_by("pk").first()
    assert district is not None
    said = text_of(Client().get(f"/structures/?territoire={district.pk}"))
    assert "ne se cherchent pas par" in said and "Tilleuls" not in said


def test_a_former_address_of_what_is_filtered_goes_on(world: dict[str, Structure]) -> None:
    sector = Sector.objects.get(slug="culture")
    world["shown"].sector = sector
    world["shown"].save()
    sector.slug = "culture-et-patrimoine"
    sector.save()
    rows = text_of(Client().get("/structures/export.csv?secteur=culture")).splitlines()
    assert len(rows) == 2 and "Les Tilleuls" in rows[1]
    page = Client().get("/structures/?secteur=culture")
    assert "secteur=culture-et-patrimoine" in page["HX-Push-Url"]
    assert page.context["directory"].unknown == []


def test_the_page_of_an_operator_is_found_by_its_former_address() -> None:
    operator = OperatorFactory(slug="avant")
    operator.slug = "apres"
    operator.save()
    response = Client().get("/structures/porteuses/avant/")
    assert (response.status_code, response["Location"]) == (301, "/structures/porteuses/apres/")
    assert Client().get("/structures/porteuses/jamais/").status_code == 404


def test_a_name_that_means_several_offers_them_without_javascript(
    world: dict[str, Structure],
) -> None:
    said = text_of(Client().get("/structures/?territoire_q=Greno"))
    assert 'value="commune-38185"' in said


def test_chips_take_one_choice_back(world: dict[str, Structure]) -> None:
    directory = Client().get("/structures/?region=84&annee=2024&q=tilleuls").context["directory"]
    labels = {chip.label: chip.remove_url for chip in directory.chips}
    assert labels["2024"] == "/structures/?q=tilleuls&region=84"
    assert len(labels) == 3


def test_an_empty_answer_says_what_to_loosen(world: dict[str, Structure]) -> None:
    said = text_of(Client().get("/structures/?departement=75&annee=2024"))
    assert "Aucune structure" in said
    assert 'href="/structures/?annee=2024">sans Paris' in said


def test_every_page_is_there_and_beyond_is_the_last(world: dict[str, Structure]) -> None:
    for number in range(PAGE_SIZE + 3):
        StructureFactory(name=f"Zébulon {number:02}", public=True)
    client = Client()
    assert client.get("/structures/").context["page_obj"].paginator.num_pages == 2
    last = client.get("/structures/?page=2").context["page_obj"].object_list
    assert [structure.name for structure in last][-1] == f"Zébulon {PAGE_SIZE + 2:02}"
    for odd in ("999999999999999999999999", "-4", "deux", "", "2\x00"):
        assert client.get("/structures/", {"page": odd}).status_code == 200


def test_sorts(world: dict[str, Structure]) -> None:
    recent = StructureFactory(name="Abeilles", public=True)
    SupportFactory(structure=recent, year=2019)
    by_name = Client().get("/structures/").context["page_obj"].object_list
    by_year = Client().get("/structures/?tri=recent").context["page_obj"].object_list
    assert [s.name for s in by_name] == ["Abeilles", "Les Tilleuls"]
    assert [s.name for s in by_year] == ["Les Tilleuls", "Abeilles"]


ODD = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "38",
            "84",
            "2A",
            "200040715",
            "' OR 1=1 --",
            "\x00",
            "%00",
            "9" * 400,
            "-1",
            "null",
            "é" * 10_000,
        ]
    ),
)
NAMES = (
    "region", "departement", "epci", "commune", "secteur", "famille", "forme", "taille", "theme",
    "annee", "agrement", "modalite", "etape", "operateur", "accompagnement", "q", "page", "tri",
    "vue", "territoire", "territoire_q", "territoire_asked", "inconnu",
)  # fmt: skip


@settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.tuples(st.sampled_from(NAMES), ODD), max_size=8), st.booleans())
def test_no_address_breaks_it(pairs: list[tuple[str, str]], signed_in: bool) -> None:
    client = Client()
    if signed_in:
        client.force_login(UserFactory(role=Role.NATIONAL, whole_country=True))
    sent: dict[str, list[str]] = {}
    for name, value in pairs:
        sent.setdefault(name, []).append(value.encode("utf-8", "replace").decode())
    assert client.get("/structures/", sent).status_code == 200
    assert client.get("/structures/export.csv", sent).status_code in (200, 400)


def test_costs_no_more_queries_with_more_structures(django_assert_max_num_queries: Any) -> None:
    scatter(1, structures=40)
    client = person("departement-38")
    client.get("/structures/")
    with django_assert_max_num_queries(20):
        client.get("/structures/?region=84&annee=2024&q=club")
    for view in ("carte", "figures"):
        with django_assert_max_num_queries(20):
            client.get(f"/structures/?region=84&vue={view}")


# --- Exports --------------------------------------------------------------------------------------


def test_exports_hold_exactly_what_is_filtered(world: dict[str, Structure]) -> None:
    client = person("region-84")
    expected = {"Les Tilleuls", "Le Secret du Drac"}
    query = "?region=84&annee=2024"
    rows = text_of(client.get(f"/structures/export.csv{query}")).splitlines()
    assert len(rows) == 1 + len(expected)
    assert all(any(name in row for row in rows) for name in expected)
    sheet = text_of(client.get(f"/structures/export.xlsx{query}")).splitlines()
    assert len(sheet) == len(rows)
    features = json.loads(text_of(client.get(f"/structures/export.geojson{query}")))["features"]
    assert {feature["properties"]["nom"] for feature in features} == expected
    assert features[0]["geometry"]["type"] == "Point"
    shared = json.loads(text_of(client.get(f"/structures/export.data-inclusion.json{query}")))
    assert {structure["nom"] for structure in shared} == expected
    assert all({"source", "id", "nom", "date_maj"} <= structure.keys() for structure in shared)


def test_a_spreadsheet_computes_nothing_of_what_is_exported() -> None:
    StructureFactory(name="=1+1", short_name="@SUM(A1)", phone="+33199001234", public=True)
    row = text_of(Client().get("/structures/export.csv")).splitlines()[1]
    assert row.startswith("'=1+1;'@SUM(A1);") and ";'+33199001234;" in row
    response = Client().get("/structures/export.xlsx")
    sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active  # type: ignore[attr-defined]  # streamed
    cells = next(iter(sheet.iter_rows(min_row=2)))
    assert cells[0].value == "=1+1" and cells[0].data_type == "s"


def test_exports_of_members_are_in_the_trail(world: dict[str, Structure]) -> None:
    person("departement-38").get("/structures/export.csv?departement=38")
    entry = Entry.objects.filter(action=Action.EXPORTED).get()
    assert "2 lignes" in entry.detail and "Isère" in entry.detail
    Client().get("/structures/export.csv")
    assert Entry.objects.filter(action=Action.EXPORTED).count() == 1
    assert Client().get("/structures/export.exe").status_code == 404


# --- One structure --------------------------------------------------------------------------------


def test_the_page_of_a_structure_shows_its_supports_to_those_of_its_territory(
    world: dict[str, Structure],
) -> None:
    shown = world["shown"]
    support = shown.supports.get()
    support.title = "Un diagnostic confidentiel"
    support.save()
    support.themes.set(Theme.objects.all()[:1])
    shown.sector = Sector.objects.get(slug="culture")
    shown.description = "Un jardin au pied des tours."
    shown.save()
    public = text_of(Client().get(shown.get_absolute_url()))
    assert "Un jardin au pied des tours." in public and "Culture" in public and "2024" in public
    assert Theme.objects.all()[0].name in public.replace("&#x27;", "'")
    assert "confidentiel" not in public
    assert "Un diagnostic confidentiel" in text_of(
        person("departement-38").get(shown.get_absolute_url())
    )
    assert "confidentiel" not in text_of(person("departement-75").get(shown.get_absolute_url()))


def test_a_support_is_told_in_good_french(world: dict[str, Structure]) -> None:
    shown = world["shown"]
    support = shown.supports.get()
    support.started_on = support.planned_start = date(support.year, 1, 1)
    support.planned_end = date(support.year, 6, 2)
    support.jobs, support.jobs_definition = 1, "etp"
    support.save()
    page = text_of(person("departement-38").get(shown.get_absolute_url()))
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))
    year = support.year
    assert f"Du 1er janvier {year} (prévu du 1er janvier {year} au 2 juin {year})" in said
    assert "1 emploi concerné (équivalents temps plein)" in said


def test_a_page_that_one_may_not_see_is_like_one_that_is_not(world: dict[str, Structure]) -> None:
    hidden = Client().get(world["isere"].get_absolute_url())
    unknown = Client().get("/structures/nulle-part/")
    assert hidden.status_code == unknown.status_code == 404
    assert hidden.content == unknown.content
    assert person("departement-38").get(world["isere"].get_absolute_url()).status_code == 200


def test_a_merged_structure_leads_to_the_one_that_it_is(world: dict[str, Structure]) -> None:
    double = StructureFactory(merged_into=world["shown"])
    response = Client().get(double.get_absolute_url())
    assert (response.status_code, response["Location"]) == (301, world["shown"].get_absolute_url())
    hidden = StructureFactory(merged_into=world["isere"])
    assert Client().get(hidden.get_absolute_url()).status_code == 404


def test_the_page_of_an_operator_says_where_and_when() -> None:
    operator = OperatorFactory(phone="01 99 00 12 34")
    operator.agreements.create(territory=place("departement-38"), first_year=2023)
    operator.agreements.create(territory=place("departement-69"), first_year=2017, last_year=2019)
    said = text_of(Client().get(operator.get_absolute_url()))
    assert (
        "Isère" in said
        and "depuis 2023" in said
        and "2017-2019" in said
        and "01 99 00 12 34" in said
    )
