"""Which tests run on which database.

`make test` runs everything on PostgreSQL, the database of production, then what depends on the
database once more on SQLite (`--second-database`). A test chooses by what it asks for, and by
nothing else:

- one that asks for no database (neither the mark `django_db` nor the fixture `db`) runs once:
  Django lets it reach none;
- one that asks for a browser or for the HTML checker runs once: pages do not depend on the
  database. Those marked `smoke` run on both, as proof that a browser gets its pages there too;
- one marked `once` asks the database nothing, or what another, which runs on both, asks it too;
- all others run on both. Their properties are tried with fewer examples on the second
  (`examples`); long lists are asked whole of SQLite, in part of PostgreSQL (`sample`).

Tests marked `in_check` ask what `make check` has just asked, and are left out after it
(`--after-check`, in `.ci/run`). No browser is asked at another time (`.ci/at`). What is left out is
deselected and counted, never skipped.
"""

import os
from collections import Counter
from collections.abc import Iterable
from typing import Any, TypeVar

import hypothesis
import pytest
from django.db import connection

WITHOUT_DATABASE = "ask for no database"
ABOUT_HTML = "look at pages in a browser or at their HTML"
ASKED_BY_OTHERS = "ask the database nothing that others do not"
IN_CHECK = "ask what make check has asked"
AT_ANOTHER_TIME = "look at pages in a browser, which libfaketime makes fifty times slower"

FEW_EXAMPLES, FEW = "few examples", 10

GIVE_A_DATABASE = {"db", "transactional_db", "django_db_setup", "live_server"}
LOOK_AT_HTML = {"browser", "assert_valid_html"}

Thing = TypeVar("Thing")

left_out = pytest.StashKey[dict[str, int]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--second-database",
        action="store_true",
        help="everything has run on another database: leave out what does not depend on it",
    )
    parser.addoption(
        "--after-check",
        action="store_true",
        default=os.environ.get("PORTAL_AFTER_CHECK") == "1",
        help="make check has passed: leave out the tests that ask the same",
    )


def pytest_configure(config: pytest.Config) -> None:
    for mark in (
        "smoke: looks at pages in a browser, on both databases",
        "once: asks the database nothing that another test, on both, does not ask it too",
        "in_check: asks what `make check` asks too",
    ):
        config.addinivalue_line("markers", mark)
    if config.getoption("second_database"):
        hypothesis.settings.register_profile(
            FEW_EXAMPLES, hypothesis.settings.default, max_examples=FEW
        )
        hypothesis.settings.load_profile(FEW_EXAMPLES)


def examples(number: int) -> int:
    """With how many examples a property of the database is tried: fewer on the second one."""
    if hypothesis.settings.get_current_profile_name() == FEW_EXAMPLES:
        return min(number, FEW)
    return number


def sample(things: Iterable[Thing], one_in: int) -> list[Thing]:
    """Returns all of them, in order, for SQLite, which answers within the process; one in so many
    for PostgreSQL, where each answer is awaited."""
    return list(things)[:: one_in if connection.vendor == "postgresql" else 1]


def reason_to_leave_out(item: pytest.Item) -> str | None:
    """Why this test does not run in this run, if it does not."""
    option = item.config.getoption
    if option("after_check") and item.get_closest_marker("in_check"):
        return IN_CHECK
    asked: set[str] = set(getattr(item, "fixturenames", ()))
    if "browser" in asked and "FAKETIME" in os.environ:
        return AT_ANOTHER_TIME
    if not option("second_database"):
        return None
    if not (item.get_closest_marker("django_db") or asked & GIVE_A_DATABASE):
        return WITHOUT_DATABASE
    if asked & LOOK_AT_HTML and not item.get_closest_marker("smoke"):
        return ABOUT_HTML
    if item.get_closest_marker("once"):
        return ASKED_BY_OTHERS
    return None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    kept, left = [], []
    counted: Counter[str] = Counter()
    for item in items:
        if reason := reason_to_leave_out(item):
            counted[reason] += 1
            left.append(item)
        else:
            kept.append(item)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept
    config.stash[left_out] = dict(counted)


# --- What was left out, said at the end -----------------------------------------------------------


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Processes of xdist collect by themselves: each tells the one that reports."""
    left = session.config.stash.get(left_out, {})
    if (output := getattr(session.config, "workeroutput", None)) is not None:
        output["left_out"] = left
    if left and exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
        session.exitstatus = pytest.ExitCode.OK  # all that were asked for ran on the first one


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    if told := getattr(node, "workeroutput", {}).get("left_out"):
        node.config.stash[left_out] = told


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    for reason, number in config.stash.get(left_out, {}).items():
        terminalreporter.write_line(f"{number} tests left out of this run: they {reason}")
