"""Reads the rows of a file as they are: CSV of any usual encoding and separator, or a workbook.

Nothing is held but the row at hand. Numbers of lines are those that a person sees in the file.
"""

from __future__ import annotations

import csv
import hashlib
import re
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

CHUNK = 1 << 20
# The headings are looked for among so many rows: people write titles above their tables.
MOST_ROWS_BEFORE = 20
LONGEST_CELL = 100_000
MOST_COLUMNS = 400
# A workbook is a compressed archive: larger than that once opened, it is a trap or no spreadsheet.
MOST_OPENED = 600 << 20
SEPARATORS = ";,\t|"
MULTIBYTE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
HIGH = bytes(range(0x80, 0x100))
# Windows-1252 does not know these bytes.
NOT_WINDOWS = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
BROKEN = re.compile("[\udc80-\udcff]")
# Workbooks write so what XML does not take, and this very writing (ECMA-376, ST_Xstring).
ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


class FileRefused(Exception):
    """The file cannot be read, from some line on; the message says in French what to do."""


@dataclass(frozen=True, slots=True)
class FileRow:
    number: int
    cells: list[str]


@dataclass(frozen=True)
class Source:
    """A file, known before it is read: its fingerprint, and about how many rows it has."""

    path: Path
    fingerprint: str
    is_workbook: bool
    encoding: str
    separator: str
    rows: int
    # Some bytes are no letters of that encoding: the rows that hold them are known once they are
    # read.
    may_be_broken: bool = False

    def table(self) -> Table:
        return Table(self)


def examine(path: Path) -> Source:
    """Reads the bytes once, and returns what is known of the file. Raises FileRefused for what is
    no table, and OSError."""
    with path.open("rb") as file:
        start = file.read(4)
        is_workbook = start == b"PK\x03\x04"
        if start.startswith(b"\xd0\xcf\x11\xe0"):
            raise FileRefused(
                "C’est un classeur de l’ancien format .xls, ou protégé par un mot de passe\u00a0: "
                "enregistrez-le en .xlsx ou en CSV, sans mot de passe."
            )
        file.seek(0)
        digest = hashlib.sha256()
        lines, multibyte, high, beyond_windows = 0, 0, 0, False
        for chunk in iter(lambda: file.read(CHUNK), b""):
            digest.update(chunk)
            if is_workbook:
                continue
            lines += chunk.count(b"\n")
            found = len(chunk) - len(chunk.translate(None, HIGH))
            if found:
                high += found
                multibyte += sum(len(match) for match in MULTIBYTE.findall(chunk))
                beyond_windows = beyond_windows or NOT_WINDOWS.search(chunk) is not None
    if not start:
        raise FileRefused("Ce fichier est vide.")
    if is_workbook:
        _refuse_unsafe(path)
        return Source(path, digest.hexdigest(), True, "", "", _rows_of_workbook(path))
    encoding = _encoding(start, multibyte, high, beyond_windows)
    return Source(
        path,
        digest.hexdigest(),
        is_workbook=False,
        encoding=encoding,
        separator=_separator(path, encoding),
        rows=lines,
        may_be_broken=encoding == "utf-8-sig" and multibyte != high,
    )


def _encoding(start: bytes, multibyte: int, high: int, beyond_windows: bool) -> str:
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    # A chunk may end in the middle of a letter; a file may hold one broken line among good ones.
    if multibyte * 2 >= high:
        return "utf-8-sig"
    return "latin-1" if beyond_windows else "cp1252"


def _separator(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        sample = file.read(20_000)
    for line in sample.splitlines():
        outside = re.sub(r'"[^"]*"', "", line)
        found = max(SEPARATORS, key=outside.count)
        if outside.count(found):
            return found
    return ";"


def _refuse_unsafe(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            opened = sum(member.file_size for member in archive.infolist())
            is_workbook = "xl/workbook.xml" in archive.namelist()
    except zipfile.BadZipFile as error:
        raise FileRefused(
            "Ce classeur est abîmé\u00a0: ouvrez-le dans votre tableur et enregistrez-le à nouveau."
        ) from error
    if not is_workbook:
        raise FileRefused(
            "Ce n’est pas un classeur Excel (.xlsx)\u00a0: enregistrez votre tableau en .xlsx ou "
            "en CSV."
        )
    if opened > MOST_OPENED:
        raise FileRefused(
            "Ce classeur est trop volumineux une fois ouvert\u00a0: enregistrez-le en CSV."
        )


@contextmanager
def _workbook(path: Path) -> Iterator[Any]:
    with path.open("rb") as file:  # the content decides: the name may have no extension
        try:
            book = load_workbook(file, read_only=True, data_only=True)
        except Exception as error:  # openpyxl raises anything on what it cannot read
            raise FileRefused(
                "Ce classeur ne peut pas être lu\u00a0: enregistrez-le à nouveau en .xlsx, ou en "
                "CSV."
            ) from error
        with closing(book):
            yield book


def _sheet(book: Any) -> Any:
    """Returns the first sheet that is shown: workbooks hide their lists of choices."""
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if not shown:
        raise FileRefused("Ce classeur n’a pas de feuille visible.")
    return shown[0]


def _rows_of_workbook(path: Path) -> int:
    with _workbook(path) as book:
        return int(_sheet(book).max_row or 0)


class Table:
    """The rows of a file after its headings.

    `headings` are as they are written, each once: a column without one is named by its place.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.heading_line = 1
        self._rows = _workbook_rows(source) if source.is_workbook else _csv_rows(source)
        self.headings = self._read_headings()

    def __iter__(self) -> Iterator[FileRow]:
        return self._rows

    def close(self) -> None:
        self._rows.close()

    def _read_headings(self) -> list[str]:
        """Returns the first row of the file's top that looks like headings: several cells, all
        words."""
        before: list[FileRow] = []
        for row in self._rows:
            before.append(row)
            filled = [cell for cell in row.cells if cell.strip()]
            if len(filled) > 1 and not any(cell.strip().isdigit() for cell in filled):
                self.heading_line = row.number
                return _headings(row)
            if len(before) == MOST_ROWS_BEFORE:
                break
        if len(before) == 1 or (before and all(len(row.cells) == 1 for row in before)):
            self.heading_line = before[0].number
            return _headings(before[0])
        raise FileRefused(
            "La ligne des intitulés de colonnes est introuvable\u00a0: elle doit être dans les "
            f"{MOST_ROWS_BEFORE} premières lignes du fichier."
        )


def _headings(row: FileRow) -> list[str]:
    headings: list[str] = []
    last = max(place for place, cell in enumerate(row.cells) if cell.strip())
    for place, cell in enumerate(row.cells[: last + 1], start=1):
        said = " ".join(cell.split()) or f"(colonne {place})"
        headings.append(f"{said} ({place})" if said in headings else said)
    return headings


def _csv_rows(source: Source) -> Any:
    """Yields rows without blank lines. A cell may hold several lines: its row has the number of the
    first."""
    csv.field_size_limit(LONGEST_CELL)
    with source.path.open(encoding=source.encoding, errors="surrogateescape", newline="") as file:
        # No database holds a null character.
        lines = (line.replace("\0", "") for line in file)
        reader = csv.reader(lines, delimiter=source.separator)
        number = 1
        while True:
            try:
                cells = next(reader, None)
            except csv.Error as error:
                raise FileRefused(
                    f"Ligne {number}\u00a0: une cellule n’en finit pas. Un guillemet y est sans "
                    "doute ouvert et jamais refermé\u00a0: corrigez cette ligne."
                ) from error
            except UnicodeError as error:
                raise FileRefused(
                    f"Ligne {number}\u00a0: caractères illisibles. Enregistrez le fichier en CSV "
                    "UTF-8."
                ) from error
            if cells is None:
                return
            if any(cells) and any(cell.strip() for cell in cells):
                if len(cells) > MOST_COLUMNS:
                    raise FileRefused(f"Ligne {number}\u00a0: plus de {MOST_COLUMNS} colonnes.")
                yield FileRow(number, cells)
            number = reader.line_num + 1


def _workbook_rows(source: Source) -> Any:
    with _workbook(source.path) as book:
        rows = _sheet(book).iter_rows(values_only=True)
        number = 0
        while True:
            number += 1
            try:
                values = next(rows, None)
            except Exception as error:  # a damaged archive makes openpyxl raise anything
                raise FileRefused(
                    f"Ligne {number}\u00a0: le classeur est abîmé à partir de là. Enregistrez-le à "
                    "nouveau."
                ) from error
            if values is None:
                return
            if len(values) > MOST_COLUMNS:
                values = values[:MOST_COLUMNS]
            cells = [_said(value) for value in values]
            if any(cells):
                yield FileRow(number, cells)


def _said(value: Any) -> str:
    """Returns a cell of a workbook as it would be in a CSV."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return ""
    return _unescaped(str(value)).replace("\0", "").strip()


def _unescaped(text: str) -> str:
    """Joins the two halves of one sign beyond the first 65,536; a half alone is nothing."""
    if "_x" not in text:
        return text
    said = ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return said.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")


def is_broken(row: FileRow) -> bool:
    """Says whether bytes of that row could not be read as letters."""
    return any(BROKEN.search(cell) for cell in row.cells)
