"""The directory at two sizes on both databases: filters with all their counts, pages, map, export.

`python -m benchmarks.structures STRUCTURES SUPPORTS` is the part that runs in a process of its own,
on the database that `DATABASE_URL` names, and prints its figures as JSON. Rows are written by
COPY on PostgreSQL and in bulk on SQLite: what is measured is reading them.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.harness import Result
from tests.throwaway_postgres import throwaway_postgres

SEED = 2026
# (structures, supports, milliseconds for the page with its counts)
SIZES = ((150_000, 150_000, 50), (1_500_000, 150_000, 150))
MAP_MILLISECONDS = 50
EXPORTED = 120_000
# People ask these questions, each as often as the others.
QUESTIONS = (
    "", "region=84", "departement=38", "annee=2024&annee=2023", "secteur=culture&region=11",
    "departement=59&theme=gouvernance", "q=theatre", "taille=01&famille=association",
    "epci=200040715", "region=84&region=93&annee=2020", "q=atelier+du&departement=75",
    "pres=38563", "pres=75112&rayon=20&secteur=culture",
)  # fmt: skip
ROUNDS = 6


def measure() -> list[Result]:
    results: list[Result] = []
    for structures, supports, goal in SIZES:
        with throwaway_postgres() as url:
            results += _results("PostgreSQL", url, structures, supports, goal)
        with TemporaryDirectory(prefix="portal-bench-") as scratch:
            url = f"sqlite:///{Path(scratch) / 'structures.sqlite3'}"
            results += _results("SQLite", url, structures, supports, goal)
    return results


def _results(engine: str, url: str, structures: int, supports: int, goal: int) -> list[Result]:
    output = subprocess.run(
        [sys.executable, "-m", "benchmarks.structures", str(structures), str(supports)],
        env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    figures: dict[str, float] = json.loads(output.splitlines()[-1])
    where = f"{structures // 1000} 000 structures, {engine}"

    def result(name: str, unit: str, figure: float, baseline: float, most: float) -> Result:
        ratio = figure / baseline
        said = f"≤ {most:g}"
        return Result(
            f"{name}, {where}", unit, figure, baseline, ratio, (ratio, ratio), said, ratio <= most
        )

    results = [
        result("filtres : page entière, p95", "ms", figures["page_p95"], goal, 1),
        result("filtres : base / SQL nu", "ms", figures["page_db"], figures["bare_sql"], 2),
        result("dernière page / première", "ms", figures["last_page"], figures["first_page"], 2),
        result("carte nationale", "ms", figures["map"], MAP_MILLISECONDS, 1),
        result("registre : lu d’abord", "s", figures["read"], 30, 1),
        result("registre : mémoire", "Mo", figures["megabytes"], 400, 1),
    ]
    if "export" in figures:
        results.append(
            result("export CSV / COPY", "s", figures["export"], figures["copy"], 3),
        )
    return results


# --- In its own process ---------------------------------------------------------------------------


def _run(structures: int, supports: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from territories.loading import load

    call_command("migrate", verbosity=0)
    load()
    _write(structures, supports)

    from django.contrib.auth.models import AnonymousUser
    from django.http import QueryDict

    from accounts.models import User
    from publishing.audiences import Role
    from structures.directory import Directory
    from structures.maps import map_of
    from structures.register import arrays

    start = time.perf_counter()
    arrays.current()
    figures = {"read": time.perf_counter() - start}
    national = User.objects.create_user(
        "bench@reseau.example", role=Role.NATIONAL, whole_country=True
    )
    people = (national, AnonymousUser())

    def page(query: str, who: Any) -> None:
        shown = Directory(QueryDict(query), who)
        _ = shown.facets, shown.figures.total(), list(shown.page(1))

    for query in QUESTIONS:
        page(query, national)
    figures["megabytes"] = _megabytes(arrays.current())
    times, database = [], []
    for _ in range(ROUNDS):
        for query in QUESTIONS:
            for who in people:
                spent = _Spent()
                start = time.perf_counter()
                with spent:
                    page(query, who)
                times.append((time.perf_counter() - start) * 1000)
                database.append(spent.milliseconds)
    figures["page_p95"] = statistics.quantiles(times, n=20)[-1]
    figures["page_db"] = statistics.median(database)
    figures["bare_sql"] = statistics.median(_bare_sql() for _ in range(3))

    everything = Directory(QueryDict(""), national)
    last = everything.page(1).paginator.num_pages
    figures["first_page"] = _median_ms(lambda: list(everything.page(1)))
    figures["last_page"] = _median_ms(lambda: list(everything.page(last)))
    figures["map"] = _median_ms(lambda: _map(Directory(QueryDict("vue=carte"), national), map_of))
    if structures < 1_000_000:
        figures |= _export(national)
    print(json.dumps(figures))


def _map(directory: Any, map_of: Callable[[Any], dict[str, Any]]) -> None:
    from territories.templatetags.territory_maps import territory_map

    shown = map_of(directory)
    territory_map(values=shown["map_values"], link=shown["map_link"], label="x", unit="x")


def _median_ms(call: Callable[[], Any]) -> float:
    times = []
    for _ in range(9):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def _megabytes(register: Any) -> float:
    """Returns the size of the arrays and the text that a process keeps."""
    kept = [*vars(register).values(), *vars(register.names).values()]
    arrays = sum(getattr(part, "nbytes", 0) for part in kept)
    return (arrays + len(register.names.text)) / 1e6


class _Spent:
    """Adds up the time spent in the database."""

    milliseconds = 0.0

    def __enter__(self) -> None:
        from django.db import connection

        self.wrapper = connection.execute_wrapper(self._note)
        self.wrapper.__enter__()

    def __exit__(self, *error: Any) -> None:
        self.wrapper.__exit__(*error)

    def _note(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        start = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.milliseconds += (time.perf_counter() - start) * 1000


def _bare_sql() -> float:
    """Returns what the best plain SQL takes for one such page: a region's structures, first rows,
    and the counts of five filters, grouped."""
    from django.db import connection

    where = "FROM structures_structure WHERE merged_into_id IS NULL AND region_code = '84'"
    queries = [
        f"SELECT count(*) {where}",
        f"SELECT id, name, slug, commune_id {where} ORDER BY sort_key, id LIMIT 25",
        *(
            f"SELECT {column}, count(*) {where} GROUP BY {column}"
            for column in ("department_code", "sector_id", "family", "size", "legal_form")
        ),
        "SELECT s.year, count(DISTINCT s.structure_id) FROM structures_support s "
        "JOIN structures_structure t ON t.id = s.structure_id "
        "WHERE t.region_code = '84' GROUP BY s.year",
    ]
    start = time.perf_counter()
    with connection.cursor() as cursor:
        for query in queries:
            cursor.execute(query)
            cursor.fetchall()
    return (time.perf_counter() - start) * 1000


def _export(who: Any) -> dict[str, float]:
    """Measures the first rows as CSV against the database's own COPY of the very same lines, held
    as they are in a table (on SQLite: against reading and writing the columns plainly)."""
    import csv
    import io

    from django.db import connection
    from django.http import QueryDict

    from structures.directory import Directory
    from structures.exports import FIELDS, HEADINGS, Records, as_csv
    from structures.models import Structure

    class First(Records):
        limit = EXPORTED

    def written() -> Iterator[str | bytes]:
        yield from as_csv(First(Directory(QueryDict(""), who)))

    def ours() -> float:
        start = time.perf_counter()
        for _ in written():
            pass
        return time.perf_counter() - start

    def copied() -> float:
        start = time.perf_counter()
        if connection.vendor == "postgresql":
            statement = "COPY exported TO STDOUT (FORMAT csv, DELIMITER ';')"
            with connection.cursor() as cursor, cursor.copy(statement) as copy:
                for _ in copy:
                    pass
        else:
            rows = Structure.objects.order_by("sort_key", "id").values_list(*FIELDS)[:EXPORTED]
            csv.writer(io.StringIO()).writerows(rows.iterator())
        return time.perf_counter() - start

    if connection.vendor == "postgresql":
        columns = ", ".join(f"c{number} text" for number in range(len(HEADINGS)))
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TEMP TABLE exported ({columns})")
            statement = "COPY exported FROM STDIN (FORMAT csv, DELIMITER ';', HEADER true)"
            lines = list(written())  # it is read first: both ways use one connection
            with cursor.copy(statement) as copy:
                for data in lines:
                    copy.write(data)

    pairs = [(ours(), copied()) for _ in range(4)][1:]
    return {
        "export": statistics.median(pair[0] for pair in pairs),
        "copy": statistics.median(pair[1] for pair in pairs),
    }


# --- Rows -----------------------------------------------------------------------------------------

WORDS = ("Atelier", "Théâtre", "Régie", "Ressourcerie", "Club", "Amicale", "Foyer", "Jardin")
PLACES = ("du Lac", "des Tilleuls", "de la Gare", "du Moulin", "Saint-Éloi", "du Pré")


def _write(structures: int, supports: int) -> None:
    from django.db import connection

    from structures.models import Revision, Sector
    from structures.models.structure import place_codes
    from structures.nomenclature import JobsDefinition, Mode, Phase, Size
    from territories.models import Level, Territory
    from territories.names import folded
    from themes.models import Theme

    dice = random.Random(SEED)
    communes = list(Territory.objects.filter(level=Level.COMMUNE, vanished_on=None))
    drawn = dice.choices(communes, [c.population + 20 for c in communes], k=200_000)
    where = {commune.pk: [commune.pk, *place_codes(commune).values()] for commune in {*drawn}}
    sectors = list(Sector.objects.values_list("pk", flat=True))
    sizes = Size.values[1:9]
    now = datetime.now(UTC)
    columns = (
        "id", "revision", "name", "short_name", "slug", "description", "family", "legal_form",
        "size", "sector_id", "approvals", "commune_id", "region_code", "department_code",
        "epci_code", "commune_code", "address", "postal_code", "email", "phone", "website",
        "sort_key", "search_key", "changed_at",
    )  # fmt: skip

    def structure_rows() -> Iterator[list[Any]]:
        for pk in range(1, structures + 1):
            name = f"{WORDS[pk % 8]} {PLACES[pk % 6]} {pk}"
            key = folded(name)
            yield [
                pk, 1, name, "", f"structure-{pk}", "", "association" if pk % 20 else "cooperative",
                "9220", sizes[pk % 8], sectors[pk * 7 % len(sectors)], "",
                *where[drawn[pk % len(drawn)].pk], f"{pk} rue de l’Exemple", "38000",
                "contact@demo.example", "01 99 00 12 34", "", key, key, now,
            ]  # fmt: skip

    _bulk("structures_structure", columns, structure_rows())
    years, phases, modes = range(2002, 2027), Phase.values, Mode.values
    _bulk(
        "structures_support",
        ("id", "revision", "structure_id", "title", "year", "phase", "mode", "group", "jobs",
         "jobs_definition", "story_need", "story_done", "story_change", "notes"),
        (
            [pk, 1, dice.randint(1, structures), "", dice.choice(years), dice.choice(phases),
             dice.choice(modes[:1] * 4 + modes[1:]), "", pk % 30,
             JobsDefinition.FULL_TIME.value, "", "", "", ""]
            for pk in range(1, supports + 1)
        ),
    )  # fmt: skip
    themes = list(Theme.objects.values_list("pk", flat=True))
    _bulk(
        "structures_support_themes",
        ("support_id", "theme_id"),
        (
            [pk, themes[(pk + more) % len(themes)]]
            for pk in range(1, supports + 1)
            for more in (0, 3)
        ),
    )
    Revision.objects.filter(pk=1).update(number=1)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _bulk(table: str, columns: Iterable[str], rows: Iterator[list[Any]]) -> None:
    from django.db import connection, transaction

    names = ", ".join(f'"{column}"' for column in columns)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(list(columns)))
            statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608  # our names
            cursor.executemany(statement, rows)  # type: ignore[arg-type]  # any iterable does


if __name__ == "__main__":
    _run(int(sys.argv[1]), int(sys.argv[2]))
