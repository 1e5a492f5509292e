"""When a process that others were started for ends, however it ends, so do they. Whoever is killed
(SIGKILL, no memory left) cannot tell its children. A worker that stays would hold the port of the
server that is to replace it, a timer would work beside its successor.

Whoever is killed (SIGKILL, no memory left) cannot tell its children. A worker that stays would
hold the port of the server that is to replace it, a timer would work beside its successor.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time

EVERY = 0.5  # seconds between two looks, where the system does not tell

PR_SET_PDEATHSIG = 1


def end_with_parent(parent: int) -> None:
    """Makes this process end when that one, which started it, ends. `parent` is what that process
    says its number is, before it starts this one: asked from here, the answer might already be that
    of whoever takes in orphans.

    `parent` is what that process says its number is, before it starts this one: asked from here,
    the answer might already be that of whoever takes in orphans.
    """
    if not _told_by_the_system():
        watch = threading.Thread(target=_watch, args=(parent,), name="lifeline", daemon=True)
        watch.start()
    # The parent may have ended before the system was asked.
    if os.getppid() != parent:
        os._exit(1)


def _told_by_the_system() -> bool:
    """Asks the system to tell, as Linux can: even a process that is busy in C is killed."""
    if sys.platform != "linux":
        return False
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        return bool(libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) == 0)
    except (OSError, AttributeError):
        return False


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(EVERY)
    os._exit(1)
