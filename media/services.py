"""Writes that touch both the database and the storage."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils import timezone
from PIL import Image as Pillow

from media import renditions
from media.cleaning.findings import Refused
from media.cleaning.pictures import bare
from media.cleaning.sandbox import Cleaned, cleaned
from media.documents import check_document, extension_of
from media.models import Document, Image
from media.texts import keep_text, text_inside


def set_picture(image: Image, picture: renditions.Picture) -> None:
    """Puts a picture into an unsaved Image and writes its files.

    All are encoded before the first is written. Raises NotStored; within a transaction, which is
    then rolled back, none stays.
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
    """Makes an image of an upload. Raises ValidationError, in French, for what is not a picture
    that can be taken, and NotStored."""
    image = Image(title=title, alt=alt, credit=credit)
    image.created_by = by  # type: ignore[assignment]  # AUTH_USER_MODEL is not known on floor 0
    picture = renditions.opened(content.file)  # type: ignore[arg-type]  # opened for reading
    with transaction.atomic():
        set_picture(image, picture)
        image.save()
    return image


class HidesSomething(ValidationError):
    """The document holds what it does not show; sentences say what."""


@contextmanager
def document_for_readers(content: File[Any], *, title: str) -> Iterator[Cleaned]:
    """Yields what readers would get of an upload, open for as long as the block lasts. Raises
    ValidationError, in French, for a document that cannot be taken."""
    check_document(content)
    extension = extension_of(content.name or "")
    try:
        with cleaned(content, extension=extension, title=title) as result:  # type: ignore[arg-type]  # opened for reading
            yield result
    except Refused as refused:
        raise ValidationError(str(refused)) from refused


def create_document(
    *,
    title: str,
    content: File[Any],
    by: AbstractBaseUser | None = None,
    hidden_is_meant: bool = False,
) -> Document:
    """Makes a document of an upload. Raises ValidationError, in French, for one that cannot be
    taken, HidesSomething for one that hides what nobody said to publish, and NotStored."""
    with document_for_readers(content, title=title) as result:
        if result.hidden and not hidden_is_meant:
            raise HidesSomething(result.hidden)
        document = Document(title=title, hidden=result.hidden)
        document.created_by = by  # type: ignore[assignment]  # as above
        if result.hidden:
            say_hidden_is_meant(document, by=by)
        extension = extension_of(content.name or "")
        # It is read before anything is written: nobody else waits for it.
        text = text_inside(result.content, extension=extension, hides=bool(result.hidden))
        result.content.seek(0)
        with transaction.atomic():
            document.file.save(content.name or "document", File(result.content), save=False)
            document.save()
            keep_text(document, text)
    return document


def say_hidden_is_meant(document: Document, *, by: Any) -> None:
    """Notes on an unsaved row that what is hidden is meant: readers will get the file as it is."""
    document.hidden_meant_at = timezone.now()
    document.hidden_meant_by = by


@transaction.atomic
def clean_again(document: Document, *, write: bool = True) -> bool:
    """Puts a document that is there through today's cleaning, under its present title; returns
    whether its file or what is told of it differs. Only `write` writes either.

    What was said to be meant stays so unless something else is found. A file that can no longer be
    taken is told, and held like one that hides something.
    """
    text = None
    try:
        with (
            document.file.open("rb") as content,
            document_for_readers(content, title=document.title) as result,
        ):
            hidden, is_same = result.hidden, _same(content, result.content)
            if write and not (is_same and hidden == document.hidden):
                extension = document.extension
                text = text_inside(result.content, extension=extension, hides=bool(hidden))
            if not is_same and write:
                former, storage = str(document.file.name), document.file.storage
                result.content.seek(0)
                document.file.save(former, File(result.content), save=False)
                document.size = storage.size(str(document.file.name))
                # The former file goes once the row is sure to name the new one.
                transaction.on_commit(lambda: storage.delete(former))
    except ValidationError as refused:
        hidden, is_same = refused.messages, True
    if is_same and hidden == document.hidden:
        return False
    if set(hidden) - set(document.hidden):
        document.hidden_meant_at = document.hidden_meant_by = None
    document.hidden = hidden
    if write:
        document.save()
        if text:
            keep_text(document, text)
    return True


def _same(first: Any, second: Any) -> bool:
    if first is second:
        return True
    first.seek(0)
    second.seek(0)
    while True:
        piece, other = first.read(1 << 20), second.read(1 << 20)
        if piece != other:
            return False
        if not piece:
            return True


def clean_image_again(image: Image, *, write: bool = True) -> bool:
    """Puts a picture that is there through today's cleaning, its files under the same names, since
    published pages name them; returns whether they differ (and, with `write`, writes them). Raises
    ValidationError where it can no longer be taken."""
    with image.file.open("rb") as file:
        content = file.read()
    picture = renditions.opened(BytesIO(content))
    with Pillow.open(BytesIO(content)) as stored:
        is_same = stored.convert(picture.pixels.mode).tobytes() == picture.pixels.tobytes()
    if is_same and bare(content) == content:
        return False
    if write:
        files = {
            image.rendition_name(width, extension): made
            for width, extension, made in renditions.renditions(picture)
        }
        # This comes last: as long as it is not done, all will be done again.
        name = str(image.file.name)
        files[name] = renditions.encoded(picture.pixels, image.fallback_extension)
        storage: Any = image.file.storage
        for name, made in files.items():
            storage.replace(name, ContentFile(made))
    return True


def delete_files_after_commit(media: Image | Document) -> None:
    """Deletes the files of a row that is deleted, once the deletion is certain. Neither a signal
    nor `delete()` does it, so that a deletion in bulk, in a migration or in a transaction that is
    given up never loses a file that a page still shows.

    Neither a signal nor `delete()` does it, so that a deletion in bulk, in a migration or in a
    transaction that is given up never loses a file that a page still shows.
    """
    names = media.file_names() if isinstance(media, Image) else [str(media.file.name)]
    storage = media.file.storage

    def remove() -> None:
        for name in names:
            storage.delete(name)

    transaction.on_commit(remove)
