"""The register answers as the database would, one structure after another."""

import math
import random
from collections import Counter
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from publishing.audiences import Role
from spelling.folding import folded
from structures.models import Structure, Support
from structures.register import arrays
from structures.register.reading import Reading
from structures.register.selection import (
    LARGEST_FIRST,
    LATEST_FIRST,
    NEAREST_FIRST,
    Asked,
    Nearness,
    Selection,
)
from structures.sight import Sight
from territories.models import Level, Territory
from tests.factories import StructureFactory, SupportFactory, UserFactory, siret_of
from tests.structures.conftest import scatter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]

OF_SUPPORTS = ("theme", "annee", "modalite", "etape", "operateur")
CONFIDENTIAL = ("modalite", "etape", "operateur")


def has(thing: Structure | Support, name: str) -> set[str]:
    """Returns the values of one axis, read from one row."""
    row: Any = thing
    match name:
        case "secteur":
            return {row.sector.slug} if row.sector else set()
        case "famille":
            return {row.family}
        case "forme":
            return {row.legal_form} - {""}
        case "taille":
            return {row.size}
        case "agrement":
            return set(row.approvals.split())
        case "theme":
            return {theme.slug for theme in row.themes.all()}
        case "annee":
            return {str(row.year)}
        case "modalite":
            return {row.mode}
        case "etape":
            return {str(row.phase)}
        case "operateur":
            return {row.operator.slug} if row.operator else set()
    raise AssertionError(name)


def lies_in(structure: Structure, territories: tuple[Territory, ...]) -> bool:
    return structure.commune is not None and any(
        territory.pk in structure.commune.today.lineage() for territory in territories
    )


def answers(structure: Structure, user: Any, asked: Asked, but: str = "") -> bool:
    sight = Sight.of(user)
    reached = sight.everything or lies_in(structure, sight.scope.territories)
    if structure.merged_into_id or not (structure.is_public or reached):
        return False
    if asked.territories and but != "territoire" and not lies_in(structure, asked.territories):
        return False
    if asked.typed and not set(folded(asked.typed).split()) <= {
        word[: len(typed)]
        for typed in folded(asked.typed).split()
        for word in folded(structure.name).split()
    }:
        return False
    wanted = {name: values for name, values in asked.values.items() if values and name != but}
    for name, values in wanted.items():
        if name not in OF_SUPPORTS and not has(structure, name) & set(values):
            return False
    of_supports = {name: values for name, values in wanted.items() if name in OF_SUPPORTS}
    return not of_supports or any(
        all(
            has(support, name) & set(values) and (reached or name not in CONFIDENTIAL)
            for name, values in of_supports.items()
        )
        for support in structure.supports.all()
    )


def expected_counts(structures: list[Structure], user: Any, asked: Asked, name: str) -> Counter:
    """Returns by value the structures that would answer if that value alone were chosen."""
    values = (
        {value for s in structures for value in has(s, name)}
        if name not in OF_SUPPORTS
        else {
            value
            for s in structures
            for support in s.supports.all()
            for value in has(support, name)
        }
    )
    return Counter(
        {
            value: count
            for value in values
            if (
                count := sum(
                    answers(
                        s,
                        user,
                        Asked({**asked.values, name: [value]}, asked.territories, asked.typed),
                    )
                    for s in structures
                )
            )
        }
    )


def people() -> list[Any]:
    isere, lyon = (
        Territory.objects.get(pk="departement-38"),
        Territory.objects.get(pk="commune-69123"),
    )
    return [
        AnonymousUser(),
        UserFactory(role=Role.NATIONAL, whole_country=True),
        UserFactory(role=Role.PILOT, territories=[isere]),
        UserFactory(role=Role.DEPARTMENTAL_DLA, territories=[lyon]),
        UserFactory(role=Role.PILOT),
    ]


def some_question(draw: random.Random, selection: Selection) -> Asked:
    values = {
        name: draw.sample(list(axis.labels), min(draw.choice([0, 0, 0, 1, 2]), len(axis.labels)))
        for name, axis in selection.axes.items()
    }
    territories = draw.choice(
        [
            (),
            (),
            ("region-84",),
            ("departement-38",),
            ("commune-69123",),
            ("departement-38", "departement-75"),
        ]
    )
    return Asked(
        values,
        tuple(Territory.objects.get(pk=key) for key in territories),
        draw.choice(["", "", "", "theatre", "saint-e", "club at", "oeil"]),
    )


@pytest.mark.parametrize("seed", range(4))
def test_answers_and_counts_are_those_of_a_loop_over_the_rows(seed: int) -> None:
    scatter(seed)
    structures = list(
        Structure.objects.select_related("sector", "commune__successor").prefetch_related(
            "supports__themes", "supports__operator"
        )
    )
    draw = random.Random(seed)
    for user in people():
        reading = Reading(user)
        nothing = reading.selection(Asked())
        assert set(nothing.ids(0, 999)) == set(
            Structure.objects.visible_to(user).values_list("pk", flat=True)
        )
        for _ in range(6):
            asked = some_question(draw, nothing)
            selection = reading.selection(asked)
            expected = [s for s in structures if answers(s, user, asked)]
            in_order = sorted(expected, key=lambda s: (s.sort_key, s.pk))
            assert selection.ids(0, 999) == [s.pk for s in in_order], asked
            assert selection.count == len(expected)
            for name, axis in selection.axes.items():
                assert selection.counts(axis) == expected_counts(structures, user, asked, name), (
                    name,
                    asked,
                )
            for level in (Level.REGION, Level.DEPARTMENT, Level.COMMUNE):
                counted = Counter(
                    key
                    for s in structures
                    if s.commune and answers(s, user, asked, but="territoire")
                    for key in s.commune.today.lineage()
                    if key.rpartition("-")[0] == level
                )
                assert selection.counts_by_territory(level) == counted


def selection(**asked: Any) -> Selection:
    user = UserFactory.build(is_superuser=True)
    return Reading(user).selection(Asked(**asked))


def test_follows_every_write() -> None:
    first, second = StructureFactory(name="Bêta"), StructureFactory(name="Alpha")
    assert selection().ids(0, 9) == [second.pk, first.pk]
    kept = arrays.current()
    assert arrays.current() is kept, "nothing was written: nothing is read"

    first.name = "Aa"
    first.save()
    assert selection().ids(0, 9) == [first.pk, second.pk]
    assert selection(typed="beta").count == 0
    assert selection(typed="aa").count == 1

    third = StructureFactory(name="Ab")
    assert selection().ids(0, 9) == [first.pk, third.pk, second.pk]
    SupportFactory(structure=third, year=2021)
    assert selection(values={"annee": ["2021"]}).ids(0, 9) == [third.pk]
    third.supports.update(year=2022)
    assert selection(values={"annee": ["2021"]}).count == 0
    assert selection(values={"annee": ["2022"]}).count == 1

    third.supports.all().delete()
    assert selection(values={"annee": ["2022"]}).count == 0
    Structure.objects.filter(pk=first.pk).delete()
    assert selection().ids(0, 9) == [third.pk, second.pk]


def test_follows_many_writes_at_once() -> None:
    StructureFactory(name="Milieu")
    assert selection().count == 1
    made = [Structure(name=f"Structure {number:03}") for number in range(300)]
    for structure in made:
        structure.complete()
    Structure.objects.bulk_create(made)
    names = [Structure.objects.get(pk=pk).name for pk in selection().ids(0, 3)]
    assert names == ["Milieu", "Structure 000", "Structure 001"]
    assert selection().count == 301


def test_finds_by_number() -> None:
    structure = StructureFactory(siret=siret_of(7), rna="W381234567")
    StructureFactory(siret=siret_of(8))
    siret = siret_of(7)
    for typed in (siret, siret[:9], f"{siret[:3]} {siret[3:6]} {siret[6:9]}", "w381234567"):
        assert selection(typed=typed).ids(0, 9) == [structure.pk]


def test_sorts_by_latest_support_and_by_size() -> None:
    small, large, unknown = (StructureFactory(size=size) for size in ("01", "22", "NN"))
    SupportFactory(structure=small, year=2025)
    SupportFactory(structure=unknown, year=2020)
    assert selection().ids(0, 9, LATEST_FIRST) == [small.pk, unknown.pk, large.pk]
    assert selection().ids(0, 9, LARGEST_FIRST) == [large.pk, small.pk, unknown.pk]


def test_whether_they_were_supported_and_are_still_open() -> None:
    supported, never, closed = StructureFactory.create_batch(3)
    SupportFactory(structure=supported)
    closed.closed_on = "2024-01-01"
    closed.save()
    assert selection(supported=True).ids(0, 9) == [supported.pk]
    assert set(selection(supported=False).ids(0, 9)) == {never.pk, closed.pk}
    assert set(selection(is_open=True).ids(0, 9)) == {supported.pk, never.pk}


def kilometres(one: Territory, other: Territory) -> float:
    """The way between two communes, by another formula than the register's."""
    a, b = ((math.radians(t.longitude or 0), math.radians(t.latitude or 0)) for t in (one, other))
    cosine = math.sin(a[1]) * math.sin(b[1]) + math.cos(a[1]) * math.cos(b[1]) * math.cos(
        a[0] - b[0]
    )
    return 6371 * math.acos(min(1, cosine))


@pytest.mark.parametrize("key", ["commune-38185", "commune-38001", "commune-97105"])
def test_nearness_sorts_and_narrows_as_a_loop_over_the_rows(key: str) -> None:
    scatter(5)
    place = Territory.objects.get(pk=key)
    rows = Structure.objects.select_related("commune__successor").order_by("sort_key", "pk")
    known = {
        structure.pk: kilometres(place, structure.commune.today)
        for structure in rows
        if structure.commune is not None
    }
    for user in people():
        reading = Reading(user)
        shown = reading.selection(Asked(near=Nearness(place)))
        everyone = set(reading.selection(Asked()).ids(0, 999))
        in_order = shown.ids(0, 999, NEAREST_FIRST)
        assert set(in_order) == everyone, "nearness alone narrows nothing"
        far = [known.get(pk, math.inf) for pk in in_order]
        assert far == pytest.approx(sorted(far), abs=0.05), "the nearest first, the unknown last"
        told = shown.kilometres(shown.columns.positions_of(in_order))
        assert [one for one in told if one is not None] == pytest.approx(
            [one for one in far if one != math.inf], abs=0.05
        )
        for within in (10, 100):
            near = reading.selection(Asked(near=Nearness(place, within)))
            assert set(near.ids(0, 999)) == {
                pk for pk in everyone if known.get(pk, math.inf) <= within
            }


def test_of_those_as_near_the_first_is_the_first_by_name() -> None:
    place = Territory.objects.get(pk="commune-38185")
    last, first = (StructureFactory(name=name, commune=place) for name in ("Zèbre", "Abeille"))
    nowhere = StructureFactory(name="Aaa")
    assert selection(near=Nearness(place)).ids(0, 9, NEAREST_FIRST) == [
        first.pk, last.pk, nowhere.pk,
    ]  # fmt: skip
