"""What is flagged as a possible duplicate, and what is not; the search stopped and resumed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from structures import duplicates
from structures.duplicates import Named, find_duplicates, near_names, significant
from structures.models import DuplicatePair, DuplicateSearch, Structure
from structures.models.structure import FormerIdentity
from territories.models import Territory
from tests.factories import StructureFactory, siret_of

pytestmark = pytest.mark.django_db


def flagged() -> set[tuple[str, frozenset[str]]]:
    assert find_duplicates().finished
    return {
        (pair.reason, frozenset({pair.first.name, pair.second.name}))
        for pair in DuplicatePair.objects.all()
    }


@pytest.fixture
def grenoble(geography: None) -> Territory:
    return Territory.objects.get(pk="commune-38185")


def named(*names: str, **values: Any) -> list[Structure]:
    return [StructureFactory(name=name, **values) for name in names]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Les Amis du Lac", "Association Les Amis du Lac"),
        ("Théâtre des Tilleuls", "Theatre des tilleuls de Grenoble"),
        ("Théâtre des Tilleuls", "Théâtre des Tileuls"),
        ("Tiers Lieu du Lac", "Tierslieu du lac"),
        ("Jardins partagés du lac", "Le lac, jardins partagés"),
        ("Emmaüs", "EMMAUS"),
    ],
)
def test_near_names_of_a_commune_are_flagged(one: str, other: str, grenoble: Territory) -> None:
    named(one, other, commune=grenoble)
    assert flagged() == {("nom", frozenset({one, other}))}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Les Amis du Lac", "Les Amis du Parc"),
        ("Club de tennis", "Club de théâtre"),
        ("Démo Les Tilleuls no 12", "Démo Les Tilleuls no 13"),
        ("Les Tilleuls", "Les Tilleuls et le lac"),
        ("Lune", "Dune"),
    ],
)
def test_other_names_are_not(one: str, other: str, grenoble: Territory) -> None:
    named(one, other, commune=grenoble)
    assert flagged() == set()


def test_a_name_is_compared_within_its_commune(grenoble: Territory) -> None:
    named("Les Amis du Lac", commune=grenoble)
    named("Les Amis du Lac", commune=Territory.objects.get(pk="commune-69123"))
    named("Les Amis du Lac")
    assert flagged() == set()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"siret": siret_of(1)}, {"siret": siret_of(2)}),
        ({"rna": "W381000001"}, {"rna": "W381000002"}),
        ({"siret": siret_of(1)}, {"siren": siret_of(2)[:9]}),
    ],
)
def test_numbers_that_differ_tell_two_structures(
    one: dict[str, str], other: dict[str, str], grenoble: Territory
) -> None:
    for numbers in (one, other):
        StructureFactory(name="Les Amis du Lac", commune=grenoble, **numbers)
    assert flagged() == set()


def test_same_siren_is_flagged_where_one_has_no_siret() -> None:
    siret = siret_of(1)
    StructureFactory(name="Siège", siret=siret)
    StructureFactory(name="Sans Siret", siren=siret[:9])
    assert flagged() == {("siren", frozenset({"Siège", "Sans Siret"}))}


@pytest.mark.parametrize("number", [{"siret": siret_of(1)}, {"rna": "W381000001"}])
def test_number_that_another_had_is_flagged(number: dict[str, str]) -> None:
    had = StructureFactory(name="L’avait")
    FormerIdentity.objects.create(structure=had, name="L’ancienne", **number)
    StructureFactory(name="L’a", **number)
    assert flagged() == {("numero", frozenset({"L’avait", "L’a"}))}


def test_number_that_both_had_is_flagged() -> None:
    for name in ("Une", "Deux"):
        structure = StructureFactory(name=name)
        FormerIdentity.objects.create(structure=structure, name="Avant", rna="W381000001")
    assert flagged() == {("numero", frozenset({"Une", "Deux"}))}


def test_what_was_decided_is_not_asked_again(grenoble: Territory) -> None:
    one, _ = named("Les Amis du Lac", "Les amis du lac", commune=grenoble)
    find_duplicates()
    DuplicatePair.objects.update(state=DuplicatePair.State.DISMISSED)
    one.save()
    assert find_duplicates().pairs == 0
    assert DuplicatePair.objects.get().state == DuplicatePair.State.DISMISSED


def test_only_what_was_written_since_is_read(
    grenoble: Territory, django_assert_max_num_queries: Any
) -> None:
    named("Les Amis du Lac", "Le Théâtre", commune=grenoble)
    assert find_duplicates().pairs == 0
    with django_assert_max_num_queries(2):
        find_duplicates()
    named("Les amis du lac", commune=grenoble)
    assert find_duplicates().pairs == 1
    # Former ones were compared among themselves already.
    named("Tout autre chose", commune=grenoble)
    assert find_duplicates().pairs == 0


def test_search_that_is_stopped_goes_on_where_it_was(
    grenoble: Territory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duplicates, "BATCH", 2)
    monkeypatch.setattr(duplicates, "COMMUNES", 1)
    for key in ("commune-38185", "commune-69123", "commune-38421"):
        named("Les Amis du Lac", "Amis du lac", commune=Territory.objects.get(pk=key))
    steps = 0
    while not (outcome := find_duplicates(seconds=-1)).finished:
        steps += 1
        assert steps < 30
    assert steps > 5
    assert outcome.pairs == 0
    assert DuplicatePair.objects.count() == 3
    assert DuplicateSearch.objects.get().stage == ""


def test_step_done_by_another_machine_is_dropped(
    grenoble: Territory, monkeypatch: pytest.MonkeyPatch
) -> None:
    named("Les Amis du Lac", "Amis du lac", commune=grenoble)
    find_duplicates(seconds=-1)
    before = DuplicateSearch.objects.get()
    assert before.stage == "numeros"
    DuplicateSearch.objects.update(stage="noms", cursor="99999")
    assert duplicates._advance(before, cursor="7") == 0
    assert DuplicateSearch.objects.get().cursor == "99999"


def test_merged_structures_are_out(grenoble: Territory) -> None:
    one, other = named("Les Amis du Lac", "Amis du lac", commune=grenoble)
    Structure.objects.filter(pk=other.pk).update(merged_into=one)
    assert flagged() == set()


def test_person_flags_two_that_were_told_apart() -> None:
    one, other = StructureFactory(), StructureFactory()
    pair = duplicates.flag(one=other, other=one)
    assert (pair.first, pair.second, pair.is_waiting) == (one, other, True)
    DuplicatePair.objects.update(state=DuplicatePair.State.DISMISSED)
    assert duplicates.flag(one=one, other=other).is_waiting
    assert DuplicatePair.objects.count() == 1


def test_large_commune_is_not_compared_all_with_all(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = 0
    resemblance: Callable[..., int] = duplicates._resemblance

    def counted(*names: Any) -> int:
        nonlocal compared
        compared += 1
        return resemblance(*names)

    monkeypatch.setattr(duplicates, "_resemblance", counted)
    words = [f"mot{number}" for number in range(700)]
    rows = [
        Named(n, ("demo", words[n % 700], words[(n * 7) % 700]), None, None, None, True)
        for n in range(5_000)
    ]
    list(near_names(rows))
    assert compared < 5_000 * 40


def test_words_that_tell_nothing_are_left_out() -> None:
    assert significant("association les amis du lac") == ("amis", "lac")
    assert significant("le club") == ("le", "club")


def test_index_of_words_is_read() -> None:
    """The words of names have an index on PostgreSQL; the search is written in its words."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'structures_words'")
        row = cursor.fetchone()
    assert row is not None and "to_tsvector('simple'" in row[0]
