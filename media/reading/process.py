"""Files are read in a process of its own, which the system kills when it takes too much: what was
read until then is kept."""

from __future__ import annotations

import json
import subprocess
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from media.cleaning.files import PLAIN
from media.cleaning.findings import Refused
from media.cleaning.sandbox import HOME, command, copy, working_folder
from media.reading.bounds import MOST_CHARACTERS, Bounded, Page
from media.reading.files import READ
from media.reading.mending import mended
from media.reading.plain import decoded

MOST_SECONDS = 40  # it includes waiting, on a machine that has much else to do


@dataclass(frozen=True)
class Reading:
    pages: list[Page] = field(default_factory=list)  # those that have text
    page_count: int | None = None  # how many were read, where the format knows pages
    is_whole: bool = True  # not so where something is left: it is long, or could not be read
    is_garbled: bool = False  # whether the text of some page is no language


def read(content: BinaryIO, *, extension: str, hides: bool) -> Reading:
    """Returns the text of a file that `media.cleaning` wrote; `hides`: it told that the file holds
    what it does not show. Nothing is raised: what cannot be read has no text."""
    if extension not in READ:
        return Reading()
    if extension in PLAIN:
        content.seek(0)
        # No character takes more than four bytes.
        bounded = Bounded([(None, decoded(content.read(4 * MOST_CHARACTERS + 4)))])
        return Reading(mended(bounded, laid_out=False), is_whole=bounded.is_whole)
    try:
        with working_folder() as folder:
            given, written = folder / "given", folder / "written"
            copy(content, given)
            return _reading(given, written, extension, hides)
    except (Refused, OSError):  # there is no room to read it
        return Reading(is_whole=False)


def _reading(given: Path, written: Path, extension: str, hides: bool) -> Reading:
    written.touch()
    with suppress(subprocess.TimeoutExpired):
        subprocess.run(  # noqa: S603  # our own module; no shell reads the arguments
            command("media.reading", given, written, extension, "hides" if hides else "shows"),
            cwd=HOME,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=MOST_SECONDS,
            check=False,  # the last line tells
        )
    pages: list[Page] = []
    count, is_whole, is_garbled = 0, False, False
    with written.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if not line.endswith("\n"):
                break  # the process was killed as it wrote
            match json.loads(line):
                case bool(ended):
                    is_whole = ended
                case [number, text]:
                    count = max(count, number or 0)
                    is_garbled = is_garbled or text is None
                    pages.append((number, text or ""))
    return Reading(mended(pages, laid_out=extension == "pdf"), count or None, is_whole, is_garbled)
