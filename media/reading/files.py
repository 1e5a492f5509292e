"""The one entry for all formats that are not read as they are: a file gives its pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from media.cleaning.files import PLAIN
from media.reading.bounds import Page

READ = {"pdf"} | PLAIN


def pages(path: Path, extension: str, *, hides: bool) -> Iterator[Page]:
    """Yields `(number, text)` for each page or slide, without text where it has none, or `(None,
    text)` where the format knows no pages. `hides`: the file is known to hold what it does not
    show. Raises anything on a file that cannot be read, perhaps after some pages."""
    from media.reading import pdf  # it loads a library that nothing else here needs

    yield from pdf.pages(path, hides=hides)
