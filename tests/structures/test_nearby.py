"""Structures near a commune: who is nearest, what the map shows, and what nearness tells nobody."""

import csv
import io
import re
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import html

from structures.models import Structure
from structures.nearby import around
from structures.register import editions
from structures.register.reading import Reading
from territories.models import Level, Territory
from tests.factories import StructureFactory, SupportFactory
from tests.structures.conftest import supported
from tests.structures.test_directory import person, place, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]

GRENOBLE, ECHIROLLES, LYON, PARIS = "38185", "38151", "69123", "75056"


@pytest.fixture
def world() -> dict[str, Structure]:
    """Makes structures whose alphabetical order is the reverse of their nearness to Grenoble."""
    made = {
        "here": ("Zanzibar", GRENOBLE),
        "next": ("Yourte", ECHIROLLES),
        "lyon": ("Moulin", LYON),
        "paris": ("Abeilles", PARIS),
    }
    return {
        name: StructureFactory(name=words, commune=place(f"commune-{code}"), public=True)
        for name, (words, code) in made.items()
    }


def page_at(address: str, client: Client | None = None) -> Any:
    return html.fromstring((client or Client()).get(address).content)


def names(address: str, client: Client | None = None) -> list[str]:
    page = page_at(address, client)
    return [" ".join(a.text_content().split()) for a in page.xpath("//tbody/tr/th/a")]


def test_begins_with_the_nearest_and_tells_how_far(world: dict[str, Structure]) -> None:
    assert names("/structures/?pres=38185") == ["Zanzibar", "Yourte", "Moulin", "Abeilles"]
    page = Client().get("/structures/?pres=38185").content.decode()
    assert "sur place" in page
    # From the middle of Lyon to that of Grenoble.
    assert re.findall(r"à (\d+)\u00a0km", page)[:2] == ["4", "93"]
    # The other orders are offered, and kept with the place.
    assert names("/structures/?pres=38185&tri=nom")[0] == "Abeilles"
    assert "/structures/?pres=38185&amp;tri=nom" in page


def test_narrows_to_a_distance_that_can_be_taken_back(world: dict[str, Structure]) -> None:
    answer = Client().get("/structures/?pres=38185&rayon=20")
    assert names("/structures/?pres=38185&rayon=20") == ["Zanzibar", "Yourte"]
    chips = [(chip.label, chip.remove_url) for chip in answer.context["directory"].chips]
    assert chips == [
        ("Près de Grenoble (Isère)", "/structures/"),
        ("À moins de 20\u00a0km", "/structures/?pres=38185"),
    ]
    assert "2 structures" in text_of(answer)


def test_takes_what_people_type_and_what_files_say(world: dict[str, Structure]) -> None:
    expected = ["Zanzibar", "Yourte", "Moulin", "Abeilles"]
    for asked in ("pres=commune-38185", "pres_q=grenoble", "pres=69123&pres_q=Grenoble"):
        assert names(f"/structures/?{asked}") == expected, asked
        shown = Client().get(f"/structures/?{asked}").headers["HX-Push-Url"]
        assert shown == "/structures/?pres=38185", "partners link to one address"
    # A commune that joined another is where that one is.
    former = Territory.objects.filter(level=Level.COMMUNE).exclude(successor=None).earliest("pk")
    nearest = Client().get(f"/structures/?pres={former.code}").context["directory"].near.place
    assert nearest == former.today


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("pres=99999", "99999"),
        ("pres=departement-38", "n’est pas une commune"),
        ("pres_q=nulle+part", "Aucun territoire"),
        ("pres=38185&rayon=7", "7"),
        ("pres=%00", ""),
    ],
)
def test_what_does_not_exist_gives_nothing_and_is_told(
    asked: str, said: str, world: dict[str, Structure]
) -> None:
    page = text_of(Client().get(f"/structures/?{asked}"))
    assert said in page
    assert "Zanzibar" not in page


def test_a_distance_without_a_place_narrows_nothing(world: dict[str, Structure]) -> None:
    assert len(names("/structures/?rayon=10")) == 4


def spots(address: str, client: Client | None = None) -> list[str]:
    page = page_at(address, client)
    return [title.text for title in page.xpath("//figure//a/circle/title")]


@pytest.mark.parametrize("asked", ["pres=38185", "commune=38185"])
def test_the_map_of_a_commune_shows_the_structures_around_it(
    asked: str, world: dict[str, Structure]
) -> None:
    address = f"/structures/?{asked}&vue=carte"
    assert set(spots(address)) == {
        "Grenoble\u00a0: 1 structure", "Échirolles\u00a0: 1 structure", "Lyon\u00a0: 1 structure",
    }  # fmt: skip
    page = page_at(address)
    # The table beside is the keyboard's way to the same places, the nearest first.
    rows = [row.text_content().split() for row in page.xpath("//table//tbody/tr")]
    assert [row[0] for row in rows] == ["Grenoble", "Échirolles", "Lyon"]
    links = page.xpath("//table//tbody//th/a/@href")
    assert links[1] == "/structures/?commune=38151&pres=38185"
    assert names(links[1]) == ["Yourte"]
    assert set(page.xpath("//figure//svg//a[circle]/@href")) == set(links)
    assert page.xpath("//td//a[text()='Yourte']/@href") == [world["next"].get_absolute_url()]
    assert not page.xpath("//path[contains(@class, 'map-1')]"), "no department is coloured"


def test_a_list_of_one_commune_leads_to_those_around(world: dict[str, Structure]) -> None:
    page = page_at("/structures/?commune=38185")
    around = page.xpath("//p[@class='around']/a")[0]
    assert "3 structures à moins de 100" in around.text_content()
    assert names(around.get("href")) == ["Zanzibar", "Yourte", "Moulin", "Abeilles"]


def test_the_page_of_a_commune_names_the_nearest(world: dict[str, Structure]) -> None:
    page = page_at("/territoires/commune/38151/")
    section = page.xpath("//section[@aria-labelledby='nearby']")[0]
    named = [a.text for a in section.xpath(".//h3/a")]
    assert named == ["Yourte", "Zanzibar", "Moulin"]
    assert names(section.xpath(".//p[@class='more']/a/@href")[0])[:2] == ["Yourte", "Zanzibar"]


def test_goes_as_far_as_there_are_enough(world: dict[str, Structure]) -> None:
    near = place("commune-38151")
    StructureFactory.create_batch(8, commune=near, public=True)
    answer = Client().get("/structures/?pres=38151&vue=carte")
    assert answer.context["nearby"].within == 10
    assert answer.context["nearby"].count == 10


def test_only_those_who_agreed_are_near_and_members_see_theirs(
    world: dict[str, Structure],
) -> None:
    hidden = StructureFactory(name="Le Secret du Drac", commune=place("commune-38421"))
    SupportFactory(structure=hidden, year=2024)
    for client, sees in (
        (Client(), False),
        (person("departement-69"), False),
        (person("departement-38"), True),
    ):
        for address in (
            "/structures/?pres=38185", "/structures/?pres=38185&rayon=10",
            "/structures/?pres=38185&vue=carte", "/structures/?commune=38185&vue=carte",
            "/structures/?commune=38421", "/structures/?pres=38421&vue=figures",
            "/structures/export.csv?pres=38185", "/structures/export.geojson?pres=38185&rayon=10",
            "/territoires/commune/38185/", "/territoires/commune/38421/",
        ):  # fmt: skip
            said = text_of(client.get(address))
            if not sees:
                assert "Secret" not in said, address
                assert "Saint-Martin-d’Hères\u00a0: 1" not in said, address
        assert ("Le Secret du Drac" in names("/structures/?pres=38185", client)) is sees


def test_nearness_narrows_no_figure(world: dict[str, Structure]) -> None:
    """A circle less a smaller one is a commune: what is counted near is named, all of it."""
    supported("commune-38421", 9, year=2024)
    editions.renew()
    whole = Client().get("/structures/?vue=figures").context
    for asked in ("pres=38421", "pres=38421&rayon=10"):
        near = Client().get(f"/structures/?vue=figures&{asked}").context
        assert near["total"] == whole["total"]
        assert list(near["tables"]) == list(whole["tables"])
        listed = Client().get(f"/structures/?{asked}").content.decode()
        assert "accompagnées</p>" not in listed, "no figure stands beside the count of the named"
        assert (
            "ne tiennent pas compte"
            in Client().get(f"/structures/?vue=figures&{asked}").content.decode()
        )


def test_exports_begin_with_the_nearest(world: dict[str, Structure]) -> None:
    said = text_of(Client().get("/structures/export.csv?pres=38185&rayon=100"))
    rows = list(csv.DictReader(io.StringIO(said.removeprefix("\ufeff")), delimiter=";"))
    assert [row["nom"] for row in rows] == ["Zanzibar", "Yourte", "Moulin"]


def test_the_pilots_room_asks_no_nearness(world: dict[str, Structure]) -> None:
    page = person("departement-38").get("/pilotage/?pres=69123&rayon=10")
    assert page.status_code == 200
    assert "id_pres" not in text_of(page)


@pytest.mark.parametrize(
    "address",
    ["/structures/?pres=38185", "/structures/?pres=38185&vue=carte", "/territoires/commune/38185/"],
)
def test_queries_do_not_grow_with_who_is_near(address: str, world: dict[str, Structure]) -> None:
    def queries() -> int:
        Client().get(address)
        with CaptureQueriesContext(connection) as captured:
            Client().get(address)
        return len(captured)

    few = queries()
    for code in ("38421", "38151", "38185", "38001"):
        StructureFactory.create_batch(3, commune=place(f"commune-{code}"), public=True)
    assert queries() == few


def test_a_page_that_asks_nothing_else_has_the_same_addresses(world: dict[str, Structure]) -> None:
    reading = Reading(AnonymousUser())
    nearby = around(place("commune-38151"), reading, AnonymousUser())
    assert nearby is not None
    assert nearby.url == "/structures/?pres=38151"
    assert nearby.map_url == "/structures/?pres=38151&vue=carte"
    assert [structure.name for structure in nearby.shown] == ["Yourte", "Zanzibar", "Moulin"]
    assert around(place("departement-38"), reading, AnonymousUser()) is None
