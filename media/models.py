"""Pictures, public under names that cannot be guessed, and documents, which have no address of
their own. Files are checked and made by `media.renditions`, `media.documents` and
`media.services`."""

from __future__ import annotations

import secrets
from pathlib import PurePath
from typing import Any, Self

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.text import slugify

from database.written import Followed, FollowedQuerySet
from media.documents import FORMATS, SLIDES, extension_of
from media.reading.files import READ
from publishing.fields import FrenchCharField
from publishing.sharing import SharedQuerySet


def private_storage() -> Storage:
    return storages["private"]


def image_path(image: Image, filename: str) -> str:
    return (
        f"images/{timezone.localdate():%Y}/{secrets.token_urlsafe(16)}{PurePath(filename).suffix}"
    )


def document_path(document: Document, filename: str) -> str:
    """Returns a path without the name that the file had on its author's computer."""
    return f"documents/{secrets.token_urlsafe(12)}/document{PurePath(filename).suffix.lower()}"


class Image(models.Model):
    """A picture with its renditions, all made when it was uploaded."""

    title = FrenchCharField(
        "titre", max_length=200, help_text="Pour la retrouver ici ; les lecteurs ne le voient pas."
    )
    file = models.FileField(
        "fichier",
        upload_to=image_path,
        help_text="JPEG, PNG, WebP ou GIF, 15 Mo au plus. Les données cachées (lieu, appareil) "
        "sont retirées.",
    )
    width = models.PositiveIntegerField("largeur", editable=False)
    height = models.PositiveIntegerField("hauteur", editable=False)
    # These are widths in pixels for which each format exists beside the file, smallest first.
    widths = models.JSONField(default=list, editable=False)
    alt = FrenchCharField(
        "texte de remplacement habituel",
        max_length=250,
        blank=True,
        help_text="Proposé là où l’image sert ; il se précise dans chaque article, selon ce "
        "qu’elle y apporte.",
    )
    credit = FrenchCharField("crédit", max_length=160, blank=True)
    created_at = models.DateTimeField("ajoutée le", auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="ajoutée par",
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )

    objects = SharedQuerySet.as_manager()

    class Meta:
        verbose_name = "image"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.title

    @property
    def fallback_extension(self) -> str:
        """The format that everything reads: `jpg`, or `png` for drawings and transparency."""
        return str(self.file.name).rpartition(".")[2]

    def rendition_name(self, width: int, extension: str) -> str:
        """Returns the stored name of one rendition, which lies beside the file."""
        return f"{str(self.file.name).rpartition('.')[0]}-{width}.{extension}"

    def file_names(self) -> list[str]:
        """Returns every file of this image, as stored."""
        extensions = ("avif", "webp", self.fallback_extension)
        return [
            str(self.file.name),
            *(self.rendition_name(width, each) for width in self.widths for each in extensions),
        ]

    @cached_property
    def _address(self) -> str:
        """What the addresses of all renditions start with. The storage is asked once, for a picture
        has a dozen addresses and a list page a dozen pictures; this holds because public addresses
        are not signed."""
        return self.file.storage.url(self.file.name).rpartition(".")[0]

    def srcset(self, extension: str) -> str:
        return ", ".join(f"{self._address}-{width}.{extension} {width}w" for width in self.widths)

    def url_for(self, width: int) -> str:
        """Returns the address of the smallest rendition at least that wide, in a format that every
        reader of links knows."""
        chosen = next((each for each in self.widths if each >= width), self.widths[-1])
        return f"{self._address}-{chosen}.{self.fallback_extension}"


class DocumentQuerySet(SharedQuerySet):
    def held(self) -> Self:
        """Keeps those given to no reader until somebody says that what they hide is meant."""
        return self.exclude(hidden=[]).filter(hidden_meant_at=None)


class Document(Followed):
    """A file to download. Who may is decided by the content that offers it.

    The file is the one that `media.cleaning` wrote, never the one that was sent.
    """

    title = FrenchCharField("titre", max_length=200)
    file = models.FileField(
        "fichier",
        upload_to=document_path,
        storage=private_storage,
        help_text="PDF, Word, Excel, PowerPoint, OpenDocument, CSV, texte, RTF ou ZIP, "
        "30 Mo au plus. Ce que le fichier dit de ses auteurs est retiré ; ce qu’il cache "
        "(commentaires, modifications suivies, feuilles masquées…) vous est montré avant.",
    )
    size = models.PositiveBigIntegerField("taille en octets", editable=False, default=0)
    # These sentences say what the file holds and does not show.
    hidden = models.JSONField("ce qui est caché", default=list, blank=True, editable=False)
    hidden_meant_at = models.DateTimeField(
        "publié avec ce qui est caché depuis", null=True, editable=False
    )
    hidden_meant_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="publié avec ce qui est caché par",
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )
    created_at = models.DateTimeField("ajouté le", auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="ajouté par",
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "document"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding:  # a file is never replaced, nor looked for when a title changes
            self.size = self.file.size
        super().save(*args, **kwargs)

    @property
    def is_held(self) -> bool:
        """Says the same as `DocumentQuerySet.held`."""
        return bool(self.hidden) and self.hidden_meant_at is None

    @property
    def extension(self) -> str:
        return extension_of(str(self.file.name))

    @property
    def file_name(self) -> str:
        """The name that readers get: its title, for the name of a file is often written for its
        author alone (« v3 CONFIDENTIEL Durand »)."""
        name = slugify(self.title.replace("’", " "))[:60].strip("-") or "document"
        return f"{name}.{self.extension}"

    @property
    def format_label(self) -> str:
        return self.extension.upper()

    @property
    def content_type(self) -> str:
        return FORMATS[self.extension].content_type

    @property
    def size_label(self) -> str:
        """The size as a reader expects it: « 1,2 Mo »."""
        if self.size < 1000:
            return f"{self.size}\u00a0octet{'s' if self.size > 1 else ''}"
        thousands = self.size / 1000
        value, unit = (thousands, "ko") if thousands < 999.5 else (thousands / 1000, "Mo")
        return f"{number_format(f'{round(value, 1 if value < 9.95 else 0):g}')}\u00a0{unit}"


class DocumentText(Followed):
    """What was read inside a document's file, all in one row, since it is read, replaced and
    deleted whole. A document without a row is still to be read."""

    class State(models.TextChoices):
        WHOLE = "whole", "lu en entier"
        CUT = "cut", "lu en partie, car il est trop long"
        NONE = "none", "aucun texte"
        UNREADABLE = "unreadable", "illisible"

    document = models.OneToOneField(
        Document,
        verbose_name="document",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="text",
    )
    # Each is `[number, text]`: the number is that of a page or a slide, from 1, null where the
    # format knows none. Pages without text are left out.
    pages = models.JSONField("pages", default=list)
    page_count = models.PositiveIntegerField("nombre de pages", null=True)
    state = models.CharField("état", max_length=10, choices=State)
    read_at = models.DateTimeField("lu le", default=timezone.now)

    objects = FollowedQuerySet.as_manager()

    class Meta:
        verbose_name = "texte de document"
        verbose_name_plural = "textes de documents"

    def __str__(self) -> str:
        return str(self.document)

    @property
    def is_expected(self) -> bool:
        """Says whether readers expect words of such a file: an archive has none of its own."""
        return self.document.extension in READ

    @property
    def summary(self) -> str:
        """Returns what search finds of it, in sentences for whoever looks after the document."""
        if not self.is_expected:
            return "La recherche ne lit pas l’intérieur des archives."
        if self.state == self.State.UNREADABLE:
            return (
                "Le texte de ce document ne peut pas être lu\u00a0: ses polices ne disent pas "
                "leurs lettres, ou il est abîmé ou trop compliqué. La recherche ne le trouvera pas."
            )
        if self.state == self.State.NONE:
            return (
                "Aucun texte\u00a0: ce document est sans doute une image. Les personnes aveugles "
                "ne peuvent le lire, la recherche ne le trouvera pas."
            )
        return f"Texte trouvé\u00a0: {self._extent}."

    @property
    def _extent(self) -> str:
        """« 12 pages », « 3 pages sur 40 », « 20 diapositives, le début seulement »."""
        if self.page_count is None:
            said = "tout le document"
            return said if self.state == self.State.WHOLE else "le début du document"
        found = len(self.pages)
        is_slide = self.document.extension in SLIDES
        said = f"{found}\u00a0{'diapositive' if is_slide else 'page'}{'s' if found > 1 else ''}"
        if found < self.page_count:
            said += f" sur {self.page_count}, les autres n’en ont pas"
        return said if self.state == self.State.WHOLE else f"{said}, le début seulement"
