"""The rows of an export, made into CSV by PostgreSQL itself: ten times less work than reading them
to write them. It says what `exports.Records.cells` says; a test compares them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import CharField, TextField

from publishing.fields import SeveralField
from publishing.spreadsheets import FORMULA, SEPARATOR
from structures.columns import ALSO_EXPORTED, STRUCTURE, in_order
from structures.models import Structure

# Each statement has so many rows. The larger, the better PostgreSQL joins; nothing of it is held
# here.
AT_ONCE = 120_000

# No column of structures holds these.
ALSO = {
    "commune_name": "today.name",
    "commune_code": "NULLIF(s.commune_code, '')",
    "epci_name": "epci.name",
    "epci_code": "NULLIF(s.epci_code, '')",
    "department_name": "department.name",
    "department_code": "NULLIF(s.department_code, '')",
    "region_name": "region.name",
    "region_code": "NULLIF(s.region_code, '')",
    "latest_year": "NULLIF(asked.year, 0)",
    "is_public": "CASE WHEN s.consent_id IS NULL THEN 'non' ELSE 'oui' END",
}

# It reads rows as they were asked for, those that may be shown, with today's place.
FROM = """
FROM unnest(%s::bigint[], %s::int[]) WITH ORDINALITY AS asked (id, year, rank)
JOIN structures_structure s ON s.id = asked.id
{joins}
LEFT JOIN territories_territory place ON place.id = s.commune_id
LEFT JOIN territories_territory today ON today.id = COALESCE(place.successor_id, place.id)
LEFT JOIN territories_territory epci ON epci.id = today.epci_id
LEFT JOIN territories_territory department ON department.id = today.department_id
LEFT JOIN territories_territory region ON region.id = today.region_id
WHERE {visible}
ORDER BY asked.rank
"""


def csv_bytes(ids: Any, years: Any, *, visible: Any, address: str) -> Iterator[bytes]:
    """Yields lines in the order of `ids` (arrays, with the latest year of each), without headings.
    `visible` are the structures that the person may be shown.

    `visible`: the structures that the person may be shown.
    """
    shown, shown_params = _condition(visible)
    cells, joins, cell_params = _cells(address)
    options = f"(FORMAT csv, DELIMITER '{SEPARATOR}')"
    rows = FROM.format(joins=joins, visible=shown)
    statement = f"COPY (SELECT {cells} {rows}) TO STDOUT {options}"
    for start in range(0, len(ids), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        params = [*cell_params, _array(ids[part]), _array(years[part]), *shown_params]
        with (
            connection.wrap_database_errors,
            connection.cursor() as cursor,
            cursor.copy(statement, params) as copy,
        ):
            for data in copy:
                yield bytes(data)


def _condition(visible: Any) -> tuple[str, Sequence[Any]]:
    """Returns what makes a structure visible, in terms of the columns of its table alone: asked of
    a query within the query, the table would be read twice."""
    query = visible.query
    # A join that Django found it could do without is counted no more.
    tables = {alias for alias, uses in query.alias_refcount.items() if uses}
    assert tables == {Structure._meta.db_table}
    where = query.where.relabeled_clone({Structure._meta.db_table: "s"})
    condition: tuple[str, Sequence[Any]] = query.get_compiler(connection=connection).compile(where)
    return condition


def _array(numbers: Any) -> str:
    """Returns an array as PostgreSQL reads it: it is sooner written than by the driver, one by
    one."""
    return "{" + ",".join(map(str, numbers.tolist())) + "}"


def _cells(address: str) -> tuple[str, str, list[str]]:
    """Returns the cells in the order of `exports.HEADINGS`, with the joins and the parameters that
    they need. An empty text is NULL: COPY would write quotes."""
    cells: list[str] = []
    joins: list[str] = []
    params: list[str] = []

    def label(column: str, labels: Iterable[tuple[str, str]]) -> str:
        whens = ""
        for value, said in labels:
            whens += " WHEN %s THEN %s"
            params.extend((value, said))
        return f"CASE {column}{whens} END" if whens else "NULL"

    for column, _ in in_order((*STRUCTURE, *ALSO_EXPORTED), "csv"):
        if column.name == "url":
            cells.append("%s || s.slug || '/'")
            params.append(address)
            continue
        if column.name in ALSO:
            cells.append(ALSO[column.name])
            continue
        field: Any = Structure._meta.get_field(column.name)
        stored = f"s.{field.column}"
        if field.many_to_one:
            table = field.related_model._meta.db_table
            joins.append(f"LEFT JOIN {table} {column.name} ON {column.name}.id = {stored}")
            cells.append(_safe(f"{column.name}.name"))
        elif isinstance(field, SeveralField):
            held = _sets_held(field)
            cells.append(label(stored, [(one, several_label(field, one)) for one in held]))
        elif field.choices:
            labels = [(str(value), str(said)) for value, said in field.flatchoices]
            cells.append(label(stored, labels))
        elif isinstance(field, CharField | TextField):
            cells.append(_safe(stored))
        else:
            cells.append(stored)
    return ", ".join(cells), "\n".join(joins), params


def _safe(column: str) -> str:
    """Makes a cell safe as `publishing.spreadsheets.safe_cells` does."""
    signs = ", ".join(f"chr({ord(sign)})" for sign in sorted(FORMULA))
    return (
        f"CASE WHEN left({column}, 1) IN ({signs}) THEN '''' || {column} "
        f"ELSE NULLIF({column}, '') END"
    )


def several_label(field: SeveralField, held: str) -> str:
    """Says in words a set as it is stored."""
    return ", ".join(field.labels[value] for value in held.split())


def _sets_held(field: SeveralField) -> list[str]:
    """Returns every set of values that some structure holds, as they are stored."""
    rows = Structure.objects.order_by().exclude(**{field.name: ""})
    return list(rows.values_list(field.name, flat=True).distinct())
