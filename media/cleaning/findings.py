"""What was found hidden is counted and quoted, in sentences that tell how to take it out."""

from __future__ import annotations

import errno
from dataclasses import dataclass, field

MOST_QUOTES = 2
LONGEST_QUOTE = 80


class Refused(Exception):
    """The file cannot be taken, whatever the person says: the message is a sentence for them."""


DAMAGED = (
    "Ce document est abîmé, ou écrit d’une façon qui ne permet pas de le vérifier : ouvrez-le, "
    "enregistrez-le de nouveau, puis réessayez."
)
TOO_LARGE = (
    "Ce document, une fois ouvert, est trop volumineux pour être vérifié : allégez-le ou "
    "partagez-le en plusieurs, puis réessayez."
)
NO_ROOM = (
    "Le portail n’a pas assez de place pour vérifier ce document, qui n’y est pour rien. Prévenez "
    "l’équipe technique, puis réessayez."
)
LOCKED = (
    "Ce document est protégé par un mot de passe : les lecteurs ne pourraient pas l’ouvrir. "
    "Enregistrez-le sans mot de passe, puis réessayez."
)
MACROS = (
    "Ce document contient des macros ou des contrôles ActiveX (un programme) : enregistrez-le sans "
    "eux, au format .docx, .xlsx, .pptx ou OpenDocument, puis réessayez."
)


def out_of_room(error: OSError) -> bool:
    """Says whether the disk, or this account's part of it, is full."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True)
class Kind:
    """One way to hide something: its name for one and for several, and how to take it out."""

    one: str
    many: str
    advice: str


@dataclass
class Findings:
    """The findings in one document: they count each kind, and keep its first words."""

    within: str = ""  # « le classeur incorporé », where they are of a document inside the document
    _counts: dict[Kind, int] = field(default_factory=dict)
    _quotes: dict[Kind, list[str]] = field(default_factory=dict)
    _inner: list[Findings] = field(default_factory=list)
    _removed: Findings | None = None

    def add(self, kind: Kind, quote: str = "", *, count: int = 1) -> None:
        self._counts[kind] = self._counts.get(kind, 0) + count
        quotes = self._quotes.setdefault(kind, [])
        if (short := _shortened(quote)) and short not in quotes and len(quotes) < MOST_QUOTES:
            quotes.append(short)

    def remove(self, kind: Kind, quote: str = "") -> None:
        """Notes what was taken out, and whose absence a person might wonder at."""
        if self._removed is None:
            self._removed = Findings(within=self.within)
        self._removed.add(kind, quote)

    def removed(self) -> list[str]:
        """Returns sentences such as « 2 fichiers joints au PDF : « budget.xlsx » et « notes.docx »
        »."""
        told = self._removed.sentences() if self._removed else []
        for inner in self._inner:
            told += inner.removed()
        return told

    def inside(self, where: str) -> Findings:
        """Returns the findings of a document inside this one."""
        inner = Findings(within=where)
        self._inner.append(inner)
        return inner

    def sentences(self) -> list[str]:
        """Returns sentences such as « 3 commentaires de relecture, par exemple « À revoir » (Word :
        Révision › …) »."""
        told = []
        for kind, count in self._counts.items():
            name = f"1 {kind.one}" if count == 1 else f"{count} {kind.many}"
            quotes = self._quotes[kind]
            if quotes:
                name += "\u00a0: " if count == len(quotes) else ", par exemple "
                name += " et ".join(f"« {quote} »" for quote in quotes)
            where = f" dans {self.within}" if self.within else ""
            told.append(f"{name}{where}. {kind.advice}" if kind.advice else name + where)
        for inner in self._inner:
            told += [each for each in inner.sentences() if each not in told]
        return told


def _shortened(text: str) -> str:
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1].rstrip() + "…"
