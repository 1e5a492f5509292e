"""Every saved version of an article, and what readers get of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from articles.models.vocabulary import ArticleType, Series
from articles.models.working_copy import Article
from contents.models import ContentPublication, PublishedDocument, PublishedImage
from publishing.models import PublicationQuerySet, VersionBase


class ArticleVersion(VersionBase):
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="versions")

    class Meta(VersionBase.Meta):
        verbose_name = "version"


class PublishedArticleQuerySet(PublicationQuerySet):
    def for_lists(self) -> PublishedArticleQuerySet:
        """Reads all that a row of a list shows, in two queries, newest first."""
        return (
            self.select_related("type", "series", "cover")
            .prefetch_related("themes")
            .defer("content")
            .newest_first()
        )

    def newest_first(self) -> Self:
        return self.order_by("-published_on", "-live_from", "-id")


class Publication(ContentPublication):
    """An article as readers get it."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="publications")
    version = models.ForeignKey(ArticleVersion, on_delete=models.RESTRICT, related_name="+")
    type = models.ForeignKey(ArticleType, on_delete=models.PROTECT, related_name="+")
    series = models.ForeignKey(Series, on_delete=models.PROTECT, null=True, related_name="+")
    structures = models.ManyToManyField("structures.Structure", related_name="publications")
    event = models.ForeignKey(
        "events.Event", on_delete=models.PROTECT, null=True, related_name="told_by"
    )
    # Those that its text explains.
    explained_terms = models.ManyToManyField("glossary.Term", related_name="+")
    images = models.ManyToManyField("media.Image", through="PublicationImage", related_name="+")
    documents = models.ManyToManyField(
        "media.Document", through="PublicationDocument", related_name="+"
    )
    reading_minutes = models.PositiveSmallIntegerField()
    seo_title = models.CharField(max_length=110, blank=True)
    seo_description = models.CharField(max_length=300, blank=True)

    objects = PublishedArticleQuerySet.as_manager()

    class Meta(ContentPublication.Meta):
        verbose_name = "publication"
        constraints = [
            *ContentPublication.Meta.constraints,
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
        super().attach(data)
        self.explained_terms.set(self.content["terms"])


class PublicationImage(PublishedImage):
    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="+")


class PublicationDocument(PublishedDocument):
    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="+")
