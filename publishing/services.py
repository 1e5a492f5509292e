"""The moves of the publishing life. Each is one transaction and leaves a version with its author.

Whether the person may make the move is the caller's question (`publishing.admin`).
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any, TypeVar

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from audit.models import Action as Act
from audit.services import record
from publishing.models import PublicationBase, Publishable, Status, VersionBase
from publishing.snapshots import Reach

Action = VersionBase.Action
P = TypeVar("P", bound=Publishable)


def _locked(working: P) -> P:
    """The row, held until the end of the transaction: two moves at once happen one by one."""
    return type(working)._default_manager.select_for_update().get(pk=working.pk)


def _record(working: Publishable, *, by: AbstractBaseUser | None, action: str, note: str) -> Any:
    # Saves are told by the admin, which knows what was changed.
    if action != Action.SAVED:
        record(action=Act(action), by=by, target=working)
    return working.versions.create(
        data=working.snapshot(), created_by=by, action=action, note=note[:300]
    )


def _move(working: Publishable, *, by: AbstractBaseUser | None, status: str) -> None:
    working.status = status
    working.changed_by = by  # type: ignore[assignment]  # AUTH_USER_MODEL is not known on floor 0
    working.revision += 1
    working.save(update_fields=["status", "changed_by", "changed_at", "revision"])


@transaction.atomic
def record_save(
    *, working: P, by: AbstractBaseUser | None, action: str = Action.SAVED, note: str = ""
) -> Any:
    """After the working copy and its children were written: a version, and back to draft.

    Nothing is recorded when nothing changed since the last version.
    """
    locked = _locked(working)
    last = locked.versions.first()
    if last is not None and last.data == locked.snapshot():
        return last
    if locked.status != Status.REVIEW:
        locked.status = Status.DRAFT
    _move(locked, by=by, status=locked.status)
    working.status, working.revision = locked.status, locked.revision
    return _record(locked, by=by, action=action, note=note)


@transaction.atomic
def submit(*, working: P, by: AbstractBaseUser, note: str = "") -> None:
    """Proposes the working copy to whoever may publish it."""
    locked = _locked(working)
    _move(locked, by=by, status=Status.REVIEW)
    _record(locked, by=by, action=Action.SUBMITTED, note=note)


@transaction.atomic
def return_to_draft(*, working: P, by: AbstractBaseUser, note: str = "") -> None:
    """Sends a proposal back to its author, with what is to be changed."""
    locked = _locked(working)
    _move(locked, by=by, status=Status.DRAFT)
    _record(locked, by=by, action=Action.RETURNED, note=note)


@transaction.atomic
def publish(
    *, working: P, by: AbstractBaseUser | None, at: datetime | None = None, note: str = ""
) -> PublicationBase:
    """Freezes the working copy: readers get it from `at` (now by default) on.

    A publication that was planned is replaced; the present one ends when the new one starts.
    Raises ValidationError, with French sentences, when something is missing.
    """
    locked = _locked(working)
    now = timezone.now()
    start = max(at, now) if at else now
    if missing := locked.missing_for_publication():
        raise ValidationError(missing)
    if locked.published_on is None:
        locked.published_on = timezone.localdate(start)
        locked.save(update_fields=["published_on"])
    action = Action.SCHEDULED if start > now else Action.PUBLISHED
    version = _record(locked, by=by, action=action, note=note)
    locked.publications.filter(live_from__gt=now).delete()
    locked.publications.live(now).update(live_until=start)
    publication = locked.freeze(version.data)
    publication.version = version  # type: ignore[attr-defined]  # the concrete model's
    publication.live_from = start
    publication.save()
    publication.attach(version.data)
    _move(locked, by=by, status=Status.PUBLISHED)
    working.refresh_from_db()
    return publication


@transaction.atomic
def unschedule(*, working: P, by: AbstractBaseUser, note: str = "") -> None:
    """Drops the planned publication; what readers see now stays."""
    locked = _locked(working)
    now = timezone.now()
    locked.publications.filter(live_from__gt=now).delete()
    locked.publications.live(now).update(live_until=None)
    _move(locked, by=by, status=Status.DRAFT)
    _record(locked, by=by, action=Action.UNSCHEDULED, note=note)


@transaction.atomic
def archive(*, working: P, by: AbstractBaseUser, note: str = "") -> None:
    """Readers no longer see it, under any address, from now on. Everything is kept."""
    locked = _locked(working)
    now = timezone.now()
    locked.publications.filter(live_from__gt=now).delete()
    locked.publications.live(now).update(live_until=now)
    _move(locked, by=by, status=Status.ARCHIVED)
    _record(locked, by=by, action=Action.ARCHIVED, note=note)


@transaction.atomic
def reopen(*, working: P, by: AbstractBaseUser, note: str = "") -> None:
    """Takes it out of the archives, as a draft."""
    locked = _locked(working)
    _move(locked, by=by, status=Status.DRAFT)
    _record(locked, by=by, action=Action.REOPENED, note=note)


@transaction.atomic
def restore(*, working: P, version: VersionBase, by: AbstractBaseUser) -> list[str]:
    """Makes an old version the working copy again, but for what this person may not point at: a
    version that somebody else wrote attaches nothing for them. Returns what could not come back."""
    locked = _locked(working)
    gone = locked.restore_from(version.data, reach=Reach(by, locked.pointed_at()))
    _move(locked, by=by, status=Status.DRAFT)
    _record(locked, by=by, action=Action.RESTORED, note=f"Retour à : {version}")
    return gone


@transaction.atomic
def new_preview_key(*, working: P) -> str:
    """A new secret in the preview links: those given before no longer open."""
    locked = _locked(working)
    locked.preview_key = secrets.token_hex(16)
    locked.save(update_fields=["preview_key"])
    return locked.preview_key
