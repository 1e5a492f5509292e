"""Stems of French words, by which « emplois » finds « emploi » and « animatrice » « animateur ».

Snowball's stemmer reads accents, which half of what is typed lacks: each word has the stem of its
accented form and that of its folded form, and two words meet by any of theirs.
"""

from __future__ import annotations

from functools import lru_cache

import Stemmer

from spelling.folding import folded

_WORDS_IN_MEMORY = 1 << 15
# Forms of one word that no rule brings together, folded, without the final s of their plural.
_IRREGULAR = {
    "travaux": "travail", "baux": "bail", "vitraux": "vitrail", "emaux": "email",
    "coraux": "corail", "yeux": "oeil", "nouvelle": "nouveau", "nouvel": "nouveau",
    "belle": "beau", "bel": "beau", "tou": "tout", "toute": "tout", "vieille": "vieux",
    "vieil": "vieux", "blanche": "blanc", "franche": "franc", "douce": "doux", "fausse": "faux",
    "longue": "long", "jumelle": "jumeau",
}  # fmt: skip


@lru_cache(maxsize=_WORDS_IN_MEMORY)
def stems_of(word: str) -> tuple[str, ...]:
    """Returns the stems of a word in lower case, its accents composed (NFC): one to three, without
    accents.

    >>> stems_of("emplois"), stems_of("salariées")
    (('emploi',), ('salari', 'salar'))
    """
    # Stemmers are not shared between threads; to make one costs less than to stem a word.
    stem = Stemmer.Stemmer("french", 0).stemWord
    plain = folded(word).replace(" ", "")
    if len(plain) <= 3:
        return (plain,)
    singular = plain.removesuffix("s")
    if singular in _IRREGULAR:
        return (_ruled(stem(_IRREGULAR[singular])),)
    forms = [word, f"{singular[:-1]}" if singular.endswith("ee") else plain]
    if singular.endswith("euse"):
        forms.append(f"{singular[:-2]}r")
    return tuple(dict.fromkeys(_ruled(folded(stem(form))) for form in forms))


def _ruled(stem: str) -> str:
    """Returns a folded stem as Snowball would have made it, were it to know its other forms."""
    if len(stem) <= 3:
        return stem
    if stem.endswith("tric"):
        return f"{stem[:-3]}eur"
    if stem[-1] in "sx" or stem[-1] == stem[-2]:
        return stem[:-1]
    if stem.endswith("qu"):
        return f"{stem[:-2]}c"
    return f"{stem[:-1]}f" if stem[-1] == "v" else stem
