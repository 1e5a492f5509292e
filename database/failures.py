"""Which errors say that the database is away, full or busy, and not that the code is wrong.

The first pass by themselves and are told as such (503); the others stay errors (500).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import psycopg
from django.db import Error, OperationalError, connections

from database.server_probe import NoAnswer

# Whole classes of SQLSTATE come first (PostgreSQL, appendix A), then single ones.
CLASSES = (
    "08",  # connection
    "28",  # a password that is no longer right
    "40",  # deadlock, serialisation: nothing was done
    "53",  # disk full, out of memory, too many connections
    "57",  # stopping, starting, cancelled
    "58",  # the server's own disk
)
STATES = {
    "25006",  # read-only: a replica since a failover
    "25P03",  # too long idle in a transaction
    "25P04",  # too long a transaction
    "3D000",  # the database itself is not there
    "55P03",  # a lock that was not had in time
}
# Primary result codes (sqlite.org/rescode.html).
SQLITE_CODES = {
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_FULL: "disk full",
    sqlite3.SQLITE_IOERR: "disk error",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_NOMEM: "out of memory",
    sqlite3.SQLITE_NOTADB: "damaged",
    sqlite3.SQLITE_PERM: "no permission",
    sqlite3.SQLITE_PROTOCOL: "locked",
    sqlite3.SQLITE_READONLY: "read-only",
}


class NotWritten(OperationalError):
    """Something was not written, as looking shows where a library keeps the database's own error to
    itself."""


def unavailability(error: BaseException | None) -> str:
    """Says why the database cannot serve, in words that name no server and no account; empty for an
    error of another kind."""
    for one in _chain(error):
        if isinstance(one, NotWritten):
            return "cannot be written"
        if isinstance(one, psycopg.Error):
            return _reason_of_postgres(one)
        if isinstance(one, sqlite3.Error):
            # Errors of the module itself, as on a closed connection, have no code.
            return SQLITE_CODES.get(getattr(one, "sqlite_errorcode", 0) & 0xFF, "")
    return ""


def close_broken_connections() -> None:
    """Closes this thread's connections after such an error: whatever answers next may be another
    server, as after a failover. Those within a transaction are their caller's."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            try:
                connection.close()
            except Error:
                connection.connection = None


def _reason_of_postgres(error: psycopg.Error) -> str:
    if isinstance(error, NoAnswer):
        return "no answer"
    state = error.sqlstate
    if state is None:
        # The driver itself says it: there is no connection, or it broke. Its other errors are
        # misuses.
        return "no connection" if isinstance(error, psycopg.OperationalError) else ""
    if state[:2] in CLASSES or state in STATES:
        return f"{type(error).__name__} ({state})"
    return ""


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yields the error and what it came from: Django's own come from the driver's, and what is
    asked within a transaction that is broken from what broke it."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
