"""How the tests are shared out between processes."""

import re

import pytest


@pytest.mark.xdist_group("of their own")
def test_tests_that_share_what_is_long_to_make_are_kept_together(
    request: pytest.FixtureRequest,
) -> None:
    """Nothing else would say that the versions in the lock no longer do so together."""
    if request.config.getoption("loadgroup", False):
        assert request.node.nodeid.endswith("@of their own")


def test_no_test_is_named_after_the_content_of_an_archive(request: pytest.FixtureRequest) -> None:
    """It holds the time when it was made: each process would have tests of its own."""
    content = re.compile(r"PK\\x03\\x04.{40}")
    assert [item.nodeid for item in request.session.items if content.search(item.name)] == []


def test_tests_that_empty_the_database_put_back_what_migrations_wrote(
    request: pytest.FixtureRequest,
) -> None:
    """One that does not leaves its own rows there, and all that come after it fail."""
    marks = {item.nodeid: item.get_closest_marker("django_db") for item in request.session.items}
    assert [
        name
        for name, mark in marks.items()
        if mark and mark.kwargs.get("transaction") and not mark.kwargs.get("serialized_rollback")
    ] == []
