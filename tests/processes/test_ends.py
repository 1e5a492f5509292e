"""Processes end with the one that started them, and when they can do nothing any more."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.conf import settings

from processes.watchdog import Watched
from tests.processes.servers import is_alive, wait_for

LIFELINE = """
import os, subprocess, sys
from pathlib import Path
from media.cleaning.sandbox import command
waits = (
    "import os, sys, time; {}; from processes.lifeline import end_with_parent;"
    " end_with_parent(int(sys.argv[1])); print('ready', flush=True); time.sleep(60)"
)
for code in (waits.format("pass"), waits.format("sys.platform = 'another'")):
    child = subprocess.Popen([sys.executable, "-c", code, str(os.getpid())], stdout=subprocess.PIPE)
    child.stdout.readline()
    print(child.pid)
# It opens a file that never comes.
print(subprocess.Popen(command(Path(sys.argv[1]), Path("/dev/null"), "pdf", "")).pid, flush=True)
sys.stdin.read()
"""
STUCK = """
import ctypes, sys, threading, time
from processes import watchdog
from processes.outputs import lose_rather_than_fail
lose_rather_than_fail()
watchdog.MOST_SECONDS, watchdog.MOST_SECONDS_HELD, watchdog.EVERY = 0.3, 1.0, 0.05
def never_answers(environ, start_response):
    if environ["how"] == "waits":
        threading.Event().wait()
    ctypes.PyDLL(None).sleep(60)  # keeps Python to itself
watched = watchdog.Watched(never_answers, threads=1)
watched.watch()
time.sleep(0.2)
watched({"how": sys.argv[1]}, None)
"""


def run(code: str, *arguments: str) -> list[str]:
    return [sys.executable, "-c", code, *arguments]


def test_processes_end_with_the_one_that_started_them(tmp_path: Path) -> None:
    never = tmp_path / "never"
    os.mkfifo(never)
    with subprocess.Popen(
        run(LIFELINE, str(never)),
        cwd=settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout
        pids = [int(parent.stdout.readline()) for _ in range(3)]
        assert all(map(is_alive, pids))
        parent.kill()

    wait_for(lambda: not any(map(is_alive, pids)), within=5)


def test_does_not_begin_without_the_one_that_started_it() -> None:
    """That one may have ended in between."""
    code = "from processes.lifeline import end_with_parent; end_with_parent(0); print('goes on')"
    ended = subprocess.run(
        run(code), cwd=settings.BASE_DIR, capture_output=True, text=True, check=False
    )

    assert (ended.returncode, ended.stdout) == (1, "")


@pytest.mark.parametrize("how", ["waits", "holds Python"])
def test_a_worker_that_no_longer_answers_says_where_it_is_and_ends(how: str) -> None:
    ended = subprocess.run(
        run(STUCK, how),
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert ended.returncode == 1
    assert "never_answers" in ended.stderr


def test_a_worker_with_a_free_thread_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("processes.watchdog.MOST_SECONDS", 0.0)
    done, begun = threading.Event(), threading.Event()

    def waits(environ: object, start_response: object) -> list[bytes]:
        begun.set()
        done.wait(timeout=30)
        return []

    watched = Watched(waits, threads=2)
    request = threading.Thread(target=watched, args=({}, lambda *_: None))
    request.start()
    begun.wait(timeout=30)
    assert not watched.is_stuck()
    watched.threads = 1
    assert watched.is_stuck()
    done.set()
    request.join()
    assert not watched.is_stuck()
