from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.urls import reverse

from database.written import Followed, FollowedQuerySet
from publishing.fields import FrenchCharField, RichTextField
from publishing.models import VersionBase


class Page(Followed):
    """A page that the law or courtesy asks for, with its text kept by the national team.

    The set is closed: each address is in the contract, so nothing is added or deleted here.
    """

    class Slug(models.TextChoices):
        FOR_YOU = "le-dla", "Le DLA, c’est pour vous\u202f?"
        LEGAL = "mentions-legales", "Mentions légales"
        ACCESSIBILITY = "accessibilite", "Accessibilité"
        PRIVACY = "confidentialite", "Confidentialité"
        SITEMAP = "plan-du-site", "Plan du site"

    # A text that still waits for a fact of the network contains it, in square brackets.
    TO_COMPLETE = "[à compléter"

    slug = models.SlugField("adresse", unique=True, choices=Slug, editable=False)
    title = FrenchCharField("titre", max_length=120)
    body = RichTextField("texte", blank=True)
    changed_at = models.DateTimeField("modifiée le", auto_now=True)
    # This text comes from that declared one, or an editor preferred her own to it.
    followed_version = models.PositiveSmallIntegerField(default=0, editable=False)
    followed_body = models.TextField(blank=True, default="", editable=False)

    objects = FollowedQuerySet.as_manager()

    class Meta:
        verbose_name = "page du site"
        verbose_name_plural = "pages du site"
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse(f"pages:{self.Slug(self.slug).name.lower()}")


class PageVersion(VersionBase):
    """A text that a page had, whole, with who wrote it (`pages.versions`)."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="versions")

    class Meta(VersionBase.Meta):
        verbose_name = "version"


class KeyFigure(models.Model):
    """A figure of the network on the home page, which never goes without its year and source."""

    value = FrenchCharField("chiffre", max_length=30)
    label = FrenchCharField("ce qu’il compte", max_length=120)
    source = FrenchCharField("source et année", max_length=120)
    position = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        verbose_name = "chiffre du réseau"
        verbose_name_plural = "chiffres du réseau"
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.value} {self.label}"


class FrontPage(models.Model):
    """The editors' choices for the home page, on one row. A sentence that they leave empty is the
    portal's own, which may change with it."""

    OWN_SENTENCES: ClassVar[Mapping[str, str]] = {
        "first_sentence": "Le DLA aide gratuitement les associations et entreprises solidaires qui "
        "emploient, ou vont embaucher.",
        "second_sentence": "Une équipe locale fait le point avec vous, puis finance l’appui de "
        "spécialistes.",
    }

    first_sentence = FrenchCharField(
        "première phrase",
        max_length=160,
        blank=True,
        help_text="Ce qu’est le DLA, pour qui, et qu’il ne coûte rien. Courte : au-dessous, "
        "« Trouver mon DLA » doit tenir dans l’écran d’un téléphone. Vide : celle du portail, "
        "que la case montre en gris.",
    )
    second_sentence = FrenchCharField(
        "phrase qui la suit",
        max_length=160,
        blank=True,
        help_text="Vide : celle du portail, de même.",
    )
    lead = models.ForeignKey(
        "articles.Article",
        verbose_name="article à la une",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Vide : le plus récent. Qui n’a pas le droit de lire l’article choisi voit le "
        "plus récent.",
    )

    class Meta:
        verbose_name = "page d’accueil"
        verbose_name_plural = "page d’accueil"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="pages_one_front")]

    def __str__(self) -> str:
        return "Page d’accueil"

    @property
    def sentences(self) -> list[str]:
        """What the DLA is, in the two sentences that the home page begins with."""
        return [getattr(self, name) or own for name, own in self.OWN_SENTENCES.items()]
