"""A pass over all the communes of France, by name and by postal code, and the cost of looking up.

Slow (the whole geography is loaded), and worth it: this is what "correct on 99 %" means.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from territories.lookup import LIMIT, find
from territories.models import LookupKey, Territory, TerritoryQuerySet
from territories.sources import DATA
from tests.engines import sample
from tests.putting_back import made_once

# In one test process: the other one need not load the geography.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("official geography")]


@pytest.fixture(scope="module")
def official_geography(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    yield from made_once(django_db_blocker, lambda: call_command("load_territories", verbosity=0))


@pytest.fixture(scope="module")
def rows(official_geography: None, django_db_blocker: Any) -> dict[str, Territory]:
    with django_db_blocker.unblock():
        whole = Territory.objects.order_by().select_related("department", "successor__department")
        return whole.in_bulk()


@pytest.fixture
def rows_at_hand(rows: dict[str, Territory], monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes the rows of what was found from memory, by primary key.

    Django spends two thirds of a look-up on the query that reads them, mostly writing it. What is
    found, and in which order, is still asked of the database, 39,000 times.
    """
    monkeypatch.setattr(
        TerritoryQuerySet, "in_bulk", lambda self, keys: {key: rows[key] for key in keys}
    )


def communes() -> list[dict[str, str]]:
    with Path(DATA / "communes.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["kind"] == "commune"]


def test_every_commune_is_found_by_its_name(rows_at_hand: None) -> None:
    bearers: dict[str, set[str]] = defaultdict(set)
    for row in communes():
        bearers[row["name"]].add(f"commune-{row['code']}")
    missed = []
    asked = sample(bearers.items(), one_in=20)
    for name, keys in asked:
        # The first answer to a name that one commune bears, the first page to a shared one. Asking
        # for no more than that spares looking for names that only begin so, which come after.
        found = find(name, limit=1 if len(keys) == 1 else LIMIT)
        missed += [(name, key) for key in keys - {answer.territory.pk for answer in found}]
    count = sum(len(keys) for _, keys in asked)
    print(f"{len(missed)} of {count} communes not found by their name: {missed[:40]}")  # noqa: T201  # for `pytest -s`
    assert len(missed) < 0.001 * count


def test_every_commune_is_found_by_each_of_its_postal_codes(rows_at_hand: None) -> None:
    bearers = defaultdict(set)
    for row in communes():
        for code in row["postal_codes"].split():
            bearers[code].add(f"commune-{row['code']}")
    missed = []
    for code, keys in sample(bearers.items(), one_in=20):
        found = {answer.territory.pk for answer in find(code, limit=max(LIMIT, len(keys) + LIMIT))}
        missed += [(code, key) for key in keys - found]
    assert missed == []


def test_rows_at_hand_change_nothing_to_answers(
    official_geography: None, request: pytest.FixtureRequest
) -> None:
    def told(typed: str) -> list[tuple[str, str, str, bool]]:
        return [(f.territory.pk, f.label, f.detail, f.exact) for f in find(typed)]

    sample = sorted(row["name"] for row in communes())[::50]
    read = {name: told(name) for name in sample}
    request.getfixturevalue("rows_at_hand")

    assert {name: told(name) for name in sample} == read


def test_every_code_of_today_leads_to_its_own_territory(official_geography: None) -> None:
    """And every former commune to one of today."""
    assert not Territory.objects.filter(successor__vanished_on__isnull=False).exists()
    codes = Territory.objects.today().values_list("pk", "code")
    known = set(
        LookupKey.objects.filter(exactness=LookupKey.Exactness.WHOLE).values_list(
            "territory", "key"
        )
    )
    collectivities = {f"region-{n}" for n in (975, 977, 978, 984, 986, 987, 988, 989)}
    assert {
        pk for pk, code in codes if (pk, code.lower()) not in known
    } == collectivities  # told by their department


def test_look_ups_read_ranges_of_an_index(official_geography: None) -> None:
    """On 150,000 keys, no way of looking up scans them all."""
    for typed in ("grenoble", "saint", "38000", "heres", "saint m"):
        with CaptureQueriesContext(connection) as queries:
            find(typed)
        for query in queries:
            if LookupKey._meta.db_table in query["sql"]:
                plan = _plan(query["sql"])
                assert "territories_lookup" in plan, plan
                assert "SCAN territories_lookupkey" not in plan, plan
                assert "Seq Scan on territories_lookupkey" not in plan, plan


def _plan(sql: str) -> str:
    prefix = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
    with connection.cursor() as cursor:
        cursor.execute(prefix + sql.replace("%", "%%") if "%" in sql else prefix + sql)
        return "\n".join(str(row) for row in cursor.fetchall())
