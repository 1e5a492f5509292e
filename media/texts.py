"""The text inside documents, as search finds it: page by page, of those that readers are given."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from django.db import IntegrityError, transaction
from django.utils import timezone

from media.models import Document, DocumentText
from media.reading.process import Reading, read

logger = logging.getLogger(__name__)
# So many documents are asked for at once: their texts may hold two million characters each.
_AT_ONCE = 50
_READ_AT_ONCE = 200  # rows


def texts_of(documents: Iterable[Document]) -> dict[int, list[tuple[int | None, str]]]:
    """Returns by key what is read inside these: `(number, text)` for each page or slide that has
    text, in order; the number is null where the format knows no pages.

    Those that are held, that have no text or are still to be read are left out. One statement for
    fifty documents.
    """
    keys = [document.pk for document in documents if not document.is_held]
    found: dict[int, list[tuple[int | None, str]]] = {}
    for start in range(0, len(keys), _AT_ONCE):
        rows = DocumentText.objects.filter(document__in=keys[start : start + _AT_ONCE])
        for key, pages in rows.exclude(pages=[]).values_list("document", "pages"):
            found[key] = [(number, text) for number, text in pages]
    return found


def text_inside(content: BinaryIO, *, extension: str, hides: bool) -> DocumentText:
    """Returns the text of a cleaned file, for `keep_text`. `hides`: cleaning told that it holds
    what it does not show, which is left out here. Nothing is raised: its state says what came of
    it."""
    reading = read(content, extension=extension, hides=hides)
    return DocumentText(
        pages=reading.pages, page_count=reading.page_count, state=_state_of(reading)
    )


def _state_of(reading: Reading) -> DocumentText.State:
    if reading.pages:
        return DocumentText.State.WHOLE if reading.is_whole else DocumentText.State.CUT
    if reading.is_garbled or not reading.is_whole:
        return DocumentText.State.UNREADABLE
    return DocumentText.State.NONE


@transaction.atomic
def keep_text(document: Document, text: DocumentText) -> None:
    """Puts this text in the place of what was kept of the document."""
    text.document = document
    text.read_at = timezone.now()
    DocumentText.objects.filter(document=document).delete()
    text.save(force_insert=True)


def read_missing(*, again: bool = False, seconds: float | None = None) -> Iterator[Document]:
    """Reads the documents whose text is still to be read, or all of them (`again`), each in a
    transaction of its own: stopped at any moment, it goes on where it was. Yields each once it is
    read, with its text. `seconds`: none is begun after so many.

    A file that is missing is told in the log, and is tried again the next time.
    """
    documents = Document.objects.order_by("pk")
    if not again:
        documents = documents.filter(text=None)
    start, last = time.monotonic(), 0
    while batch := list(documents.filter(pk__gt=last)[:_READ_AT_ONCE]):
        for document in batch:
            if seconds is not None and time.monotonic() - start > seconds:
                return
            last = document.pk
            try:
                with document.file.open("rb") as content:
                    text = text_inside(
                        content, extension=document.extension, hides=bool(document.hidden)
                    )
                keep_text(document, text)
            except OSError:
                logger.warning("The file of document %s cannot be read", document.pk)
            except IntegrityError:  # it was deleted, or read by another, meanwhile
                continue
            else:
                yield document
