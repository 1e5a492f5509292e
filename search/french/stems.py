"""Stems of French words, by which « emplois » finds « emploi » and « animatrice » « animateur ».

Snowball's stemmer reads accents, which half of what is typed lacks: each word has the stem of its
accented form and that of its folded form, and two words meet by any of theirs.
"""

from __future__ import annotations

from functools import lru_cache

import Stemmer

from spelling.folding import folded

_WORDS_IN_MEMORY = 1 << 15
# Words and stems of so few letters are whole.
_NO_ENDING = 3
# Forms of one word that no rule brings together, folded, and the form that stands for them.
_IRREGULAR = {
    "ans": "an", "travaux": "travail", "baux": "bail", "vitraux": "vitrail", "emaux": "email",
    "coraux": "corail", "yeux": "oeil", "tous": "tout", "toutes": "tout", "toute": "tout",
    "nouvelle": "nouveau", "nouvel": "nouveau", "belle": "beau", "bel": "beau", "folle": "fou",
    "vieille": "vieux", "vieil": "vieux", "jumelle": "jumeau", "blanche": "blanc",
    "franche": "franc", "seche": "sec", "fraiche": "frais", "douce": "doux", "fausse": "faux",
    "rousse": "roux", "grosse": "gros", "grasse": "gras", "basse": "bas", "epaisse": "epais",
    "longue": "long", "favorite": "favori", "maitresse": "maitre", "grecque": "grec",
    "maux": "mal", "vive": "vif",
}  # fmt: skip
# Feminines that Snowball keeps apart from their masculine.
_FEMININES = (
    ("euse", "eur"), ("iere", "ier"), ("gere", "ger"), ("chere", "cher"), ("llere", "ller"),
    ("yere", "yer"), ("ee", "e"),
)  # fmt: skip
# Masculines that it takes for verbs, unlike their feminine: parfait, précis.
_LIKE_VERBS = ("it", "is", "us", "ut")


@lru_cache(maxsize=_WORDS_IN_MEMORY)
def stems_of(word: str) -> tuple[str, ...]:
    """Returns the stems of a word in lower case, its accents composed (NFC): one to three, without
    accents.

    >>> stems_of("emplois"), stems_of("salariées")
    (('emploi',), ('salari', 'salar'))
    """
    plain = _in_one_word(word)
    is_plural = plain.endswith(("s", "x"))
    singular = plain[:-1] if is_plural else plain
    if standing := _IRREGULAR.get(plain) or _IRREGULAR.get(singular):
        return stems_of(standing)
    if len(plain) <= _NO_ENDING:
        return (plain,)
    forms = [word, singular]
    if plain.endswith("ux"):
        forms.append(plain)  # Snowball makes « régional » of « régionaux »
    if plain.endswith(_LIKE_VERBS):
        forms.append(f"{plain}e")
    for feminine, masculine in _FEMININES:
        if singular.endswith(feminine) and len(singular) > len(feminine) + 1:
            forms.append(f"{singular.removesuffix(feminine)}{masculine}")
    # Stemmers are not shared between threads; to make one costs less than to stem a word.
    stem = Stemmer.Stemmer("french", 0).stemWord
    return tuple(
        dict.fromkeys(
            _ruled(_in_one_word(stem(form))) if len(form) > _NO_ENDING else form for form in forms
        )
    )


def _in_one_word(text: str) -> str:
    return folded(text).replace(" ", "")


def _ruled(stem: str) -> str:
    """Returns a folded stem as Snowball would have made it of the other forms of the word."""
    if len(stem) <= _NO_ENDING:
        return stem
    if stem.endswith("tric"):
        return f"{stem[:-3]}eur"
    if stem[-1] in "sx" or stem[-1] == stem[-2]:
        return stem[:-1]
    if stem.endswith("qu"):
        return f"{stem[:-2]}c"
    return f"{stem[:-1]}f" if stem[-1] == "v" else stem
