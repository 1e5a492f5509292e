"""« Où cela apparaîtra » : every page, by reader, before the editor publishes.

It asks the same rule of visibility as the pages do. A kind of content tells those of its own room;
the rooms that show contents of every kind on pages of theirs declare these (`declare_pages`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from publishing.audiences import READS_ALL, Reader, Role

READERS = {"Visiteurs": Reader(is_member=False)} | {
    str(role.label): Reader(is_member=True, role=role) for role in Role if role not in READS_ALL
}


@dataclass(frozen=True)
class Surface:
    """A page on which a content will be seen. `url` is empty where there is none, or none for
    whoever asks; `readers` say by name who sees it there; `where` is what puts it there, as the
    form names it, and `anchor` its place in the form."""

    name: str
    url: str
    readers: dict[str, bool]
    where: str = ""
    anchor: str = ""
    # Such pages come after those that people read.
    is_for_machines: bool = False

    @property
    def answers(self) -> list[tuple[str, bool]]:
        return list(self.readers.items())


def people(audience: str, roles: str) -> dict[str, bool]:
    """Returns, by the names of READERS, who sees what has that audience."""
    return {name: reader.reads(audience, roles) for name, reader in READERS.items()}


def both(one: Mapping[str, bool], other: Mapping[str, bool]) -> dict[str, bool]:
    """Returns who, of those named in `one`, is among the readers of both."""
    return {name: reads and other.get(name, False) for name, reads in one.items()}


# A kind, one of its working copies, a snapshot of it, and who asks: it returns the pages on which
# the snapshot will be seen, as they may be named to that person.
Pages = Callable[[Any, Any, Mapping[str, Any], Any], Iterable[Surface]]

_pages: list[Pages] = []


def declare_pages(pages: Pages) -> None:
    """Declares the pages on which a room shows contents. It does so once, when it is ready."""
    if pages not in _pages:
        _pages.append(pages)


def surfaces_of(kind: Any, working: Any, data: Mapping[str, Any], user: Any) -> list[Surface]:
    """Returns where a snapshot of that working copy will be seen once published: on the pages of
    its room, on those that gather contents, on those of what it speaks of, by machines. `user` is
    who asks, and is told of nothing reserved to others."""
    found = list(kind.own_pages(data))
    for pages in reversed(_pages):
        found += pages(kind, working, data, user)
    return sorted(found, key=lambda surface: surface.is_for_machines)
