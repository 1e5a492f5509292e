"""What is found by somebody who holds the public register and everything that may be asked for.

The same attackers, over the communes of France, are run by `python -m benchmarks disclosure`, whose
figures are in docs/confidentialite-des-chiffres.md.
"""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from structures.register import displacement
from structures.register.communes import CommuneIndex
from structures.register.counted import Counted
from structures.register.displacement import Draws, counted_on, exchanged_jobs
from structures.register.editions import protected
from structures.register.precision import errors
from territories.models import Level
from tests.structures.register import attackers
from tests.structures.register.attackers import SHARES, Attacker, drawn

# docs/confidentialite-des-chiffres.md states these.
BOUND = 0.60
DRAWS = Draws(b"a secret for tests")


def small_country() -> CommuneIndex:
    """Makes four regions of four departments of eight intercommunalités of ten communes."""
    rows: list[tuple[str | None, ...]] = []
    for number in range(4 * 4 * 8 * 10):
        epci, department, region = number // 10, number // 80, number // 320
        key = f"commune-{number:05}"
        above = (f"region-{region}", f"departement-{department}", f"epci-{epci}")
        rows.append((key, *above, None, None, key))
    return CommuneIndex(rows)


@cache
def register() -> Counted:
    places = small_country()
    weights = np.random.default_rng(1).pareto(1.2, len(places)) + 0.5
    weights[0] = 0
    return drawn(places, weights, structures=40_000, supported=3_800, seed=3, shares=SHARES)


@cache
def attacker() -> Attacker:
    return Attacker(register(), protected(register(), DRAWS))


def test_attackers_find_everything_where_nothing_is_altered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """They have teeth: what holds them is the copy, not their own weakness."""
    for name in ("MOVED_IF_RARE", "MOVED_IF_SMALL", "MOVED"):
        monkeypatch.setattr(displacement, name, 0.0)
    attack = Attacker(register(), protected(register(), DRAWS))
    found = attack.most_certain(attack.belief_from_copy())
    assert found.said > 30 and found.right == 1.0
    # Tables of few criteria tell little by themselves: what is masked would tell the rest.
    monkeypatch.setattr(attackers, "SHOWN", 1)
    tables = attack.most_certain(attack.belief_from_tables())
    assert tables.said > 30 and tables.right > BOUND, str(tables)
    years = {line.group: line.right for line in attack.year()}
    assert years["seuls de leur commune et sorte"] > 0.99


@pytest.mark.parametrize(
    ("kind", "shown"),
    [("belief_from_copy", 5), ("belief_from_tables", 5), ("belief_from_tables", 1)],
)
def test_who_was_supported_is_never_known(
    kind: str, shown: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It holds even if nothing were masked (`shown` from 1)."""
    monkeypatch.setattr(attackers, "SHOWN", shown)
    belief = getattr(attacker(), kind)()
    for found in [attacker().most_certain(belief), *attacker().membership(belief)]:
        # The share is a matter of chance where there are fewer than thirty.
        assert found.said < 30 or found.right <= BOUND, str(found)


def test_the_year_of_one_that_was_supported_is_never_known() -> None:
    for found in attacker().year():
        assert found.targets < 30 or found.right <= BOUND, str(found)


def test_its_jobs_are_known_no_better_than_by_its_size() -> None:
    for found in attacker().jobs():
        assert found.targets < 30 or found.right <= max(BOUND, found.by_chance + 0.05), str(found)


def test_totals_of_regions_and_departments_stay() -> None:
    truth, copy = register(), protected(register(), DRAWS)
    assert len(copy) == len(np.unique(truth.support_of)), "each is counted once"
    assert len(copy.year) == len(truth.year)
    totals = [e for e in errors(truth, copy) if e.table in ("Région, total", "Département, total")]
    assert totals and all(error.mean <= 1.5 for error in totals if error.size >= 100), totals


def test_jobs_are_exchanged_and_their_sums_stay() -> None:
    truth = register()
    at = np.arange(len(truth.year))
    jobs = exchanged_jobs(truth, at, DRAWS)
    for definition in (1, 2, 3):
        said = truth.definition == definition
        assert abs(int(jobs[said].sum()) / int(truth.jobs[said].sum()) - 1) < 0.002
    assert (jobs[truth.definition == 0] == 0).all()


def test_the_operator_of_a_copied_support_tells_nothing_of_where_it_comes_from() -> None:
    """Operators are those of departments: another's would point at what was moved."""
    truth = register()
    department = truth.places.groups[Level.DEPARTMENT].of_commune
    operator = department[truth.place[truth.structure_at]].astype(np.int32)
    copy = protected(replace(truth, operator=operator), DRAWS)
    at_home = copy.operator == department[copy.place[copy.structure_at]]
    assert at_home.mean() > 0.999, "but where nobody was supported in that year"


def test_draws_belong_to_structures_whatever_else_is_there() -> None:
    """Those of one edition are those of the next: whoever comes or goes changes few others."""
    truth = register()
    supported, on = counted_on(truth, DRAWS)
    # Some are no longer supported, of whom nobody depends but their partners.
    gone = np.isin(truth.support_of, supported[::400])
    kept = {
        name: getattr(truth, name)[~gone]
        for name in (
            "support_of", "year", "phase", "mode", "operator", "jobs", "definition", "themes",
        )
    }  # fmt: skip
    later = Counted(**{**vars_of(truth), **kept})
    still, then = counted_on(later, DRAWS)
    both = np.isin(supported, still)
    assert (on[both] == then).mean() > 0.97
    _, otherwise = counted_on(truth, Draws(b"another secret"))
    assert (on == otherwise).mean() < 0.6


def vars_of(counted: Counted) -> dict[str, object]:
    return {name: getattr(counted, name) for name in Counted.__dataclass_fields__}
