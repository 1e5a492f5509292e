"""Rows that something else keeps a copy of: every way of writing them says so.

The index of search holds words of rows whose rooms know nothing of it. They are `Followed`: saved,
updated, created by many or deleted, whoever follows them is told which, in the transaction that
writes. Django's own signals pass over `update`, `bulk_create` and `bulk_update`, by which most rows
are written here. What writes by statements of its own calls `tell`.

Who follows rows for what they say of others is told of those others: an agreement that goes from
one operator to another concerns both, and one that is deleted concerns the one that it was of.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from django.db import models, transaction
from django.db.models.signals import post_delete, pre_delete

Model = type[models.Model]
Follower = Callable[[Model, Collection[Any]], None]
# From the keys of rows to those of what they concern.
Concerned = Callable[[Collection[Any]], Iterable[Any]]

# What rows concern is asked of the database by so many.
AT_ONCE = 500
_BEFORE = "_concerned_before"
_followers: dict[Model, dict[str, tuple[Follower, Concerned | None]]] = {}


def follow(
    model: Model, name: str, follower: Follower, *, concerned: Concerned | None = None
) -> None:
    """Has `follower`, of that name, called with the model and the keys of its rows each time some
    were written or are gone; with `concerned`, the keys of what these rows concern, as they were
    and as they are. Rooms do so when they are ready."""
    _followers.setdefault(_concrete(model), {})[name] = follower, concerned
    # What is deleted with something else goes through no method of its own.
    uid = f"followed {model._meta.label}"
    pre_delete.connect(_about_to_be_deleted, sender=model, dispatch_uid=uid)
    post_delete.connect(_deleted, sender=model, dispatch_uid=uid)


def is_followed(model: Model) -> bool:
    return _concrete(model) in _followers


def tell(
    model: Model, keys: Iterable[Any], before: Mapping[str, Collection[Any]] | None = None
) -> None:
    """Says that the rows of these keys were written; `before` is what they concerned until then
    (`concerned_by`), where that may have changed."""
    followers = _followers.get(_concrete(model))
    if followers and (written := list(keys)):
        for name, (follower, concerned) in followers.items():
            those: Collection[Any] = written
            if concerned is not None:
                those = _asked(concerned, written).union((before or {}).get(name, ()))
            if those:
                follower(_concrete(model), those)


def concerned_by(model: Model, keys: Collection[Any]) -> dict[str, set[Any]]:
    """Returns what these rows concern as they are, by the name of who follows them."""
    followers = _followers.get(_concrete(model), {})
    return {
        name: _asked(concerned, list(keys))
        for name, (_, concerned) in followers.items()
        if concerned is not None
    }


def _asked(concerned: Concerned, keys: list[Any]) -> set[Any]:
    batches = (keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE))
    return {key for batch in batches for key in concerned(batch)}


def _concrete(model: Model) -> Model:
    concrete: Model = model._meta.concrete_model or model
    return concrete


def _about_to_be_deleted(sender: Model, instance: models.Model, **_: Any) -> None:
    setattr(instance, _BEFORE, concerned_by(sender, [instance.pk]))


def _deleted(sender: Model, instance: models.Model, **_: Any) -> None:
    tell(sender, [instance.pk], instance.__dict__.pop(_BEFORE, None))


def _together() -> Any:
    """A transaction of what is written and of what follows it: the caller's, where there is one."""
    return transaction.atomic(savepoint=False)


class FollowedQuerySet(models.QuerySet[Any]):
    """The rows of a model that is followed. `bulk_update` goes through `update`."""

    def update(self, **values: Any) -> int:
        if not is_followed(self.model):
            return super().update(**values)
        with _together():
            # What is updated may no longer be what the conditions say.
            keys = list(self.order_by().values_list("pk", flat=True))
            before = concerned_by(self.model, keys)
            count = super().update(**values)
            tell(self.model, keys, before)
        return count

    def bulk_create(self, objs: Any, *args: Any, **options: Any) -> list[Any]:
        with _together():
            rows: list[Any] = super().bulk_create(objs, *args, **options)
            tell(self.model, [row.pk for row in rows if row.pk is not None])
        return rows


class Followed(models.Model):
    """A model that is followed. Its own manager gives a `FollowedQuerySet`
    (`tests/house/test_followed.py`)."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        with _together():
            before = {} if self._state.adding else concerned_by(type(self), [self.pk])
            super().save(*args, **kwargs)
            tell(type(self), [self.pk], before)
