"""`make run` from a fresh clone, and again: the time until the portal says that it is ready."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.harness import Result
from benchmarks.servers import free_port

FIRST_SECONDS, AGAIN_SECONDS = 120, 5
ROUNDS = 3


def _seconds_until_ready(clone: Path) -> float:
    """Starts `make run` there, waits for /readyz, stops it."""
    port = free_port()
    environment = {
        name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "DEBUG")
    }
    start = time.monotonic()
    process = subprocess.Popen(
        ["make", "run", f"PORT={port}"],
        cwd=clone,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while True:
            if process.poll() is not None:
                raise RuntimeError("`make run` stopped by itself")
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                connection.request("GET", "/readyz")
                if connection.getresponse().status == 200:
                    return time.monotonic() - start
            except OSError:
                pass
            time.sleep(0.05)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=20)


def measure() -> list[Result]:
    """Measures against the goal itself, in seconds; the ratio says how much of it is used."""
    here = Path(__file__).parent.parent
    results = []
    with TemporaryDirectory(prefix="portal-bench-") as scratch:
        firsts: list[float] = []
        agains: list[float] = []
        for number in range(ROUNDS):
            clone = Path(scratch) / f"clone-{number}"
            subprocess.run(["git", "clone", "--quiet", str(here), str(clone)], check=True)
            firsts.append(_seconds_until_ready(clone))
            agains.append(_seconds_until_ready(clone))
        for name, seconds, goal in (
            ("make run, clone neuf", firsts, FIRST_SECONDS),
            ("make run, de nouveau", agains, AGAIN_SECONDS),
        ):
            ratios = sorted(value / goal for value in seconds)
            middle = sorted(seconds)[ROUNDS // 2]
            results.append(
                Result(
                    name,
                    "s",
                    middle,
                    goal,
                    middle / goal,
                    (ratios[0], ratios[-1]),
                    "≤ 1",
                    middle <= goal,
                )
            )
    return results
