"""Files are cleaned in a process of its own.

The libraries that read PDF, ZIP and XML are written in C, and meet files of strangers here: one
that crashes them, swells in memory or never ends must take nothing down with it. The process knows
neither the database nor the settings; it is killed when it goes past its memory or its time, or
when the one that started it ends.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from media.cleaning.files import PLAIN
from media.cleaning.findings import NO_ROOM, Refused

MOST_SECONDS = 90  # it includes waiting, on a machine that has much else to do
HOME = Path(__file__).resolve().parents[2]
_TOO_LONG = (
    "Ce document est trop long ou trop compliqué pour être vérifié : allégez-le ou partagez-le en "
    "plusieurs, puis réessayez."
)


@dataclass(frozen=True)
class Cleaned:
    content: BinaryIO
    hidden: list[str]  # sentences by which whoever sends the file decides
    removed: list[str]  # they might look for it, and no longer find it


@contextmanager
def cleaned(content: BinaryIO, *, extension: str, title: str) -> Iterator[Cleaned]:
    """Yields the file as readers may have it, open for as long as the block lasts. Raises
    Refused."""
    if extension in PLAIN:  # nothing of it but its bytes is read
        yield Cleaned(content, [], [])
        return
    with working_folder() as folder:
        given, written = folder / "given", folder / "written"
        copy(content, given)
        said = _run(given, written, extension, title)
        with written.open("rb") as result:
            yield Cleaned(result, said["hidden"], said["removed"])


@contextmanager
def working_folder() -> Iterator[Path]:
    """Yields a folder that is there as long as the block lasts. Raises Refused where there is no
    room."""
    try:
        folder = tempfile.TemporaryDirectory()
    except OSError as error:
        raise Refused(NO_ROOM) from error
    with folder as path:
        yield Path(path)


def copy(content: BinaryIO, given: Path) -> None:
    """Writes a file for the process to read. Raises Refused where there is no room."""
    content.seek(0)
    try:
        with given.open("wb") as copied:
            shutil.copyfileobj(content, copied)
    except OSError as error:
        raise Refused(NO_ROOM) from error


def command(module: str, *arguments: str | Path) -> list[str]:
    """Returns the command of a process that runs this module, and ends with the present one."""
    return [sys.executable, "-m", module, str(os.getpid()), *map(str, arguments)]


def _run(given: Path, written: Path, extension: str, title: str) -> dict[str, list[str]]:
    try:
        run = subprocess.run(  # noqa: S603  # our own module; no shell reads the arguments
            command("media.cleaning", given, written, extension, title),
            cwd=HOME,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=MOST_SECONDS,
            check=True,
        )
        said: dict[str, list[str]] = json.loads(run.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise Refused(_TOO_LONG) from error
    if refusal := said.get("refused"):
        raise Refused(str(refusal))
    return said
