"""The text of a Word document as its reader sees it: what is deleted, hidden or struck is no part
of it. Pages are not known: the program makes them as it shows them.

Source: ECMA-376 part 1, chapter 17.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml import html

from media.cleaning.findings import Findings
from media.cleaning.markup import Element, attribute, child, is_on, local, named
from media.cleaning.parts import Parts
from media.cleaning.word import Rewriting
from media.reading.bounds import Page, joined
from media.reading.drawings import drawn_words, is_hidden_shape
from media.reading.plain import decoded

_RAISED = re.compile(r"[0-9+-]+")
_SUPERSCRIPTS = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
# A raised number after a longer word is that of a note; after a short one, it is a unit's (km²).
_NOTE = re.compile("(?<=[^\\W\\d_]{3})(?=[⁰¹²³⁴⁵⁶⁷⁸⁹])")
# What these hold is no text of the document, or no longer.
_LEFT_OUT = {
    *("pPr", "rPr", "tblPr", "trPr", "tcPr", "sectPr", "sdtPr", "sdtEndPr", "del", "moveFrom"),
    *("instrText", "delText", "delInstrText", "rt", "commentReference"),
}
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
_SEPARATORS = ("separator", "continuationSeparator", "continuationNotice")


def pages(parts: Parts) -> Iterator[Page]:
    yield None, joined(_Words(parts).lines())


class _Words:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._rewriting = Rewriting(parts, Findings())
        self._part = parts.main
        self._initial = ""  # an initial over several lines, which is a paragraph of its own
        self._fields: list[bool] = []  # of each field that is open, whether its code is over

    def lines(self) -> Iterator[str]:
        yield from self._blocks(self._parts.tree(self._part.name))
        for part in self._parts.linked(self._parts.main, "footnotes", "endnotes"):
            self._part = part
            for note in self._parts.tree(part.name):
                if attribute(note, "type") not in _SEPARATORS:
                    yield from self._blocks(note)

    def _blocks(self, element: Iterable[Element]) -> Iterator[str]:
        for each in element:
            match local(each):
                case "p":
                    yield from self._paragraph(each)
                case "tbl":
                    yield from self._rows(each)
                case "altChunk":
                    yield from self._imported(each)
                case "AlternateContent":
                    yield from self._blocks(_alternative(each))
                case name if name not in _LEFT_OUT:
                    yield from self._blocks(each)

    def _rows(self, table: Element) -> Iterator[str]:
        for row in named(table, "tr"):
            if next(row.iterancestors("{*}tbl"), None) is not table:
                continue  # it is of a table inside
            if not is_on(child(child(row, "trPr"), "hidden")):
                cells = (cell for cell in row.iter("{*}tc") if _row_of(cell) is row)
                yield "\t".join("\n".join(self._blocks(cell)) for cell in cells)

    def _paragraph(self, paragraph: Element) -> Iterator[str]:
        aside: list[str] = []
        text = self._initial + "".join(self._inline(paragraph, paragraph, aside))
        self._initial = ""
        frame = child(child(paragraph, "pPr"), "framePr")
        if frame is not None and attribute(frame, "dropCap", "none") != "none":
            self._initial = text.strip()
        else:
            yield _NOTE.sub(" ", text)
        yield from aside

    def _inline(
        self, element: Iterable[Element], paragraph: Element, aside: list[str]
    ) -> Iterator[str]:
        """Yields the text of a paragraph, and puts aside what lies in boxes beside it."""
        for each in element:
            match local(each):
                case "r":
                    if not self._is_unseen(each, paragraph):
                        yield self._run(each, paragraph, aside)
                case "oMath" | "oMathPara":
                    yield " ".join(t.text or "" for t in named(each, "t"))
                case "AlternateContent":
                    yield from self._inline(_alternative(each), paragraph, aside)
                case name if name not in _LEFT_OUT:
                    yield from self._inline(each, paragraph, aside)

    def _is_unseen(self, run: Element, paragraph: Element) -> bool:
        own = child(run, "rPr")
        if any(is_on(child(own, name)) for name in ("strike", "dstrike")):
            return True  # out of its line, it would read as what holds
        return self._rewriting.how_hidden(run, paragraph) is not None

    def _run(self, run: Element, paragraph: Element, aside: list[str]) -> str:
        pieces = []
        for each in run:
            name = local(each)
            if name == "fldChar":
                self._field(attribute(each, "fldCharType"))
            elif name in ("drawing", "pict", "object", "AlternateContent"):
                aside += self._box(each)
            elif name in ("t", "sym", *_SIGNS) and all(self._fields):
                pieces.append(_SIGNS.get(name) or each.text or "")
            elif name == "ruby":
                pieces += self._inline(each, paragraph, aside)
        text = "".join(pieces)
        raised = child(child(run, "rPr"), "vertAlign")
        if raised is not None and attribute(raised, "val") == "superscript":
            return text.translate(_SUPERSCRIPTS) if _RAISED.fullmatch(text.strip()) else text
        return text

    def _field(self, kind: str) -> None:
        if kind == "begin":
            self._fields.append(False)
        elif kind == "separate" and self._fields:
            self._fields[-1] = True
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _box(self, drawing: Element) -> Iterator[str]:
        """Yields the lines of text boxes, charts and diagrams."""
        if local(drawing) == "AlternateContent":
            for each in _alternative(drawing):
                yield from self._box(each)
        elif local(drawing) == "txbxContent":
            former, self._fields = self._fields, []
            yield from self._blocks(drawing)
            self._fields = former
        elif local(drawing) in ("chart", "relIds"):
            yield from drawn_words(self._parts, self._part, drawing)
        elif not is_hidden_shape(drawing):
            for each in drawing:
                yield from self._box(each)

    def _imported(self, chunk: Element) -> Iterator[str]:
        """Yields the lines of a document inside this one, which Word shows as if it were written
        there."""
        links = {link.id: link.target for link in self._part.links if not link.is_outside}
        target = links.get(attribute(chunk, "id"), "")
        if target in self._parts.package:
            content = self._parts.package.read(target)
            kind = self._parts[target].content_type
            if "html" in kind:
                yield from _html_lines(content)
            elif kind.startswith("text/plain"):
                yield decoded(content)


def _html_lines(content: bytes) -> Iterator[str]:
    is_unicode = "\ufffd" not in content.decode(errors="replace")
    parser = html.HTMLParser(encoding="utf-8" if is_unicode else None)
    root = html.document_fromstring(content, parser)
    for element in root.iter("script", "style", "title"):
        element.text = ""
    yield from map(str, root.itertext())


def _alternative(element: Element) -> Iterable[Element]:
    """Returns what programs of today show of several forms of one thing."""
    for name in ("Choice", "Fallback"):
        if (form := child(element, name)) is not None and len(form):
            return list(form)
    return ()


def _row_of(cell: Element) -> Element | None:
    return next(cell.iterancestors("{*}tr"), None)
