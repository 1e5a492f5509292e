from django.db import models
from django.urls import reverse

from publishing.addresses import Addressed
from publishing.fields import FrenchCharField, RichTextField


class Theme(Addressed):
    """An entry of the closed, ordered list that content is tagged with. A theme knows no
    content."""

    name = FrenchCharField("nom", max_length=80, unique=True)
    slug = models.SlugField("adresse", max_length=80, unique=True)
    description = RichTextField(
        "présentation", blank=True, help_text="Une ou deux phrases, en tête de la page du thème."
    )
    position = models.PositiveSmallIntegerField(
        "rang", default=0, help_text="Ordre dans les listes, du plus petit au plus grand."
    )

    is_open_list = True

    class Meta:
        verbose_name = "thématique"
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("pages:theme", args=[self.slug])
