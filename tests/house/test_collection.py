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
