"""Tables for spreadsheets: nothing of what people wrote is computed when the file is opened."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

# A spreadsheet takes a cell that begins so for a formula.
FORMULA = frozenset("=+-@\t\r")
# What French spreadsheets part cells with, and the mark by which they know the encoding.
SEPARATOR = ";"
MARK = "\ufeff"


def safe_cells(cells: Iterable[Any]) -> list[Any]:
    """Text that a spreadsheet would compute is kept as text."""
    return [f"'{cell}" if cell.__class__ is str and cell[:1] in FORMULA else cell for cell in cells]


def csv_lines(rows: Iterable[Iterable[Any]]) -> str:
    file = io.StringIO()
    csv.writer(file, delimiter=SEPARATOR).writerows(safe_cells(row) for row in rows)
    return file.getvalue()


def sheet_cells(sheet: Any, cells: Iterable[Any]) -> list[Any]:
    """For a workbook, where a cell says itself that it is text: what was typed reads as typed."""
    return [_text(sheet, cell) if isinstance(cell, str) else cell for cell in cells]


def _text(sheet: Any, value: str) -> Any:
    """The library takes for a formula what begins like one, and refuses control characters."""
    plain = ILLEGAL_CHARACTERS_RE.sub("", value)
    if not plain.startswith("="):
        return plain
    cell = WriteOnlyCell(sheet, plain)
    cell.data_type = "s"
    return cell
