"""Stems of French words, by which « emplois » finds « emploi » and « animatrice » « animateur ».

Snowball's stemmer reads accents, which half of what is typed lacks: each word has the stem of its
accented form and that of its folded form, and two words meet by any of theirs.
"""

from __future__ import annotations

from functools import lru_cache

import Stemmer

from spelling.folding import folded

# Longer words are known by their first letters.
LONGEST_WORD = 64
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
    "publique": "public", "turque": "turc", "caduque": "caduc", "laique": "laic", "vive": "vif",
    "materiaux": "materiau", "noyaux": "noyau", "tuyaux": "tuyau", "joyaux": "joyau",
    "boyaux": "boyau", "maux": "mal", "etaux": "etau",
}  # fmt: skip
# These end so in the singular too, folded.
_INVARIABLE = frozenset(
    [
        "abus", "acces", "ailleurs", "anglais", "appentis", "avis", "bois", "bras", "bus",
        "campus", "cas", "choix", "colis", "concours", "corps", "cours", "croix", "deces",
        "depens", "devis", "dos", "encours", "exces", "faux", "fois", "frais", "francais", "gaz",
        "gens", "gros", "hors", "index", "jamais", "las", "marais", "mars", "mieux", "moins",
        "mois", "noix", "paix", "palais", "parcours", "paris", "pays", "permis", "plus", "poids",
        "pouls", "prix", "proces", "processus", "progres", "propos", "recours", "refus", "relais",
        "repas", "secours", "sens", "souris", "sous", "succes", "surplus", "temps", "toujours",
        "univers", "velours", "vieux", "virus", "voix",
    ]
)  # fmt: skip
# Snowball takes them for départ, communication and others: they are their own stem.
_ALONE = frozenset(["departement", "commune", "univers", "mars", "fois", "voix", "paix", "cours"])
# Feminines and nouns that it keeps apart from the words that they are made of.
_MADE_OF = (
    ("euse", "eur"), ("iere", "ier"), ("gere", "ger"), ("chere", "cher"), ("llere", "ller"),
    ("yere", "yer"), ("ee", "e"), ("ite", "ité"), ("olat", "ole"), ("nariat", "naire"),
    ("tariat", "taire"), ("darite", "daire"),
)  # fmt: skip
# Masculines that it takes for verbs, unlike their feminine: parfait, précis.
_LIKE_VERBS = ("it", "is", "us", "ut")


def singular_of(plain: str) -> str:
    """Returns the singular of a word, both folded; a word that no rule knows is cut as it ends.

    >>> singular_of("travaux"), singular_of("regionaux"), singular_of("acces")
    ('travail', 'regional', 'acces')
    """
    if standing := _IRREGULAR.get(plain):
        return standing
    if len(plain) <= _NO_ENDING or plain in _INVARIABLE:
        return plain
    if plain.endswith("aux") and not plain.endswith("eaux"):
        return f"{plain[:-2]}l"
    return plain[:-1] if plain.endswith(("s", "x")) else plain


@lru_cache(maxsize=_WORDS_IN_MEMORY)
def stems_of(word: str) -> tuple[str, ...]:
    """Returns the stems of a word in lower case, its accents composed (NFC): one to three, without
    accents.

    >>> stems_of("emplois"), stems_of("salariées")
    (('emploi',), ('salarie', 'salari', 'salar'))
    """
    plain = _in_one_word(word)
    singular = singular_of(plain)
    if standing := _IRREGULAR.get(plain) or _IRREGULAR.get(singular):
        return stems_of(standing)
    if len(plain) <= _NO_ENDING or singular in _ALONE:
        return (singular,)
    forms = [singular, word]
    if plain.endswith(_LIKE_VERBS):
        forms.append(f"{plain}e")
    for ending, instead in _MADE_OF:
        if singular.endswith(ending) and len(singular) > len(ending) + 1:
            forms.append(f"{singular.removesuffix(ending)}{instead}")
    # Stemmers are not shared between threads; to make one costs less than to stem a word.
    stem = Stemmer.Stemmer("french", 0).stemWord
    stems = (stem(form) if len(form) > _NO_ENDING else form for form in forms)
    return tuple(dict.fromkeys(_ruled(_in_one_word(one))[:LONGEST_WORD] for one in stems))


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
    return f"{stem[:-1]}f" if stem[-1] == "v" else stem
