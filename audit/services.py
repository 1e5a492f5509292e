"""The trail is written here, and forgotten in two ways: by age, and by erasure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone

from audit.models import ERASED, WRITES, Action, Entry

ADDRESSES_KEPT = timedelta(days=30)
# So many rows are deleted at once: a lock on more of them would keep people waiting.
BATCH = 2_000


def record(
    *,
    action: Action,
    by: AbstractBaseUser | AnonymousUser | None,
    target: models.Model | None = None,
    detail: str = "",
    address: str | None = None,
) -> Entry:
    """Writes one act, in the caller's transaction: what is undone leaves no trace. `detail` is a
    short French sentence that repeats neither content nor values, except those of rights."""
    # AUTH_USER_MODEL is not known on floor 0.
    actor: Any = by if by is not None and by.is_authenticated else None
    return Entry.objects.create(
        action=action,
        actor=actor,
        actor_label=label_of(actor)[:320] if actor else "",
        target_type=_type_of(target) if target is not None else None,
        target_id=str(target.pk)[:64] if target is not None and target.pk is not None else "",
        target_label=_plain(str(target))[:200] if target is not None else "",
        detail=_plain(detail)[:500],
        address=address,
    )


def writes_on(model: type[models.Model], *keys: Any) -> models.QuerySet[Entry]:
    """Returns the acts that wrote those rows, the last first."""
    found = Entry.objects.filter(
        target_type=ContentType.objects.get_for_model(model, for_concrete_model=False),
        # PostgreSQL has no text with a NUL, and refuses the question.
        target_id__in=[str(key)[:64] for key in keys if "\x00" not in str(key)],
        action__in=WRITES,
    )
    return found.select_related("actor").order_by("-id")


def label_of(person: Any) -> str:
    """Names a row: "Camille Martin (camille@…)", or the address alone."""
    name = person.get_full_name()
    return f"{name} ({person.email})" if name else str(person.email)


def forget(*, person: Any, about: Iterable[models.Model] = ()) -> None:
    """Takes a person's name out of the trail; `about` are other rows that bear it."""
    Entry.objects.filter(actor=person).update(actor=None, actor_label=ERASED)
    forget_targets([person, *about])


def forget_targets(rows: Iterable[models.Model]) -> None:
    """Forgets the names of rows that are deleted because nothing must remain of whom they speak
    of."""
    for row in rows:
        told = Entry.objects.filter(target_type=_type_of(row), target_id=str(row.pk))
        told.update(target_label="effacé")
        # The admin's own history names them too.
        LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(row), object_id=str(row.pk)
        ).update(object_repr="effacé", change_message="")


def purge(*, now: datetime | None = None) -> int:
    """Deletes what is older than AUDIT_MONTHS, here and in the admin's own history, and forgets
    addresses. Safe to run at once from two machines: each deletes what the other has not."""
    now = now or timezone.now()
    Entry.objects.filter(address__isnull=False, at__lt=now - ADDRESSES_KEPT).update(address=None)
    limit = months_before(now, settings.AUDIT_MONTHS)
    delete_in_batches(LogEntry.objects.filter(action_time__lt=limit))
    return delete_in_batches(Entry.objects.filter(at__lt=limit))


def delete_in_batches(rows: models.QuerySet[Any]) -> int:
    total = 0
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        total += (
            rows.model._default_manager.filter(pk__in=keys)
            .delete()[1]
            .get(rows.model._meta.label, 0)
        )
    return total


def months_before(day: datetime, months: int) -> datetime:
    """Returns the same day and hour, that many months before; the last day of a month that is
    shorter."""
    local = timezone.localtime(day)
    years, month = divmod(local.year * 12 + local.month - 1 - months, 12)
    for last in (local.day, 30, 29, 28):
        try:
            return local.replace(year=years, month=month + 1, day=last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def _type_of(row: models.Model) -> ContentType:
    return ContentType.objects.get_for_model(row, for_concrete_model=False)


def _plain(text: str) -> str:
    return text.replace("\x00", "")
