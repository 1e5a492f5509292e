"""Beginnings of what an index holds, read as a range of it on both databases."""

from __future__ import annotations

from django.db import connection
from django.db.models import Q

AFTER_ALL = "\U0010ffff"


def begins(column: str, prefix: str) -> Q:
    """Keeps rows whose column has that prefix.

    PostgreSQL's index compares bytes only for LIKE (`varchar_pattern_ops`); SQLite's LIKE does not
    use an index.
    """
    if connection.vendor == "sqlite":
        return Q(**{f"{column}__gte": prefix, f"{column}__lt": prefix + AFTER_ALL})
    return Q(**{f"{column}__startswith": prefix})
