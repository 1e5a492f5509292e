"""Tables for spreadsheets: nothing of what people wrote is computed when the file is opened."""

from __future__ import annotations

import csv
import errno
import io
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO

from lxml.etree import SerialisationError
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

# A spreadsheet takes a cell that begins so for a formula.
FORMULA = frozenset("=+-@\t\r")
# French spreadsheets part cells with the first, and know the encoding by the second.
SEPARATOR = ";"
MARK = "\ufeff"


def safe_cells(cells: Iterable[Any]) -> list[Any]:
    """Returns cells in which text that a spreadsheet would compute is kept as text."""
    return [f"'{cell}" if cell.__class__ is str and cell[:1] in FORMULA else cell for cell in cells]


def csv_lines(rows: Iterable[Iterable[Any]]) -> str:
    file = io.StringIO()
    csv.writer(file, delimiter=SEPARATOR).writerows(safe_cells(row) for row in rows)
    return file.getvalue()


@contextmanager
def sheet_of(file: BinaryIO, title: str) -> Iterator[Any]:
    """Yields the one sheet of a workbook, to append rows to; at the end `file` holds the workbook.

    The library writes rows to a temporary file, which it leaves there when it fails. Raises
    OSError where there is no room for it.
    """
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(title)
    try:
        yield sheet
        book.save(file)
    except BaseException as error:
        _forget(sheet)
        if isinstance(error, SerialisationError):  # « IO_ENOSPC » is what it knows of the reason
            number = getattr(errno, str(error).removeprefix("IO_"), errno.EIO)
            raise OSError(number, os.strerror(number)) from error
        raise


def _forget(sheet: Any) -> None:
    with suppress(SerialisationError, OSError):
        sheet.close()
    for part in (sheet._rows, sheet._writer and sheet._writer.xf):
        with suppress(SerialisationError, OSError, AttributeError):
            part.close()
    with suppress(OSError, AttributeError, ValueError):  # it was saved, or not begun
        sheet._writer.cleanup()


def sheet_cells(sheet: Any, cells: Iterable[Any]) -> list[Any]:
    """Returns cells for a workbook, where a cell says itself that it is text: what was typed reads
    as typed."""
    return [_text(sheet, cell) if isinstance(cell, str) else cell for cell in cells]


def _text(sheet: Any, value: str) -> Any:
    """Returns a cell of text: the library takes for a formula what begins like one, and refuses
    control characters."""
    plain = ILLEGAL_CHARACTERS_RE.sub("", value)
    if not plain.startswith("="):
        return plain
    cell = WriteOnlyCell(sheet, plain)
    cell.data_type = "s"
    return cell
