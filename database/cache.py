from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.db import Error, connections, router

from database.failures import NotWritten, unavailability


class CountingCache(DatabaseCache):
    """A cache that counts attempts: what it cannot write is an error.

    Django's says nothing, since a cache may forget; then passwords could be tried without end for
    as long as the disk is full.
    """

    def set(
        self,
        key: str,
        value: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> None:
        """Sets the value as Django does. Raises NotWritten where the database does not take it."""
        made = self.make_and_validate_key(key, version=version)
        # It is tried a second time where another process has just written the same key.
        if not any(self._base_set("set", made, value, timeout) for _ in range(2)):
            raise NotWritten("the cache could not be written")

    def add(
        self,
        key: str,
        value: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        """Adds the value as Django does. Raises NotWritten where the database does not take it."""
        made = self.make_and_validate_key(key, version=version)
        for _ in range(2):
            if self._base_set("add", made, value, timeout):
                return True
            if self.has_key(key, version=version):
                return False
        raise NotWritten("the cache could not be written")

    def _base_set(self, mode: str, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT) -> bool:
        errors: list[Error] = []

        def watched(execute: Callable[..., Any], *told: Any) -> Any:
            try:
                return execute(*told)
            except Error as error:
                errors.append(error)
                raise

        connection = connections[router.db_for_write(self.cache_model_class)]
        with connection.execute_wrapper(watched):
            written: bool = super()._base_set(mode, key, value, timeout)  # type: ignore[misc]
        for error in errors:
            if unavailability(error):
                raise error
        return written
