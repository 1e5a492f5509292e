"""The text of pages as their author wrote it, from what was laid out: words cut at the ends of
lines are whole again, and what each page repeats is kept once.

Whether « porte- » and « monnaie » on two lines are one word or two is written nowhere. The same
word elsewhere in the document decides; then a capital (« Rhône-Alpes ») and the words that French
makes compounds with (« rendez-vous », « après-midi »); else it was one word, as it mostly is.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from media.reading.bounds import Page
from spelling.characters import CONTROLS, SHAPING, UNSEEN

_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)
# Older fonts draw an accent, then the letter.
_ACCENTS = {"´": "\u0301", "ˋ": "\u0300", "ˆ": "\u0302", "¨": "\u0308", "¸": "\u0327"}
_ACCENT_APART = re.compile(r"([´ˋˆ¨])\s?([aeiouAEIOU])|(¸)\s?([cC])")
_UNSEEN = re.compile(f"[{CONTROLS}{UNSEEN}{SHAPING}]")
# PDFium writes U+FFFE for a hyphen at the end of a line, and takes the end away.
_CUT = re.compile(
    "([^\\W_]+)(?:(\u00ad)\\s*\n\\s*|\ufffe\\s*|[-\u2010\u2011][ \t]*\n[ \t]*)([^\\W_]+)"
)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_FIRST_OF_A_COMPOUND = {
    *(
        "porte",
        "après",
        "avant",
        "arrière",
        "sous",
        "vice",
        "demi",
        "semi",
        "non",
        "quasi",
        "socio",
    ),
    *("médico", "compte", "savoir", "chef", "mot", "plus", "moins", "micro", "centre", "inter"),
}
_LAST_OF_A_COMPOUND = {
    *("vous", "nous", "même", "mêmes", "là", "ci", "à", "être", "delà", "dessus", "dessous"),
    *("devant", "dedans", "midi", "rendu", "lieu", "clé", "value", "faire"),
}
_AT_AN_EDGE = 3  # lines of a page, above and below, among which headers and footers are
_MOSTLY = 0.4  # of the pages: those on the left and on the right may have their own
_LEAST_PAGES = 3
_NUMBER = re.compile(r"(?<!\d)\d{1,4}(?!\d)")
# A number after these is that of a thing of which each page tells one, not that of the page.
_NUMBERED = re.compile(
    r"(?i)(n°|n[o°]\.?|fiche|action|article|étape|annexe|chapitre|partie|module|axe|mesure|figure|"
    r"tableau|question|séance|atelier|objectif|lot|jour|semaine|année|diapositive)\s*$"
)
_OF_NUMBERING = re.compile(r"(?i)\b(page|pages|sur|de|p)\b|[\W\d_]")


def clean(text: str) -> str:
    """Returns the text in its composed form, without what no reader sees."""
    text = _ACCENT_APART.sub(_composed, text.translate(_LIGATURES))
    text = unicodedata.normalize("NFC", _UNSEEN.sub("", text))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    text = "\n".join(line for line in lines if line)
    # The number of a note, which is raised, makes a line of its own.
    return re.sub(r"\n(?=[,.;)\]])", "", text)


def _composed(apart: re.Match[str]) -> str:
    accent, letter = filter(None, apart.groups())
    return letter + _ACCENTS[accent]


def mended(pages: Iterable[Page], *, laid_out: bool) -> list[Page]:
    """Returns the pages that have text, as it was written. `laid_out`: lines end where there was no
    more room on the page, as those of a PDF do."""
    pages = [(number, text.replace("\r\n", "\n").replace("\r", "\n")) for number, text in pages]
    if laid_out:
        known = _words(pages)
        pages = [(number, _CUT.sub(lambda cut: _whole(cut, known), text)) for number, text in pages]
    pages = [(number, clean(text)) for number, text in pages]
    if laid_out:
        pages = _without_repeats(pages)
    return [(number, text) for number, text in pages if text]


def _words(pages: list[Page]) -> set[str]:
    """Returns the words of the document, in lower case, but those that are cut."""
    return {word.lower() for _, text in pages for word in _WORD.findall(_CUT.sub(" ", text))}


def _whole(cut: re.Match[str], known: set[str]) -> str:
    left, soft, right = cut.groups()
    one, two = f"{left}{right}", f"{left}-{right}"
    if soft or one.lower() in known:
        return one
    if two.lower() in known or not (left.isalpha() and right.isalpha()):
        return two
    if right[0].isupper() and not left.isupper():
        return two
    is_compound = left.lower() in _FIRST_OF_A_COMPOUND or right.lower() in _LAST_OF_A_COMPOUND
    return two if is_compound else one


def _without_repeats(pages: list[Page]) -> list[Page]:
    """Keeps once the lines that most pages have at their edges, and no number of a page."""
    if len(pages) < _LEAST_PAGES:
        return pages
    counts: Counter[str] = Counter()
    for number, text in pages:
        lines = text.split("\n")
        counts.update({key for at in _edges(lines) for key in _keys(lines[at], number or 0)})
    least = max(_LEAST_PAGES, _MOSTLY * len(pages))
    repeated = {key for key, count in counts.items() if count >= least}
    seen: set[str] = set()
    kept: list[Page] = []
    for number, text in pages:
        lines = text.split("\n")
        dropped = set()
        for at in _edges(lines):
            keys = _keys(lines[at], number or 0) & repeated
            # What is more than a number is a title, which is found where it comes first.
            if keys & seen or (keys and not _OF_NUMBERING.sub("", lines[at])):
                dropped.add(at)
            seen |= keys
        kept.append((number, "\n".join(x for at, x in enumerate(lines) if at not in dropped)))
    return kept


def _edges(lines: list[str]) -> list[int]:
    places = range(len(lines))
    return sorted({*places[:_AT_AN_EDGE], *places[-_AT_AN_EDGE:]})


def _keys(line: str, page: int) -> set[str]:
    """Returns what a line may have in common with those of other pages: itself, and itself with how
    far its first or its last number is from that of the page."""
    keys = {line}
    numbers = list(_NUMBER.finditer(line))
    for found in numbers[:1] + numbers[-1:]:
        if not _NUMBERED.search(line[: found.start()]):
            distance = f"#{int(found[0]) - page}#"
            keys.add(line[: found.start()] + distance + line[found.end() :])
    return keys
