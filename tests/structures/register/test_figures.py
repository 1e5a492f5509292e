"""Figures: exact for whoever sees the supports; for the others, counted over the protected copy,
within what may be asked, and the same whatever way they are asked for."""

from collections import Counter
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from publishing.audiences import Role
from structures.models import FiguresEdition
from structures.register import editions
from structures.register.figures import FigureRow, Figures
from structures.register.reading import Reading
from structures.register.selection import Asked
from territories.models import Level, Territory
from tests.factories import StructureFactory, SupportFactory, UserFactory
from tests.structures.conftest import scatter, supported

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]

DEPARTMENTS = ("departement-01", "departement-38", "departement-69", "departement-75")


def figures(user: Any, *territories: str, **values: Any) -> Figures:
    asked = tuple(Territory.objects.get(pk=key) for key in territories)
    typed = values.pop("typed", "")
    return Reading(user).figures(Asked(values, asked, typed))


def numbers(row: FigureRow) -> tuple[int | None, int | None]:
    return row.structures, row.supports


def many() -> None:
    """Makes enough for the counts of departments to be shown, and others that were not
    supported."""
    for number, key in enumerate(("commune-38185", "commune-69123", "commune-75056")):
        supported(key, 12 + number, year=2024, jobs=4, jobs_definition="etp")
        StructureFactory.create_batch(14, commune=Territory.objects.get(pk=key))
    supported("commune-38421", 7, year=2023)


@pytest.mark.parametrize("seed", range(3))
def test_exact_figures_are_those_of_a_loop_over_the_supports(seed: int) -> None:
    structures = [s for s in scatter(seed) if s.merged_into_id is None]
    national = UserFactory(role=Role.NATIONAL, whole_country=True)
    shown = figures(national)
    supports = [support for s in structures for support in s.supports.all()]
    assert shown.is_exact
    assert shown.total().supports == len(supports)
    assert shown.total().structures == len({support.structure_id for support in supports})
    by_year = Counter(str(support.year) for support in supports)
    of_year = {(str(support.year), support.structure_id) for support in supports}
    for row in shown.by(shown.axes["annee"]):
        assert row.supports == by_year[row.value]
        assert row.structures == sum(year == row.value for year, _ in of_year)
    for row in shown.by(shown.axes["secteur"]):
        theirs = [s for s in supports if getattr(s.structure.sector, "slug", "") == row.value]
        assert row.supports == len(theirs)
        assert row.structures == len({s.structure_id for s in theirs})
    for row in shown.by(shown.axes["theme"]):
        theirs = [s for s in supports if s.themes.filter(slug=row.value).exists()]
        assert row.supports == len(theirs)
    jobs = Counter[str]()
    for support in supports:
        jobs[support.jobs_definition] += support.jobs or 0
    for said in shown.jobs():
        assert said.jobs == jobs[said.definition]
    isere = shown.by_territory(Level.DEPARTMENT, ["departement-38"])["departement-38"]
    assert isere.supports == sum(s.structure.department_code == "38" for s in supports)


# --- Editions -------------------------------------------------------------------------------------


def test_without_an_edition_everything_is_masked_for_those_without_sight() -> None:
    supported("commune-38185", 9)
    shown = figures(AnonymousUser())
    assert not shown.is_exact
    assert numbers(shown.total()) == (None, None)
    assert {numbers(row) for row in shown.by(shown.axes["secteur"])} == {(None, None)}


def test_an_edition_is_made_once_a_month_and_nothing_moves_between_two(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    many()
    monkeypatch.setattr(timezone, "localdate", lambda *_: date(2026, 11, 3))
    assert editions.renew() is not None
    assert editions.renew() is None
    before = figures(AnonymousUser()).total()
    supported("commune-38185", 6)
    assert numbers(figures(AnonymousUser()).total()) == numbers(before)
    national = UserFactory(role=Role.NATIONAL, whole_country=True)
    assert figures(national).total().structures == (before.structures or 0) + 6, "live"
    monkeypatch.setattr(timezone, "localdate", lambda *_: date(2026, 11, 30))
    assert editions.renew() is None
    monkeypatch.setattr(timezone, "localdate", lambda *_: date(2026, 12, 1))
    assert editions.renew() is not None
    assert FiguresEdition.objects.count() == 1, "two editions would be subtracted"
    assert figures(AnonymousUser()).total().structures == (before.structures or 0) + 6
    assert figures(AnonymousUser()).edition.as_of == date(2026, 12, 1)  # type: ignore[union-attr]


def test_an_edition_outlives_a_new_geography_and_what_is_written_since() -> None:
    many()
    editions.renew()
    made = editions.current()
    again = editions._read(FiguresEdition.objects.values_list("pk", "made_at").get(), made.places)
    for name in ("place", "sector", "year", "jobs", "themes", "support_of"):
        assert (getattr(made, name) == getattr(again, name)).all()


# --- What is read of it ---------------------------------------------------------------------------


def test_what_people_without_sight_read_adds_up_however_it_is_asked_for() -> None:
    many()
    editions.renew()
    visitor = AnonymousUser()
    by_department = figures(visitor).by_territory(Level.DEPARTMENT, DEPARTMENTS)
    shown = {key: row for key, row in by_department.items() if row.structures is not None}
    assert len(shown) >= 2
    for key, row in shown.items():
        assert numbers(figures(visitor, key).total()) == numbers(row), "one by one"
    keys = [*shown]
    total = figures(visitor, *keys).total()
    assert total.structures == sum(row.structures or 0 for row in shown.values()), "together"
    assert total.supports == sum(row.supports or 0 for row in shown.values())
    two = figures(visitor, *keys[:2]).total().structures or 0
    assert two - (shown[keys[0]].structures or 0) == shown[keys[1]].structures, "subtracted"
    of_years = figures(visitor).by(figures(visitor).axes["annee"])
    known = sum(row.supports or 0 for row in of_years)
    assert known == figures(visitor).total().supports


def test_a_small_count_is_masked_and_so_is_none() -> None:
    supported("commune-38185", 4)
    editions.renew()
    rows = figures(AnonymousUser()).by_territory(Level.DEPARTMENT, DEPARTMENTS)
    assert {numbers(row) for row in rows.values()} == {(None, None)}
    assert settings.SMALL_COUNT == 5


def test_many_supports_of_few_structures_are_masked_too() -> None:
    structure = StructureFactory(commune=Territory.objects.get(pk="commune-38185"))
    SupportFactory.create_batch(9, structure=structure, jobs=12, jobs_definition="etp")
    editions.renew()
    shown = figures(AnonymousUser())
    assert numbers(shown.total()) == (None, None)
    assert [(row.jobs, row.supports) for row in shown.jobs()] == [(None, None)] * 3


def test_a_word_or_a_number_filters_no_figure() -> None:
    many()
    editions.renew()
    for user in (AnonymousUser(), UserFactory(role=Role.PILOT, territories=["departement-01"])):
        shown = figures(user)
        asked = figures(user, typed="Association Exemple")
        assert asked.ignores_typed
        assert numbers(asked.total()) == numbers(shown.total())
        nobody = figures(user, typed="00000000000000")
        assert [numbers(row) for row in nobody.by(nobody.axes["secteur"])] == [
            numbers(row) for row in shown.by(shown.axes["secteur"])
        ]
        assert nobody.by_year(nobody.axes["secteur"]) == shown.by_year(shown.axes["secteur"])


def test_rows_and_years_shown_depend_on_nobody() -> None:
    empty = figures(AnonymousUser())
    values = [row.value for row in empty.by(empty.axes["annee"])]
    series = empty.by_year(empty.axes["secteur"])
    supported("commune-38185", 1, year=timezone.localdate().year + 3)
    editions.renew(again=True)
    shown = figures(AnonymousUser())
    assert [row.value for row in shown.by(shown.axes["annee"])] == values
    assert values[0] == str(timezone.localdate().year) and values[-1] == "2002"
    assert (
        list(shown.by_year(shown.axes["secteur"]))
        == list(series)
        == [*shown.axes["secteur"].labels]
    )


def test_a_pilot_reads_what_they_see_exactly_and_the_rest_of_the_copy() -> None:
    many()
    editions.renew()
    pilot = UserFactory(role=Role.PILOT, territories=["departement-38"])
    supported("commune-38185", 3)
    assert figures(pilot, "departement-38").total().structures == 12 + 7 + 3
    assert figures(pilot, "commune-38185").total().structures == 12 + 3
    rows = figures(pilot).by_territory(Level.DEPARTMENT, DEPARTMENTS)
    assert rows["departement-38"].structures == 12 + 7 + 3
    visitor = figures(AnonymousUser()).by_territory(Level.DEPARTMENT, DEPARTMENTS)
    for key in ("departement-69", "departement-75"):
        assert numbers(rows[key]) == numbers(visitor[key])
    shown = [row.structures or 0 for row in rows.values()]
    assert figures(pilot).total().structures == sum(shown), "parts and whole agree"


# --- How much may be asked ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("territories", "allowed"),
    [
        ((), 3),
        (("region-84",), 3),
        (("departement-38",), 2),
        (("departement-38", "region-11"), 2),
        (("epci-200040715",), 1),
        (("epci-200040715", "departement-75"), 1),
        (("commune-38185",), 0),
        (("commune-38185", "region-11"), 0),
    ],
)
def test_the_smaller_the_territory_the_fewer_criteria(
    territories: tuple[str, ...], allowed: int
) -> None:
    filters: dict[str, list[str]] = {
        "annee": ["2024", "2023"], "secteur": ["culture"], "taille": ["01"], "forme": ["9220"],
    }  # fmt: skip
    for count in range(5):
        asked = dict(list(filters.items())[:count])
        shown = figures(AnonymousUser(), *territories, **asked)
        assert shown.total().is_reserved == (count > allowed)
        by_family = shown.by(shown.axes["famille"])
        assert {row.is_reserved for row in by_family} == {count + 1 > allowed}
        if count:
            by_year = shown.by(shown.axes["annee"])
            assert {row.is_reserved for row in by_year} == {count > allowed}, "crossed already"
        assert bool(shown.jobs()) == (count + 1 <= allowed), "one more criterion"


def test_two_themes_of_one_support_are_two_criteria() -> None:
    themes = [*figures(AnonymousUser()).axes["theme"].labels][:3]
    one = figures(AnonymousUser(), "epci-200040715", theme=themes[:1])
    assert not one.total().is_reserved
    assert figures(AnonymousUser(), "epci-200040715", theme=themes[:2]).total().is_reserved
    assert all(row.is_reserved for row in one.by(one.axes["theme"]))


def test_lines_of_a_table_are_as_fine_as_their_territories() -> None:
    shown = figures(AnonymousUser(), "departement-38", annee=["2024"], secteur=["culture"])
    assert not shown.total().is_reserved
    lines = shown.by_territory(Level.EPCI, ["epci-200040715"])
    assert lines["epci-200040715"].is_reserved
    theirs = UserFactory(role=Role.PILOT, territories=["epci-200040715"])
    seen = figures(theirs, "departement-38", annee=["2024"], secteur=["culture"])
    assert numbers(seen.by_territory(Level.EPCI, ["epci-200040715"])["epci-200040715"]) == (0, 0)
