"""The text of OpenDocument texts (no pages are known), presentations (by slide) and sheets.

Source: OpenDocument 1.3, part 3.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from media.cleaning.findings import DAMAGED, Refused
from media.cleaning.markup import Element, attribute, child, first, local, named, parsed
from media.cleaning.opendocument import Look, repeated, rows_and_columns
from media.cleaning.packages import MOST_IN_A_TREE, Package
from media.reading.bounds import Page, joined

_CONTENT, _STYLES = "content.xml", "styles.xml"
# What these hold is no text of the document, is told elsewhere, or is shown by none.
_LEFT_OUT = {
    *("tracked-changes", "annotation", "annotation-end", "notes", "forms", "scripts", "script"),
    *("hidden-text", "note-citation", "event-listeners", "ruby-text", "page-number", "page-count"),
    *("variable-decls", "sequence-decls", "user-field-decls", "dde-connection-decls"),
    "binary-data",
}
_SHOWN_OBJECTS = ("chart", "formula")


def pages(package: Package, extension: str) -> Iterator[Page]:
    document = _Words(package, "")
    if extension == "odp":
        for number, page in enumerate(named(document.body, "page"), 1):
            if not document.look.hides_slide(page):
                yield number, joined(document.lines(page))
    elif extension == "ods":
        for table in document.body.iterchildren("{*}table"):
            if not document.look.hides_sheet(table) and child(table, "table-source") is None:
                yield None, joined((attribute(table, "name"), *document.rows(table, of_text=True)))
    else:
        yield None, joined(document.lines(document.body))


class _Words:
    """The words of one document of the package, which lies in that folder of it."""

    def __init__(self, package: Package, folder: str) -> None:
        self._package, self._folder = package, folder
        content, styles = (posixpath.join(folder, name) for name in (_CONTENT, _STYLES))
        trees = [
            parsed(package.read(name, most=MOST_IN_A_TREE))
            for name in (content, styles)
            if name in package
        ]
        body = first(trees[0], "body") if trees else None
        if body is None or not len(body):
            raise Refused(DAMAGED)
        self.body = body[0]
        self.look = Look(trees)

    def lines(self, element: Element) -> Iterator[str]:
        for each in element:
            if self._is_left_out(each):
                continue
            match local(each):
                case "p" | "h":
                    yield from self._paragraph(each)
                case "table":
                    yield from self.rows(each)
                case "object":
                    yield from self._object(each)
                case _:
                    yield from self.lines(each)

    def _is_left_out(self, element: Element) -> bool:
        name = local(element)
        if name in _LEFT_OUT or name.endswith("-source") or self.look.hides_shape(element):
            return True
        if name in ("title", "desc"):  # those of a drawing, not the field of that name
            return "svg" in element.tag
        return name == "section" and attribute(element, "display", "true") != "true"

    def _paragraph(self, paragraph: Element) -> Iterator[str]:
        if first(paragraph, "hidden-paragraph") is not None or self.look.how_hidden(paragraph):
            return
        aside: list[str] = []
        yield "".join(self._inline(paragraph, aside))
        yield from aside

    def _inline(self, element: Element, aside: list[str]) -> Iterator[str]:
        """Yields the text of a paragraph, and puts aside notes and what lies in frames."""
        yield element.text or ""
        for each in element:
            match local(each):
                case _ if self._is_left_out(each):
                    pass
                case "s":
                    yield " "
                case "tab":
                    yield "\t"
                case "line-break":
                    yield "\n"
                case "note-body" | "frame" | "text-box" | "custom-shape" | "g":
                    aside += self.lines(each)
                case "span" if self.look.how_hidden(each) or self._is_struck(each):
                    pass
                case _:
                    yield from self._inline(each, aside)
            yield each.tail or ""

    def _is_struck(self, span: Element) -> bool:
        said = self.look.says(span, "text", "text-line-through-style")
        return said not in ("", "none")

    def rows(self, table: Element, *, of_text: bool = False) -> Iterator[str]:
        """Yields the rows of a table that are shown; `of_text`: only their cells of text, as a
        sheet's figures say nothing out of it."""
        hidden: list[range] = []
        at = 0
        for element in rows_and_columns(table):
            is_shown = attribute(element, "visibility", "visible") == "visible"
            if local(element) == "table-column":
                times = repeated(element, "columns")
                if not is_shown:
                    hidden.append(range(at, at + times))
                at += times
            elif is_shown:
                yield "\t".join(filter(None, self._cells(element, hidden, of_text)))

    def _cells(self, row: Element, hidden: list[range], of_text: bool) -> Iterator[str]:
        column = 0
        for cell in row:
            kind = attribute(cell, "value-type", "string")
            is_shown = not any(column in each for each in hidden)
            if is_shown and local(cell) == "table-cell" and (kind == "string" or not of_text):
                yield "\n".join(self.lines(cell))
            column += repeated(cell, "columns")

    def _object(self, element: Element) -> Iterator[str]:
        """Yields the words of a chart or a formula, which is a document of its own."""
        folder = posixpath.normpath(posixpath.join(self._folder, attribute(element, "href")))
        if folder.startswith("..") or posixpath.join(folder, _CONTENT) not in self._package:
            return
        inner = _Words(self._package, folder)
        if local(inner.body) not in _SHOWN_OBJECTS or self._folder:
            return
        # The table of a chart holds what it is drawn from; titles are paragraphs beside it.
        for paragraph in named(inner.body, "p"):
            if next(paragraph.iterancestors("{*}table"), None) is None:
                yield from inner._paragraph(paragraph)
