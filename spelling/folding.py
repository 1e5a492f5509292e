"""How words are compared: capitals, accents, ligatures and apostrophes count for nothing.

`folded` makes the keys that are kept; `pattern` asks the same of a column that holds the words as
they are written.
"""

from __future__ import annotations

import re
import unicodedata

from spelling.characters import JOINERS, SHAPING, UNSEEN
from spelling.lines import one_line

# Unicode does not take these apart: a keyboard without those letters writes them so.
WRITTEN_OUT = {
    "œ": "oe", "æ": "ae", "ß": "ss", "þ": "th", "ð": "d", "đ": "d", "ħ": "h", "ı": "i", "ł": "l",
    "ø": "o", "ŧ": "t", "ς": "σ",
}  # fmt: skip
_SHOWS_NOTHING = re.compile(f"[{UNSEEN}{SHAPING}{JOINERS}]")
# A stroke that lengthens a word of Arabic.
_TATWEEL = "\u0640"
# Letters that other letters are written with, as ʻ and ʼ in Taʻata.
_MODIFIERS = "\u02b9-\u02ff\ua78b\ua78c"
_MODIFIER = re.compile(f"[{_MODIFIERS}]")
_IN_A_WORD = re.compile(rf"\S*[^\W_][{_MODIFIERS}]+[^\W_]\S*")


class _Letters(dict[int, str | None]):
    """What becomes of each character of decomposed, lower-case text: letters of any script and
    digits stay, accents and what shows nothing vanish, the rest parts words. Filled as characters
    are met: a million names are compared."""

    def __missing__(self, code: int) -> str | None:
        said = self[code] = self._said(chr(code))
        return said

    def _said(self, letter: str) -> str | None:
        if letter in WRITTEN_OUT:
            return WRITTEN_OUT[letter]
        if letter == _TATWEEL or _SHOWS_NOTHING.match(letter):
            return None
        if unicodedata.category(letter).startswith("M"):
            return None if _is_accent(letter) else letter
        if not letter.isalnum() or _MODIFIER.match(letter):
            return " "
        # "№" comes apart into capitals; "٣" is the digit 3.
        return str(unicodedata.decimal(letter, letter.lower()))


def _is_accent(mark: str) -> bool:
    """Says whether a mark is written over, under or around a letter that stays the same without it:
    accents, points of Hebrew and Arabic. The vowels of Hindi or Thai and the voicing of kana are
    letters."""
    place = unicodedata.combining(mark)
    return unicodedata.category(mark) == "Me" or place == 1 or 10 <= place <= 36 or place >= 200


LETTERS = _Letters()


def folded(text: str) -> str:
    """Returns a text in lower case, without accents: every word is kept, and nothing but words.

    >>> folded("L’Haÿ-les-Roses"), folded("Łódź"), folded("Весна!")
    ('l hay les roses', 'lodz', 'весна')
    """
    lower = text.lower()
    plain = lower if lower.isascii() else unicodedata.normalize("NFKD", lower)
    words = " ".join(plain.translate(LETTERS).split())
    return words if words.isascii() else unicodedata.normalize("NFC", words)


def same_name(text: str) -> str:
    """Returns what is equal for two names that are one: the words, or the signs where there is no
    word.

    >>> same_name("Élan !"), same_name("★") == same_name("☆")
    ('elan', False)
    """
    return folded(text) or one_line(text).lower()


def searchable(text: str) -> str:
    """Returns the words by which a name is found: « Taʻata » by two words, as « Ta'ata » is typed,
    and by one.

    >>> searchable("Fare Taʻata")
    'fare ta ata taata'
    """
    if text.isascii():
        return folded(text)
    whole = [_MODIFIER.sub("", word) for word in _IN_A_WORD.findall(text)]
    return folded(" ".join([text, *whole]))
