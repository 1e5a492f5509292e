"""The official geography: loaded whole or not at all, year after year."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import User
from territories.loading import is_loaded, load
from territories.models import (
    Commune,
    Department,
    Epci,
    Geography,
    Kind,
    Level,
    LookupKey,
    Region,
    Territory,
)
from territories.sources import Refused
from tests.factories import UserFactory
from tests.territories.geography import CsvRow

pytestmark = pytest.mark.django_db

NEXT_YEAR = date(2027, 1, 1)
Files = Callable[..., Path]


def state() -> list[Any]:
    return [
        *Territory.objects.order_by("pk").values(),
        *LookupKey.objects.order_by("key", "exactness", "territory").values_list(
            "key", "exactness", "rank", "territory"
        ),
        *Geography.objects.values_list("date", "fingerprint"),
    ]


def without(*codes: str) -> Callable[[list[CsvRow]], list[CsvRow]]:
    return lambda rows: [r for r in rows if r.get("code", r.get("siren")) not in codes]


def changing(which: str, /, **values: str) -> Callable[[list[CsvRow]], list[CsvRow]]:
    def edit(rows: list[CsvRow]) -> list[CsvRow]:
        return [{**r, **values} if r.get("code", r.get("siren")) == which else r for r in rows]

    return edit


def adding(**row: str) -> Callable[[list[CsvRow]], list[CsvRow]]:
    return lambda rows: [*rows, {**dict.fromkeys(rows[0], ""), **row}]


def test_levels_and_their_links(geography: None) -> None:
    grenoble = Commune.objects.get(code="38185")
    assert grenoble.pk == "commune-38185"
    assert grenoble.department == Department.objects.get(code="38")
    assert grenoble.region == Region.objects.get(code="84")
    assert grenoble.epci == Epci.objects.get(code="200040715")
    assert grenoble.arrondissement is not None and grenoble.arrondissement.name == "Grenoble"
    assert grenoble.population > 150_000
    assert "38000" in grenoble.postal_codes.split()
    fifth = Territory.objects.get(pk="arrondissement-municipal-75105")
    assert fifth.commune is not None and fifth.commune.name == "Paris"
    assert not Commune.objects.filter(code="75105").exists()


def test_overseas_collectivity_is_no_department(geography: None) -> None:
    collectivity = Department.objects.get(code="977")
    assert collectivity.kind == Kind.COLLECTIVITY
    assert Region.objects.get(code="977").get_absolute_url() == collectivity.get_absolute_url()


def test_former_commune_leads_to_todays(geography: None) -> None:
    amareins = Commune.objects.get(code="01003")
    assert amareins.vanished_on == date(1974, 1, 1)
    assert amareins.today == Commune.objects.get(code="01165")
    assert amareins not in Commune.objects.today()


def test_loading_again_changes_nothing(geography: None, reduced_files: Path) -> None:
    before = state()
    report = load(reduced_files)
    assert (report.created, report.updated, report.vanished) == (0, 0, [])
    assert state() == before
    assert is_loaded(reduced_files)


def test_loading_again_repairs_what_was_changed_by_hand(
    geography: None, reduced_files: Path
) -> None:
    before = state()
    Territory.objects.filter(pk="commune-38185").update(name="Autre", population=1)
    Territory.objects.filter(pk="commune-38229").delete()
    LookupKey.objects.all().delete()
    report = load(reduced_files)
    assert (report.created, report.updated) == (1, 1)
    assert state() == before


# --- The year after -------------------------------------------------------------------------------


def test_merged_commune_stays_with_date_and_successor(geography: None, files: Files) -> None:
    pilot = UserFactory(territories=[Territory.objects.get(pk="commune-38229")])
    merger = files(
        communes=without("38229"),
        communes_old=adding(
            code="38229", name="Meylan", kind="deleguee", current="38185", until="2027-01-01"
        ),
    )
    report = load(merger)
    assert report.date == NEXT_YEAR
    assert [territory.name for territory in report.vanished] == ["Meylan"]
    meylan = Commune.objects.get(code="38229")
    assert (meylan.vanished_on, meylan.today.name) == (NEXT_YEAR, "Grenoble")
    # What only its last year knew of it is kept.
    assert meylan.population > 10_000 and meylan.postal_codes and meylan.longitude
    # What pointed at it still does, and still means today's commune.
    assert User.objects.get(email=pilot.email).scope.holds(
        Territory.objects.get(pk="commune-38229")
    )


def test_successions_of_mergers_stay_one_step_long(geography: None, files: Files) -> None:
    load(
        files(
            communes=without("01165"),
            communes_old=lambda rows: [
                *(
                    {**row, "current": "38185"} if row["current"] == "01165" else row
                    for row in rows
                    if row["code"] != "01003"  # a file may forget the oldest
                ),
                {
                    "code": "01165",
                    "name": "Francheleins",
                    "kind": "ancienne",
                    "current": "38185",
                    "until": "2027-01-01",
                },
            ],
        )
    )
    assert Territory.objects.get(pk="commune-01003").successor_id == "commune-38185"
    assert Territory.objects.get(pk="commune-01165").successor_id == "commune-38185"


def test_dissolved_intercommunalite_is_succeeded_by_where_its_people_went(
    geography: None, files: Files
) -> None:
    def moved(rows: list[CsvRow]) -> list[CsvRow]:
        return [{**row, "epci": "200040715"} if row["epci"] == "243801073" else row for row in rows]

    assert Epci.objects.filter(code="243801073").exists()
    load(files(epcis=without("243801073"), communes=moved), on=NEXT_YEAR)
    gone = Epci.objects.get(code="243801073")
    assert (gone.vanished_on, gone.today.code) == (NEXT_YEAR, "200040715")


def test_commune_that_comes_back_is_todays_again(geography: None, files: Files) -> None:
    before = Commune.objects.get(code="01165")
    load(
        files(
            communes=adding(
                code="01003",
                name="Amareins",
                kind="commune",
                department="01",
                region="84",
                epci="200070118",
                arrondissement=str(before.arrondissement and before.arrondissement.code),
                population="300",
            ),
            communes_old=without("01003"),
        ),
        on=NEXT_YEAR,
    )
    amareins = Commune.objects.get(code="01003")
    assert (amareins.vanished_on, amareins.successor, amareins.population) == (None, None, 300)


def test_renamed_commune_takes_its_new_name(geography: None, files: Files) -> None:
    report = load(files(communes=changing("38185", name="Grenoble-en-Isère")), on=NEXT_YEAR)
    assert report.updated == 1
    assert Commune.objects.get(code="38185").name == "Grenoble-en-Isère"


def test_older_geography_is_refused(geography: None, reduced_files: Path, files: Files) -> None:
    load(files(communes=changing("38185", population="1")), on=NEXT_YEAR)
    before = state()
    with pytest.raises(Refused, match="01/01/2027"):
        load(reduced_files)
    assert state() == before


# --- Damaged files --------------------------------------------------------------------------------


def rewritten(name: str, content: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def spoil(directory: Path) -> None:
        path = directory / name
        path.write_bytes(content(path.read_bytes()))

    return spoil


DAMAGES: dict[str, tuple[dict[str, Any], Callable[[Path], None] | None, str]] = {
    "duplicate code": (
        {"communes": lambda rows: [*rows, rows[0]]},
        None,
        r"communes\.csv, ligne \d+.*déjà pris",
    ),
    "unknown department": (
        {"communes": changing("38185", department="39")},
        None,
        r"communes\.csv, ligne \d+.*département inconnu.*39",
    ),
    "unknown successor": (
        {"communes_old": changing("01003", current="01999")},
        None,
        r"communes_old\.csv, ligne \d+.*commune inconnu.*01999",
    ),
    "code of the wrong shape": (
        {"communes": changing("38185", code="3818")},
        None,
        r"communes\.csv, ligne \d+.*3818",
    ),
    "no name": ({"departments": changing("38", name=" ")}, None, r"departments\.csv, ligne \d+"),
    "population in words": (
        {"regions": changing("84", population="beaucoup")},
        None,
        r"regions\.csv, ligne \d+.*population.*beaucoup",
    ),
    "longitude out of this world": (
        {"communes": changing("38185", lon="545")},
        None,
        r"communes\.csv, ligne \d+.*lon.*545",
    ),
    "impossible date": (
        {"communes_old": changing("01003", until="1974-13-01")},
        None,
        r"communes_old\.csv, ligne \d+.*1974-13-01",
    ),
    "commune gone without a word": (
        {"communes": without("38229"), "communes_old": lambda rows: rows},
        None,
        r"Meylan \(38229\)",
    ),
    "missing column": (
        {},
        rewritten("communes.csv", lambda b: b.replace(b"postal_codes", b"cp", 1)),
        r"communes\.csv, ligne 1.*postal_codes",
    ),
    "line cut short": (
        {},
        rewritten("communes.csv", lambda b: b[: b.rindex(b",")]),
        r"communes\.csv, ligne \d+.*colonnes",
    ),
    "not in UTF-8": (
        {},
        rewritten("communes.csv", lambda b: b.decode().encode("latin-1")),
        r"communes\.csv.*UTF-8",
    ),
    "empty file": ({}, rewritten("epcis.csv", lambda b: b[: b.index(b"\n")]), r"epcis\.csv"),
    "no file": ({}, lambda directory: (directory / "regions.csv").unlink(), r"regions\.csv"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_file_is_refused_whole_with_its_line(
    damage: str, geography: None, files: Files
) -> None:
    edits, spoil, message = DAMAGES[damage]
    directory = files(**edits)
    if spoil:
        spoil(directory)
    before = state()
    with pytest.raises(CommandError, match=message):
        call_command("load_territories", directory, "--date", "2027-01-01")
    assert state() == before


def test_every_problem_is_told_at_once(geography: None, files: Files) -> None:
    def spoil(rows: list[CsvRow]) -> list[CsvRow]:
        return [{**row, "population": "?"} for row in rows]

    with pytest.raises(Refused) as refusal:
        load(files(communes=spoil))
    lines = str(refusal.value).splitlines()
    assert len(lines) == 21
    assert "autres problèmes" in lines[-1]


# --- Interrupted ----------------------------------------------------------------------------------


def test_load_that_fails_at_the_end_leaves_the_old_data_whole(
    geography: None, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state()

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(Geography.objects, "update_or_create", fail)
    with pytest.raises(RuntimeError):
        load(files(communes=changing("38185", population="1")), on=NEXT_YEAR)
    assert state() == before


KILLED = """
import os, signal, sys
import django
django.setup()
from datetime import date
from pathlib import Path
from django.conf import settings
from django.db import connection
from territories import loading
connection.settings_dict["NAME"] = sys.argv[1]
def stop():
    print("half-way", flush=True)
    signal.pause()
loading._write_lookup_keys = stop
loading.load(Path(sys.argv[2]), on=date(2027, 1, 1))
"""


@pytest.mark.django_db(transaction=True)
def test_load_killed_half_way_leaves_the_old_data_whole(reduced_files: Path, files: Files) -> None:
    """It is a real process, killed after it has written the territories."""
    load(reduced_files)
    before = state()
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            KILLED,
            str(connection.settings_dict["NAME"]),
            str(files(communes=changing("38185", population="1"))),
        ],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "half-way\n"
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
    time.sleep(0.1)
    assert state() == before
    report = load(files(communes=changing("38185", population="1")), on=NEXT_YEAR)
    assert report.updated == 1


def test_level_of_former_communes_that_left_their_code(geography: None) -> None:
    """They are known by their name only: the code is today's commune's."""
    for former in Territory.objects.filter(level=Level.FORMER):
        assert former.successor is not None
        assert former.successor.code == former.code
