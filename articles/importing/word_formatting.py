"""The formatting of a run of Word as it is in force: its own, its styles', those they are based on.

Source: ECMA-376, part 1, 17.7.2 (style hierarchy) and 17.7.3 (toggle properties).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OFF = ("0", "false", "off")
_LOOK_BITS = {
    "firstRow": 0x0020,
    "lastRow": 0x0040,
    "firstColumn": 0x0080,
    "lastColumn": 0x0100,
    "noHBand": 0x0200,
    "noVBand": 0x0400,
}


def is_on(element: Any) -> bool:
    """Says whether an on/off property that is there is on: without a value, it is."""
    return element is not None and element.get(f"{W}val", "1").lower() not in _OFF


def identifier(parent: Any, path: str) -> str:
    """Returns the value that one property holds, such as the style of a run; "" without it."""
    found = parent.find(path) if parent is not None else None
    return "" if found is None else found.get(f"{W}val", "")


class Formatting:
    """Answers of one document's style sheet, for its runs."""

    def __init__(self, styles: Any) -> None:
        """`styles` is the root of `styles.xml`, or None."""
        every = [] if styles is None else list(styles.iter(f"{W}style"))
        self._styles = {style.get(f"{W}styleId"): style for style in every}
        self._default_styles = {
            style.get(f"{W}type"): style.get(f"{W}styleId", "")
            for style in every
            if style.get(f"{W}default", "0").lower() not in _OFF
        }
        defaults = None if styles is None else styles.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
        self._defaults = defaults
        # A long paragraph or table is asked the same for each of its runs.
        self._found: dict[tuple[Any, str], Any] = {}
        self._paragraph_styles: dict[Any, str] = {}
        self._parts: dict[Any, list[str]] = {}

    # -- questions ----------------------------------------------------------

    def cell_value(self, cell: Any, name: str) -> Any:
        """Returns the same of a property of cells that the style of their table gives."""
        table = enclosing(cell, "tbl")
        return None if table is None else self._in_cell(table, cell, f"{W}tcPr/{W}{name}")

    def toggles(self, run: Any, name: str) -> bool:
        """Says whether a toggle property (hidden, struck…) holds: styles of two levels cancel
        out."""
        own = run.find(f"{W}rPr/{W}{name}")
        if own is not None:
            return is_on(own)
        levels = list(self._levels(run, name))
        by_default = is_on(None if self._defaults is None else self._defaults.find(f"{W}{name}"))
        if by_default:
            return all(is_on(level) for level in levels)
        return sum(is_on(level) for level in levels) % 2 == 1

    def holds(self, run: Any, name: str) -> bool:
        """Says whether an on/off property that does not toggle holds: the nearest one says."""
        return is_on(self.value(run, name))

    def value(self, run: Any, name: str) -> Any:
        """Returns the element of the property that is in force, or None; `name` may have a
        namespace."""
        own = run.find(f"{W}rPr/{_named(name)}")
        if own is not None:
            return own
        for level in self._levels(run, name):
            return level
        return None if self._defaults is None else self._defaults.find(_named(name))

    def paragraph_value(self, paragraph: Any, name: str) -> Any:
        """Returns the same of a property of paragraphs."""
        path = f"{W}pPr/{W}{name}"
        if (paragraph, path) not in self._found:
            own = paragraph.find(path)
            inherited = self._in_chain(self._paragraph_style(paragraph), path)
            self._found[paragraph, path] = inherited if own is None else own
        return self._found[paragraph, path]

    def table_styles(self, table: Any) -> Iterator[Any]:
        """Yields the style of a table, then those that it is based on."""
        return self._chain(self._table_style(table))

    # -- styles -------------------------------------------------------------

    def _levels(self, run: Any, name: str) -> Iterator[Any]:
        """Yields what each level of styles says, nearest first; silent levels are left out."""
        path = f"{W}rPr/{_named(name)}"
        paragraph = next(run.iterancestors(f"{W}p"), None)
        found = [self._in_chain(identifier(run, f"{W}rPr/{W}rStyle"), path)]
        if paragraph is not None:
            found.append(self._in_chain(self._paragraph_style(paragraph), path))
            found.append(self._in_table(paragraph, path))
        return (element for element in found if element is not None)

    def _paragraph_style(self, paragraph: Any) -> str:
        if paragraph not in self._paragraph_styles:
            own = identifier(paragraph, f"{W}pPr/{W}pStyle")
            self._paragraph_styles[paragraph] = own or self._default_styles.get("paragraph", "")
        return self._paragraph_styles[paragraph]

    def _chain(self, style_id: str) -> Iterator[Any]:
        seen = set()
        while style_id and style_id not in seen and style_id in self._styles:
            seen.add(style_id)
            yield self._styles[style_id]
            style_id = identifier(self._styles[style_id], f"{W}basedOn")

    def _in_chain(self, style_id: str, path: str) -> Any:
        if not style_id:
            return None
        key = (style_id, path)
        if key not in self._found:
            inherited = (style.find(path) for style in self._chain(style_id))
            self._found[key] = next((found for found in inherited if found is not None), None)
        return self._found[key]

    def _in_table(self, paragraph: Any, path: str) -> Any:
        cell = enclosing(paragraph, "tc")
        table = None if cell is None else enclosing(cell, "tbl")
        if table is None:
            return None
        if (cell, path) not in self._found:
            self._found[cell, path] = self._in_cell(table, cell, path)
        return self._found[cell, path]

    def _in_cell(self, table: Any, cell: Any, path: str) -> Any:
        if cell not in self._parts:
            self._parts[cell] = self._parts_of(table, cell)
        for part in self._parts[cell]:
            for style in self.table_styles(table):
                for conditional in style.findall(f"{W}tblStylePr"):
                    found = conditional.find(path)
                    if conditional.get(f"{W}type") == part and found is not None:
                        return found
        return self._in_chain(self._table_style(table), path)

    def _table_style(self, table: Any) -> str:
        own = identifier(table, f"{W}tblPr/{W}tblStyle")
        return own or self._default_styles.get("table", "")

    def _parts_of(self, table: Any, cell: Any) -> list[str]:
        """Returns the parts of a table style that mean this cell, the strongest first."""
        if not any(style.find(f"{W}tblStylePr") is not None for style in self.table_styles(table)):
            return []
        row = cell.getparent()
        rows = table.findall(f"{W}tr")
        cells = row.findall(f"{W}tc")
        if row not in rows or cell not in cells:  # inside a content control
            return ["wholeTable"]
        y, x = rows.index(row), cells.index(cell)
        look = _look(table)
        first_row, last_row = look["firstRow"] and y == 0, look["lastRow"] and y == len(rows) - 1
        first, last = look["firstColumn"] and x == 0, look["lastColumn"] and x == len(cells) - 1
        parts = [
            ("nwCell", first_row and first),
            ("neCell", first_row and last),
            ("swCell", last_row and first),
            ("seCell", last_row and last),
            ("firstRow", first_row),
            ("lastRow", last_row),
            ("firstCol", first),
            ("lastCol", last),
            (f"band{1 + (y - look['firstRow']) % 2}Horz", not look["noHBand"]),
            (f"band{1 + (x - look['firstColumn']) % 2}Vert", not look["noVBand"]),
            ("wholeTable", True),
        ]
        return [name for name, applies in parts if applies]


def _named(name: str) -> str:
    return name if name.startswith("{") else f"{W}{name}"


def enclosing(element: Any, name: str) -> Any:
    """Returns the nearest ancestor of that name, without leaving the text box that holds the
    element."""
    for ancestor in element.iterancestors():
        if ancestor.tag == f"{W}{name}":
            return ancestor
        if ancestor.tag == f"{W}txbxContent":
            return None
    return None


def _look(table: Any) -> dict[str, bool]:
    look = table.find(f"{W}tblPr/{W}tblLook")
    if look is None:
        return dict.fromkeys(_LOOK_BITS, False) | {"noHBand": False, "noVBand": True}
    try:
        bits = int(look.get(f"{W}val", "0"), 16)
    except ValueError:
        bits = 0
    return {
        name: look.get(f"{W}{name}", "1" if bits & bit else "0").lower() not in _OFF
        for name, bit in _LOOK_BITS.items()
    }
