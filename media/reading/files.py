"""The one entry for all formats: a file and its extension give its pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from media.cleaning.files import OFFICE, OPEN_DOCUMENT, PLAIN
from media.cleaning.packages import Package
from media.reading.bounds import Page

# An archive holds several documents, which have no pages of it.
READ = {"pdf", "rtf"} | OFFICE | OPEN_DOCUMENT | PLAIN


def pages(path: Path, extension: str, *, hides: bool) -> Iterator[Page]:
    """Yields `(number, text)` for each page or slide, without text where it has none, or `(None,
    text)` where the format knows no pages. `hides`: the file is known to hold what it does not
    show. Raises anything on a file that cannot be read, perhaps after some pages."""
    # Each reader loads libraries that the others do not need.
    if extension == "pdf":
        from media.reading import pdf

        yield from pdf.pages(path, hides=hides)
        return
    with path.open("rb") as file:
        if extension == "rtf":
            from media.reading import rtf

            yield None, rtf.text(file.read())
        elif extension in OPEN_DOCUMENT:
            from media.reading import opendocument

            yield from opendocument.pages(Package(file), extension)
        else:
            from media.cleaning.parts import Parts
            from media.reading import sheets, slides, word

            of_office = {"docx": word.pages, "pptx": slides.pages, "xlsx": sheets.pages}
            yield from of_office[extension](Parts(Package(file), extension))
