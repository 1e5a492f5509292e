"""An import is taken back: what it made goes, what it changed is put back, unless somebody has
written there since. It goes by structure, in batches that each are a transaction: stopped anywhere,
it goes on from there.

By structure, in batches that each are a transaction: stopped anywhere, it goes on from there.
"""

from __future__ import annotations

import time
from collections import defaultdict
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from audit.models import Action
from audit.services import record
from structures.importing.decisions import LABELS, plain
from structures.models import Consent, ImportLine, ImportRun, Merge, Structure, Support
from structures.models.structure import FormerIdentity

State, Outcome = ImportRun.State, ImportLine.Outcome
BATCH = 500


def undo(run: ImportRun, *, by: Any = None, seconds: float | None = None) -> bool:
    """Goes on with taking back the run, for about that many seconds; returns whether it is over."""
    deadline = None if seconds is None else time.monotonic() + seconds
    begun = ImportRun.objects.filter(
        pk=run.pk, state__in=(State.DONE, State.STOPPED), is_trial=False, is_forgotten=False
    )
    begun.update(state=State.UNDOING, undone_by=by)
    run.refresh_from_db()
    while run.state == State.UNDOING:
        if not _next(run):
            _end(run, by)
        run.refresh_from_db()
        if deadline is not None and time.monotonic() > deadline:
            break
    return run.state != State.UNDOING


@transaction.atomic
def _next(run: ImportRun) -> bool:
    """Takes back the next structures of the run. Returns False when there are no more."""
    ImportRun.objects.select_for_update().get(pk=run.pk)
    run.refresh_from_db()
    lines = ImportLine.objects.filter(run=run, structure_id__gt=run.undo_cursor)
    chosen = lines.order_by("structure_id").values_list("structure_id", flat=True).distinct()
    keys = list(chosen[:BATCH])
    if not keys:
        return False
    of: dict[int, list[ImportLine]] = defaultdict(list)
    touched = ImportLine.objects.filter(run=run, structure_id__in=keys).order_by("-number")
    for line in touched:
        of[line.structure_id].append(line)
    structures = Structure.objects.in_bulk(keys)
    supports = Support.objects.in_bulk(
        {line.support_id for line in touched if line.support_id is not None}
    )
    for key in keys:
        if key in structures:
            _take_back(structures[key], of[key], supports)
    ImportRun.objects.filter(pk=run.pk).update(undo_cursor=keys[-1], moved_at=timezone.now())
    return True


def _take_back(structure: Structure, lines: list[ImportLine], supports: dict[int, Support]) -> None:
    """Takes back the lines of one structure, the last first."""
    is_untouched = structure.revision <= max(line.revision for line in lines)
    for line in lines:
        support = supports.get(line.support_id or 0)
        if support is not None:
            _take_back_support(line, support, lines)
        if line.memory and "structure" in line.memory:
            _put_back(line, structure, line.memory["structure"])
        if line.memory and "former" in line.memory:
            FormerIdentity.objects.filter(pk=line.memory["former"]).delete()
    made = next((line for line in lines if line.made_structure), None)
    if made is None:
        return
    hangs_on_it = (
        Support.objects.filter(structure=structure).exists()
        or Consent.objects.filter(structure=structure).exists()
        or Merge.objects.filter(kept=structure).exists()
        or Merge.objects.filter(absorbed=structure).exists()
    )
    if is_untouched and not hangs_on_it:
        structure.delete()
    else:
        _keep(made, "structure", "fiche gardée\u00a0: on y a écrit depuis l’import")


def _take_back_support(line: ImportLine, support: Support, lines: list[ImportLine]) -> None:
    if line.made_support:
        last = max(other.revision for other in lines if other.support_id == line.support_id)
        if support.story_agreements.exists():
            reason = "accompagnement gardé\u00a0: la structure en a accepté le récit"
            _keep(line, "accompagnement", reason)
        elif support.revision <= last:
            support.delete()
        else:
            _keep(line, "accompagnement", "accompagnement gardé\u00a0: modifié depuis l’import")
    elif line.memory and "support" in line.memory:
        _put_back(line, support, line.memory["support"])


def _put_back(
    line: ImportLine, row: Structure | Support, memory: dict[str, tuple[Any, Any]]
) -> None:
    """Puts back field by field: what somebody changed since stays, and is told."""
    kept: list[str] = []
    written: set[str] = set()
    is_written = False
    for name, (before, after) in memory.items():
        if name == "themes":
            assert isinstance(row, Support)
            if sorted(row.themes.values_list("pk", flat=True)) == after:
                row.themes.set(before)
                is_written = True
            else:
                kept.append(LABELS[name])
            continue
        field = row._meta.get_field(name.removesuffix("_id"))
        if plain(getattr(row, name)) != after:
            kept.append(LABELS.get(name, name))
            continue
        value = date.fromisoformat(before) if before and _is_date(field) else before
        setattr(row, name, value)
        written.add(field.name)
    if written or is_written:
        row.save(update_fields=written)
    if kept:
        _keep(line, ", ".join(kept), "gardé\u00a0: changé depuis l’import")


def _is_date(field: Any) -> bool:
    return bool(field.get_internal_type() == "DateField")


def _keep(line: ImportLine, column: str, reason: str) -> None:
    line.outcome = Outcome.KEPT
    line.remarks = [*(line.remarks or []), [column, reason]]
    line.save(update_fields=["outcome", "remarks"])


@transaction.atomic
def _end(run: ImportRun, by: Any) -> None:
    ended = ImportRun.objects.filter(pk=run.pk, state=State.UNDOING).update(
        state=State.UNDONE, undone_at=timezone.now(), undone_by=F("undone_by")
    )
    if ended:
        kept = ImportLine.objects.filter(run=run, outcome=Outcome.KEPT).count()
        record(
            action=Action.RESTORED,
            by=by,
            target=run,
            detail=f"Import annulé\u00a0; gardées parce que modifiées depuis\u00a0: {kept}.",
        )
