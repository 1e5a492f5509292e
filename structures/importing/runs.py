"""An import from its first line to its last: it is begun, advanced by batches, resumed, told.

A batch of lines is one transaction, which writes its rows, its report and how far the run has come:
a process that is killed loses and doubles nothing, and the next one goes on from there.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DataError, IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts.scope import Scope
from audit.models import Action
from audit.services import record
from structures.importing import network, official
from structures.importing.applying import Batch
from structures.importing.communes import Communes
from structures.importing.drafts import Draft
from structures.importing.reading import FileRefused, FileRow, Source, is_broken
from structures.models import ImportLine, ImportRun, Revision

logger = logging.getLogger(__name__)

BATCH = 2_000
PURGED_AT_ONCE = 10_000
State, Outcome = ImportRun.State, ImportLine.Outcome
COUNTERS = {
    Outcome.CREATED: "created",
    Outcome.UPDATED: "updated",
    Outcome.UNCHANGED: "unchanged",
    Outcome.REFUSED: "refused",
    Outcome.LEFT_OUT: "left_out",
}


class MovedElsewhere(Exception):
    """Another process is going through the same run."""


def begin(
    *,
    source: Source,
    file_name: str,
    format: str,
    mapping: Mapping[str, Any] | None = None,
    is_trial: bool = False,
    by: Any = None,
    anew: bool = False,
) -> ImportRun:
    """Returns a run of that file; the one that was interrupted, if there is one, unless `anew`. A
    trial (dry run) writes nothing but its own report.

    A trial (dry run) writes nothing but its own report.
    """
    said = dict(mapping or {})
    known = ImportRun.objects.filter(
        fingerprint=source.fingerprint, format=format, is_trial=is_trial, started_by=by
    )
    interrupted = known.filter(state=State.RUNNING, mapping=said).order_by("-pk").first()
    if interrupted is not None and not anew:
        return interrupted
    return ImportRun.objects.create(
        format=format,
        file_name=Path(file_name).name[:255],
        fingerprint=source.fingerprint,
        mapping=said,
        is_trial=is_trial,
        rows=source.rows,
        started_by=by,
    )


def advance(
    run: ImportRun,
    source: Source,
    *,
    reach: Scope | None = None,
    seconds: float | None = None,
    on_batch: Callable[[ImportRun], None] | None = None,
    communes: Communes | None = None,
) -> bool:
    """Goes on with the run until its end, or for about that many seconds; returns whether it is
    over.

    Raises MovedElsewhere. A file that cannot be read further stops the run, which says why; what
    was written before stays, and can be undone.
    """
    deadline = None if seconds is None else time.monotonic() + seconds
    communes = communes or Communes()
    try:
        with closing(source.table()) as table:
            lines = _Lines(run, source, reader_of(run, table.headings, communes), communes, reach)
            rows = islice(table, run.cursor, None)
            while batch := list(islice(rows, BATCH)):
                lines.write(batch)
                if on_batch:
                    on_batch(run)
                if deadline is not None and time.monotonic() > deadline:
                    return False
    except FileRefused as refusal:
        _end(run, State.STOPPED, str(refusal))
        return True
    _end(run, State.DONE)
    return True


def reader_of(
    run: ImportRun, headings: list[str], communes: Communes
) -> Callable[[FileRow], Draft]:
    """Returns what makes a draft of a row of that file. Raises FileRefused."""
    if run.format == ImportRun.Format.NETWORK:
        return network.reader(headings, communes, run.mapping)
    return official.READERS[run.format](headings, communes)


class _Lines:
    """Writes batches of lines, each in its own transaction."""

    def __init__(
        self,
        run: ImportRun,
        source: Source,
        read: Callable[[FileRow], Draft],
        communes: Communes,
        reach: Scope | None,
    ) -> None:
        self.run, self.source, self.read = run, source, read
        self.communes, self.reach = communes, reach

    def write(self, rows: list[FileRow]) -> None:
        run = self.run
        counts: Counter[str] = Counter()
        with transaction.atomic():
            here = ImportRun.objects.filter(pk=run.pk, cursor=run.cursor, state=State.RUNNING)
            # This waits for whoever goes through the same run, then finds that it has moved.
            if not here.update(cursor=F("cursor") + len(rows), moved_at=timezone.now()):
                raise MovedElsewhere
            if not run.is_trial:
                # From here on nobody else writes structures: what is read now stays so.
                Revision.objects.select_for_update().get(pk=1)
            self._apply(rows, counts)
            ImportRun.objects.filter(pk=run.pk).update(
                **{name: F(name) + count for name, count in counts.items()}
            )
        run.refresh_from_db()

    def _apply(
        self, rows: list[FileRow], counts: Counter[str], *, is_hopeless: bool = False
    ) -> None:
        """Applies a batch. What the database refuses is looked for by halves, down to the line."""
        drafts = [self._draft(row) for row in rows]
        if is_hopeless:
            drafts[0].refuse("", "la base refuse cette ligne\u00a0: signalez-le à l’équipe")
        try:
            with transaction.atomic():
                batch = Batch(self.run, drafts, self.communes, self.reach)
                batch.write()
        except (IntegrityError, DataError):
            logger.exception("Import %s: the database refuses lines", self.run.pk)
            if is_hopeless:
                raise
            middle = len(rows) // 2
            if not middle:
                self._apply(rows, counts, is_hopeless=True)
            else:
                self._apply(rows[:middle], counts)
                self._apply(rows[middle:], counts)
            return
        counts.update(COUNTERS[decision.outcome] for decision in batch.decisions)

    def _draft(self, row: FileRow) -> Draft:
        if self.source.may_be_broken and is_broken(row):
            return Draft(row.number).refuse(
                "", "caractères illisibles\u00a0: enregistrez le fichier en CSV UTF-8"
            )
        return self.read(row)


def _end(run: ImportRun, state: str, problem: str = "") -> None:
    with transaction.atomic():
        ended = ImportRun.objects.filter(pk=run.pk, state=State.RUNNING).update(
            state=state, problem=problem, rows=F("cursor"), ended_at=timezone.now()
        )
        if ended and not run.is_trial:
            run.refresh_from_db()
            record(action=Action.IMPORTED, by=run.started_by, target=run, detail=summary(run))
    run.refresh_from_db()


def summary(run: ImportRun) -> str:
    """Returns "12 créées, 3 modifiées, 1 inchangée"."""
    said = []
    for count, one, several in (
        (run.created, "créée", "créées"),
        (run.updated, "modifiée", "modifiées"),
        (run.unchanged, "inchangée", "inchangées"),
        (run.refused, "refusée", "refusées"),
        (run.left_out, "écartée", "écartées"),
    ):
        if count:
            said.append(f"{count} {one if count == 1 else several}")
    return ", ".join(said) or "aucune ligne"


REPORT = ("ligne", "resultat", "colonne", "motif")


def report(run: ImportRun, *outcomes: str) -> Iterator[tuple[str, str, str, str]]:
    """Yields each line of the file with what became of it, as in `REPORT`: a row for each
    remark."""
    lines = ImportLine.objects.filter(run=run).order_by("number")
    if outcomes:
        lines = lines.filter(outcome__in=outcomes)
    for number, outcome, remarks in lines.values_list("number", "outcome", "remarks").iterator(
        chunk_size=BATCH
    ):
        for column, reason in remarks or [("", "")]:
            yield str(number), Outcome(outcome).label, column, reason


def purge(*, now: datetime | None = None) -> int:
    """Forgets the lines of runs that are older than IMPORT_DAYS, and files that nobody went on
    with; returns how many runs. It is safe to run at once from two machines."""
    limit = (now or timezone.now()) - timedelta(days=settings.IMPORT_DAYS)
    old = ImportRun.objects.filter(is_forgotten=False, started_at__lt=limit)
    count = 0
    for run in old.exclude(state=State.UNDOING):
        lines = ImportLine.objects.filter(run=run)
        while numbers := list(lines.values_list("pk", flat=True)[:PURGED_AT_ONCE]):
            lines.filter(pk__in=numbers).delete()
        drop_upload(run)
        ended = ImportRun.objects.filter(pk=run.pk, state__in=(State.PREPARED, State.RUNNING))
        ended.update(state=State.STOPPED, problem="Abandonné\u00a0: trop ancien pour reprendre.")
        count += ImportRun.objects.filter(pk=run.pk).update(is_forgotten=True)
    return count


def drop_upload(run: ImportRun) -> None:
    if run.upload:
        run.upload.delete(save=False)
        ImportRun.objects.filter(pk=run.pk).update(upload="")
