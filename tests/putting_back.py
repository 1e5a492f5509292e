"""Puts back what migrations wrote after the tests whose transactions are committed.

Django does it by emptying every table, then loading each row again from JSON, one by one: a second
a test on PostgreSQL. Here the database compares its tables with a copy of them, made before the
first test, and puts back the few that differ.
"""

import gc
from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest
import pytest_django
from django.db import connection, transaction
from django.test import TransactionTestCase

Made = TypeVar("Made")
# The words of the index of search are no model's on SQLite; they go with its entries.
ENTRIES, WORDS = "search_entry", "search_words"
WORDS_COLUMNS = "rowid, marks, title, lead, body, documents"


@pytest.fixture(scope="session")
def paused_collector() -> None:
    """Migrations make and drop thousands of models; collecting them is a quarter of the time."""
    gc.disable()


@pytest.fixture(scope="session")
def django_db_setup(
    paused_collector: None,
    django_db_setup: None,
    django_db_blocker: pytest_django.DjangoDbBlocker,
) -> Iterator[None]:
    """The database of the tests, and how those that commit leave it."""
    _collect_what_is_new()
    with django_db_blocker.unblock():
        original = _MigratedTables()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_setup", classmethod(lambda case: None))
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: original.put_back())
        yield


def made_once(blocker: pytest_django.DjangoDbBlocker, make: Callable[[], Made]) -> Iterator[Made]:
    """What a fixture of a module or of a session yields: rows made by `make`, which are there for
    its tests, and gone with it.

    The transaction of each test stands within theirs.
    """
    with blocker.unblock(), transaction.atomic():
        made = make()
        # Else each test would end by checking all the references again.
        connection.check_constraints()
        yield made
        transaction.set_rollback(True)


def _collect_what_is_new() -> None:
    """Django, the portal and its libraries are there to the end: walking through them again and
    again would be a seventh of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
    gc.enable()


class _MigratedTables:
    """Every table of a model as migrations left it; what they wrote is kept in tables beside."""

    def __init__(self) -> None:
        tables = connection.introspection.django_table_names(
            only_existing=True, include_views=False
        )
        self.every = ", ".join(map(_quoted, tables))
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                " UNION ALL ".join(f"SELECT {_text(t)} WHERE EXISTS ({_rows(t)})" for t in tables)
            )
            self.filled = {table for (table,) in cursor.fetchall()}
            for table in self.filled:
                cursor.execute(f"CREATE TABLE {_kept(table)} AS {_rows(table)}")
            if connection.vendor == "sqlite":
                cursor.execute(
                    f"CREATE TABLE {_kept(WORDS)} AS SELECT {WORDS_COLUMNS} FROM {WORDS}"  # noqa: S608  # our own names
                )
        self.differing = " UNION ALL ".join(
            f"SELECT {_text(table)} WHERE {self._differs(table)}" for table in tables
        )

    def _differs(self, table: str) -> str:
        rows, kept = _rows(table), f"SELECT * FROM {_kept(table)}"  # noqa: S608  # our own names
        if table not in self.filled:
            return f"EXISTS ({rows})"
        return f"EXISTS ({rows} EXCEPT {kept}) OR EXISTS ({kept} EXCEPT {rows})"

    def put_back(self) -> None:
        # Tables refer to one another: references are checked when the transaction ends.
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                # A page that closes may still be telling the server so: it waits, as on SQLite.
                cursor.execute(f"LOCK TABLE {self.every} IN EXCLUSIVE MODE")
            cursor.execute(self.differing)
            for (table,) in cursor.fetchall():
                if table == ENTRIES and connection.vendor == "sqlite":
                    cursor.execute(f"DELETE FROM {WORDS}")  # noqa: S608  # our own names
                    cursor.execute(
                        f"INSERT INTO {WORDS} ({WORDS_COLUMNS})"  # noqa: S608  # our own names
                        f" SELECT {WORDS_COLUMNS} FROM {_kept(WORDS)}"
                    )
                cursor.execute(f"DELETE FROM {_quoted(table)}")  # noqa: S608  # our own names
                if table in self.filled:
                    cursor.execute(f"INSERT INTO {_quoted(table)} SELECT * FROM {_kept(table)}")  # noqa: S608  # our own names


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _kept(table: str) -> str:
    return _quoted(f"migrated_{table}")


def _text(table: str) -> str:
    return f"'{table}'"


def _rows(table: str) -> str:
    return f"SELECT * FROM {_quoted(table)}"  # noqa: S608  # our own names
