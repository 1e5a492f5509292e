"""Territories: loading them, and looking them up as people type, on both databases.

`python -m benchmarks.territories` is the part that runs in a process of its own, on the database
that `DATABASE_URL` names, and prints its figures as JSON.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.harness import Result
from tests.throwaway_postgres import throwaway_postgres

LOOKUP_MILLISECONDS, LOAD_SECONDS = 5, 20
LOOKUPS = 3000
SEED = 2026


def measure() -> list[Result]:
    """Measures against the goals themselves; the ratio says how much of each is used."""
    results: list[Result] = []
    with TemporaryDirectory(prefix="portal-bench-") as scratch:
        results += _results("SQLite", f"sqlite:///{Path(scratch) / 'territories.sqlite3'}")
    with throwaway_postgres() as url:
        results += _results("PostgreSQL", url)
    return results


def _results(engine: str, url: str) -> list[Result]:
    output = subprocess.run(
        [sys.executable, "-m", "benchmarks.territories"],
        env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    figures: dict[str, Any] = json.loads(output.splitlines()[-1])

    def result(name: str, unit: str, figure: float, goal: float) -> Result:
        ratio = figure / goal
        return Result(
            f"{name}, {engine}", unit, figure, goal, ratio, (ratio, ratio), "≤ 1", ratio <= 1
        )

    return [
        result("territoires : chargement", "s", figures["load"], LOAD_SECONDS),
        result("territoires : chargement refait", "s", figures["reload"], LOAD_SECONDS),
        result("recherche : base, p95", "ms", figures["lookup_p95"], LOOKUP_MILLISECONDS),
        result("recherche avec faute : base, p95", "ms", figures["typo_p95"], LOOKUP_MILLISECONDS),
    ]


def _run() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from territories.loading import load
    from territories.models import Commune

    call_command("migrate", verbosity=0)
    figures = {}
    for name in ("load", "reload"):
        start = time.perf_counter()
        load()
        figures[name] = time.perf_counter() - start

    dice = random.Random(SEED)
    names = list(Commune.objects.order_by("code").values_list("name", flat=True))
    # A person sends these while typing: any beginning of a name, from two letters on.
    typed = [name[: dice.randint(2, len(name))] for name in dice.choices(names, k=LOOKUPS)]
    wrong = [_with_an_error(name, dice) for name in dice.choices(names, k=LOOKUPS // 10)]
    figures["lookup_p95"] = _p95(typed)
    figures["typo_p95"] = _p95(wrong)
    print(json.dumps(figures))


def _with_an_error(name: str, dice: random.Random) -> str:
    place = dice.randrange(len(name))
    return name[:place] + dice.choice("abcdefghij") + name[place + 1 :]


def _p95(queries: list[str]) -> float:
    """Returns the milliseconds that the database takes for one look-up, rows fetched, at the 95th
    centile."""
    from django.db import connection

    from territories.lookup import find

    asked: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    find("grenobel")  # the names are read once a process
    times = []
    for query in queries:
        asked.clear()
        with connection.execute_wrapper(note):
            find(query)
        spent = 0.0
        with connection.cursor() as cursor:
            for sql, params in asked:
                start = time.perf_counter()
                cursor.execute(sql, params)
                cursor.fetchall()
                spent += time.perf_counter() - start
        times.append(spent * 1000)
    return statistics.quantiles(times, n=20)[-1]


if __name__ == "__main__":
    _run()
