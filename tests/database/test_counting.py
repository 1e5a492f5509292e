"""Attempts that cannot be counted are not let through."""

from typing import Any

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client

from database.cache import CountingCache
from database.failures import NotWritten, unavailability
from tests.database.failing import AWAY, PAGE, WRITES, failing

pytestmark = pytest.mark.django_db


@pytest.fixture
def counted(settings: Any) -> CountingCache:
    settings.CACHES = {
        "default": {"BACKEND": "database.cache.CountingCache", "LOCATION": "portal_cache"}
    }
    call_command("createcachetable")  # the tests' own cache is in memory
    cache = caches["default"]
    assert isinstance(cache, CountingCache)
    return cache


def test_attempts_that_cannot_be_counted_are_not_let_through(
    counted: CountingCache,
) -> None:
    visitor = Client(raise_request_exception=False)
    typed = {"login": "zoe@reseau.example", "password": "correct horse battery"}
    assert visitor.post("/compte/connexion/", typed, headers=PAGE).status_code == 200

    with failing(AWAY["disk full"], *WRITES):
        answer = visitor.post("/compte/connexion/", typed, headers=PAGE)
        assert answer.status_code == 503
        for write in (counted.set, counted.add):
            with pytest.raises(OperationalError) as told:
                write("key", 1)
            assert unavailability(told.value)


def test_a_count_that_a_library_failed_to_write_in_silence_is_told(
    counted: CountingCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such is the end of a transaction, which no statement shows."""
    monkeypatch.setattr(CountingCache, "_base_set", lambda *told: False)

    for write in (counted.set, counted.add):
        with pytest.raises(NotWritten):
            write("key", 1)


def test_a_key_that_is_there_is_not_added_twice(counted: CountingCache) -> None:
    assert counted.add("key", 1)
    assert not counted.add("key", 2)
    counted.set("key", 3)
    assert counted.get("key") == 3
