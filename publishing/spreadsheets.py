"""Tables for spreadsheets: nothing of what people wrote is computed when the file is opened."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

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
