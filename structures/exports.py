"""Exports: exactly what the same filters show to this person, in four formats, as they are read."""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from audit.models import Action
from audit.services import record
from publishing.structured_data import absolute
from structures.directory import Directory
from structures.models import Sector, Structure
from structures.nomenclature import LEGAL_FORMS, Approval, Family, Size
from territories.models import Level, Territory

CHUNK = 2_000
# A workbook is made whole before it is sent: above, the CSV is there.
MOST_IN_WORKBOOK = 60_000
# A spreadsheet takes a cell that begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")

HEADINGS = (
    "nom", "sigle", "famille", "forme_juridique", "secteur", "effectif", "agrements", "siren",
    "siret", "rna", "adresse", "code_postal", "commune", "code_commune", "intercommunalite",
    "siren_intercommunalite", "departement", "code_departement", "region", "code_region",
    "telephone", "courriel", "site", "creee_le", "fermee_le", "derniere_annee", "publique",
    "adresse_du_portail",
)  # fmt: skip
FIELDS = (
    "id", "name", "short_name", "family", "legal_form", "sector_id", "size", "approvals", "siren",
    "siret", "rna", "address", "postal_code", "commune_id", "commune_code", "epci_code",
    "department_code", "region_code", "phone", "email", "website", "created_on", "closed_on",
    "consent_id", "slug", "description", "changed_at",
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
    count = directory.selection.count
    if kind == "xlsx" and count > MOST_IN_WORKBOOK:
        context = {"directory": directory, "count": count, "most": MOST_IN_WORKBOOK}
        return render(request, "structures/export_too_large.html", context, status=413)
    if request.user.is_authenticated:
        record(
            action=Action.EXPORTED,
            by=request.user,
            detail=f"Structures ({kind}), {count} lignes\u00a0: {directory.said}.",
        )
    rows = Records(directory)
    response: HttpResponseBase
    match kind:
        case "csv":
            response = StreamingHttpResponse(_csv(rows))
        case "xlsx":
            response = FileResponse(_workbook(rows))
        case "geojson":
            response = StreamingHttpResponse(_geojson(rows))
        case _:
            response = StreamingHttpResponse(_data_inclusion(rows))
    response["Content-Type"] = TYPES[kind]
    name = f"structures-dla-{timezone.localdate():%Y-%m-%d}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Robots-Tag"] = "noindex"
    return response


class Records:
    """The structures chosen, in their order, some thousands at a time."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        self.sectors = dict(Sector.objects.values_list("pk", "name"))
        names = Territory.objects.filter(
            level__in=[Level.REGION, Level.DEPARTMENT, Level.EPCI], vanished_on=None
        )
        self.names = {f"{level}-{code}": name for level, code, name in names.values_list(
            "level", "code", "name"
        )}  # fmt: skip
        self.communes: dict[str, tuple[str, float | None, float | None]] = {}

    def __iter__(self) -> Iterator[dict[str, Any]]:
        directory = self.directory
        columns = directory.columns
        at = directory.selection.ordered(directory.order)
        visible = Structure.objects.order_by().visible_to(directory.user)
        for start in range(0, len(at), CHUNK):
            chunk = at[start : start + CHUNK]
            ids = columns.id[chunk].tolist()
            found = {row[0]: row for row in visible.filter(pk__in=ids).values_list(*FIELDS)}
            self._read_communes({row[13] for row in found.values()})
            years = columns.latest_year[chunk].tolist()
            for pk, year in zip(ids, years, strict=True):
                if pk in found:  # it may have been hidden since
                    yield self._record(found[pk], year)

    def _read_communes(self, keys: set[str | None]) -> None:
        unknown = [key for key in keys if key and key not in self.communes]
        rows = Territory.objects.filter(pk__in=unknown).order_by()
        for key, *own in rows.values_list(
            "pk", "name", "longitude", "latitude",
            "successor__name", "successor__longitude", "successor__latitude",
        ):  # fmt: skip
            name, longitude, latitude = own[3:] if own[3] else own[:3]
            self.communes[key] = (name, longitude, latitude)

    def _record(self, row: tuple[Any, ...], year: int) -> dict[str, Any]:
        values = dict(zip(FIELDS, row, strict=True))
        name, longitude, latitude = self.communes.get(values["commune_id"], ("", None, None))
        return values | {
            "commune": name,
            "point": (longitude, latitude) if longitude is not None else None,
            "year": year or None,
            "url": absolute(f"{self.directory.path}{values['slug']}/"),
        }

    def cells(self) -> Iterator[list[Any]]:
        """In the order of HEADINGS."""
        names = self.names
        approvals = {str(value): str(label) for value, label in Approval.choices}
        families = {str(value): str(label) for value, label in Family.choices}
        sizes = {str(value): str(label) for value, label in Size.choices}
        forms = {code: label for code, (label, _) in LEGAL_FORMS.items()}
        for values in self:
            yield [
                values["name"],
                values["short_name"],
                families[values["family"]],
                forms.get(values["legal_form"], ""),
                self.sectors.get(values["sector_id"], ""),
                sizes[values["size"]],
                ", ".join(approvals[value] for value in values["approvals"].split()),
                values["siren"] or "",
                values["siret"] or "",
                values["rna"] or "",
                values["address"],
                values["postal_code"],
                values["commune"],
                values["commune_code"],
                names.get(f"epci-{values['epci_code']}", ""),
                values["epci_code"],
                names.get(f"departement-{values['department_code']}", ""),
                values["department_code"],
                names.get(f"region-{values['region_code']}", ""),
                values["region_code"],
                values["phone"],
                values["email"],
                values["website"],
                values["created_on"] or "",
                values["closed_on"] or "",
                values["year"] or "",
                "oui" if values["consent_id"] else "non",
                values["url"],
            ]


def safe_cell(value: Any) -> Any:
    """Text that a spreadsheet would compute is kept as text."""
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value


class _Echo:
    """What is written to it is handed on."""

    def write(self, value: str) -> str:
        return value


def _csv(records: Records) -> Iterator[str]:
    """With a mark of its encoding, and semicolons: spreadsheets in French open it as it is."""
    writer = csv.writer(_Echo(), delimiter=";")
    yield "\ufeff" + writer.writerow(HEADINGS)
    for lines in _grouped(records.cells()):
        yield "".join(writer.writerow([safe_cell(value) for value in line]) for line in lines)


def _grouped(lines: Iterable[Any]) -> Iterator[list[Any]]:
    group: list[Any] = []
    for line in lines:
        group.append(line)
        if len(group) == CHUNK:
            yield group
            group = []
    if group:
        yield group


def _workbook(records: Records) -> Any:
    """Written row by row to a file, which goes when it has been sent."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Structures")
    sheet.freeze_panes = "A2"
    headings = []
    for heading in HEADINGS:
        cell = WriteOnlyCell(sheet, heading)
        cell.font = Font(bold=True)
        headings.append(cell)
    sheet.append(headings)
    for line in records.cells():
        sheet.append([_text(sheet, v) if isinstance(v, str) else v for v in line])
    file = tempfile.TemporaryFile()  # noqa: SIM115  # the response closes it
    book.save(file)
    file.seek(0)
    return file


def _text(sheet: Any, value: str) -> Any:
    """The library takes for a formula what begins like one, and refuses control characters."""
    plain = ILLEGAL_CHARACTERS_RE.sub("", value)
    if not plain.startswith("="):
        return plain
    cell = WriteOnlyCell(sheet, plain)
    cell.data_type = "s"
    return cell


def _geojson(records: Records) -> Iterator[str]:
    """RFC 7946: a point is the centre of the commune, not the seat."""
    yield '{"type":"FeatureCollection","features":['
    separator = ""
    for values in records:
        geometry = {"type": "Point", "coordinates": values["point"]} if values["point"] else None
        feature = {
            "type": "Feature",
            "geometry": geometry,
            "properties": {
                "nom": values["name"],
                "famille": values["family"],
                "secteur": records.sectors.get(values["sector_id"], ""),
                "effectif": values["size"],
                "siret": values["siret"],
                "rna": values["rna"],
                "commune": values["commune"],
                "code_commune": values["commune_code"],
                "code_departement": values["department_code"],
                "code_region": values["region_code"],
                "derniere_annee": values["year"],
                "adresse_du_portail": values["url"],
            },
        }
        yield separator + json.dumps(feature, ensure_ascii=False, separators=(",", ":"))
        separator = ",\n"
    yield "]}"


def _data_inclusion(records: Records) -> Iterator[str]:
    """The schema data.inclusion, version 1, of a structure."""
    yield "["
    separator = ""
    for values in records:
        point = values["point"]
        optional = {
            "siret": values["siret"],
            "rna": values["rna"],
            "commune": values["commune"],
            "code_postal": values["postal_code"],
            "code_insee": values["commune_code"],
            "adresse": values["address"],
            "longitude": point and point[0],
            "latitude": point and point[1],
            "telephone": values["phone"],
            "courriel": values["email"],
            "site_web": values["website"],
            "presentation_detail": values["description"],
            "lien_source": values["url"],
        }
        structure = {
            "source": "portail-dla",
            "id": f"portail-dla--{values['slug']}",
            "nom": values["name"],
            "date_maj": values["changed_at"].date().isoformat(),
            **{name: value for name, value in optional.items() if value},
        }
        yield separator + json.dumps(structure, ensure_ascii=False, separators=(",", ":"))
        separator = ",\n"
    yield "]"
