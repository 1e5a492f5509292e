"""What events share: the series that they are editions of, and the people who speak."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse

from publishing.addresses import Addressed
from publishing.fields import FrenchCharField, FrenchTextField
from publishing.sharing import SharedQuerySet


class EventSeries(Addressed):
    """A series of events: « Les Belles rencontres du DLA » has an edition a year."""

    name = FrenchCharField("nom", max_length=120, unique=True)
    slug = models.SlugField("adresse", max_length=120, unique=True)
    description = FrenchTextField("présentation", blank=True, max_length=600)
    position = models.PositiveSmallIntegerField("rang", default=0)

    is_open_list = True

    class Meta:
        verbose_name = "série d’événements"
        verbose_name_plural = "séries d’événements"
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('events:list')}?serie={self.slug}&quand=tous"


class Speaker(models.Model):
    """Somebody who speaks, as the programme presents them. Published programmes keep the words of
    their day: changing this row changes those that are published next."""

    name = FrenchCharField("nom", max_length=120)
    role = FrenchCharField("fonction", max_length=160, blank=True)
    organisation = FrenchCharField("organisation", max_length=160, blank=True)
    portrait = models.ForeignKey(
        "media.Image",
        verbose_name="portrait",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="ajouté·e par",
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )

    objects = SharedQuerySet.as_manager()

    class Meta:
        verbose_name = "intervenant·e"
        verbose_name_plural = "intervenant·es"
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.organisation})" if self.organisation else self.name
