"""The one stored form of what people type on one line: names, titles, organisations, streets.

Removed without a word: whatever shows nothing. A name made of nothing else is empty, and refused
where one is needed. Nothing that can be read is touched:
capitals, accents, apostrophes and full-width letters stay.
"""

from __future__ import annotations

import re
import unicodedata

from spelling.characters import (
    BLANK,
    CONTROLS,
    FLAG,
    JOINERS,
    SHAPING,
    SYMBOLS,
    UNSEEN,
    VARIANTS,
)

# Nearly every cell of an import has nothing but these, which stay as they are.
_UNUSUAL = re.compile("[^ -~À-ÖØ-öø-ÿŒœŸ’«»–]")
NO_BREAK = "\u00a0\u202f"
_SPACES = re.compile(f"[{BLANK}]+")
_UNSEEN = re.compile(f"({FLAG})|(?![{VARIANTS}])[{UNSEEN}{SHAPING}{CONTROLS}]")
# A variant may follow a symbol (❤️), or what a key is drawn around (1️⃣).
_VARIANT = re.compile(
    f"((?<=[{SYMBOLS}])[{VARIANTS}]|(?<=[#*0-9])[{VARIANTS}](?=\u20e3))|[{VARIANTS}]"
)
_SYMBOL = re.compile(f"[{SYMBOLS}\ufe0f]")
_JOINED = re.compile(f"[{JOINERS}]+")
# These scripts, from Arabic to Tibetan and Burmese, Khmer and Mongolian, join or part by a sign.
_JOINING_SCRIPTS = re.compile("[\u0600-\u109f\u1780-\u18af]")
_VIRAMA = 9  # the combining class of what kills a vowel: a joiner after it changes the letter


def one_line(text: str, *, no_break: bool = False) -> str:
    """Returns the text as it is stored: composed (NFC), on one line, one space between words and
    none at the ends. Idempotent. `no_break` keeps typographic no-break spaces as they are.

    >>> one_line("  Marie\u200b\tDu\u00adrand\u00a0")
    'Marie Durand'
    """
    if not _UNUSUAL.search(text):
        return " ".join(text.split())
    while (line := _cleaned(text, no_break=no_break)) != text:
        text = line  # taking out may have brought together what goes too
    return line


def _cleaned(text: str, *, no_break: bool) -> str:
    spaced = _SPACES.sub(lambda run: _space(run[0], no_break=no_break), text)
    seen = _UNSEEN.sub(lambda found: found[1] or "", spaced)
    seen = _VARIANT.sub(lambda found: found[1] or "", seen)
    line = unicodedata.normalize("NFC", _JOINED.sub(_joined, seen)).strip()
    # An accent over nothing would sit on whatever a page writes before it.
    while line and unicodedata.category(line[0]) in ("Mn", "Me"):
        line = line[1:]
    return line


def _space(run: str, *, no_break: bool) -> str:
    return next((sign for sign in run if no_break and sign in NO_BREAK), " ")


def _joined(found: re.Match[str]) -> str:
    """Keeps one joiner where it is part of the spelling, none elsewhere."""
    before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
    if _JOINING_SCRIPTS.match(before) and (
        _JOINING_SCRIPTS.match(after) or unicodedata.combining(before) == _VIRAMA
    ):
        return found[0][0]
    is_emoji = _SYMBOL.match(before) and _SYMBOL.match(after)
    return "\u200d" if is_emoji and "\u200d" in found[0] else ""
