"""Where the time of a run went: the slowest tests, and the share of each room."""

from collections import defaultdict

import pytest

SLOWEST = 20
# Below this many seconds, a run is of a few tests, whose times say nothing.
WORTH_TELLING = 60


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Seconds of tests, their fixtures included: two processes spend two of them a second."""
    tests: dict[str, float] = defaultdict(float)
    rooms: dict[str, float] = defaultdict(float)
    phases: dict[str, float] = defaultdict(float)
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                tests[report.nodeid] += report.duration
                rooms["/".join(report.nodeid.split("/")[:2])] += report.duration
                phases[report.when] += report.duration
    if sum(tests.values()) < WORTH_TELLING:
        return
    tell = terminalreporter.write_line
    terminalreporter.section("time of each part, in seconds of one process")
    for name, seconds in _longest_first(rooms):
        tell(f"{seconds:7.1f}  {name}")
    tell("         of which " + ", ".join(f"{when} {s:.1f}" for when, s in _longest_first(phases)))
    terminalreporter.section(f"the {SLOWEST} slowest tests")
    for name, seconds in _longest_first(tests)[:SLOWEST]:
        tell(f"{seconds:7.1f}  {name}")


def _longest_first(seconds: dict[str, float]) -> list[tuple[str, float]]:
    return sorted(seconds.items(), key=lambda named: -named[1])
