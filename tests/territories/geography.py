"""A small geography: the official files with most lines left out."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_django
from django.db import connection, transaction
from django.db.models import Model

from territories.loading import load
from territories.models import Geography, LookupKey, Territory
from territories.sources import DATA, FILES

REGIONS = {"01", "11", "84", "977"}
DEPARTMENTS = {"01", "38", "69", "75", "971", "977"}
EPCIS = {
    "200040715",  # Grenoble-Alpes-Métropole
    "200070118",  # CC Val de Saône Centre, where Francheleins is
    "200046977",  # Métropole de Lyon
    "200054781",  # Métropole du Grand Paris
    "200068542",  # CC du Balcon du Dauphiné
    "243801073",  # CC du Massif du Vercors
}
OTHER_COMMUNES = {"97105", "97701", "38001", "38002"}

CsvRow = dict[str, str]
Edit = Callable[[list[CsvRow]], list[CsvRow]]


def read_rows(path: Path) -> list[CsvRow]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(path: Path, rows: list[CsvRow]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FILES[path.name])
        writer.writeheader()
        writer.writerows({name: row[name] for name in FILES[path.name]} for row in rows)


def _is_kept(commune: CsvRow) -> bool:
    return commune["department"] in DEPARTMENTS and (
        commune["epci"] in EPCIS or commune["code"] in OTHER_COMMUNES
    )


@pytest.fixture(scope="session")
def reduced_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("geography")
    official = {name: read_rows(DATA / name) for name in FILES}
    communes = [row for row in official["communes.csv"] if _is_kept(row)]
    codes = {row["code"] for row in communes}
    epcis = {row["epci"] for row in communes if row["epci"]}
    arrondissements = {row["arrondissement"] for row in communes}
    kept = {
        "regions.csv": [r for r in official["regions.csv"] if r["code"] in REGIONS],
        "departments.csv": [r for r in official["departments.csv"] if r["code"] in DEPARTMENTS],
        "arrondissements.csv": [
            r for r in official["arrondissements.csv"] if r["code"] in arrondissements
        ],
        "epcis.csv": [
            {
                **r,
                "departments": " ".join(d for d in r["departments"].split() if d in DEPARTMENTS),
            }
            for r in official["epcis.csv"]
            if r["siren"] in epcis
        ],
        "epts.csv": [{**official["epts.csv"][0], "communes": ""}],
        "communes.csv": communes,
        "communes_old.csv": [r for r in official["communes_old.csv"] if r["current"] in codes],
        "communes_renamed.csv": [r for r in official["communes_renamed.csv"] if r["code"] in codes],
    }
    for name, rows in kept.items():
        write_rows(directory / name, rows)
    return directory


@pytest.fixture(scope="session")
def kept_geography(
    django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker, reduced_files: Path
) -> None:
    """What loading these files writes, in tables that tests do not know."""
    with django_db_blocker.unblock(), transaction.atomic():
        with transaction.atomic():
            load(reduced_files)
            loaded = {model: _rows(model) for model in GEOGRAPHY}
            transaction.set_rollback(True)
        with connection.cursor() as cursor:
            for model, rows in loaded.items():
                names = ", ".join(_columns(model))
                values = ", ".join(["%s"] * len(rows[0]))
                cursor.execute(f"CREATE TABLE {_kept(model)} AS {_select(model)} WHERE 1 = 0")
                cursor.executemany(
                    f"INSERT INTO {_kept(model)} ({names}) VALUES ({values})",  # noqa: S608  # our own names
                    rows,
                )


GEOGRAPHY: tuple[type[Model], ...] = (Territory, LookupKey, Geography)


def _rows(model: type[Model]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_select(model))
        return cursor.fetchall()


def _columns(model: type[Model]) -> list[str]:
    return [connection.ops.quote_name(str(field.column)) for field in model._meta.concrete_fields]


def _kept(model: type[Model]) -> str:
    return connection.ops.quote_name(f"kept_{model._meta.db_table}")


def _select(model: type[Model], table: str = "") -> str:
    return f"SELECT {', '.join(_columns(model))} FROM {table or model._meta.db_table}"  # noqa: S608  # our own names


def put_back_geography() -> None:
    """Puts back the rows by a statement a table: they do not pass through this process."""
    with connection.cursor() as cursor, transaction.atomic():  # territories refer to one another
        for model in GEOGRAPHY:
            names = ", ".join(_columns(model))
            cursor.execute(
                f"INSERT INTO {model._meta.db_table} ({names}) {_select(model, _kept(model))}"
            )


@pytest.fixture
def geography(kept_geography: None, db: None) -> None:
    """Auvergne-Rhône-Alpes, Isère, Grenoble and its métropole, Lyon and Paris with their
    arrondissements, Francheleins (once Amareins), Saint-Barthélemy…

    Loaded once a process; then its rows are put back as they were, in a tenth of the time.
    """
    if not Geography.objects.exists():
        put_back_geography()


@pytest.fixture
def files(reduced_files: Path, tmp_path: Path) -> Callable[..., Path]:
    """`files(communes=edit)` makes a copy of the small geography whose rows went through `edit`."""

    def copy(**edits: Edit) -> Path:
        directory = tmp_path / f"edited-{len(list(tmp_path.iterdir()))}"
        directory.mkdir()
        for name in FILES:
            rows = read_rows(reduced_files / name)
            edit = edits.get(name.removesuffix(".csv"))
            write_rows(directory / name, edit(rows) if edit else rows)
        return directory

    return copy
