"""The rows of an export made into CSV by PostgreSQL itself: ten times less work than reading them
to write them. What it says is what `exports.Records.cells` says; a test compares them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection

from publishing.spreadsheets import FORMULA, SEPARATOR
from structures.models import Structure
from structures.nomenclature import LEGAL_FORMS, Approval, Family, Size

# Of each statement. The larger, the better PostgreSQL joins; nothing of it is held here.
AT_ONCE = 120_000

# Rows as they were asked for, those that may be shown, with today's place.
FROM = """
FROM unnest(%s::bigint[], %s::int[]) WITH ORDINALITY AS asked (id, year, rank)
JOIN structures_structure s ON s.id = asked.id
LEFT JOIN structures_sector sector ON sector.id = s.sector_id
LEFT JOIN territories_territory place ON place.id = s.commune_id
LEFT JOIN territories_territory today ON today.id = COALESCE(place.successor_id, place.id)
LEFT JOIN territories_territory epci ON epci.id = today.epci_id
LEFT JOIN territories_territory department ON department.id = today.department_id
LEFT JOIN territories_territory region ON region.id = today.region_id
WHERE {visible}
ORDER BY asked.rank
"""


def csv_bytes(
    ids: Any, years: Any, *, visible: Any, address: str, approvals: Iterable[str]
) -> Iterator[bytes]:
    """Lines in the order of `ids` (arrays, with the latest year of each), without headings.

    `visible`: the structures that the person may be shown. `approvals`: every set of them that a
    structure holds, as it is stored.
    """
    shown, shown_params = _condition(visible)
    cells, cell_params = _cells(address, approvals)
    options = f"(FORMAT csv, DELIMITER '{SEPARATOR}')"
    statement = f"COPY (SELECT {cells} {FROM.format(visible=shown)}) TO STDOUT {options}"
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
    """What makes a structure visible, of the columns of its table alone: asked of a query within
    the query, the table would be read twice."""
    query = visible.query
    # A join that Django found it could do without is counted no more.
    tables = {alias for alias, uses in query.alias_refcount.items() if uses}
    assert tables == {Structure._meta.db_table}
    where = query.where.relabeled_clone({Structure._meta.db_table: "s"})
    condition: tuple[str, Sequence[Any]] = query.get_compiler(connection=connection).compile(where)
    return condition


def _array(numbers: Any) -> str:
    """As PostgreSQL reads them: sooner written than by the driver, one by one."""
    return "{" + ",".join(map(str, numbers.tolist())) + "}"


def _cells(address: str, approvals: Iterable[str]) -> tuple[str, list[str]]:
    """In the order of `exports.HEADINGS`. An empty text is NULL: COPY would write quotes."""
    params: list[str] = []

    def label(column: str, labels: Iterable[tuple[str, str]]) -> str:
        whens = ""
        for value, said in labels:
            whens += " WHEN %s THEN %s"
            params.extend((value, said))
        return f"CASE {column}{whens} END" if whens else "NULL"

    cells = [
        _safe("s.name"),
        _safe("s.short_name"),
        label("s.family", _texts(Family.choices)),
        label(
            "s.legal_form",
            [(code, said) for code, (said, _) in LEGAL_FORMS.items()],
        ),
        _safe("sector.name"),
        label("s.size", _texts(Size.choices)),
        label(
            "s.approvals",
            [(held, approvals_label(held)) for held in approvals if held],
        ),
        "s.siren",
        "s.siret",
        "s.rna",
        _safe("s.address"),
        _safe("s.postal_code"),
        "today.name",
        "NULLIF(s.commune_code, '')",
        "epci.name",
        "NULLIF(s.epci_code, '')",
        "department.name",
        "NULLIF(s.department_code, '')",
        "region.name",
        "NULLIF(s.region_code, '')",
        _safe("s.phone"),
        _safe("s.email"),
        _safe("s.website"),
        "s.created_on",
        "s.closed_on",
        "NULLIF(asked.year, 0)",
        "CASE WHEN s.consent_id IS NULL THEN 'non' ELSE 'oui' END",
        "%s || s.slug || '/'",
    ]
    return ", ".join(cells), [*params, address]


def _safe(column: str) -> str:
    """As `publishing.spreadsheets.safe_cells`."""
    signs = ", ".join(f"chr({ord(sign)})" for sign in sorted(FORMULA))
    return (
        f"CASE WHEN left({column}, 1) IN ({signs}) THEN '''' || {column} "
        f"ELSE NULLIF({column}, '') END"
    )


def _texts(choices: Iterable[tuple[Any, Any]]) -> list[tuple[str, str]]:
    return [(str(value), str(said)) for value, said in choices]


def approvals_label(held: str) -> str:
    return ", ".join(str(Approval(value).label) for value in held.split())


def approvals_held() -> list[str]:
    """Every set of them that some structure holds."""
    rows = Structure.objects.order_by().exclude(approvals="").values_list("approvals", flat=True)
    return list(rows.distinct())
