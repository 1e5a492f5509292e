"""Rows that something else keeps a copy of: every way of writing them says so.

The index of search holds words of rows whose rooms know nothing of it. They are `Followed`: saved,
updated, created by many or deleted, whoever follows them is told which, in the transaction that
writes. Django's own signals pass over `update`, `bulk_create` and `bulk_update`, by which most rows
are written here. What writes by statements of its own calls `tell`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

from django.db import models
from django.db.models.signals import post_delete

Model = type[models.Model]
Follower = Callable[[Model, Collection[Any]], None]

_followers: dict[Model, dict[str, Follower]] = {}


def follow(model: Model, name: str, follower: Follower) -> None:
    """Has `follower`, of that name, called with the model and the keys of its rows each time some
    were written or are gone. Rooms do so when they are ready."""
    _followers.setdefault(_concrete(model), {})[name] = follower
    # What is deleted with something else goes through no method of its own.
    post_delete.connect(_deleted, sender=model, dispatch_uid=f"followed {model._meta.label}")


def is_followed(model: Model) -> bool:
    return _concrete(model) in _followers


def tell(model: Model, keys: Iterable[Any]) -> None:
    """Says that the rows of these keys were written."""
    followers = _followers.get(_concrete(model))
    if followers and (written := list(keys)):
        for follower in followers.values():
            follower(_concrete(model), written)


def _concrete(model: Model) -> Model:
    concrete: Model = model._meta.concrete_model or model
    return concrete


def _deleted(sender: Model, instance: models.Model, **_: Any) -> None:
    tell(sender, [instance.pk])


class FollowedQuerySet(models.QuerySet[Any]):
    """The rows of a model that is followed. `bulk_update` goes through `update`."""

    def update(self, **values: Any) -> int:
        if not is_followed(self.model):
            return super().update(**values)
        # What is updated may no longer be what the conditions say.
        keys = list(self.order_by().values_list("pk", flat=True))
        count = super().update(**values)
        tell(self.model, keys)
        return count

    def bulk_create(self, objs: Any, *args: Any, **options: Any) -> list[Any]:
        rows: list[Any] = super().bulk_create(objs, *args, **options)
        tell(self.model, [row.pk for row in rows if row.pk is not None])
        return rows


class Followed(models.Model):
    """A model that is followed. Its own manager gives a `FollowedQuerySet`
    (`tests/house/test_followed.py`)."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        tell(type(self), [self.pk])
