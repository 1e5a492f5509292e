"""What every test shares. Fixtures of one room live beside its tests."""

import os
from collections.abc import Generator

import pytest
from django.core.cache import cache

from pages import territory_views
from search import missed
from structures.register import arrays

pytest_plugins = [
    "tests.browser",
    "tests.durations",
    "tests.engines",
    "tests.html_validity",
    "tests.mailing.smtp_sink",
    "tests.putting_back",
    "tests.territories.geography",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--forbid-skips",
        action="store_true",
        default=os.environ.get("PORTAL_FORBID_SKIPS") == "1",
        help="a test that is skipped or expected to fail fails (continuous integration)",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What must stay together is long: begun last, it would leave the other processes idle.

    Once shuffled, and before pytest-django puts those last that empty the database.
    """
    items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and item.config.getoption("forbid_skips"):
        reason = getattr(report, "wasxfail", None) or str(report.longrepr)
        report.__dict__.pop("wasxfail", None)
        report.outcome = "failed"
        report.longrepr = f"Nothing may be skipped or expected to fail here: {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if report.outcome == "skipped" and collector.config.getoption("forbid_skips"):
        report.outcome = "failed"
        report.longrepr = f"Nothing may be skipped here: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """The cache outlives the transaction of a test; a test must not read another's."""
    cache.clear()


@pytest.fixture(autouse=True)
def forgotten_searches() -> None:
    """What a test searched without result is not written during another."""
    missed.forget_noted()


@pytest.fixture(autouse=True)
def forgotten_register() -> None:
    """Tests take back what they wrote, revisions included: no test reads another's register, nor
    what lay in a territory then."""
    arrays.forget()
    territory_views.lying_in.cache_clear()
