"""Every saved version of an article, and what readers get of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from articles.models.vocabulary import ArticleType, Series
from articles.models.working_copy import Article
from publishing.models import PublicationBase, PublicationQuerySet, VersionBase
from structures.models import Structure


class ArticleVersion(VersionBase):
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="versions")

    class Meta(VersionBase.Meta):
        verbose_name = "version"


class PublishedArticleQuerySet(PublicationQuerySet):
    def for_lists(self) -> PublishedArticleQuerySet:
        """With all that a row of a list shows, in two queries, newest first."""
        return (
            self.select_related("type", "series", "cover")
            .prefetch_related("themes")
            .defer("content")
            .order_by("-published_on", "-live_from", "-id")
        )


class Publication(PublicationBase):
    """An article as readers get it."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="publications")
    version = models.ForeignKey(ArticleVersion, on_delete=models.RESTRICT, related_name="+")
    type = models.ForeignKey(ArticleType, on_delete=models.PROTECT, related_name="+")
    series = models.ForeignKey(Series, on_delete=models.PROTECT, null=True, related_name="+")
    themes = models.ManyToManyField("themes.Theme", related_name="+")
    territories = models.ManyToManyField("territories.Territory", related_name="+")
    structures = models.ManyToManyField("structures.Structure", related_name="publications")
    event = models.ForeignKey(
        "events.Event", on_delete=models.PROTECT, null=True, related_name="told_by"
    )
    # What the rendered page shows or offers: kept as long as the publication is.
    images = models.ManyToManyField("media.Image", through="PublicationImage", related_name="+")
    documents = models.ManyToManyField(
        "media.Document", through="PublicationDocument", related_name="+"
    )
    standfirst = models.TextField()
    cover = models.ForeignKey("media.Image", on_delete=models.PROTECT, null=True, related_name="+")
    cover_alt = models.CharField(max_length=250, blank=True)
    cover_is_decorative = models.BooleanField(default=False)
    reading_minutes = models.PositiveSmallIntegerField()
    seo_title = models.CharField(max_length=110, blank=True)
    seo_description = models.CharField(max_length=300, blank=True)
    # What only the article page shows, rendered once: see articles.rendering.
    content = models.JSONField()

    objects = PublishedArticleQuerySet.as_manager()

    class Meta(PublicationBase.Meta):
        verbose_name = "publication"
        constraints = [
            *PublicationBase.Meta.constraints,
            models.UniqueConstraint(
                fields=["article"],
                condition=Q(live_until__isnull=True),
                name="articles_publication_one_open",
            ),
        ]
        indexes = [
            models.Index(fields=["-published_on", "-live_from", "-id"], name="articles_pub_newest"),
            models.Index(fields=["slug", "live_from"], name="articles_pub_slug"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("articles:detail", args=[self.slug])

    def attach(self, data: Mapping[str, Any]) -> None:
        self.themes.set(data["themes"])
        self.territories.set(data.get("territories", []))
        # One of them may have been deleted since.
        self.structures.set(Structure.objects.filter(pk__in=data.get("structures", [])))
        self.images.set(self.content["images"])
        self.documents.set(self.content["documents"])


class PublicationImage(models.Model):
    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="+")
    image = models.ForeignKey("media.Image", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return str(self.image)


class PublicationDocument(models.Model):
    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="+")
    document = models.ForeignKey("media.Document", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return str(self.document)
