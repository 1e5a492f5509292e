"""The columns of structures and supports, wherever they are shown, read or chosen.

`pinned/` holds what partners and colleagues already get: the files of hand-made structures in each
format, the report of an import that says everything and its opposite, and the order in which people
choose. A new column adds to them, and changes nothing of what stands.
"""

from __future__ import annotations

import dataclasses
import io
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.db.models import QuerySet
from django.test import Client, RequestFactory
from django.utils import timezone
from openpyxl import load_workbook

from publishing.audiences import Role
from structures.admin.duplicates import ComparisonForm
from structures.columns import (
    ALSO_EXPORTED,
    STRUCTURE,
    SUPPORT,
    Column,
    as_documented,
    fields_of,
    in_order,
)
from structures.importing import matching, network
from structures.importing.decisions import NEW
from structures.importing.vocabulary import Vocabulary
from structures.merging import PARTS
from structures.models import Sector, Structure, Support
from structures.register.arrays import current
from structures.register.axes import axes
from structures.register.counted import Counted
from territories.models import Level, Territory
from tests.factories import OperatorFactory, StructureFactory, SupportFactory, UserFactory, siret_of
from tests.structures.importing.conftest import Import, imported, report_of

__all__ = ["imported"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]

PINNED = Path(__file__).parent / "pinned"


def expected(name: str) -> str:
    return (PINNED / name).read_bytes().decode()


@pytest.fixture
def structures() -> None:
    """Makes one that says everything, one that says nothing, and one of a commune that is no
    more."""
    full = StructureFactory(
        name="=Les Tilleuls ; « l’Œillet »",
        short_name="LT",
        slug="les-tilleuls",
        description='Tient un jardin.\nReçoit le "mardi".',
        siret=siret_of(1),
        rna="W381234567",
        family="cooperative",
        legal_form="5458",
        size="11",
        sector=Sector.objects.order_by("pk")[1],
        approvals="esus aci",
        commune=Territory.objects.get(pk="commune-38185"),
        address="12 rue de l’Exemple",
        postal_code="38000",
        email="contact@tilleuls.example",
        phone="+33 4 76 12 34 56",
        website="https://tilleuls.example/",
        created_on=date(1998, 4, 2),
        closed_on=date(2024, 12, 31),
        public=True,
    )
    StructureFactory(name="Sans rien", slug="sans-rien")
    StructureFactory(
        name="Autrefois",
        slug="autrefois",
        siren="732829320",
        commune=Territory.objects.filter(level=Level.FORMER).earliest("pk"),
    )
    SupportFactory(structure=full, year=2021)
    rows: QuerySet[Structure] = QuerySet(Structure)
    rows.update(changed_at=datetime(2026, 3, 4, 12, tzinfo=UTC))


def national() -> Client:
    client = Client()
    client.force_login(UserFactory(role=Role.NATIONAL, whole_country=True))
    return client


def content_of(kind: str) -> bytes:
    answer: Any = national().get(f"/structures/export.{kind}")
    return b"".join(answer.streaming_content)


@pytest.mark.parametrize("kind", ["csv", "geojson", "data-inclusion.json"])
def test_files_are_byte_for_byte_what_they_were(kind: str, structures: None) -> None:
    assert content_of(kind).decode() == expected(f"structures.{kind}")


def test_a_workbook_holds_the_cells_that_it_held(structures: None) -> None:
    sheet: Any = load_workbook(io.BytesIO(content_of("xlsx"))).active
    cells = "".join(f"{'|'.join(map(repr, row))}\n" for row in sheet.values)
    assert cells == expected("structures.xlsx.txt")


def test_an_import_says_what_it_said(tmp_path: Path, imported: Import) -> None:
    """Every column comes under each of its headings, clear and unclear; then the same lines come
    again."""
    OperatorFactory(name="Ligue de l’exemple", slug="ligue-exemple")
    path = tmp_path / "file.csv"
    path.write_text(expected("import.csv"), encoding="utf-8")
    said = []
    for _ in range(2):
        run = imported(path, "reseau", constants={"family": "Mutuelle"})
        said += [" | ".join(row) for row in report_of(run)]
    for model in (Structure, Support):
        for row in model.objects.order_by("pk"):
            said += [str(row)]
            said += [
                f"  {field.name}: {getattr(row, field.attname)!r}"
                for field in model._meta.concrete_fields
                if field.name not in UNSTEADY and getattr(row, field.attname) not in ("", None)
            ]
    for support in Support.objects.order_by("pk"):
        said += [f"{support}: {', '.join(theme.name for theme in support.themes.all())}"]
    next_year = str(timezone.localdate().year + 1)
    assert "\n".join([*said, ""]).replace(next_year, "NEXT YEAR") == expected("import.txt")


UNSTEADY = {
    "id", "structure", "operator", "revision", "changed_at", "slug", "sector", "resource_centre",
}  # fmt: skip


def test_headings_are_recognised_as_they_were() -> None:
    """Each heading stands alone, as people write it; « Nom » and the like are said by several."""
    said = [
        f"{heading} → {network.propose([heading])['columns'].get(heading, '')}\n"
        for heading in expected("headings.txt").splitlines()
    ]
    assert "".join(said) == expected("recognised.txt")


def test_people_choose_in_the_order_that_they_know() -> None:
    """They are columns of an import, the form of a structure and of a support, a merge, the
    filters."""
    request = RequestFactory().get("/")
    request.user = UserFactory(role=Role.NATIONAL, whole_country=True, is_superuser=True)
    said = [
        f"import: {column.name} {column.label} {column in network.OF_SUPPORT}"
        for column in network.COLUMNS
    ]
    said += [f"for all lines: {name}" for name in network.CONSTANTS]
    for model in (Structure, Support):
        page = admin.site.get_model_admin(model)
        said += [f"{model.__name__}: {part}" for part in page.get_fieldsets(request)]
        said += [f"{model.__name__}: {page.list_display}"]
    full = Structure(
        name="A", short_name="A", description="A", siret="1", siren="1", rna="1", size="01",
        family="association", legal_form="9220", sector_id=1, approvals="esus aci", email="a@b.c",
        address="12 rue", postal_code="38000", phone="1", website="https://a.b", pk=1,
        commune=Territory.objects.get(pk="commune-38185"), created_on=date(2000, 1, 2),
        closed_on=date(2001, 2, 3),
    )  # fmt: skip
    form = ComparisonForm(full, Structure(name="B", pk=2, family="fondation"))
    fields: dict[str, Any] = form.fields
    said += [f"merge: {name} {field.label} {field.choices}" for name, field in fields.items()]
    said += [
        f"filter: {axis.name} {axis.label} {axis.is_public} {axis.of_supports}"
        for axis in axes(current(), 2026).values()
    ]
    assert "\n".join([*said, ""]) == expected("choices.txt")


# --- Nothing is forgotten -------------------------------------------------------------------------

# These fields of the models are no columns: keys, copies beside, what services write.
WRITTEN_BY_THE_PORTAL = {
    Structure: {
        "id", "revision", "slug", "region_code", "department_code", "epci_code", "commune_code",
        "consent", "merged_into", "sort_key", "search_key", "changed_at",
    },
    Support: {"id", "revision", "structure"},
}  # fmt: skip


@pytest.mark.parametrize(("model", "table"), [(Structure, STRUCTURE), (Support, SUPPORT)])
def test_every_field_is_described_once(model: Any, table: tuple[Column, ...]) -> None:
    names = [column.name for column in table if column.is_stored]
    fields = {field.name for field in (*model._meta.concrete_fields, *model._meta.many_to_many)}
    assert len(names) == len({*names})
    assert {*names} | WRITTEN_BY_THE_PORTAL[model] == fields


@pytest.mark.parametrize("file", ["csv", "data_inclusion"])
def test_each_file_has_one_place_for_each_cell(file: str) -> None:
    told = in_order((*STRUCTURE, *ALSO_EXPORTED), file)
    assert [cell.place for _, cell in told] == list(range(1, len(told) + 1))
    assert len({cell.heading for _, cell in told}) == len(told)


def test_each_filter_has_its_place() -> None:
    filters = [column.filter for column in (*STRUCTURE, *SUPPORT) if column.filter]
    assert sorted(one.place for one in filters) == list(range(1, len(filters) + 1))


def test_no_heading_is_that_of_two_columns() -> None:
    words = [word for column in network.COLUMNS for word in column.words]
    assert sorted(words) == sorted({*words})


def test_every_column_reaches_whoever_shows_reads_or_keeps_it() -> None:
    read = Vocabulary()
    arrays = {field.name for field in dataclasses.fields(Counted)}
    filters = axes(current(), 2026)
    pages: Any = {model: admin.site.get_model_admin(model) for model in (Structure, Support)}
    for model, table in ((Structure, STRUCTURE), (Support, SUPPORT)):
        in_form = flatten_fieldsets(pages[model].fieldsets)
        for column in table:
            if column.is_imported:
                assert column.read or column.name in (*read.lists, *network.PLACES), column
                assert column in network.COLUMNS
            if column.is_stored:
                assert column.name in in_form, f"{column.name}: give it a section"
            if column.kept:
                assert column.kept.name in arrays, f"{column.name}: name it in register/counted.py"
            if column.filter:
                assert column.kept, f"{column.name}: what is asked is kept"
                assert filters[column.filter.name].is_public == column.filter.is_public
    for field in fields_of(Structure, STRUCTURE):
        assert any(field.name in part.fields for part in PARTS), field
        assert field.attname in matching.FIELDS
        assert field.attname in NEW


# A colleague would do this: a field of the model, a line in the table. Nothing else knows of it.
A_NEW_COLUMN = """
import sys
from pathlib import Path

import django
from django.db import models
from django.db.models.signals import class_prepared

from structures import columns
from structures.importing import cells

columns.STRUCTURE = (*columns.STRUCTURE, columns.Column(
    "motto", label="Devise", headings=("slogan",), read=cells.text, section=columns.WHO,
    csv=columns.Cell("devise", {next_place}), in_geojson=True,
))


def add(sender, **kwargs):
    if sender.__name__ == "Structure":
        models.CharField("devise", max_length=250, blank=True).contribute_to_class(sender, "motto")


class_prepared.connect(add)
django.setup()

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection
from django.http import QueryDict

from structures import exports, merging
from structures.admin.forms import StructureForm
from structures.directory import Directory
from structures.exports_copy import _cells
from structures.importing import network, runs
from structures.importing.reading import examine
from structures.models import Structure
from territories.models import Territory

call_command("migrate", verbosity=0)
with connection.schema_editor() as editor:
    editor.add_field(Structure, Structure._meta.get_field("motto"))

path = Path(sys.argv[1])
path.write_text("Nom;Slogan\\nLes Tilleuls;À l’ombre\\n")
source = examine(path)
mapping = network.propose(source.table().headings)
assert mapping["columns"]["Slogan"] == "motto", mapping
run = runs.begin(source=source, file_name="x.csv", format="reseau", mapping=mapping, is_trial=False)
runs.advance(run, source)
structure = Structure.objects.get()
assert structure.motto == "À l’ombre", list(runs.report(run))


class Everybody(exports.Records):
    def _visible(self):
        return Structure.objects.order_by()

    def _positions(self):
        return self.directory.columns.positions_of([structure.pk])


records = Everybody(Directory(QueryDict(""), AnonymousUser()))
lines = "".join(exports.as_csv(records)).splitlines()
assert lines[0].endswith(";devise") and lines[1].endswith(";À l’ombre"), lines
assert '"devise":"À l’ombre"' in "".join(exports._geojson(records))
assert "s.motto" in _cells("")[0]
assert "motto" in flatten_fieldsets(admin.site.get_model_admin(Structure).fieldsets)
assert "motto" in StructureForm.base_fields
(part,) = [part for part in merging.PARTS if part.name == "motto"]
assert (part.label, part.shown(structure)) == ("Devise", "À l’ombre")
assert "| Devise | slogan |" in columns.as_documented(columns.STRUCTURE)
print("told everywhere")
"""


@pytest.mark.once  # in a database of its own
def test_a_new_column_is_told_everywhere(tmp_path: Path) -> None:
    next_place = max(cell.place for _, cell in in_order((*STRUCTURE, *ALSO_EXPORTED), "csv")) + 1
    ran = subprocess.run(
        [
            sys.executable,
            "-c",
            A_NEW_COLUMN.replace("{next_place}", str(next_place)),
            str(tmp_path / "file.csv"),
        ],
        env=os.environ
        | {
            "DATABASE_URL": f"sqlite:///{tmp_path / 'new.sqlite3'}",
            "DJANGO_SETTINGS_MODULE": "tests.settings",
        },
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout.strip() == "told everywhere", ran.stderr


def test_the_documentation_lists_the_columns_that_imports_read() -> None:
    page = (Path(settings.BASE_DIR) / "docs" / "structures.md").read_text()
    for table in (STRUCTURE, SUPPORT):
        assert as_documented(table) in page, "run python -m structures.columns"
