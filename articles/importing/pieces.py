"""The common form of the four formats: a flat list of pieces, before anything is recognised."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from articles.importing.documents import Hints, ImportedImage
from articles.importing.wording import visible_lines, visible_text
from publishing.unseen import Unseen

PieceKind = Literal["heading", "paragraph", "list", "quote", "table", "figure", "callout"]
Role = Literal["", "title", "standfirst", "caption"]


@dataclass
class Piece:
    """One paragraph, heading, list… in reading order.

    ``html`` holds inline markup for a heading or a paragraph and whole elements otherwise; it is
    written by this package (never copied from the document), with ``<br>`` for a break that must
    show and a newline for one that need not. ``group`` counts the runs of lines that touched each
    other in a plain text, where a blank line says that a new idea starts.
    """

    kind: PieceKind
    html: str = ""
    level: int = 0
    role: Role = ""
    bold: bool = False
    group: int = 0
    title: str = ""
    source: str = ""
    cells: str = ""
    image_key: str = ""
    alt: str = ""
    caption: str = ""

    @property
    def text(self) -> str:
        return visible_text(self.html)

    @property
    def lines(self) -> list[str]:
        return visible_lines(self.html)


@dataclass
class Reading:
    """One file, read: its pieces, and what must be found again at the other end.

    ``source_texts`` and ``source_links`` are taken from the file by a path that shares nothing
    with the pieces; what is in the first and not in the result is reported to the editor.
    """

    pieces: list[Piece] = field(default_factory=list)
    hints: Hints = field(default_factory=Hints)
    unshown_title: str = ""  # a title that the file declares and its text does not show
    images: list[ImportedImage] = field(default_factory=list)
    source_texts: list[str] = field(default_factory=list)
    source_links: list[str] = field(default_factory=list)
    unusable_links: list[tuple[str, str]] = field(
        default_factory=list
    )  # text kept, address refused
    recognised: list[str] = field(default_factory=list)
    unrecognised: list[str] = field(default_factory=list)
    discarded: list[str] = field(default_factory=list)

    def leave_out(self, unseen: Iterable[Unseen]) -> None:
        """Quotes what the author’s screen does not show, once, so that the editor knows."""
        self.discarded = list(dict.fromkeys([*self.discarded, *map(str, unseen)]))
