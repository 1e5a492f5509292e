"""The addresses of what filters name: a theme, a series, an operator.

A renamed theme keeps its former addresses: they are in the feeds and calendars of those who
subscribed, in saved views and in links of others, and go on leading to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect

from database.written import Followed, FollowedQuerySet


class AddressedQuerySet(FollowedQuerySet):
    def update(self, **values: Any) -> int:
        """Updates rows; `bulk_update` goes through it too."""
        if "slug" not in values:
            return super().update(**values)
        with transaction.atomic():
            before = dict(self.order_by().values_list("pk", "slug"))
            count = super().update(**values)
            for row in self.model._base_manager.filter(pk__in=before):
                row.remember(before[row.pk])
                models.Model.save(row, update_fields=["former_slugs"])
        return count

    def today(self, slugs: Iterable[str]) -> dict[str, str]:
        """Returns the present address by those former ones that are known. What has an address now
        is found by it, whoever had it before."""
        wanted = set(slugs)
        present: dict[str, str] = {}
        for slug, former in self.order_by("pk").values_list("slug", "former_slugs"):
            present |= {old: slug for old in former if old in wanted}
        taken = set(self.order_by().filter(slug__in=present).values_list("slug", flat=True))
        return {old: slug for old, slug in present.items() if old not in taken}


class Addressed(Followed):
    """A model with a `slug` that keeps its former ones. These lists are short: former addresses are
    looked through in memory."""

    slug: Any
    former_slugs = models.JSONField("anciennes adresses", default=list, editable=False)

    objects: ClassVar[Any] = AddressedQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        before = self._stored_slug()
        if before is not None:
            self.remember(before)
            fields = kwargs.get("update_fields")
            if fields is not None and "slug" in fields:
                kwargs["update_fields"] = {*fields, "former_slugs"}
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Refuses an address that was another's: it would give its subscribers something else."""
        super().clean()
        if self.slug == self._stored_slug():
            return
        others = type(self)._base_manager.exclude(pk=self.pk)
        for other in others:
            if self.slug in other.former_slugs:
                raise ValidationError(
                    {
                        "slug": f"Cette adresse était celle de «\u00a0{other}\u00a0», et y mène "
                        "encore ceux qui le suivent. Choisissez-en une autre."
                    }
                )

    def remember(self, before: str) -> None:
        """Notes that its address was `before`, where it is no more."""
        known = [slug for slug in self.former_slugs if slug not in (before, self.slug)]
        self.former_slugs = [*known, before] if before != self.slug else known

    def _stored_slug(self) -> str | None:
        if self.pk is None:
            return None
        rows: Any = type(self)._base_manager.filter(pk=self.pk)
        slug: str | None = rows.values_list("slug", flat=True).first()
        return slug


def moved(request: HttpRequest, model: Any, slug: str) -> HttpResponsePermanentRedirect:
    """Redirects from a former address of a page of that model to the present one. Raises
    Http404."""
    today = model.objects.today([slug]).get(slug)
    if today is None:
        raise Http404
    address = model.objects.get(slug=today).get_absolute_url()
    query = request.GET.urlencode()
    return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)
