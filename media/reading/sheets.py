"""The words of a workbook, sheet by sheet: names of sheets and cells of text. Figures say nothing
out of their table.

Source: ECMA-376 part 1, chapter 18.
"""

from __future__ import annotations

from collections.abc import Iterator

from media.cleaning.markup import Element, attribute, forgotten, local, named, streamed
from media.cleaning.parts import Parts
from media.cleaning.sheets import column_number, is_hidden, unseen_styles
from media.reading.bounds import MOST_CHARACTERS, Page, joined


def pages(parts: Parts) -> Iterator[Page]:
    strings = _shared(parts)
    unseen = unseen_styles(parts)
    targets = {link.id: link.target for link in parts.main.links}
    for sheet in named(parts.tree(parts.main.name), "sheet"):
        if attribute(sheet, "state", "visible") != "visible":
            continue
        target = next(
            (targets.get(v, "") for k, v in sheet.attrib.items() if k.endswith("}id")), ""
        )
        lines = [attribute(sheet, "name")]
        if target in parts.package and parts[target].content_type.endswith("worksheet+xml"):
            lines.append(joined(_rows(parts.package.read(target), strings, unseen)))
        yield None, "\n".join(lines)


def _rows(content: bytes, strings: list[str], unseen: set[str]) -> Iterator[str]:
    hidden: list[range] = []
    rows_are_hidden = False
    for element in streamed(content, "sheetFormatPr", "col", "row"):
        match local(element):
            case "sheetFormatPr":
                rows_are_hidden = attribute(element, "zeroHeight") in ("1", "true")
            case "col" if is_hidden(element, False):
                low, high = (int(attribute(element, end, "1")) for end in ("min", "max"))
                hidden.append(range(low, high + 1))
            case "row":
                if not is_hidden(element, rows_are_hidden):
                    yield "\t".join(filter(None, _cells(element, strings, hidden, unseen)))
                forgotten(element)


def _cells(
    row: Element, strings: list[str], hidden: list[range], unseen: set[str]
) -> Iterator[str]:
    column = 0
    for cell in row:
        column = column_number(cell.get("r", "")) or column + 1
        if cell.get("s") in unseen or any(column in each for each in hidden):
            continue
        value = "".join(v.text or "" for v in named(cell, "v"))
        match attribute(cell, "t"):
            case "s" if value.isdigit() and int(value) < len(strings):
                yield strings[int(value)]
            case "str":
                yield value
            case "inlineStr":
                yield _words(cell)


def _words(element: Element) -> str:
    """Returns the text of a cell or a shared string, without how it is pronounced."""
    texts = (t for t in named(element, "t") if local(t.getparent()) != "rPh")
    return "".join(t.text or "" for t in texts)


def _shared(parts: Parts) -> list[str]:
    part = next(iter(parts.linked(parts.main, "sharedStrings")), None)
    strings: list[str] = []
    length = 0
    for element in streamed(parts.package.read(part.name), "si") if part else ():
        # Their places count even past what is kept.
        strings.append(_words(element) if length < MOST_CHARACTERS else "")
        length += len(strings[-1])
        forgotten(element)
    return strings
