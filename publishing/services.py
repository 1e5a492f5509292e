"""The moves of the publishing life. Each is one transaction and leaves a version with its author.

Whether the person may make the move is the caller's question (`publishing.admin`). What a person
asks for, they ask of what they were shown: `expected` is the key of the newest version then, and a
move is refused (`SavedMeanwhile`) if there is another one since. Nothing that is scheduled goes
without being told of: see `Schedule`.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any, TypeVar

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from audit.models import Action as Act
from audit.services import record
from publishing.models import PublicationBase, Publishable, Status, VersionBase
from publishing.snapshots import Reach
from publishing.standing import Standing

Action = VersionBase.Action
P = TypeVar("P", bound=Publishable)


class Schedule(models.TextChoices):
    """What becomes of a publication that is scheduled when another one is made at once."""

    KEEP = "keep", "la garder"
    DROP = "drop", "l’annuler"


class SavedMeanwhile(Exception):
    """Somebody saved, or made a move, after what this one is asked of was shown."""


class ScheduleUndecided(Exception):
    """Something is scheduled, and whoever publishes at once did not say what becomes of it; or
    they did, and nothing is scheduled any more."""


def _locked(working: P, expected: int | None = None) -> P:
    """Returns the row, held until the end of the transaction: two moves at once happen one by
    one."""
    locked = type(working)._default_manager.select_for_update().get(pk=working.pk)
    if expected is not None:
        newest = locked.versions.values_list("pk", flat=True).first()
        if newest != expected:
            raise SavedMeanwhile
    return locked


def _record(
    working: Publishable,
    *,
    by: AbstractBaseUser | None,
    action: str,
    note: str,
    data: dict[str, Any] | None = None,
) -> Any:
    """Writes a version: of the working copy, unless other `data` are given."""
    # The admin tells of saves: it knows what was changed.
    if action == Action.FIXED:
        record(action=Act.PUBLISHED, by=by, target=working, detail=str(Action.FIXED.label))
    elif action != Action.SAVED:
        record(action=Act(action), by=by, target=working)
    return working.versions.create(
        data=working.snapshot() if data is None else data,
        created_by=by,
        action=action,
        note=note[:300],
    )


def _move(working: Publishable, *, by: AbstractBaseUser | None, status: str) -> None:
    working.status = status
    working.changed_by = by  # type: ignore[assignment]  # AUTH_USER_MODEL is not known on floor 0
    working.revision += 1
    working.save(update_fields=["status", "changed_by", "changed_at", "revision"])


def _with_fate(note: str, scheduled: Any, fate: str) -> str:
    """Returns the note, and what became of what was scheduled, which the history must tell."""
    if scheduled is None:
        return note
    when = timezone.localtime(scheduled.live_from)
    sentence = f"Programmation du {when:%d/%m/%Y à %H:%M} {fate}."
    return f"{note[: 299 - len(sentence)]} {sentence}".strip()


@transaction.atomic
def record_save(
    *, working: P, by: AbstractBaseUser | None, action: str = Action.SAVED, note: str = ""
) -> Any:
    """Writes a version after the working copy and its children were written, and goes back to
    draft.

    Nothing is recorded when nothing changed since the last version.
    """
    locked = _locked(working)
    last = locked.versions.written().first()
    if last is not None and last.data == locked.snapshot():
        return last
    if locked.status != Status.REVIEW:
        locked.status = Status.DRAFT
    _move(locked, by=by, status=locked.status)
    working.status, working.revision = locked.status, locked.revision
    return _record(locked, by=by, action=action, note=note)


@transaction.atomic
def submit(
    *, working: P, by: AbstractBaseUser, note: str = "", expected: int | None = None
) -> None:
    """Proposes the working copy to whoever may publish it."""
    locked = _locked(working, expected)
    _move(locked, by=by, status=Status.REVIEW)
    _record(locked, by=by, action=Action.SUBMITTED, note=note)


@transaction.atomic
def return_to_draft(
    *, working: P, by: AbstractBaseUser, note: str = "", expected: int | None = None
) -> None:
    """Sends a proposal back to its author, with what is to be changed."""
    locked = _locked(working, expected)
    _move(locked, by=by, status=Status.DRAFT)
    _record(locked, by=by, action=Action.RETURNED, note=note)


@transaction.atomic
def publish(
    *,
    working: P,
    by: AbstractBaseUser | None,
    at: datetime | None = None,
    note: str = "",
    expected: int | None = None,
    schedule: Schedule | None = None,
) -> PublicationBase:
    """Freezes the working copy: readers get it from `at` (now by default) on.

    The present publication ends when this one starts. One that is scheduled is replaced by another
    date; before publishing at once, `schedule` says what becomes of it: kept, it still starts at
    its hour, and ends this one. Once it has come, what was said of it is said of nothing, and what
    readers get is no longer what was shown.

    Raises ValidationError, with French sentences, when something is missing; ScheduleUndecided;
    SavedMeanwhile.
    """
    locked = _locked(working, expected)
    now = timezone.now()
    start = max(at, now) if at else now
    scheduled = Standing(locked, now).scheduled
    if start == now and (scheduled is not None) is not (schedule is not None):
        raise ScheduleUndecided
    if missing := locked.missing_for_publication():
        raise ValidationError(missing)
    keeps = scheduled is not None and start == now and schedule == Schedule.KEEP
    _forget_day(locked, scheduled, now)
    if locked.published_on is None:
        locked.published_on = timezone.localdate(start)
    locked.save(update_fields=["published_on"])
    if scheduled is not None and not keeps:
        note = _with_fate(note, scheduled, "remplacée" if start > now else "annulée")
        scheduled.delete()
    action = Action.SCHEDULED if start > now else Action.PUBLISHED
    version = _record(locked, by=by, action=action, note=note)
    publication = _start(locked, version, start=start, now=now, then=scheduled if keeps else None)
    _move(locked, by=by, status=Status.PUBLISHED)
    working.refresh_from_db()
    return publication


def _start(
    locked: Publishable, version: Any, *, start: datetime, now: datetime, then: Any
) -> PublicationBase:
    """Returns the publication of that version, from `start` until `then` (one that stays
    scheduled)."""
    locked.publications.live(now).update(live_until=start)
    publication = locked.freeze(version.data)
    publication.version = version  # type: ignore[attr-defined]  # the concrete model's
    publication.live_from = start
    publication.live_until = then.live_from if then is not None else None
    publication.set_rank()
    publication.save()
    publication.attach(version.data)
    if then is not None:
        then.save(update_fields=then.set_rank())
    return publication


def _forget_day(locked: Publishable, scheduled: Any, now: datetime) -> None:
    """Forgets the day that readers would have read of a first publication, which goes with its
    schedule."""
    if (
        scheduled is not None
        and locked.published_on == timezone.localdate(scheduled.live_from)
        and not locked.publications.filter(live_from__lte=now).exists()
    ):
        locked.published_on = None


@transaction.atomic
def publish_fix(
    *, working: P, by: AbstractBaseUser, note: str = "", expected: int | None = None
) -> PublicationBase:
    """Publishes at once what was corrected since the scheduled version was written, and nothing of
    that version (`Standing.fix`). It comes at its hour all the same; the working copy stays as it
    is.

    Raises ValidationError when there is nothing of the kind, or something is missing in it.
    """
    locked = _locked(working, expected)
    standing = Standing(locked)
    if not standing.has_fix:
        raise ValidationError(
            "Il n’y a pas de correction à publier seule\u00a0: rien n’est programmé, ou ce qui est "
            "en ligne la contient déjà."
        )
    assert standing.fix is not None
    data = standing.fix.data
    if missing := _missing_of(locked, data):
        raise ValidationError(missing)
    note = _with_fate(note, standing.scheduled, "gardée")
    version = _record(locked, by=by, action=Action.FIXED, note=note, data=data)
    publication = _start(
        locked, version, start=standing.now, now=standing.now, then=standing.scheduled
    )
    _move(locked, by=by, status=locked.status)
    working.refresh_from_db()
    return publication


def _missing_of(locked: P, data: dict[str, Any]) -> list[str]:
    """Returns what publication requires of that snapshot, asked of the rows that it would be: they
    are put there for the question alone."""
    with transaction.atomic():
        other = type(locked)._default_manager.get(pk=locked.pk)
        gone = other.restore_from(data)
        missing = type(locked)._default_manager.get(pk=locked.pk).missing_for_publication()
        transaction.set_rollback(True)
    return missing + [f"N’existe plus\u00a0: {words}." for words in gone]


@transaction.atomic
def carry_fix(
    *, working: P, by: AbstractBaseUser, note: str = "", expected: int | None = None
) -> PublicationBase:
    """Puts into the scheduled version what was corrected online since it was written; its hour
    stays. It becomes the working copy.

    Raises ValidationError where that cannot be done without guessing (`Standing.can_carry`).
    """
    locked = _locked(working, expected)
    standing = Standing(locked)
    if not standing.can_carry:
        raise ValidationError(
            "La correction ne peut pas être reportée d’un clic\u00a0: reprenez le texte programmé, "
            "corrigez-le, puis reprogrammez."
        )
    assert standing.carried is not None
    start = standing.scheduled.live_from
    if gone := locked.restore_from(standing.carried.data):
        raise ValidationError([f"N’existe plus\u00a0: {words}." for words in gone])
    locked.save()
    note = note or "Correction reportée dans la version programmée."
    return publish(working=working, by=by, at=start, note=note)


@transaction.atomic
def unschedule(
    *, working: P, by: AbstractBaseUser, note: str = "", expected: int | None = None
) -> None:
    """Drops the planned publication; what readers see now stays."""
    locked = _locked(working, expected)
    now = timezone.now()
    scheduled = Standing(locked, now).scheduled
    if scheduled is not None:
        _forget_day(locked, scheduled, now)
        locked.save(update_fields=["published_on"])
        note = _with_fate(note, scheduled, "annulée")
        scheduled.delete()
    locked.publications.live(now).update(live_until=None)
    _move(locked, by=by, status=Status.DRAFT)
    _record(locked, by=by, action=Action.UNSCHEDULED, note=note)


@transaction.atomic
def archive(
    *, working: P, by: AbstractBaseUser, note: str = "", expected: int | None = None
) -> None:
    """Readers no longer see it, under any address, from now on; nothing that was scheduled comes.
    Everything is kept."""
    locked = _locked(working, expected)
    now = timezone.now()
    scheduled = Standing(locked, now).scheduled
    if scheduled is not None:
        note = _with_fate(note, scheduled, "annulée")
        scheduled.delete()
    locked.publications.live(now).update(live_until=now)
    _move(locked, by=by, status=Status.ARCHIVED)
    _record(locked, by=by, action=Action.ARCHIVED, note=note)


@transaction.atomic
def reopen(
    *, working: P, by: AbstractBaseUser, note: str = "", expected: int | None = None
) -> None:
    """Takes it out of the archives, as a draft."""
    locked = _locked(working, expected)
    _move(locked, by=by, status=Status.DRAFT)
    _record(locked, by=by, action=Action.REOPENED, note=note)


@transaction.atomic
def restore(
    *,
    working: P,
    version: VersionBase,
    by: AbstractBaseUser,
    note: str = "",
    expected: int | None = None,
) -> list[str]:
    """Makes an old version the working copy again, but for what this person may not point at: a
    version that somebody else wrote attaches nothing for them. Returns what could not come back.
    What is published and what is scheduled stay as they are."""
    locked = _locked(working, expected)
    gone = locked.restore_from(version.data, reach=Reach(by, locked.pointed_at()))
    _move(locked, by=by, status=Status.DRAFT)
    words = f"Retour à : {version}"
    _record(locked, by=by, action=Action.RESTORED, note=f"{note} ({words})" if note else words)
    return gone


@transaction.atomic
def take_up_online(
    *, working: P, by: AbstractBaseUser, note: str = "", expected: int | None = None
) -> list[str]:
    """Makes what readers get now the working copy again, to correct it; raises ValidationError
    where they get nothing."""
    locked = _locked(working, expected)
    online = Standing(locked).online
    if online is None:
        raise ValidationError("Rien n’est en ligne.")
    return restore(working=working, version=online.version, by=by, note=note)


@transaction.atomic
def new_preview_key(*, working: P) -> str:
    """Makes a new secret for the preview links: those given before no longer open."""
    locked = _locked(working)
    locked.preview_key = secrets.token_hex(16)
    locked.save(update_fields=["preview_key"])
    return locked.preview_key
