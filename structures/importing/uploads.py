"""Files that are given on screen are kept privately until their run ends, and tried before they
write."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from media.storage import NotStored, reason_of
from structures.importing import network, official
from structures.importing.reading import FileRefused, Source, examine
from structures.models import ImportRun

LARGEST = 60 << 20
# A workbook is turned into a CSV while the person waits.
MOST_ROWS_OF_WORKBOOK = 40_000
SAMPLES = 3
State = ImportRun.State


def receive(*, file: UploadedFile, by: Any) -> ImportRun:
    """Returns a trial to be prepared: nothing of the file is read into the register yet. Raises
    FileRefused, with a sentence for the person."""
    if (file.size or 0) > LARGEST:
        raise FileRefused(
            f"Ce fichier dépasse {LARGEST >> 20} Mo\u00a0: partagez-le en plusieurs, ou confiez-le "
            "à l’équipe technique (commande import_structures)."
        )
    try:
        return _prepared(file, by)
    except NotStored as refusal:
        raise FileRefused(str(refusal)) from refusal
    except OSError as error:
        raise FileRefused(reason_of(error)) from error


@transaction.atomic
def _prepared(file: UploadedFile, by: Any) -> ImportRun:
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder) / "given"
        with given.open("wb") as copy:
            for chunk in file.chunks():
                copy.write(chunk)
        source = examine(given)
        if source.is_workbook:
            source = _as_csv(source, Path(folder) / "converted.csv")
        with closing(source.table()) as table:
            headings = table.headings
        format = official.guess(headings)
        with source.path.open("rb") as content:
            return ImportRun.objects.create(
                format=format,
                file_name=Path(file.name or "fichier").name[:255],
                fingerprint=source.fingerprint,
                mapping=network.propose(headings) if format == "reseau" else {},
                upload=File(content, name=f"{source.fingerprint}.csv"),
                is_trial=True,
                state=State.PREPARED,
                rows=source.rows,
                started_by=by,
            )


def _as_csv(source: Source, path: Path) -> Source:
    """Writes a workbook as a CSV, each line on its own: reading it again for each slice would take
    minutes."""
    if source.rows > MOST_ROWS_OF_WORKBOOK:
        raise FileRefused(
            f"Ce classeur a plus de {MOST_ROWS_OF_WORKBOOK} lignes\u00a0: enregistrez-le en CSV."
        )
    with path.open("w", encoding="utf-8-sig", newline="") as file, closing(source.table()) as table:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        file.write("\n" * (table.heading_line - 1))
        writer.writerow(table.headings)
        written = table.heading_line
        for row in table:
            file.write("\n" * (row.number - written - 1))
            writer.writerow([" ".join(cell.split()) for cell in row.cells])
            written = row.number
    # The file is known by what was given, not by what it was turned into.
    return replace(examine(path), fingerprint=source.fingerprint)


@contextmanager
def source_of(run: ImportRun) -> Iterator[Source]:
    """Yields the file of a run, wherever private files are kept. Raises FileRefused when it is
    gone."""
    if not run.upload:
        raise FileRefused("Le fichier de cet import n’est plus là\u00a0: donnez-le à nouveau.")
    try:
        path = Path(run.upload.path)
    except NotImplementedError:
        with tempfile.NamedTemporaryFile() as copy, run.upload.open("rb") as content:
            for chunk in content.chunks():
                copy.write(chunk)
            copy.flush()
            yield examine(Path(copy.name))
        return
    if not path.exists():
        raise FileRefused("Le fichier de cet import n’est plus là\u00a0: donnez-le à nouveau.")
    yield examine(path)


def first_lines(run: ImportRun) -> tuple[list[str], list[list[str]]]:
    """Returns the headings, and some values of each column that show what it holds."""
    with source_of(run) as source, closing(source.table()) as table:
        headings = table.headings
        samples: list[list[str]] = [[] for _ in headings]
        for _, row in zip(range(50), table, strict=False):
            for values, cell in zip(samples, row.cells, strict=False):
                said = " ".join(cell.split())[:60]
                if said and said not in values and len(values) < SAMPLES:
                    values.append(said)
    return headings, samples


@transaction.atomic
def try_out(run: ImportRun, *, format: str, mapping: Mapping[str, Any]) -> None:
    """Begins the trial of a prepared run."""
    prepared = ImportRun.objects.filter(pk=run.pk, state=State.PREPARED)
    prepared.update(format=format, mapping=dict(mapping), state=State.RUNNING)
    run.refresh_from_db()


@transaction.atomic
def prepare_again(run: ImportRun) -> ImportRun:
    """Returns another trial of the same file, with other columns."""
    return _follow(run, is_trial=True, state=State.PREPARED)


@transaction.atomic
def write_for_good(run: ImportRun) -> ImportRun:
    """Returns the run that writes, after its trial."""
    return _follow(run, is_trial=False, state=State.RUNNING)


def _follow(trial: ImportRun, *, is_trial: bool, state: str) -> ImportRun:
    """Returns the next run of a trial's file, which is handed over."""
    locked = ImportRun.objects.select_for_update().get(pk=trial.pk)
    name = locked.upload.name
    if not name:
        raise FileRefused("Ce fichier a déjà été importé après cet essai.")
    ImportRun.objects.filter(pk=trial.pk).update(upload="")
    return ImportRun.objects.create(
        format=locked.format,
        file_name=locked.file_name,
        fingerprint=locked.fingerprint,
        mapping=locked.mapping,
        upload=name,
        is_trial=is_trial,
        state=state,
        rows=locked.rows,
        started_by=locked.started_by,
    )
