"""Errors of a database that cannot serve, and of code that is wrong."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import OperationalError, connection
from psycopg import errors as postgres

from database.server_probe import NoAnswer

PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
WRITES = ("INSERT", "UPDATE", "DELETE")


def sqlite_error(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("says SQLite")
    error.sqlite_errorcode = code
    return error


AWAY: dict[str, Exception] = {
    "stopped": psycopg.OperationalError("connection failed: Connection refused"),
    "frozen": NoAnswer("the server does not answer"),
    "starting": postgres.CannotConnectNow(),
    "killed": postgres.AdminShutdown(),
    "too many connections": postgres.TooManyConnections(),
    "password": postgres.InvalidPassword(),
    "no such database": postgres.InvalidCatalogName(),
    "replica": postgres.ReadOnlySqlTransaction(),
    "disk full": postgres.DiskFull(),
    "out of memory": postgres.OutOfMemory(),
    "disk error": postgres.IoError(),
    "locked": postgres.LockNotAvailable(),
    "deadlock": postgres.DeadlockDetected(),
    "cancelled": postgres.QueryCanceled(),
    "SQLite locked": sqlite_error(sqlite3.SQLITE_BUSY_SNAPSHOT),
    "SQLite full": sqlite_error(sqlite3.SQLITE_FULL),
    "SQLite read-only": sqlite_error(sqlite3.SQLITE_READONLY_DBMOVED),
    "SQLite without directory": sqlite_error(sqlite3.SQLITE_CANTOPEN),
}
OURS: dict[str, Exception] = {
    "no such table": postgres.UndefinedTable(),
    "syntax": postgres.SyntaxError(),
    "constraint": postgres.UniqueViolation(),
    "bad value": postgres.InvalidTextRepresentation(),
    "closed cursor": psycopg.InterfaceError("the cursor is closed"),
    "SQLite: no such table": sqlite_error(sqlite3.SQLITE_ERROR),
    "SQLite: misuse": sqlite3.ProgrammingError("Cannot operate on a closed database."),
    "not of the database": ValueError("connection"),
}


@contextmanager
def failing(error: Exception, *only: str) -> Iterator[None]:
    """Makes every statement raise, or those that begin with one of these words."""

    def fail(execute: Callable[..., Any], sql: str, *told: Any) -> Any:
        if only and not sql.startswith(only):
            return execute(sql, *told)
        if isinstance(error, psycopg.Error | sqlite3.Error):
            raise OperationalError(str(error)) from error
        raise error

    with connection.execute_wrapper(fail):
        yield
