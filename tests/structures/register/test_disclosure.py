"""Nothing about one structure can be worked out from what is shown to everybody."""

from collections import Counter
from itertools import product
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import given
from hypothesis import strategies as st

from publishing.audiences import Role
from structures.register import columns, disclosure
from structures.register.figures import Figures
from structures.register.selection import Asked
from structures.sight import Sight
from territories.models import Level, Territory
from tests.factories import StructureFactory, SupportFactory, UserFactory
from tests.structures.conftest import scatter

keys = st.integers(min_value=0, max_value=2**50)


@given(st.integers(min_value=0, max_value=10_000), keys)
def test_shown_counts_are_near_and_small_ones_are_masked(count: int, key: int) -> None:
    shown = disclosure.published(count, key)
    assert (shown is None) == (count < 5)
    assert shown is None or (shown % 5 == 0 and abs(shown - count) < 5)
    assert count in disclosure.possible(shown)


@given(st.lists(st.tuples(st.integers(0, 40), keys), min_size=1, max_size=3), keys)
def test_a_masked_part_cannot_be_subtracted_from_the_total(
    parts: list[tuple[int, int]], key: int
) -> None:
    """Whoever knows the method, the total and all the parts shown is left with several values for
    each masked part, up to three parts (beyond, more is unknown still, but for draws that all fall
    at their very ends: one in a hundred thousand)."""
    total = disclosure.published(sum(count for count, _ in parts), key)
    shown = [disclosure.published(count, own) for count, own in parts]
    if not any(part is None for part in shown):
        return
    values: list[set[int]] = [set() for _ in parts]
    for guess in product(*(disclosure.possible(part) for part in shown)):
        if sum(guess) in disclosure.possible(total):
            for place, value in enumerate(guess):
                values[place].add(value)
    for place, part in enumerate(shown):
        if part is None:
            assert len(values[place]) > 1, (parts, shown, total)


def test_the_rounding_adds_and_takes_nothing_on_average() -> None:
    shown = [disclosure.published(12, key) for key in range(4_000)]
    assert set(shown) == {10, 15}
    assert abs(sum(value or 0 for value in shown) / 4_000 - 12) < 0.2


def figures(user: Any, **asked: Any) -> Figures:
    return Figures(columns.current(), Sight.of(user), Asked(**asked))


@pytest.mark.django_db
@pytest.mark.usefixtures("geography")
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


@pytest.mark.django_db
@pytest.mark.usefixtures("geography")
def test_each_number_that_the_public_reads_is_rounded_or_masked() -> None:
    grenoble = Territory.objects.get(pk="commune-38185")
    for _ in range(3):
        SupportFactory(structure=StructureFactory(commune=grenoble), year=2023)
    for structure in StructureFactory.create_batch(13, commune=grenoble):
        SupportFactory(structure=structure, year=2024, jobs=3, jobs_definition="etp")
    shown = figures(AnonymousUser())
    assert not shown.is_exact
    assert shown.total().structures in (15, 20)
    by_year = {row.value: row for row in shown.by(shown.axes["annee"])}
    assert by_year["2023"].structures is None and by_year["2023"].supports is None
    assert by_year["2024"].structures in (10, 15)
    rows = shown.by_territory(Level.DEPARTMENT, ["departement-38", "departement-75"])
    assert rows["departement-38"].structures in (15, 20)
    assert rows["departement-75"].structures is None, "none is told like a few"
    said = {row.definition: row.jobs for row in shown.jobs()}
    assert said == {"effectif": None, "etp": 40, "cdi": None}
    again = figures(AnonymousUser(), territories=(grenoble,))
    assert again.total().structures == shown.total().structures, "the same set, the same draw"


@pytest.mark.django_db
@pytest.mark.usefixtures("geography")
def test_a_pilot_reads_exact_figures_of_their_territory_only() -> None:
    isere, paris = (Territory.objects.get(pk=f"departement-{code}") for code in ("38", "75"))
    grenoble = Territory.objects.get(pk="commune-38185")
    inside = StructureFactory.create_batch(2, commune=grenoble)
    for structure in [*inside, StructureFactory(commune=Territory.objects.get(pk="commune-75056"))]:
        SupportFactory(structure=structure)
    pilot = UserFactory(role=Role.PILOT, territories=[isere])
    assert figures(pilot, territories=(isere,)).total().structures == 2
    assert figures(pilot, territories=(grenoble,)).total().structures == 2
    assert figures(pilot, territories=(paris,)).total().structures is None
    assert figures(pilot).total().structures is None
    everywhere = figures(pilot).by_territory(Level.DEPARTMENT, ["departement-38", "departement-75"])
    assert everywhere["departement-38"].structures == 2
    assert everywhere["departement-75"].structures is None
