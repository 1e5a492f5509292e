"""Exports: exactly what the same filters show to this person, in four formats, whole or not."""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from operator import itemgetter
from typing import Any

from django.db import connection
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from audit.models import Action
from audit.services import record
from publishing.fields import SeveralField
from publishing.filter_values import refused
from publishing.spreadsheets import MARK, SEPARATOR, safe_cells, sheet_cells, sheet_of
from publishing.structured_data import absolute
from publishing.whole_files import whole_file
from structures.columns import ALSO_EXPORTED, STRUCTURE, in_order
from structures.directory import Directory
from structures.exports_copy import csv_bytes, several_label
from structures.models import Structure
from territories.models import Level, Territory

CHUNK = 4_000
# A workbook is made whole before it is sent: above, the CSV is there.
MOST_IN_WORKBOOK = 60_000

_EXPORTED = (*STRUCTURE, *ALSO_EXPORTED)
IN_CSV = in_order(_EXPORTED, "csv")
IN_GEOJSON = tuple((column, cell) for column, cell in IN_CSV if column.in_geojson)
IN_DATA_INCLUSION = in_order(_EXPORTED, "data_inclusion")
HEADINGS = tuple(cell.heading for _, cell in IN_CSV)

# These are read of the table of structures: what exports tell, and what they need besides.
STORED: dict[str, Any] = {
    column.name: Structure._meta.get_field(column.name)
    for column in STRUCTURE
    if column.csv or column.in_geojson or column.data_inclusion
}
BESIDES = ("id", "slug", "commune_id", "consent_id", "changed_at")
FIELDS = (*BESIDES, *(field.attname for field in STORED.values()))
KEY, SLUG, COMMUNE, CONSENT, CHANGED_AT = range(len(BESIDES))
# `Records` tell these of each structure, by name and in their order.
OF_COMMUNE = (
    "commune_name", "commune_code", "epci_name", "epci_code", "department_name",
    "department_code", "region_name", "region_code", "longitude", "latitude",
)  # fmt: skip
KNOWN = (*BESIDES, *STORED, *OF_COMMUNE, "latest_year", "is_public", "url")

READ_OF_A_COMMUNE = (
    "name", "longitude", "latitude", "code", "commune_id", "epci_id", "department_id", "region_id",
)  # fmt: skip

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "data-inclusion.json": "application/json",
}


@require_safe
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    if kind not in TYPES:
        raise Http404
    directory = Directory(request.GET, request.user)
    if directory.unknown:
        # It is refused even where a page shows the rest: a file cannot say what it lacks.
        return refused(
            request, directory.unknown, heading="Pas de fichier", back_url=directory.url()
        )
    count = directory.selection.count
    if kind == "xlsx" and count > MOST_IN_WORKBOOK:
        context = {"directory": directory, "count": count, "most": MOST_IN_WORKBOOK}
        return render(request, "structures/export_too_large.html", context, status=413)
    records = Records(directory)
    response: HttpResponseBase
    match kind:
        case "csv":
            response = whole_file(as_csv(records))
        case "xlsx":
            response = FileResponse(_workbook(records))
        case "geojson":
            response = whole_file(_geojson(records))
        case _:
            response = whole_file(_data_inclusion(records))
    # Nothing is kept of visitors: what is public is theirs, and GET writes nothing for nobody.
    if request.user.is_authenticated:
        record(
            action=Action.EXPORTED,
            by=request.user,
            detail=f"Structures ({kind}), {count} lignes\u00a0: {directory.said}.",
        )
    response["Content-Type"] = TYPES[kind]
    name = f"structures-dla-{timezone.localdate():%Y-%m-%d}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Robots-Tag"] = "noindex"
    return response


# What is exported of a structure, in the order of KNOWN.
ExportedRow = tuple[Any, ...]
# The words that codes and keys stand for.
Words = Mapping[Any, str]


class Records:
    """The structures chosen, in their order, some thousands at a time."""

    limit: int | None = None

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        self.address = absolute(directory.path)
        # These are by column, for those that hold codes or keys.
        words = {name: words_of(field) for name, field in STORED.items()}
        self.words = {name: said for name, said in words.items() if said is not None}
        # What is told of a commune, in the order of OF_COMMUNE, read once for all its structures.
        self.communes: dict[str | None, ExportedRow] = {None: ("",) * 8 + (None, None)}
        above = Territory.objects.filter(level__in=[Level.REGION, Level.DEPARTMENT, Level.EPCI])
        self.names = dict(above.order_by().values_list("pk", "name"))

    def __iter__(self) -> Iterator[ExportedRow]:
        columns = self.directory.columns
        at = self._positions()
        visible = self._visible().values_list(*FIELDS)
        for start in range(0, len(at), CHUNK):
            chunk = at[start : start + CHUNK]
            ids = columns.id[chunk].tolist()
            found = {row[KEY]: row for row in visible.filter(pk__in=ids)}
            self._read_communes({row[COMMUNE] for row in found.values()})
            for pk, year in zip(ids, columns.latest_year[chunk].tolist(), strict=True):
                if pk in found:  # it may have been hidden since
                    row = found[pk]
                    yield (
                        *row,
                        *self.communes[row[COMMUNE]],
                        year or None,
                        "non" if row[CONSENT] is None else "oui",
                        f"{self.address}{row[SLUG]}/",
                    )

    def copied(self) -> Iterator[bytes]:
        """Yields the lines of `cells`, written by PostgreSQL."""
        columns, at = self.directory.columns, self._positions()
        return csv_bytes(
            columns.id[at],
            columns.latest_year[at],
            visible=self._visible(),
            address=self.address,
        )

    def _positions(self) -> Any:
        return self.directory.selection.ordered(self.directory.order)[: self.limit]

    def _visible(self) -> Any:
        return Structure.objects.order_by().visible_to(self.directory.user)

    def _read_communes(self, keys: set[str | None]) -> None:
        unknown = [key for key in keys if key not in self.communes]
        rows = Territory.objects.order_by().filter(pk__in=unknown)
        successors: dict[str, str] = {}
        for key, successor, *read in rows.values_list("pk", "successor_id", *READ_OF_A_COMMUNE):
            if successor is None:
                self.communes[key] = self._commune(*read)
            else:
                successors[key] = successor
        if successors:
            self._read_communes({*successors.values()})
            self.communes |= {key: self.communes[now] for key, now in successors.items()}

    def _commune(
        self,
        name: str,
        longitude: float | None,
        latitude: float | None,
        code: str,
        commune: str | None,
        *above: str | None,
    ) -> ExportedRow:
        """Returns what is told of a commune, in the order of OF_COMMUNE."""
        row: list[Any] = [name, _code(commune) or code]
        for key in above:
            row += [self.names.get(key or "", ""), _code(key)]
        return *row, longitude, latitude

    def cells(self) -> Iterator[list[Any]]:
        """Yields lines, in the order of HEADINGS."""
        pick = itemgetter(*(KNOWN.index(column.name) for column, _ in IN_CSV))
        in_words = [
            (at, self.words[column.name])
            for at, (column, _) in enumerate(IN_CSV)
            if column.name in self.words
        ]
        for row in self:
            cells = list(pick(row))
            for at, words in in_words:
                cells[at] = words[cells[at]]
            yield cells


def words_of(field: Any) -> Words | None:
    """Returns what the values of a field stand for (labels of a closed list, names of rows); None
    where they say it themselves."""
    if field.many_to_one:
        return {None: "", **dict(field.related_model.objects.values_list("pk", "name"))}
    if isinstance(field, SeveralField):
        return _Several(field)
    if not field.choices:
        return None
    return {"": "", **{str(value): str(label) for value, label in field.flatchoices}}


def _code(key: str | None) -> str:
    return (key or "").rpartition("-")[2]


class _Several(dict[str, str]):
    """Says in words what a set holds."""

    def __init__(self, field: SeveralField) -> None:
        super().__init__()
        self.field = field

    def __missing__(self, held: str) -> str:
        self[held] = several_label(self.field, held)
        return self[held]


class _Echo:
    """A file that hands on what is written to it."""

    def write(self, value: str) -> str:
        return value


def as_csv(records: Records) -> Iterator[str | bytes]:
    """Yields a CSV with a mark of its encoding, and semicolons: spreadsheets in French open it as
    it is."""
    write = csv.writer(_Echo(), delimiter=SEPARATOR, lineterminator="\n").writerow
    yield MARK + write(HEADINGS)
    if connection.vendor == "postgresql":
        yield from records.copied()
        return
    for lines in _grouped(records.cells()):
        yield "".join([write(safe_cells(cells)) for cells in lines])


def _grouped(lines: Iterator[Any]) -> Iterable[list[Any]]:
    return iter(lambda: list(islice(lines, CHUNK)), [])


def _workbook(records: Records) -> Any:
    """Returns a file that was written row by row, and goes when it has been sent."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  # the response closes it
    with sheet_of(file, "Structures") as sheet:
        sheet.freeze_panes = "A2"
        headings = []
        for heading in HEADINGS:
            cell = WriteOnlyCell(sheet, heading)
            cell.font = Font(bold=True)
            headings.append(cell)
        sheet.append(headings)
        for cells in records.cells():
            sheet.append(sheet_cells(sheet, cells))
    file.seek(0)
    return file


def _json_lines(objects: Iterator[dict[str, Any]]) -> Iterator[str]:
    separator = ""
    for lines in _grouped(objects):
        texts = [json.dumps(line, ensure_ascii=False, separators=(",", ":")) for line in lines]
        yield separator + ",\n".join(texts)
        separator = ",\n"


def _geojson(records: Records) -> Iterator[str]:
    """Yields GeoJSON (RFC 7946): a point is the centre of the commune, not the seat."""
    longitude, latitude = KNOWN.index("longitude"), KNOWN.index("latitude")
    # Closed lists are told by their codes, rows by their names.
    properties = [
        (
            cell.heading,
            KNOWN.index(column.name),
            records.words[column.name]
            if column.name in STORED and STORED[column.name].many_to_one
            else None,
        )
        for column, cell in IN_GEOJSON
    ]

    def feature(row: ExportedRow) -> dict[str, Any]:
        point = row[longitude], row[latitude]
        return {
            "type": "Feature",
            "geometry": None if None in point else {"type": "Point", "coordinates": point},
            "properties": {
                heading: row[at] if words is None else words[row[at]]
                for heading, at, words in properties
            },
        }

    yield '{"type":"FeatureCollection","features":['
    yield from _json_lines(map(feature, records))
    yield "]}"


def _data_inclusion(records: Records) -> Iterator[str]:
    """Yields the schema data.inclusion, version 1, of a structure."""
    name = KNOWN.index("name")
    optional = [(cell.heading, KNOWN.index(column.name)) for column, cell in IN_DATA_INCLUSION]

    def shared(row: ExportedRow) -> dict[str, Any]:
        return {
            "source": "portail-dla",
            "id": f"portail-dla--{row[SLUG]}",
            "nom": row[name],
            "date_maj": row[CHANGED_AT].date().isoformat(),
            **{heading: row[at] for heading, at in optional if row[at]},
        }

    yield "["
    yield from _json_lines(map(shared, records))
    yield "]"
