"""What editors write: an article with its parts. Readers never see these rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.html import strip_tags

from articles.models.vocabulary import ArticleType, Series
from contents.models import Content, ContentQuerySet, Part, help_texts
from publishing.fields import FrenchCharField, FrenchTextField, RichTextField
from publishing.remarks import Remark, at_field, at_row


@help_texts(
    territories="Ceux dont parle l’article. Aucun\u00a0: il parle de toute la France.",
    structures="Celles dont parle l’article\u00a0: il paraît sur leur page, et elles au bas de "
    "l’article, pour qui peut les voir.",
    cover_is_decorative="L’image n’apporte pas d’information\u00a0: elle sera ignorée par les "
    "lecteurs d’écran.",
)
class Article(Content):
    """The working copy. Readers never see this row: they see its publications."""

    type = models.ForeignKey(
        ArticleType, verbose_name="type", on_delete=models.PROTECT, null=True, blank=True
    )
    series = models.ForeignKey(
        Series, verbose_name="série", on_delete=models.PROTECT, null=True, blank=True
    )
    standfirst = FrenchTextField(
        "chapô",
        blank=True,
        max_length=900,
        help_text="Le paragraphe sous le titre : il doit suffire à comprendre de quoi il s’agit.",
    )
    event = models.ForeignKey(
        "events.Event",
        verbose_name="événement",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Celui dont l’article rend compte : il paraît sur sa page.",
    )
    explained_terms = models.ManyToManyField(
        "glossary.Term",
        verbose_name="mots expliqués",
        blank=True,
        related_name="+",
        help_text="Chaque mot coché est expliqué à l’endroit où le texte en parle d’abord, hors "
        "titres, liens et citations\u00a0: sa définition s’ouvre sans quitter l’article. Rien "
        "n’est expliqué sans être coché.",
    )
    seo_title = FrenchCharField(
        "titre pour les moteurs de recherche",
        max_length=110,
        blank=True,
        help_text="Vide : le titre. Au-delà de 60 signes, il est coupé dans les résultats.",
    )
    seo_description = FrenchCharField(
        "description pour les moteurs de recherche",
        max_length=300,
        blank=True,
        help_text="Vide : le début du chapô. De 120 à 160 signes.",
    )

    objects = ContentQuerySet.as_manager()

    NEEDED_TO_PUBLISH = ("type", "standfirst", "themes")

    SNAPSHOT_FIELDS = (
        *Content.SNAPSHOT_FIELDS,
        "type",
        "series",
        "standfirst",
        "themes",
        "territories",
        "structures",
        "event",
        "explained_terms",
        "cover",
        "cover_alt",
        "cover_is_decorative",
        "seo_title",
        "seo_description",
    )

    PARTS = ("blocks", "contributions", "attachments", "related_articles")

    class Meta:
        verbose_name = "article"
        ordering = ["-changed_at"]
        permissions = [
            ("publish_article", "Peut publier, programmer et archiver des articles"),
            ("import_article", "Peut importer des documents"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("articles:detail", args=[self.slug])

    def lacks(self, data: Mapping[str, Any] | None = None) -> list[Remark]:
        data = self.snapshot() if data is None else data
        missing = super().lacks(data)
        asked = (
            (data["type"] is None, "Choisissez un type d’article.", at_field("type")),
            (
                not (data["standfirst"] or "").strip(),
                "Écrivez le chapô.",
                at_field("standfirst"),
            ),
            (not data["themes"], "Choisissez au moins une thématique.", at_field("themes")),
            (
                self.cover_says_nothing(data),
                "Décrivez l’image de couverture, ou cochez « image décorative ».",
                at_field("cover_alt"),
            ),
            (not data["blocks"], "Ajoutez au moins un bloc de contenu.", "blocks-group"),
        )
        missing += [Remark("", sentence, anchor) for lacks, sentence, anchor in asked if lacks]
        missing += [
            Remark(Block.numbered(number, block), sentence, at_row("blocks", number, name))
            for number, block in enumerate(data["blocks"], start=1)
            for name, sentence in Block.lacks(block)
        ]
        return missing


class Block(Part):
    """A piece of the body. Which fields count depends on the kind (`FIELDS_OF_KIND`)."""

    class Kind(models.TextChoices):
        TEXT = "text", "Texte"
        FIGURE = "figure", "Image"
        QUOTE = "quote", "Citation"
        KEY_FIGURE = "key_figure", "Chiffre clé"
        CALLOUT = "callout", "Encadré"
        TABLE = "table", "Tableau"
        DOWNLOAD = "download", "Document à télécharger"
        REPLAY = "replay", "Vidéo"
        RELATED = "related", "Liste d’articles"

    FIELDS_OF_KIND: ClassVar[dict[str, tuple[str, ...]]] = {
        Kind.TEXT: ("text",),
        Kind.FIGURE: ("image", "alt", "is_decorative", "caption"),
        Kind.QUOTE: ("text", "source"),
        Kind.KEY_FIGURE: ("value", "title", "source"),
        Kind.CALLOUT: ("title", "text"),
        Kind.TABLE: ("title", "cells", "source"),
        Kind.DOWNLOAD: ("document", "title"),
        Kind.REPLAY: ("url", "title", "caption"),
        Kind.RELATED: ("title", "articles"),
    }
    # Their texts explain terms of the glossary.
    EXPLAINS = frozenset({Kind.TEXT, Kind.CALLOUT})
    REQUIRED_OF_KIND: ClassVar[dict[str, tuple[str, ...]]] = {
        Kind.TEXT: ("text",),
        Kind.FIGURE: ("image",),
        Kind.QUOTE: ("text",),
        Kind.KEY_FIGURE: ("value", "title", "source"),
        Kind.CALLOUT: ("text",),
        Kind.TABLE: ("title", "cells"),
        Kind.DOWNLOAD: ("document",),
        Kind.REPLAY: ("url", "title"),
        Kind.RELATED: ("articles",),
    }

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="blocks")
    kind = models.CharField("sorte de bloc", max_length=12, choices=Kind, default=Kind.TEXT)
    title = FrenchCharField("titre", max_length=200, blank=True)
    text = RichTextField("texte", blank=True)
    value = FrenchCharField(
        "chiffre", max_length=40, blank=True, help_text="Par exemple : 6 000, 95 %."
    )
    source = FrenchCharField(
        "source",
        max_length=200,
        blank=True,
        help_text="Citation : qui parle, à quel titre. Chiffre ou tableau : source et année.",
    )
    image = models.ForeignKey(
        "media.Image",
        verbose_name="image",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    alt = FrenchCharField(
        "texte de remplacement",
        max_length=250,
        blank=True,
        help_text="Ce que l’image apporte ici, pour qui ne la voit pas.",
    )
    is_decorative = models.BooleanField("image décorative", default=False)
    caption = FrenchCharField("légende", max_length=300, blank=True)
    cells = FrenchTextField(
        "cellules",
        blank=True,
        help_text="Collez depuis un tableur : une ligne par rangée, des tabulations entre les "
        "cellules ; la première ligne est l’en-tête.",
    )
    document = models.ForeignKey(
        "media.Document",
        verbose_name="document",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    url = models.CharField(
        "adresse de la vidéo",
        blank=True,
        max_length=500,
        validators=[URLValidator(schemes=["https"])],
        help_text="Rien n’est chargé chez l’hébergeur avant que le lecteur ne clique.",
    )
    articles = models.ManyToManyField(
        Article, verbose_name="articles", blank=True, related_name="+"
    )

    SNAPSHOT_FIELDS = (
        "kind",
        "title",
        "text",
        "value",
        "source",
        "image",
        "alt",
        "is_decorative",
        "caption",
        "cells",
        "document",
        "url",
        "articles",
    )
    TOGETHER = (("image", "alt", "is_decorative"),)

    SUMMARY_FIELDS = ("kind",)

    class Meta(Part.Meta):
        verbose_name = "bloc"

    def __str__(self) -> str:
        return self.get_kind_display()

    @classmethod
    def lacks(cls, block: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Yields what publication requires of a block of a snapshot: fields, and what to do
        there."""
        missing = []
        for name in cls.REQUIRED_OF_KIND[block["kind"]]:
            value = block[name]
            if not (strip_tags(value or "").strip() if name == "text" else value):
                label = cls._meta.get_field(name).verbose_name  # type: ignore[union-attr]  # a column of ours, no relation from elsewhere
                missing.append((name, f"remplissez « {label} »."))
        if block["kind"] == cls.Kind.FIGURE and not (block["alt"] or block["is_decorative"]):
            missing.append(("alt", "décrivez l’image, ou cochez « image décorative »."))
        return missing


class Contribution(Part):
    """A person who wrote the article or speaks in it, as named on that day."""

    class Kind(models.TextChoices):
        AUTHOR = "author", "Auteur ou autrice"
        INTERVIEWEE = "interviewee", "Personne interrogée"
        SPEAKER = "speaker", "Intervenant ou intervenante"

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="contributions")
    name = FrenchCharField("nom", max_length=120)
    role = FrenchCharField("fonction", max_length=160, blank=True)
    organisation = FrenchCharField("organisation", max_length=160, blank=True)
    kind = models.CharField("à quel titre", max_length=12, choices=Kind, default=Kind.AUTHOR)

    SNAPSHOT_FIELDS = ("name", "role", "organisation", "kind")
    SUMMARY_FIELDS = ("name",)

    class Meta(Part.Meta):
        verbose_name = "personne"

    def __str__(self) -> str:
        return self.name


class Attachment(Part):
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="attachments")
    document = models.ForeignKey(
        "media.Document", verbose_name="document", on_delete=models.PROTECT, related_name="+"
    )
    title = FrenchCharField(
        "intitulé", max_length=200, blank=True, help_text="Vide : le titre du document."
    )

    SNAPSHOT_FIELDS = ("document", "title")
    NEEDS_ITS_TARGET = True
    SUMMARY_FIELDS = ("title",)

    class Meta(Part.Meta):
        verbose_name = "pièce jointe"
        verbose_name_plural = "pièces jointes"

    def __str__(self) -> str:
        """Names it without the document's own title, which is for whoever may see it."""
        return self.title or f"Pièce {self.position + 1}"


class RelatedArticle(Part):
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="related_articles")
    target = models.ForeignKey(
        Article, verbose_name="article", on_delete=models.CASCADE, related_name="+"
    )

    SNAPSHOT_FIELDS = ("target",)
    NEEDS_ITS_TARGET = True

    class Meta(Part.Meta):
        verbose_name = "article lié"
        verbose_name_plural = "à lire aussi"
        constraints = [
            models.UniqueConstraint(
                fields=["article", "target"],
                name="articles_related_once",
                violation_error_message="Cet article est déjà dans la liste.",
            ),
            models.CheckConstraint(
                condition=~Q(article=models.F("target")),
                name="articles_related_not_itself",
                violation_error_message="Un article ne peut pas renvoyer à lui-même.",
            ),
        ]

    def __str__(self) -> str:
        """Names it without its title, which is for whoever may open it: forms and histories name
        rows."""
        return f"Renvoi {self.position + 1}"
