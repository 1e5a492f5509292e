"""How much of a document is read: search needs no more, and no file decides what it costs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

MOST_PAGES = 500
LONGEST_PAGE = 20_000  # characters
MOST_CHARACTERS = 2_000_000
Page = tuple[int | None, str]  # number, from 1, or None where the format knows no pages; text


class Bounded:
    """The pages of a document within these bounds: iterate over it, then ask `is_whole`."""

    def __init__(self, pages: Iterable[Page]) -> None:
        self._pages = pages
        self.is_whole = True

    def __iter__(self) -> Iterator[Page]:
        left = MOST_CHARACTERS
        count = 0
        for number, text in self._pages:
            for piece in [text[:LONGEST_PAGE]] if number else _pieces(text):
                count += 1
                if count > MOST_PAGES or left <= 0:
                    self.is_whole = False
                    return
                if (number and len(text) > LONGEST_PAGE) or len(piece) > left:
                    self.is_whole = False
                yield number, piece[:left]
                left -= len(piece)


def _pieces(text: str) -> Iterator[str]:
    """Parts a text without pages, at the ends of its lines where it can."""
    while len(text) > LONGEST_PAGE:
        end = text.rfind("\n", LONGEST_PAGE // 2, LONGEST_PAGE) + 1
        end = end or text.rfind(" ", LONGEST_PAGE // 2, LONGEST_PAGE) + 1 or LONGEST_PAGE
        yield text[:end]
        text = text[end:]
    yield text


def joined(lines: Iterable[str]) -> str:
    """Returns a text of these lines, of which none is read once it is longer than is kept."""
    kept: list[str] = []
    length = 0
    for line in lines:
        kept.append(line)
        length += len(line) + 1
        if length > MOST_CHARACTERS:
            break
    return "\n".join(kept)
