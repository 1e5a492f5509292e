from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.urls import reverse

from accounts.access import reachable
from publishing import snapshots
from publishing.models import (
    PublicationBase,
    PublicationQuerySet,
    Publishable,
    PublishableQuerySet,
    VersionBase,
)


class LeafletQuerySet(PublishableQuerySet):
    def changeable_by(self, user: Any) -> Self:
        return self.filter(reachable(user, self.model, "territories"))


class Leaflet(Publishable):
    standfirst = models.TextField("chapô", blank=True)
    themes = models.ManyToManyField("themes.Theme", blank=True, related_name="+")
    territories = models.ManyToManyField("territories.Territory", blank=True, related_name="+")
    structures = models.ManyToManyField("structures.Structure", blank=True, related_name="+")

    objects = LeafletQuerySet.as_manager()

    SNAPSHOT_FIELDS: ClassVar[tuple[str, ...]] = (
        *("title", "slug", "audience", "audience_roles", "published_on", "updated_on"),
        *("standfirst", "themes", "territories", "structures"),
    )

    class Meta:
        verbose_name = "feuillet"
        ordering = ["-changed_at"]
        permissions = [("publish_leaflet", "Peut publier des feuillets")]

    def get_absolute_url(self) -> str:
        return reverse("leaflets:detail", args=[self.slug])

    def concerned_territories(self) -> Iterable[Any]:
        return self.territories.all()

    @classmethod
    def part_models(cls) -> Mapping[str, Any]:
        return {}

    def snapshot(self) -> dict[str, Any]:
        return snapshots.take(self, self.SNAPSHOT_FIELDS)

    def pointed_at(self) -> snapshots.Held:
        return snapshots.held_by(Leaflet, {}, self.snapshot())


class LeafletVersion(VersionBase):
    leaflet = models.ForeignKey(Leaflet, on_delete=models.CASCADE, related_name="versions")


class PublishedLeafletQuerySet(PublicationQuerySet):
    def for_lists(self) -> Self:
        return self.order_by("-published_on", "-pk")


class PublishedLeaflet(PublicationBase):
    leaflet = models.ForeignKey(Leaflet, on_delete=models.CASCADE, related_name="publications")
    version = models.ForeignKey(LeafletVersion, on_delete=models.RESTRICT, related_name="+")
    standfirst = models.TextField()
    themes = models.ManyToManyField("themes.Theme", related_name="+")
    territories = models.ManyToManyField("territories.Territory", related_name="+")
    structures = models.ManyToManyField("structures.Structure", related_name="+")

    objects = PublishedLeafletQuerySet.as_manager()

    def get_absolute_url(self) -> str:
        return reverse("leaflets:detail", args=[self.slug])

    def attach(self, data: Mapping[str, Any]) -> None:
        for name in ("themes", "territories", "structures"):
            getattr(self, name).set(data[name])


class LeafletReader(models.Model):
    """Somebody to whom a leaflet was lent: it is kept of people, and something is due."""

    leaflet = models.ForeignKey(Leaflet, on_delete=models.CASCADE, related_name="readers")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    reminded = models.BooleanField(default=False)
    is_over = models.BooleanField(default=False)

    objects: ClassVar[Any] = models.Manager()

    def __str__(self) -> str:
        return str(self.leaflet)
