"""What a process says may be lost; what it does may not.

Where logs go can fill up (ENOSPC), be closed (EPIPE, EBADF), or be a terminal that is gone (EIO).
Then each `print`, each line of a log and each flush raises, in the middle of what was being done.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import Any, TextIO

EXIT_LOST = 74  # EX_IOERR of sysexits.h


class Lossy(io.FileIO):
    """A file of which only `lost` tells that it could not be written."""

    lost = False

    def write(self, data: Any, /) -> int:
        try:
            written = super().write(data)
        except OSError:
            written = None
        if written is None:
            self.lost = True
            return memoryview(data).nbytes
        return written


_opened: list[Lossy] = []


def lose_rather_than_fail() -> None:
    """Makes standard output and error lose what they cannot write, instead of raising. It is called
    before logs are set up, which keep the outputs they find."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            # Else the next file that is opened, the database perhaps, takes that number, and gets
            # what is written to standard output.
            os.open(os.devnull, os.O_RDWR)
    sys.stdout, sys.stderr = _lossy(1, sys.stdout), _lossy(2, sys.stderr)


def something_was_lost() -> bool:
    for output in (sys.stdout, sys.stderr):
        output.flush()
    return any(raw.lost for raw in _opened)


def _lossy(descriptor: int, before: TextIO | None) -> TextIO:
    if before is not None:
        with contextlib.suppress(OSError, ValueError):
            before.flush()
    raw = Lossy(descriptor, "w", closefd=False)
    _opened.append(raw)
    encoding = before.encoding if before is not None else "utf-8"
    return io.TextIOWrapper(
        io.BufferedWriter(raw), encoding=encoding, errors="backslashreplace", line_buffering=True
    )
