"""Many rows are written at once: by PostgreSQL's COPY, or by one statement said many times."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, models


def keys(model: type[models.Model], count: int) -> Iterable[int]:
    """Returns primary keys for rows that are about to be written. Only the caller may write
    them."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [f'"{table}"', count],
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
        first = (row[0] if row else 0) + 1
    return range(first, first + count)


def insert(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Inserts rows in the order of `columns`, which are names of the database; JSON goes as
    text."""
    quote = connection.ops.quote_name
    names = ", ".join(quote(column) for column in columns)
    table = quote(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            statement = f"COPY {table} ({names}) FROM STDIN"
            with connection.wrap_database_errors, cursor.copy(statement) as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(
            f"INSERT INTO {table} ({names}) VALUES ({marks})",  # noqa: S608  # names of our models
            _as_taken(rows),
        )


def update(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Updates rows of new values in the order of `columns`, with the primary key last."""
    quote = connection.ops.quote_name
    said = ", ".join(f"{quote(column)} = %s" for column in columns)
    statement = f"UPDATE {quote(model._meta.db_table)} SET {said} WHERE id = %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(statement, _as_taken(rows))


def _as_taken(rows: Iterable[Sequence[Any]]) -> list[Sequence[Any]]:
    """Returns values as the database's driver takes them."""
    if connection.vendor == "postgresql":
        return list(rows)
    return [
        [convert(cell) if (convert := FOR_SQLITE.get(type(cell))) else cell for cell in row]
        for row in rows
    ]


FOR_SQLITE: dict[type, Callable[[Any], str]] = {
    date: date.isoformat,
    datetime: lambda moment: str(connection.ops.adapt_datetimefield_value(moment)),
}
