"""« Où cela apparaîtra » : every surface, by reader, before the editor publishes.

Asked from the same visibility rule that the surfaces use, so it cannot promise something else.
"""

from __future__ import annotations

from dataclasses import dataclass

from publishing.audiences import READS_ALL, Audience, Reader, Role

READERS = {"Visiteurs": Reader(is_member=False)} | {
    str(role.label): Reader(is_member=True, role=role) for role in Role if role not in READS_ALL
}


@dataclass(frozen=True)
class Surface:
    name: str
    url: str
    readers: dict[str, bool]  # by READERS
    # What puts it there, as the form names it, and its place in the form.
    where: str = ""
    anchor: str = ""

    @property
    def answers(self) -> list[tuple[str, bool]]:
        return list(self.readers.items())


def people(audience: str, roles: str) -> dict[str, bool]:
    """By READERS: who sees what has that audience."""
    return {name: reader.reads(audience, roles) for name, reader in READERS.items()}


def machines(audience: str) -> dict[str, bool]:
    """The same of feeds, sitemaps and search engines, which have no session."""
    return dict.fromkeys(READERS, audience == Audience.PUBLIC)
