"""Writes that touch both the database and the storage."""

from __future__ import annotations

import zipfile
from pathlib import PurePath
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.db import transaction

from media import renditions
from media.models import Document, Image

MOST_DOCUMENT_BYTES = 30 * 1024 * 1024
ZIPPED = ("docx", "xlsx", "pptx", "odt", "ods", "odp", "zip")
TEXTS = ("csv", "txt")
SIGNATURES = {"pdf": b"%PDF-", "rtf": b"{\\rtf", **dict.fromkeys(ZIPPED, b"PK\x03\x04")}


def set_picture(image: Image, content: File[Any]) -> None:
    """Puts a picture into an unsaved Image and writes its renditions.

    Raises ValidationError for what is not a picture that can be taken.
    """
    picture = renditions.opened(content.file)  # type: ignore[arg-type]
    source = PurePath(content.name or "").suffix.lower()
    fallback = renditions.fallback_extension(picture, "PNG" if source == ".png" else None)
    image.file.save(
        f"image.{fallback}", ContentFile(renditions.encoded(picture, fallback)), save=False
    )
    image.width, image.height = picture.size
    image.widths = renditions.widths_for(picture)
    for width, extension, file in renditions.renditions(picture, fallback):
        image.file.storage.save(image.rendition_name(width, extension), ContentFile(file))


def create_image(
    *,
    title: str,
    content: File[Any],
    alt: str = "",
    credit: str = "",
    by: AbstractBaseUser | None = None,
) -> Image:
    image = Image(title=title, alt=alt, credit=credit, created_by=by)
    set_picture(image, content)
    image.save()
    return image


def file_names(image: Image) -> list[str]:
    """Every file of an image, as stored."""
    kinds = ("avif", "webp", image.fallback_extension)
    return [
        image.file.name,
        *(image.rendition_name(width, kind) for width in image.widths for kind in kinds),
    ]


def delete_files_after_commit(media: Image | Document) -> None:
    """For whoever deletes the row: the files go once the deletion is certain."""
    names = file_names(media) if isinstance(media, Image) else [media.file.name]
    storage = media.file.storage

    def remove() -> None:
        for name in names:
            storage.delete(name)

    transaction.on_commit(remove)


def check_document(content: File[Any]) -> None:
    """Refuses, in French, what is too large or is not what its name says."""
    extension = PurePath(content.name or "").suffix.lower().removeprefix(".")
    if (content.size or 0) > MOST_DOCUMENT_BYTES:
        raise ValidationError("Ce document dépasse 30 Mo : allégez-le, puis réessayez.")
    if not content.size:
        raise ValidationError("Ce document est vide.")
    content.seek(0)
    start = content.read(4096)
    content.seek(0)
    if extension in TEXTS:
        good = b"\0" not in start
    elif extension in SIGNATURES:
        good = start.startswith(SIGNATURES[extension])
        if good and extension in ZIPPED:
            good = zipfile.is_zipfile(content)
            content.seek(0)
    else:
        raise ValidationError(
            "Ce format n’est pas accepté : PDF, Word, Excel, PowerPoint, OpenDocument, CSV, texte, "
            "RTF ou ZIP."
        )
    if not good:
        raise ValidationError(
            f"Ce fichier n’est pas un document .{extension} : vérifiez son nom et son contenu."
        )


def create_document(
    *, title: str, content: File[Any], by: AbstractBaseUser | None = None
) -> Document:
    check_document(content)
    document = Document(title=title, created_by=by)
    document.file.save(content.name or "document", content, save=False)
    document.save()
    return document
