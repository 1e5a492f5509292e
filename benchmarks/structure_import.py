"""An import of associations on both databases: against the database's own bulk load of the very
same rows, and its memory at two sizes.

`python -m benchmarks.structure_import ROWS` is the part that runs in a process of its own, on the
database that `DATABASE_URL` names, and prints its figures as JSON.
"""

from __future__ import annotations

import csv
import json
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.harness import Result
from tests.throwaway_postgres import throwaway_postgres

SEED = 1901
ROWS, FEWER_ROWS = 120_000, 12_000
TIMES_THE_BULK_LOAD, TIMES_THE_MEMORY = 6, 1.15


def measure() -> list[Result]:
    results: list[Result] = []
    with throwaway_postgres() as many, throwaway_postgres() as few:
        results += _results("PostgreSQL, COPY", many, few)
    with TemporaryDirectory(prefix="portal-bench-") as scratch:
        many, few = (f"sqlite:///{Path(scratch) / name}.sqlite3" for name in ("many", "few"))
        results += _results("SQLite, executemany", many, few)
    return results


def _results(engine: str, many: str, few: str) -> list[Result]:
    figures, fewer = _run_apart(many, ROWS), _run_apart(few, FEWER_ROWS)

    def result(name: str, unit: str, figure: float, baseline: float, most: float) -> Result:
        ratio = figure / baseline
        where = f"import de {ROWS // 1000} 000 associations, {engine}\u00a0: {name}"
        return Result(
            where, unit, figure, baseline, ratio, (ratio, ratio), f"≤ {most:g}", ratio <= most
        )

    bulk = figures["bulk"]
    return [
        result("premier passage", "s", figures["first"], bulk, TIMES_THE_BULK_LOAD),
        result("le même fichier encore", "s", figures["second"], bulk, TIMES_THE_BULK_LOAD),
        result(
            f"mémoire / {FEWER_ROWS // 1000} 000",
            "Mo",
            figures["megabytes"],
            fewer["megabytes"],
            TIMES_THE_MEMORY,
        ),
    ]


def _run_apart(url: str, rows: int) -> dict[str, float]:
    output = subprocess.run(
        [sys.executable, "-m", "benchmarks.structure_import", str(rows)],
        env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    figures: dict[str, float] = json.loads(output.splitlines()[-1])
    return figures


# --- In its own process ---------------------------------------------------------------------------


def _run(rows: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from territories.loading import load

    call_command("migrate", verbosity=0)
    load()
    with TemporaryDirectory(prefix="portal-bench-") as scratch:
        file = Path(scratch) / "rna.csv"
        write_file(file, rows)
        figures = {"first": _import(file), "second": _import(file)}
        # The memory is read before the rows are taken into it for the baseline.
        figures["megabytes"] = _megabytes()
        figures["bulk"] = _bulk_load(Path(scratch))
    print(json.dumps(figures))


def _megabytes() -> float:
    """Returns what the process took and, as Python does, kept. Pages of the database's file that
    the system maps into memory (SQLite, up to 128 MB) are not its own."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (kilobytes,) = re.findall(r"RssAnon:\s+(\d+) kB", status)
    return int(kilobytes) / 1000


def _import(file: Path) -> float:
    from django.core.management import call_command

    start = time.perf_counter()
    call_command("import_structures", str(file), format="rna", anew=True, verbosity=0)
    return time.perf_counter() - start


def _bulk_load(scratch: Path) -> float:
    """Returns the seconds that the database takes to load again, with its indexes and constraints,
    what it holds."""
    from django.db import connection, transaction

    table = "structures_structure"
    copied = scratch / "rows"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with copied.open("wb") as file, cursor.copy(f"COPY {table} TO STDOUT") as copy:
                for data in copy:
                    file.write(data)
            cursor.execute(f"TRUNCATE {table} CASCADE")
            start = time.perf_counter()
            with copied.open("rb") as file, cursor.copy(f"COPY {table} FROM STDIN") as copy:
                while data := file.read(1 << 20):
                    copy.write(data)
            return time.perf_counter() - start
        cursor.execute(f"SELECT * FROM {table}")  # noqa: S608  # our name
        rows = cursor.fetchall()
        marks = ", ".join(["%s"] * len(rows[0]))
        for emptied in ("structures_importline", table):
            cursor.execute(f"DELETE FROM {emptied}")  # noqa: S608  # our name
        start = time.perf_counter()
        with transaction.atomic():
            cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608
        return time.perf_counter() - start


# --- The file -------------------------------------------------------------------------------------

PURPOSE = (
    "promouvoir la pratique du vélo, organiser des sorties et tenir un atelier ouvert à tous les "
    "habitants, sans condition d'âge ni de ressources"
)


def write_file(path: Path, rows: int) -> None:
    """Writes a file as the ministry's: semicolons, every cell in quotes, latin-1."""
    from tests.structures.importing.files import RNA

    with path.open("w", encoding="latin-1", errors="replace", newline="") as file:
        writer = csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL)
        writer.writerow(RNA)
        for row in _associations(rows):
            writer.writerow([row.get(heading, "") for heading in RNA])


def _associations(rows: int) -> Iterator[dict[str, Any]]:
    from stdnum import luhn

    from territories.models import Level, Territory

    dice = random.Random(SEED)
    communes = list(
        Territory.objects.filter(level=Level.COMMUNE, vanished_on=None)
        .exclude(postal_codes="")
        .order_by("pk")
    )
    for number in range(rows):
        commune = dice.choice(communes)
        siret = ""
        if number % 3 == 0:
            siren = f"{10_000_000 + number:08}"
            siren += luhn.calc_check_digit(siren)
            siret = f"{siren}0001"
            siret += luhn.calc_check_digit(siret)
        day = f"{dice.randint(1950, 2024)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
        yield {
            "id": f"W{number:09}",
            "siret": siret,
            "date_creat": day,
            "date_publi": "0001-01-01",
            "date_disso": "0001-01-01",
            "nature": "D",
            "groupement": "S",
            "titre": f"ASSOCIATION DES AMIS DU VÉLO N {number}",
            "titre_court": f"AAV {number}",
            "objet": PURPOSE,
            "adrs_numvoie": number % 99 + 1,
            "adrs_typevoie": "RUE",
            "adrs_libvoie": "DE L'EXEMPLE",
            "adrs_codeinsee": commune.code,
            "adrs_codepostal": commune.postal_codes.split()[0],
            "adrs_libcommune": commune.name.upper(),
            "siteweb": "" if number % 10 else f"www.exemple-{number}.example.org",
            "position": "A",
            "maj_time": f"{day} 00:00:00",
        }


if __name__ == "__main__":
    _run(int(sys.argv[1]))
