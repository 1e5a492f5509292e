"""The attacks that worked once, through every surface that people without sight may ask."""

import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest
from django.test import Client

from publishing.audiences import Role
from structures.models import Structure
from structures.register import editions
from territories.models import Territory
from tests.factories import StructureFactory, SupportFactory, siret_of
from tests.structures.conftest import supported
from tests.structures.test_directory import person

# Figures are counted in memory; that both databases give it the same is asked by the tests of
# structures/register/.
pytestmark = [pytest.mark.once, pytest.mark.django_db, pytest.mark.usefixtures("geography")]

CITIES = ("38185", "38421", "38151")
PUBLIC = (
    "/structures/?vue=liste&", "/structures/?vue=carte&", "/structures/?vue=figures&",
    "/structures/export.csv?", "/structures/export.geojson?",
    "/structures/export.data-inclusion.json?",
)  # fmt: skip
OF_THE_NETWORK = (
    "/pilotage/?", "/pilotage/?pays=1&", "/pilotage/comparer/?", "/pilotage/fiche/?",
    "/pilotage/fiche.csv?",
)  # fmt: skip


@pytest.fixture
def register() -> dict[str, Structure]:
    """Makes three cities and a small commune whose only supported structure is the target, in a
    department where others were not supported."""
    for number, code in enumerate(CITIES):
        supported(f"commune-{code}", 8 + number, year=2024, jobs=9, jobs_definition="etp")
    small = Territory.objects.get(pk="commune-38001")
    StructureFactory.create_batch(6, commune=small)
    target = StructureFactory(name="La Cible", commune=small, siret=siret_of(41))
    SupportFactory(structure=target, year=2023, jobs=183, jobs_definition="etp", mode="collectif")
    never = StructureFactory(name="Le Témoin", commune=small, siret=siret_of(42))
    editions.renew()
    return {"target": target, "never": never}


def readers() -> Iterator[tuple[Client, tuple[str, ...]]]:
    yield Client(), PUBLIC
    yield person("departement-69"), PUBLIC + OF_THE_NETWORK
    yield person(role=Role.PILOT), PUBLIC + OF_THE_NETWORK


def answer(client: Client, address: str, *typed: str) -> str:
    response: Any = client.get(address)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    text = f"{response.status_code} {content.decode()}"
    for word in typed:
        for form in (word, word.replace(" ", "+"), word.replace("é", "%C3%A9").replace(" ", "+")):
            text = text.replace(form, "…")
    text = re.sub(r'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"', "", text)
    return re.sub(r"\d{4}-\d\d-\d\dT[\d:.+]+", "", text)


@pytest.mark.parametrize(
    "narrowed",
    ["", "&annee=2023", "&taille=NN", "&commune=38001", "&pres=38001", "&pres=38001&rayon=10"],
)
def test_a_name_or_a_number_tells_nothing_of_whom_it_is(
    register: dict[str, Structure], narrowed: str
) -> None:
    target, never = register["target"], register["never"]
    for client, surfaces in readers():
        for surface in surfaces:
            told = [
                answer(client, f"{surface}q={typed}{narrowed}", typed)
                for typed in (siret_of(41), siret_of(42), target.name, never.name)
            ]
            assert told[0] == told[1], surface
            assert told[2] == told[3], surface


def total(client: Client, *codes: str) -> tuple[Any, ...]:
    query = "&".join(f"commune={code}" for code in codes)
    context = client.get(f"/structures/?vue=figures&{query}").context
    row = context["total"]
    return row.structures, row.supports, [(job.jobs, job.supports) for job in context["jobs"]]


def test_jobs_of_one_structure_are_no_difference_of_two_pages(
    register: dict[str, Structure],
) -> None:
    for client, _ in readers():
        without, with_it = total(client, *CITIES), total(client, *CITIES, "38001")
        for one, other in zip(without[2], with_it[2], strict=True):
            assert (other[0] or 0) - (one[0] or 0) != 183


def test_unions_of_territories_hold_no_more_than_their_parts(
    register: dict[str, Structure],
) -> None:
    """There is nothing to average: each union is the sum of the same numbers."""
    client = Client()
    single = {code: total(client, code)[:2] for code in CITIES}
    shown = {code: numbers for code, numbers in single.items() if numbers[0] is not None}
    assert len(shown) >= 2
    for size in range(2, len(shown) + 1):
        for codes in combinations(shown, size):
            expected = tuple(sum(shown[code][part] for code in codes) for part in (0, 1))
            assert total(client, *codes)[:2] == expected


def test_what_is_written_today_is_read_by_nobody_without_sight(
    register: dict[str, Structure],
) -> None:
    """Two days cannot be subtracted: a support that is added changes no page of theirs."""
    queries = (
        "", "departement=38", "epci=200040715", "commune=38001", "annee=2023&region=84",
        "pres=38001", "pres=38001&rayon=10", "pres=38001&rayon=20&annee=2023",
    )  # fmt: skip
    asked = [
        (client, f"{surface}{query}")
        for client, surfaces in readers()
        for surface in surfaces
        for query in queries
    ]
    before = [answer(client, address) for client, address in asked]
    SupportFactory(structure=register["never"], year=2023, jobs=40, jobs_definition="etp")
    SupportFactory(structure=register["target"], year=2031)
    for (client, address), was in zip(asked, before, strict=True):
        assert answer(client, address) == was, address


def test_circles_tell_no_structure_that_did_not_agree(register: dict[str, Structure]) -> None:
    """A circle, less a smaller one or one around the next commune, would be a commune: near a place
    only those are counted who are named there."""
    asked = [
        (client, f"/structures/?pres={code}&rayon={kilometres}&vue={view}")
        for client, _ in readers()
        for code in ("38001", "38185")
        for kilometres in (10, 20, 50, 100)
        for view in ("liste", "carte", "figures")
    ]
    before = [answer(client, address) for client, address in asked]
    known = Structure.objects.filter(pk=register["target"].pk)
    known.update(commune="commune-38185")
    SupportFactory(structure=register["never"], year=2024)
    for (client, address), was in zip(asked, before, strict=True):
        assert answer(client, address) == was, address
