"""ZIP packages, which Office and OpenDocument files are: read within bounds, written anew.

Writing anew is also what drops the bytes between and after entries, their dates, their comments and
their extra fields.
"""

from __future__ import annotations

import zipfile
from typing import BinaryIO, Self

from media.cleaning.findings import DAMAGED, LOCKED, TOO_LARGE, Refused

MOST_UNPACKED = 150 * 1024 * 1024
MOST_ENTRIES = 10_000
# A part whose tree is held in memory may be so long: the tree is some twenty times as large.
MOST_IN_A_TREE = 32 * 1024 * 1024
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DATE = (1980, 1, 1, 0, 0, 0)  # a ZIP can say no earlier date


class Package:
    """The entries of a ZIP, of which none is read before all are known to be bounded. Raises
    Refused for whatever makes that what is checked might not be what a reader opens.

    Raises Refused, for whatever makes that what is checked might not be what a reader opens.
    """

    def __init__(self, content: BinaryIO) -> None:
        try:
            self._archive = zipfile.ZipFile(content)
        except (zipfile.BadZipFile, OSError, ValueError) as error:
            raise Refused(DAMAGED) from error
        entries = [each for each in self._archive.infolist() if not each.is_dir()]
        if len(entries) > MOST_ENTRIES or sum(each.file_size for each in entries) > MOST_UNPACKED:
            raise Refused(TOO_LARGE)
        self._entries = {each.filename: each for each in entries}
        if len({name.lower() for name in self._entries}) < len(entries):
            raise Refused(DAMAGED)  # of two entries of one name, programs differ on which is shown
        for name, entry in self._entries.items():
            if entry.flag_bits & 0x1:
                raise Refused(LOCKED)
            if entry.compress_type not in _METHODS or _leaves(name):
                raise Refused(DAMAGED)

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    @property
    def names(self) -> list[str]:
        return list(self._entries)

    def size(self, name: str) -> int:
        return self._entries[name].file_size

    def read(self, name: str, *, most: int = MOST_UNPACKED) -> bytes:
        """Returns the content of an entry. No more than the entry says is ever unpacked: zipfile
        stops there. Raises Refused for one that is not there, or is larger than
        `most`."""
        entry = self._entries.get(name)
        if entry is None:
            raise Refused(DAMAGED)
        if entry.file_size > most:
            raise Refused(TOO_LARGE)
        return self._archive.read(entry)


def _leaves(name: str) -> bool:
    return "\\" in name or name.startswith("/") or ".." in name.split("/")


class NewPackage:
    """Writes the entries of a package, without a word of when and where."""

    def __init__(self, target: BinaryIO) -> None:
        self._archive = zipfile.ZipFile(target, "w")

    def write(self, name: str, content: bytes, *, packed: bool = True) -> None:
        entry = zipfile.ZipInfo(name, _DATE)
        entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        entry.external_attr = 0o600 << 16
        self._archive.writestr(entry, content)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._archive.close()
