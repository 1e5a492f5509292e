"""How the tests are shared out between databases and between processes."""

import re
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.engines import (
    ABOUT_HTML,
    ASKED_BY_OTHERS,
    AT_ANOTHER_TIME,
    IN_CHECK,
    WITHOUT_DATABASE,
    reason_to_leave_out,
)


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


def _asking(*fixtures: str, marks: tuple[str, ...] = (), options: str) -> pytest.Item:
    """A test that asks for these fixtures, in a run with these options."""
    config = SimpleNamespace(getoption=lambda name: name in options.split())
    return cast(
        pytest.Item,
        SimpleNamespace(
            config=config,
            fixturenames=fixtures,
            get_closest_marker=lambda name: name if name in marks else None,
        ),
    )


@pytest.mark.parametrize(
    ("fixtures", "marks", "reason"),
    [
        ((), (), WITHOUT_DATABASE),
        (("client",), (), WITHOUT_DATABASE),
        (("db",), (), None),
        ((), ("django_db",), None),
        (("django_db_setup", "pages"), (), None),
        (("db", "assert_valid_html"), (), ABOUT_HTML),
        (("live_server", "browser"), ("django_db",), ABOUT_HTML),
        (("live_server", "browser"), ("django_db", "smoke"), None),
        (("db",), ("once",), ASKED_BY_OTHERS),
    ],
)
def test_second_database_is_asked_what_depends_on_it(
    fixtures: tuple[str, ...],
    marks: tuple[str, ...],
    reason: str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("FAKETIME", raising=False)

    def left_out(options: str) -> Any:
        return reason_to_leave_out(_asking(*fixtures, marks=marks, options=options))

    assert left_out("second_database") == reason
    assert left_out("") is None


def test_no_browser_is_asked_at_another_time(monkeypatch: pytest.MonkeyPatch) -> None:
    in_browser, other = _asking("browser", options=""), _asking("db", options="")
    monkeypatch.delenv("FAKETIME", raising=False)
    assert reason_to_leave_out(in_browser) is None
    monkeypatch.setenv("FAKETIME", "+1")
    assert reason_to_leave_out(in_browser) == AT_ANOTHER_TIME
    assert reason_to_leave_out(other) is None


def test_what_make_check_asked_is_left_out_after_it_only() -> None:
    marks = ("django_db", "in_check")
    assert reason_to_leave_out(_asking(marks=marks, options="after_check")) == IN_CHECK
    assert reason_to_leave_out(_asking(marks=marks, options="")) is None
