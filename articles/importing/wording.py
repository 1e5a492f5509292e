"""Words compared and quoted: what makes two spellings the same name, and how the editor is told."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable

from publishing.unseen import without_invisible_characters

_TAG = re.compile(r"<[^>]*>")
_SPACES = re.compile(r"[ \t\n\r\f\v]+")
_BREAK = re.compile(r"<br>|\n")
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'", "–": "-", "—": "-"})


def visible_text(markup: str) -> str:
    """Returns the text of the reader's own markup. No-break spaces are kept: they were typed on
    purpose."""
    return _SPACES.sub(" ", html.unescape(_TAG.sub("", _BREAK.sub(" ", markup)))).strip(" ")


def visible_lines(markup: str) -> list[str]:
    """Returns the same, line by line; ``<br>`` and a newline both end a line."""
    return [part for part in _BREAK.split(markup) if visible_text(part)]


def fold(text: str) -> str:
    """Returns a key under which accents, case, kinds of apostrophes and plural marks do not matter.

    >>> fold("Retours d’Expérience ") == fold("retour d'experience")
    True
    """
    decomposed = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES))
    plain = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
    words = re.findall(r"\w+", plain)
    return " ".join(word[:-1] if len(word) > 3 and word[-1] == "s" else word for word in words)


def known(text: str, names: Iterable[str]) -> str:
    """Returns the name of the list that ``text`` spells, or ""."""
    key = fold(text)
    return next((name for name in names if key and fold(name) == key), "")


def squeeze(text: str) -> str:
    """Returns text without any space: what two renderings of one line have in common."""
    return "".join(without_invisible_characters(unicodedata.normalize("NFC", text)).split())


def quoted(text: str) -> str:
    return f"«\u00a0{text}\u00a0»"


def labelled(label: str, value: str) -> str:
    return f"{label}\u00a0: {value}"


def counted(number: int, singular: str, plural: str) -> str:
    """Returns ``2 images`` or ``1 image``: French counts 0 and 1 as singular."""
    return f"{number} {plural if number > 1 else singular}"


def joined(values: Iterable[str]) -> str:
    return "\u202f; ".join(values)


def shortened(address: str) -> str:
    """Returns an address as it is shown: one that holds a whole picture would fill the screen."""
    return address if len(address) <= 200 else f"{address[:199]}…"
