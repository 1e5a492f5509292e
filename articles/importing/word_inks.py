"""The colour of a run of Word and that of what stands behind it, as far as telling whether it is
seen."""

from __future__ import annotations

import re
from typing import Any

from articles.importing.word_formatting import Formatting, W, enclosing
from publishing.unseen_rules import SHADES

_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_FILL = f"{_W14}textFill"
_OUTLINE = f"{W}rPr/{_W14}textOutline/{_W14}solidFill"
_WHITE_OF_THEMES = ("background1", "light1", "bg1", "lt1")
_CLEAREST = 95_000  # of 100,000
_COLOUR = re.compile(r"[0-9a-f]{6}")
_HIGHLIGHTS = {
    "black": "000000", "white": "ffffff", "yellow": "ffff00", "red": "ff0000", "blue": "0000ff",
    "green": "00ff00", "cyan": "00ffff", "magenta": "ff00ff", "darkBlue": "000080",
    "darkCyan": "008080", "darkGreen": "008000", "darkMagenta": "800080", "darkRed": "800000",
    "darkYellow": "808000", "darkGray": "808080", "lightGray": "c0c0c0",
}  # fmt: skip
_CONTOURS = ("outline", "shadow", "emboss", "imprint")


class Inks:
    """Answers of one document, for its runs."""

    def __init__(self, formatting: Formatting) -> None:
        self._formatting = formatting
        self._shaded: dict[Any, bool] = {}
        self._colours: dict[Any, str] = {}
        self._grounds: dict[Any, str] = {}

    def is_clear(self, run: Any) -> bool:
        """Says whether it is written in letters that nothing fills nor surrounds."""
        fill = self._formatting.value(run, _FILL)
        return fill is not None and run.find(_OUTLINE) is None and _is_clear(fill)

    def is_inked_out(self, run: Any) -> bool:
        """Says whether it is of the colour of what stands behind it: black under a black
        highlighter, mostly."""
        ground = self._ground(run)
        return bool(ground) and _is_near(self._colour(run), ground)

    def is_white(self, run: Any) -> bool:
        return (
            not self._ground(run)
            and _is_near(self._colour(run), "ffffff")
            and not any(self._formatting.toggles(run, effect) for effect in _CONTOURS)
        )

    def is_white_perhaps(self, run: Any) -> bool:
        """Says whether it is white in a table whose style shades other cells than this one."""
        return (
            self._ground(run) == "?"
            and _is_near(self._colour(run), "ffffff")
            and self._is_in_plain_cell(run)
        )

    def _is_in_plain_cell(self, run: Any) -> bool:
        """Says whether the style of its table shades other cells than this one."""
        cell = enclosing(run, "tc")
        table = None if cell is None else enclosing(cell, "tbl")
        if table is None or cell is None or cell.getparent().getparent() is not table:
            return False
        has_look = table.find(f"{W}tblPr/{W}tblLook") is not None
        return has_look and not _fill(self._formatting.cell_value(cell, "shd"))

    def _colour(self, run: Any) -> str:
        if run not in self._colours:
            self._colours[run] = self._colour_of(run)
        return self._colours[run]

    def _ground(self, run: Any) -> str:
        if run not in self._grounds:
            self._grounds[run] = self._ground_of(run)
        return self._grounds[run]

    def _colour_of(self, run: Any) -> str:
        """Returns it as six digits. What is automatic is black, except that shading turns it
        white."""
        if (ink := _ink(self._formatting.value(run, _FILL))) is not None:
            return ink
        colour = self._formatting.value(run, "color")
        value = "auto" if colour is None else colour.get(f"{W}val", "auto").lower()
        if value == "auto" and colour is not None:
            theme = colour.get(f"{W}themeColor", "")
            if theme in _WHITE_OF_THEMES and not colour.get(f"{W}themeShade"):
                return "ffffff"
        if value != "auto":
            return value
        is_highlighted = self._highlight(run) != ""
        return "000000" if is_highlighted or not self._ground(run) else ""

    def _highlight(self, run: Any) -> str:
        highlight = self._formatting.value(run, "highlight")
        name = "none" if highlight is None else highlight.get(f"{W}val", "none")
        return _HIGHLIGHTS.get(name, "" if name == "none" else name)

    def _ground_of(self, run: Any) -> str:
        """Returns the colour behind a run, as six digits; "" where nothing says so, « ? » for a
        table style or a pattern, whose colour depends on more than this."""
        if highlight := self._highlight(run):
            return highlight
        shades = [self._formatting.value(run, "shd")]
        paragraph = next(run.iterancestors(f"{W}p"), None)
        if paragraph is not None:
            shades.append(self._formatting.paragraph_value(paragraph, "shd"))
        shades += [cell.find(f"{W}tcPr/{W}shd") for cell in run.iterancestors(f"{W}tc")]
        shades += [row.find(f"{W}tblPrEx/{W}shd") for row in run.iterancestors(f"{W}tr")]
        tables = list(run.iterancestors(f"{W}tbl"))
        shades += [table.find(f"{W}tblPr/{W}shd") for table in tables]
        for shade in shades:
            if fill := _fill(shade):
                return fill
        return "?" if any(map(self._has_shaded_style, tables)) else ""

    def _has_shaded_style(self, table: Any) -> bool:
        if table not in self._shaded:
            styles = self._formatting.table_styles(table)
            shades = (shade for style in styles for shade in style.iter(f"{W}shd"))
            self._shaded[table] = any(map(_fill, shades))
        return self._shaded[table]


def _is_clear(fill: Any) -> bool:
    """Says whether letters are filled with nothing, or with a colour of which this says how much is
    transparent."""
    if fill.find(f"{_W14}noFill") is not None:
        return True
    alpha = fill.find(f"{_W14}solidFill/*/{_W14}alpha")
    value = "" if alpha is None else alpha.get(f"{_W14}val", "")
    return value.isascii() and value.isdigit() and int(value) >= _CLEAREST


def _ink(fill: Any) -> str | None:
    """Returns the colour that letters are filled with, which outdoes the plain one; None if not
    said."""
    plain = None if fill is None else fill.find(f"{_W14}solidFill/{_W14}srgbClr")
    if plain is not None:
        return str(plain.get(f"{_W14}val", "")).lower()
    theme = None if fill is None else fill.find(f"{_W14}solidFill/{_W14}schemeClr")
    if theme is not None and theme.get(f"{_W14}val") in _WHITE_OF_THEMES and not len(theme):
        return "ffffff"
    return None


def _fill(shade: Any) -> str:
    """Returns what a shading fills with, as six digits; "" for none, « ? » for a pattern or a
    theme's."""
    if shade is None:
        return ""
    fill = shade.get(f"{W}fill", "auto").lower()
    pattern = shade.get(f"{W}val", "clear")
    if pattern == "solid":  # of its first colour, and nothing of the second
        first = shade.get(f"{W}color", "auto").lower()
        return "000000" if first == "auto" else first
    if pattern not in ("clear", "nil") or (fill == "auto" and shade.get(f"{W}themeFill")):
        return "?"
    return "" if fill == "auto" else fill


def _is_near(one: str, other: str) -> bool:
    """Says whether nobody tells the two colours apart."""
    if not (_COLOUR.fullmatch(one) and _COLOUR.fullmatch(other)):
        return False
    pairs = ((int(one[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (0, 2, 4))
    return all(abs(left - right) <= SHADES for left, right in pairs)
