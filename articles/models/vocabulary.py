"""The closed, ordered lists that articles are sorted by."""

from django.db import models
from django.urls import reverse

from publishing.addresses import Addressed
from publishing.fields import FrenchCharField, RichTextField


class ArticleType(Addressed):
    """Décryptage, Actualité, Interview… A closed, ordered list."""

    name = FrenchCharField("nom", max_length=60, unique=True)
    slug = models.SlugField("adresse", max_length=60, unique=True)
    position = models.PositiveSmallIntegerField("rang", default=0)
    fades = models.BooleanField(
        "vieillit vite",
        default=False,
        help_text="Dans la recherche, les plus récents passent devant\u00a0: c’est bien pour des "
        "actualités, pas pour des guides.",
    )

    is_open_list = True

    class Meta:
        verbose_name = "type d’article"
        verbose_name_plural = "types d’article"
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class Series(Addressed):
    """An editorial series, with a page of its own."""

    name = FrenchCharField("nom", max_length=100, unique=True)
    slug = models.SlugField("adresse", max_length=100, unique=True)
    description = RichTextField("présentation", blank=True)
    is_highlighted = models.BooleanField(
        "mise en avant", default=False, help_text="La série paraît sur la page d’accueil."
    )
    position = models.PositiveSmallIntegerField("rang", default=0)

    is_open_list = True

    class Meta:
        verbose_name = "série"
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("articles:series", args=[self.slug])
