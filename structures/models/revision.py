"""The number by which whoever keeps a copy of the structures knows what has changed."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F

from database.written import Followed, FollowedQuerySet


class Revision(models.Model):
    """The number of the last write, on one row. Every write takes the next number and stamps its
    rows with it, in its transaction: writers wait for one another, so that numbers become visible
    in their order."""

    number = models.BigIntegerField(default=0)
    # Rows were deleted as of this number: a copy must be made anew, since nothing is left to say
    # which.
    anew = models.BigIntegerField(default=0)
    # The fingerprint of the geography whose codes are copied beside structures.
    geography = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def take(cls) -> int:
        """Returns the next number, for rows that are written in the same transaction."""
        cls.objects.filter(pk=1).update(number=F("number") + 1)
        return cls.objects.values_list("number", flat=True).get(pk=1)

    @classmethod
    def take_away(cls) -> None:
        """Notes that rows are about to be deleted."""
        cls.objects.filter(pk=1).update(number=F("number") + 1, anew=F("number") + 1)


class RevisedQuerySet(FollowedQuerySet):
    """The rows of a model that bear a revision: no way of writing forgets it."""

    def update(self, **values: Any) -> int:
        # A revision that is given is a whole import's or refresh's own.
        if "revision" not in values:
            values["revision"] = Revision.take()
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        Revision.take_away()
        return super().delete()

    def bulk_create(self, objs: Any, *args: Any, **options: Any) -> list[Any]:
        rows = list(objs)
        number = Revision.take() if any(not row.revision for row in rows) else 0
        for row in rows:
            row.revision = row.revision or number
        return super().bulk_create(rows, *args, **options)

    def bulk_update(self, objs: Any, fields: Any, batch_size: int | None = None) -> int:
        rows = list(objs)
        number = Revision.take() if rows else 0
        for row in rows:
            row.revision = number
        return super().bulk_update(rows, {*fields, "revision"}, batch_size)


class Revised(Followed):
    revision = models.BigIntegerField(default=0, editable=False, db_index=True)

    objects: ClassVar[Any] = RevisedQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.revision = Revision.take()
        fields = kwargs.get("update_fields")
        if fields is not None:
            kwargs["update_fields"] = {*fields, "revision"}
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        Revision.take_away()
        return super().delete(*args, **kwargs)
