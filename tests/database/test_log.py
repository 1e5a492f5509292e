"""While the database is away the log stays readable, and small."""

import logging
import sys

import psycopg
import pytest
from django.db import OperationalError

from dla_portal.logs import AwayInOneLine

LINES = "connection failed: connection refused\n\tIs the server running on that host?"


def _logged(error: Exception) -> str:
    try:
        raise error
    except Exception:
        record = logging.LogRecord(
            "django.request", logging.ERROR, "", 0, "%s: %s", ("Down", "/"), sys.exc_info()
        )
    AwayInOneLine().filter(record)
    return logging.Formatter().format(record)


def test_a_database_that_is_away_takes_one_line() -> None:
    error = OperationalError(LINES)
    error.__cause__ = psycopg.OperationalError(LINES)

    logged = _logged(error)

    assert logged.startswith("Down: / (database: no connection; connection failed: ")
    assert "\n" not in logged


@pytest.mark.parametrize("error", [ValueError("x"), OperationalError("no such column")])
def test_an_error_of_ours_is_told_with_where_it_came_from(error: Exception) -> None:
    assert "Traceback" in _logged(error)
