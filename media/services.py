"""Writes that touch both the database and the storage."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.files.base import ContentFile, File
from django.db import transaction

from media import renditions
from media.documents import check_document
from media.models import Document, Image


def set_picture(image: Image, picture: renditions.Picture) -> None:
    """Puts a picture into an unsaved Image and writes its files.

    All are encoded before the first is written, so that a failure leaves none behind.
    """
    original = renditions.encoded(picture.pixels, picture.fallback)
    made = list(renditions.renditions(picture))
    image.file.save(f"image.{picture.fallback}", ContentFile(original), save=False)
    image.width, image.height = picture.pixels.size
    image.widths = picture.widths
    for width, extension, file in made:
        image.file.storage.save(image.rendition_name(width, extension), ContentFile(file))


def create_image(
    *,
    title: str,
    content: File[Any],
    alt: str = "",
    credit: str = "",
    by: AbstractBaseUser | None = None,
) -> Image:
    """Raises ValidationError, in French, for what is not a picture that can be taken."""
    image = Image(title=title, alt=alt, credit=credit)
    image.created_by = by  # type: ignore[assignment]  # AUTH_USER_MODEL is not known on floor 0
    set_picture(image, renditions.opened(content.file))  # type: ignore[arg-type]  # opened for reading
    image.save()
    return image


def create_document(
    *, title: str, content: File[Any], by: AbstractBaseUser | None = None
) -> Document:
    """Raises ValidationError, in French, for a document that cannot be taken."""
    check_document(content)
    document = Document(title=title)
    document.created_by = by  # type: ignore[assignment]  # as above
    document.file.save(content.name or "document", content, save=False)
    document.save()
    return document


def delete_files_after_commit(media: Image | Document) -> None:
    """For whoever deletes the row: the files go once the deletion is certain.

    Neither a signal nor `delete()` does it, so that a deletion in bulk, in a migration or in a
    transaction that is given up never loses a file that a page still shows.
    """
    names = media.file_names() if isinstance(media, Image) else [str(media.file.name)]
    storage = media.file.storage

    def remove() -> None:
        for name in names:
            storage.delete(name)

    transaction.on_commit(remove)
