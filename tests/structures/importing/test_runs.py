"""A run from its beginning to its end: tried, interrupted, resumed, told, taken back, forgotten."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.forms import model_to_dict
from django.utils import timezone

from audit.models import Action, Entry
from structures.importing import applying, runs
from structures.importing.reading import examine
from structures.importing.undoing import undo
from structures.models import ConsentText, ImportLine, ImportRun, Revision, Structure, Support
from structures.models.structure import FormerIdentity
from structures.services import record_consent
from territories.loading import load
from tests.factories import StructureFactory, SupportFactory, siret_of
from tests.structures.importing import files
from tests.structures.importing.conftest import Import, report_of

State = ImportRun.State


def many(path: Path, count: int) -> Path:
    return files.rna(
        path, *({"id": f"W38{n:07}", "titre": f"ASSOCIATION {n}"} for n in range(count))
    )


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "BATCH", 3)


# --- Trials and reports ---------------------------------------------------------------------------


def test_a_trial_writes_nothing_and_says_what_would_happen(
    imported: Import, tmp_path: Path, small_batches: None
) -> None:
    known = StructureFactory(rna="W380000001", name="Association d’avant")
    before = (Structure.objects.count(), Revision.objects.get().number)
    path = files.rna(
        tmp_path / "rna.csv",
        *({"id": f"W38{n:07}", "titre": f"ASSOCIATION {n}"} for n in range(5)),
        {"id": "W380000000", "titre": "ASSOCIATION 0"},
        {"id": "faux"},
    )
    run = imported(path, "rna", is_trial=True)

    assert (run.created, run.updated, run.unchanged, run.refused) == (4, 1, 1, 1)
    assert (Structure.objects.count(), Revision.objects.get().number) == before
    known.refresh_from_db()
    assert known.name == "Association d’avant"
    assert "même structure que la ligne 2" in report_of(run)[-2][3]
    assert not Entry.objects.filter(action=Action.IMPORTED).exists()


def test_an_import_leaves_a_trace(imported: Import, tmp_path: Path) -> None:
    imported(many(tmp_path / "rna.csv", 2), "rna")

    entry = Entry.objects.get(action=Action.IMPORTED)
    assert (entry.target_label, entry.detail) == ("rna.csv", "2 créées")


def test_the_command_reports_each_line_and_fails_where_one_was_refused(
    geography: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = files.rna(tmp_path / "rna.csv", {}, {"id": "faux"})
    report = tmp_path / "report.csv"
    with pytest.raises(SystemExit) as exit_:
        call_command("import_structures", path, format="rna", report=str(report))

    assert exit_.value.code == 1
    assert report.read_text(encoding="utf-8").splitlines() == [
        "ligne;resultat;colonne;motif",
        "2;créée;;",
        "3;refusée;id;le numéro RNA FAUX n’est pas valide",
    ]
    assert "1 créée, 1 refusée" in capsys.readouterr().out
    assert Structure.objects.count() == 1


def test_the_command_ends_well_where_nothing_was_refused(geography: None, tmp_path: Path) -> None:
    call_command("import_structures", files.rna(tmp_path / "a.csv", {}), format="rna", verbosity=0)
    assert Structure.objects.count() == 1


def test_the_command_takes_columns_and_constants(geography: None, tmp_path: Path) -> None:
    path = files.workbook(tmp_path / "f.xlsx", ["Qui", "Où"], ["A", "Grenoble"])
    call_command(
        "import_structures",
        path,
        format="reseau",
        column=["Qui=name", "Où=commune"],
        constant=["year=2025"],
        verbosity=0,
    )
    assert Support.objects.get().structure.commune_id == "commune-38185"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"format": "reseau", "column": ["Nulle=name"]}, "Pas de colonne"),
        ({"format": "reseau", "column": ["Qui=couleur"]}, "Champ inconnu"),
        ({"format": "reseau", "constant": ["name=A"]}, "Champ inconnu"),
        ({"format": "reseau"}, "quelle colonne contient le nom"),
        ({"format": "rna", "constant": ["year=2025"]}, "reseau"),
        ({"format": "rna"}, "il y manque"),
        ({}, "format"),
    ],
)
def test_the_command_says_what_to_do(
    geography: None, tmp_path: Path, options: dict[str, Any], said: str
) -> None:
    path = files.workbook(tmp_path / "f.xlsx", ["Qui", "Couleur"], ["A", "bleu"])
    with pytest.raises(CommandError, match=said):
        call_command("import_structures", path, verbosity=0, **options)
    assert not Structure.objects.exists()


def test_a_file_that_is_not_there(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="illisible"):
        call_command("import_structures", tmp_path / "nulle-part.csv", format="rna")


def test_what_the_database_refuses_is_found_among_the_others(
    imported: Import, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever our checks forgot costs one line, not the file."""
    monkeypatch.setattr(applying.Batch, "_check", lambda *args: None)
    run = imported(
        files.rna(
            tmp_path / "rna.csv",
            {"id": "W380000001"},
            {"id": "W380000002", "position": "D", "date_disso": "1901-01-01"},
            {"id": "W380000003"},
        ),
        "rna",
    )

    assert (run.state, run.created, run.refused) == (State.DONE, 2, 1)
    assert [row[0] for row in report_of(run) if row[1] == "refusée"] == ["3"]


# --- Interrupted ----------------------------------------------------------------------------------


def test_a_run_goes_on_where_it_was_stopped(
    geography: None, tmp_path: Path, small_batches: None
) -> None:
    path = many(tmp_path / "rna.csv", 10)
    source = examine(path)
    run = runs.begin(source=source, file_name="rna.csv", format="rna")
    assert not runs.advance(run, source, seconds=0)
    assert (run.cursor, run.state) == (3, State.RUNNING)
    assert Structure.objects.count() == 3

    again = runs.begin(source=source, file_name="rna.csv", format="rna")
    assert again == run
    assert runs.advance(again, source)
    assert (again.created, again.unchanged, again.cursor) == (10, 0, 10)
    assert [row[0] for row in report_of(again)] == [str(n) for n in range(2, 12)]


def test_two_processes_do_not_write_the_same_lines(
    geography: None, tmp_path: Path, small_batches: None
) -> None:
    source = examine(many(tmp_path / "rna.csv", 10))
    run = runs.begin(source=source, file_name="rna.csv", format="rna")
    other = ImportRun.objects.get(pk=run.pk)
    runs.advance(other, source, seconds=0)

    with pytest.raises(runs.MovedElsewhere):
        runs.advance(run, source)
    assert Structure.objects.count() == 3


def test_an_open_quote_stops_the_run_and_keeps_what_came_before(
    imported: Import, tmp_path: Path, small_batches: None
) -> None:
    path = many(tmp_path / "rna.csv", 4)
    path.write_bytes(path.read_bytes() + b'"W380000009";"jamais\n' + b"x\n" * 90_000)
    run = imported(path, "rna")

    assert run.state == State.STOPPED
    assert "Ligne 6" in run.problem
    assert Structure.objects.count() == 3
    assert run.can_be_undone


KILLED = """
import os, signal, sys
import django
django.setup()
from django.core.management import call_command
from django.db import connection
from structures.importing import applying, runs
connection.settings_dict["NAME"] = sys.argv[1]
runs.BATCH = 50
whole = applying.Batch.write
written = 0
def write(self):
    global written
    whole(self)
    written += 1
    if written == 3:
        # Half-way: two batches are there, the third is written but not committed.
        os.kill(os.getpid(), signal.SIGKILL)
applying.Batch.write = write
call_command("import_structures", sys.argv[2], format="rna", verbosity=0)
"""


@pytest.mark.django_db(transaction=True)
def test_killed_half_way_it_loses_nothing_doubles_nothing_and_resumes(
    reduced_files: Path, tmp_path: Path
) -> None:
    load(reduced_files)
    path = many(tmp_path / "rna.csv", 230)
    process = subprocess.run(
        [sys.executable, "-c", KILLED, str(connection.settings_dict["NAME"]), str(path)],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert process.returncode == -signal.SIGKILL, process.stderr.decode()
    run = ImportRun.objects.get()
    assert (run.state, run.cursor, run.created) == (State.RUNNING, 100, 100)
    assert Structure.objects.count() == ImportLine.objects.count() == 100

    call_command("import_structures", path, format="rna", verbosity=0)

    run.refresh_from_db()
    assert (run.state, run.created, run.unchanged) == (State.DONE, 230, 0)
    assert Structure.objects.count() == 230
    assert Structure.objects.values("rna").distinct().count() == 230
    numbers = ImportLine.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(2, 232))


# --- Taken back -----------------------------------------------------------------------------------


def sheet(path: Path, *rows: list[Any]) -> Path:
    return files.workbook(
        path, ["Nom", "Siret", "Commune", "Mail", "Année", "Étape", "Thématiques"], *rows
    )


def test_undoing_takes_back_what_was_made_and_changed(imported: Import, tmp_path: Path) -> None:
    known = StructureFactory(
        name="Avant", siret=siret_of(1), email="avant@exemple.fr", commune_id="commune-38185"
    )
    support = SupportFactory(structure=known, year=2024, phase=1)
    before = model_to_dict(known)
    run = imported(
        sheet(
            tmp_path / "f.xlsx",
            ["Après", siret_of(1), "Lyon", "apres@exemple.fr", 2024, "Suivi", "Gouvernance"],
            ["Après", siret_of(1), "Lyon", "apres@exemple.fr", 2025, "Accueil", None],
            ["Nouvelle", siret_of(2), "Grenoble", None, 2025, "Accueil", None],
        ),
        "reseau",
    )
    assert (run.created, run.updated) == (2, 1), report_of(run)
    assert Support.objects.count() == 3
    assert FormerIdentity.objects.count() == 1

    assert undo(run)

    assert run.state == State.UNDONE
    assert model_to_dict(Structure.objects.get()) == before
    support.refresh_from_db()
    assert (support.phase, support.themes.count()) == (1, 0)
    assert Support.objects.get() == support
    assert not FormerIdentity.objects.exists()
    assert not run.can_be_undone


def test_undoing_keeps_what_somebody_wrote_since(imported: Import, tmp_path: Path) -> None:
    known = StructureFactory(name="Connue", siret=siret_of(1), email="avant@exemple.fr")
    run = imported(
        sheet(
            tmp_path / "f.xlsx",
            ["Connue", siret_of(1), "Grenoble", "importe@exemple.fr", None, None, None],
            ["Publique depuis", siret_of(2), "Grenoble", None, None, None, None],
            ["Suivie depuis", siret_of(3), "Grenoble", None, None, None, None],
            ["Intacte", siret_of(4), "Grenoble", None, None, None, None],
        ),
        "reseau",
    )
    known.refresh_from_db()
    known.email = "depuis@exemple.fr"
    known.save()
    record_consent(
        structure=Structure.objects.get(siret=siret_of(2)),
        text=ConsentText.objects.latest("pk"),
        given_by="La présidence",
        given_on=timezone.localdate(),
        by=None,
    )
    SupportFactory(structure=Structure.objects.get(siret=siret_of(3)))
    undo(run)

    known.refresh_from_db()
    assert (known.email, known.commune) == ("depuis@exemple.fr", None)
    assert sorted(Structure.objects.values_list("name", flat=True)) == [
        "Connue",
        "Publique depuis",
        "Suivie depuis",
    ]
    kept = [(row[0], row[2]) for row in report_of(run) if row[1].startswith("gardée")]
    assert kept == [("2", "Courriel"), ("3", "structure"), ("4", "structure")]


def test_undoing_can_be_stopped_and_goes_on(
    imported: Import, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = imported(many(tmp_path / "rna.csv", 10), "rna")
    monkeypatch.setattr("structures.importing.undoing.BATCH", 4)

    assert not undo(run, seconds=0)
    assert (run.state, Structure.objects.count()) == (State.UNDOING, 6)
    call_command("import_structures", undo=run.pk)

    run.refresh_from_db()
    assert (run.state, Structure.objects.count()) == (State.UNDONE, 0)
    assert Entry.objects.filter(action=Action.RESTORED).count() == 1


def test_a_trial_is_not_undone(imported: Import, tmp_path: Path) -> None:
    run = imported(many(tmp_path / "rna.csv", 2), "rna", is_trial=True)

    with pytest.raises(CommandError, match="ne peut pas"):
        call_command("import_structures", undo=run.pk)


# --- Forgotten ------------------------------------------------------------------------------------


def test_lines_are_forgotten_with_time(imported: Import, tmp_path: Path) -> None:
    old = imported(many(tmp_path / "a.csv", 3), "rna")
    recent = imported(files.rna(tmp_path / "b.csv", {}), "rna")
    long_ago = timezone.now() - timedelta(days=91)
    ImportRun.objects.filter(pk=old.pk).update(started_at=long_ago)
    interrupted = ImportRun.objects.create(
        format="rna", file_name="c.csv", fingerprint="0" * 64, started_at=long_ago
    )

    assert runs.purge() == 2
    assert set(ImportLine.objects.values_list("run_id", flat=True)) == {recent.pk}
    old.refresh_from_db()
    interrupted.refresh_from_db()
    assert not old.can_be_undone
    assert interrupted.state == State.STOPPED
    assert Structure.objects.count() == 4
    assert runs.purge() == 0
