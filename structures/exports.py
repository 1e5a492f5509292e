"""Exports: exactly what the same filters show to this person, in four formats, whole or not."""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
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
from publishing.asked import refused
from publishing.spreadsheets import MARK, SEPARATOR, safe_cells, sheet_cells, sheet_of
from publishing.structured_data import absolute
from publishing.whole_files import whole_file
from structures.directory import Directory
from structures.exports_copy import approvals_held, approvals_label, csv_bytes
from structures.models import Sector, Structure
from structures.nomenclature import LEGAL_FORMS, Family, Size
from territories.models import Level, Territory

CHUNK = 4_000
# A workbook is made whole before it is sent: above, the CSV is there.
MOST_IN_WORKBOOK = 60_000

HEADINGS = (
    "nom", "sigle", "famille", "forme_juridique", "secteur", "effectif", "agrements", "siren",
    "siret", "rna", "adresse", "code_postal", "commune", "code_commune", "intercommunalite",
    "siren_intercommunalite", "departement", "code_departement", "region", "code_region",
    "telephone", "courriel", "site", "creee_le", "fermee_le", "derniere_annee", "publique",
    "adresse_du_portail",
)  # fmt: skip
FIELDS = (
    "id", "name", "short_name", "family", "legal_form", "sector_id", "size", "approvals", "siren",
    "siret", "rna", "address", "postal_code", "commune_id", "phone", "email", "website",
    "created_on", "closed_on", "consent_id", "slug", "description", "changed_at",
)  # fmt: skip
COMMUNE, SLUG = FIELDS.index("commune_id"), FIELDS.index("slug")

TOLD_OF_A_PLACE = (
    "name", "longitude", "latitude", "code", "commune_id", "epci_id", "department_id", "region_id",
)  # fmt: skip

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "data-inclusion.json": "application/json",
}

Row = tuple[Any, ...]


@require_safe
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    if kind not in TYPES:
        raise Http404
    directory = Directory(request.GET, request.user)
    if directory.unknown:
        # Even where a page shows the rest: a file cannot say what it lacks.
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
    # Of visitors nothing is kept: what is public is theirs, and GET writes nothing for nobody.
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


@dataclass(frozen=True)
class Place:
    """What is told of a commune, read once for all of its structures."""

    name: str = ""
    point: tuple[float, float] | None = None
    # The cells from the commune to the region: names and codes.
    cells: tuple[str, ...] = ("",) * 8

    @property
    def code(self) -> str:
        return self.cells[1]


class Records:
    """The structures chosen, in their order, some thousands at a time."""

    limit: int | None = None

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        self.address = absolute(directory.path)
        self.sectors: dict[int | None, str] = {
            None: "",
            **dict(Sector.objects.values_list("pk", "name")),
        }
        self.places: dict[str | None, Place] = {None: Place()}
        above = Territory.objects.filter(level__in=[Level.REGION, Level.DEPARTMENT, Level.EPCI])
        self.names = dict(above.order_by().values_list("pk", "name"))

    def __iter__(self) -> Iterator[tuple[Row, int]]:
        """Rows of FIELDS, each with the year of the latest support (0: none)."""
        columns = self.directory.columns
        at = self._positions()
        visible = self._visible().values_list(*FIELDS)
        for start in range(0, len(at), CHUNK):
            chunk = at[start : start + CHUNK]
            ids = columns.id[chunk].tolist()
            found = {row[0]: row for row in visible.filter(pk__in=ids)}
            self._read_places({row[COMMUNE] for row in found.values()})
            for pk, year in zip(ids, columns.latest_year[chunk].tolist(), strict=True):
                if pk in found:  # it may have been hidden since
                    yield found[pk], year

    def copied(self) -> Iterator[bytes]:
        """The lines of `cells`, written by PostgreSQL."""
        columns, at = self.directory.columns, self._positions()
        return csv_bytes(
            columns.id[at],
            columns.latest_year[at],
            visible=self._visible(),
            address=self.address,
            approvals=approvals_held(),
        )

    def _positions(self) -> Any:
        return self.directory.selection.ordered(self.directory.order)[: self.limit]

    def _visible(self) -> Any:
        return Structure.objects.order_by().visible_to(self.directory.user)

    def _read_places(self, keys: set[str | None]) -> None:
        unknown = [key for key in keys if key not in self.places]
        rows = Territory.objects.order_by().filter(pk__in=unknown)
        successors: dict[str, str] = {}
        for key, successor, *told in rows.values_list("pk", "successor_id", *TOLD_OF_A_PLACE):
            if successor is None:
                self.places[key] = self._place(*told)
            else:
                successors[key] = successor
        if successors:
            self._read_places({*successors.values()})
            self.places |= {key: self.places[now] for key, now in successors.items()}

    def _place(
        self,
        name: str,
        longitude: float | None,
        latitude: float | None,
        code: str,
        commune: str | None,
        *above: str | None,
    ) -> Place:
        point = None if longitude is None or latitude is None else (longitude, latitude)
        cells = [name, _code(commune) or code]
        for key in above:
            cells += [self.names.get(key or "", ""), _code(key)]
        return Place(name, point, tuple(cells))

    def url(self, row: Row) -> str:
        return f"{self.address}{row[SLUG]}/"

    def cells(self) -> Iterator[list[Any]]:
        """In the order of HEADINGS."""
        families = {str(value): str(label) for value, label in Family.choices}
        sizes = {str(value): str(label) for value, label in Size.choices}
        forms = {"": "", **{code: label for code, (label, _) in LEGAL_FORMS.items()}}
        approvals, sectors, places = _Approvals(), self.sectors, self.places
        for row, year in self:
            yield [
                row[1], row[2], families[row[3]], forms[row[4]], sectors[row[5]], sizes[row[6]],
                approvals[row[7]], *row[8:13], *places[row[COMMUNE]].cells, *row[14:19],
                year or None, "non" if row[19] is None else "oui", self.url(row),
            ]  # fmt: skip


def _code(key: str | None) -> str:
    return (key or "").rpartition("-")[2]


class _Approvals(dict[str, str]):
    """What is held, in words."""

    def __missing__(self, held: str) -> str:
        self[held] = approvals_label(held)
        return self[held]


class _Echo:
    """What is written to it is handed on."""

    def write(self, value: str) -> str:
        return value


def as_csv(records: Records) -> Iterator[str | bytes]:
    """With a mark of its encoding, and semicolons: spreadsheets in French open it as it is."""
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
    """Written row by row to a file, which goes when it has been sent."""
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
    """RFC 7946: a point is the centre of the commune, not the seat."""
    yield '{"type":"FeatureCollection","features":['
    yield from _json_lines(_feature(records, row, year) for row, year in records)
    yield "]}"


def _feature(records: Records, row: Row, year: int) -> dict[str, Any]:
    values = dict(zip(FIELDS, row, strict=True))
    place = records.places[row[COMMUNE]]
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": place.point} if place.point else None,
        "properties": {
            "nom": values["name"],
            "famille": values["family"],
            "secteur": records.sectors[values["sector_id"]],
            "effectif": values["size"],
            "siret": values["siret"],
            "rna": values["rna"],
            "commune": place.name,
            "code_commune": place.code,
            "code_departement": place.cells[5],
            "code_region": place.cells[7],
            "derniere_annee": year or None,
            "adresse_du_portail": records.url(row),
        },
    }


def _data_inclusion(records: Records) -> Iterator[str]:
    """The schema data.inclusion, version 1, of a structure."""
    yield "["
    yield from _json_lines(_shared(records, row) for row, _ in records)
    yield "]"


def _shared(records: Records, row: Row) -> dict[str, Any]:
    values = dict(zip(FIELDS, row, strict=True))
    place = records.places[row[COMMUNE]]
    optional = {
        "siret": values["siret"],
        "rna": values["rna"],
        "commune": place.name,
        "code_postal": values["postal_code"],
        "code_insee": place.code,
        "adresse": values["address"],
        "longitude": place.point and place.point[0],
        "latitude": place.point and place.point[1],
        "telephone": values["phone"],
        "courriel": values["email"],
        "site_web": values["website"],
        "presentation_detail": values["description"],
        "lien_source": records.url(row),
    }
    return {
        "source": "portail-dla",
        "id": f"portail-dla--{values['slug']}",
        "nom": values["name"],
        "date_maj": values["changed_at"].date().isoformat(),
        **{name: value for name, value in optional.items() if value},
    }
