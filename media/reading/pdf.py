"""The text of a PDF, page by page, in the order in which it is written.

Where the file is known to hide something (`media.cleaning.pdf_pages`), each page is drawn, and
words that no dot of the drawing shows are left out: white on white, under a box, out of the page,
on a layer that is off. Invisible text over a scan is kept, for there the scan shows what it says.

Source: PDFium's public headers (fpdf_text.h, fpdfview.h).
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
from pypdfium2 import raw

from media.reading.bounds import LONGEST_PAGE, Page

# A number that follows a word without a space may be that of a note.
_NOTE = re.compile(r"(?<=[^\W\d_]{3})\d{1,2}(?!\w)")
_WORD = re.compile(r"\S+")
_SMALLER = 0.85  # of the letter before: the number of a note is so small
_SCALE = 2  # dots a point
_MOST_DOTS = 8_000_000
_FAR = 10_000  # points
_FLAT = 12  # of 255: dots that differ less show nothing
# Beyond this the drawing would take more than the page is worth.
_MOST_LETTERS = LONGEST_PAGE + 1_000


def pages(path: Path, *, hides: bool) -> Iterator[Page]:
    document = pypdfium2.PdfDocument(path)
    for index in range(len(document)):
        page = document[index]
        text_page = page.get_textpage()
        letters = min(text_page.count_chars(), _MOST_LETTERS)
        text = text_page.get_text_range(0, letters, errors="ignore") if letters else ""
        if hides and text:
            text = _shown(page, text_page, text)
        yield index + 1, _with_notes_apart(text_page, text) if not hides else text
        text_page.close()
        page.close()


def _with_notes_apart(text_page: Any, text: str) -> str:
    """Puts a space before the small raised number of a note, which would make another word of the
    one before."""
    pieces, start = [], 0
    for found in _NOTE.finditer(text):
        height, before = (_height(text_page, found.start() + by) for by in (0, -1))
        if height and before and height < _SMALLER * before:
            pieces.append(text[start : found.start()])
            start = found.start()
    pieces.append(text[start:])
    return " ".join(pieces)


def _height(text_page: Any, at: int) -> float:
    """Returns the height of the line that a letter of its size would need, in points."""
    box = raw.FS_RECTF()
    index = raw.FPDFText_GetCharIndexFromTextIndex(text_page, at)
    if index < 0 or not raw.FPDFText_GetLooseCharBox(text_page, index, box):
        return 0
    return float(abs(box.top - box.bottom))


def _shown(page: Any, text_page: Any, text: str) -> str:
    """Returns the words that the drawing of the page shows."""
    drawing = _Drawing(page, text_page)
    return _WORD.sub(lambda word: word[0] if drawing.shows(*word.span()) else "", text)


class _Drawing:
    def __init__(self, page: Any, text_page: Any) -> None:
        self._text_page = text_page
        width, height = page.get_size()
        scale = min(_SCALE, (_MOST_DOTS / max(1, width * height)) ** 0.5)
        self._dots = page.render(scale=scale, grayscale=True).to_pil()
        # PDFium tells places on the drawing in whole dots: those of three points, far from each
        # other, give all others.
        origin, across, up = (self._place(page, *point) for point in ((0, 0), (_FAR, 0), (0, _FAR)))
        self._origin = origin
        self._across = tuple((b - a) / _FAR for a, b in zip(origin, across, strict=True))
        self._up = tuple((b - a) / _FAR for a, b in zip(origin, up, strict=True))

    def _place(self, page: Any, x: float, y: float) -> tuple[int, int]:
        right, down = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(page, 0, 0, *self._dots.size, 0, x, y, right, down)
        return right.value, down.value

    def shows(self, start: int, end: int) -> bool:
        """Says whether most of three letters of a word have something around them that is not
        flat: one beside the edge of the box that covers them touches what is around."""
        places = {start, (start + end - 1) // 2, end - 1}
        flat = [self._is_flat(box) for at in places if (box := self._box(at)) is not None]
        return sum(flat) * 2 < len(flat)

    def _is_flat(self, box: tuple[int, int, int, int]) -> bool:
        low, high = self._dots.crop(box).getextrema()
        return bool(high - low <= _FLAT)

    def _box(self, at: int) -> tuple[int, int, int, int] | None:
        """Returns left, top, right and bottom of a letter on the drawing; None for one that has no
        place, or none on the page. It is a dot wider on each side, for an « l » is all ink."""
        index = raw.FPDFText_GetCharIndexFromTextIndex(self._text_page, at)
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        if index < 0 or not raw.FPDFText_GetCharBox(
            self._text_page, index, left, right, bottom, top
        ):
            return None
        corners = ((left.value, bottom.value), (right.value, top.value))
        xs, ys = (
            [self._origin[axis] + x * self._across[axis] + y * self._up[axis] for x, y in corners]
            for axis in (0, 1)
        )
        width, height = self._dots.size
        box = (
            max(0, int(min(xs)) - 1),
            max(0, int(min(ys))),
            min(width, int(max(xs)) + 2),
            min(height, int(max(ys)) + 1),
        )
        return box if box[0] < box[2] and box[1] < box[3] else None
