"""Whether letters make a language: a PDF whose fonts do not say which letter each drawing is gives
as text the numbers of the drawings (« &RQWUDW » for « Contrat »).

That is nobody's words, and would only fill the index. Letters of any European language come about
as often as those of French; permuted ones do not.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from math import sqrt

# How many of a hundred letters of French, accents taken off.
_SHARES = (
    "e16.9 s8.1 a7.9 i7.4 n7.2 t7.1 r6.6 u6.1 l5.8 o5.5 d4.0 c3.7 p3.1 m2.9 v1.5 q1.2 f1.1 g1.1 "
    "b1.0 h1.0 x0.4 j0.4 y0.3 z0.2 k0.1 w0.1"
)
_FRENCH = {share[0]: float(share[1:]) for share in _SHARES.split()}
_LEAST_KINDS = 12  # of letters: a page of « oui » and « non » is no language, and no garble
_LEAST_LETTERS = 200  # fewer tell nothing: a title in capitals, a list of acronyms
_LEAST_LIKENESS = 0.62
_MOST_READ = 5_000  # characters


def is_garbled(text: str) -> bool:
    text = text[:_MOST_READ]
    strange = sum(unicodedata.category(each) in ("Co", "Cn", "Cc") for each in text)
    strange -= sum(text.count(each) for each in "\t\r\n\ufffe")
    strange += text.count("\ufffd")
    signs = sum(not each.isspace() for each in text)
    if signs and strange > 0.2 * signs:
        return True
    letters = Counter(
        base for each in text.lower() if (base := unicodedata.normalize("NFD", each)[0]) in _FRENCH
    )
    total = letters.total()
    if len(letters) < _LEAST_KINDS:
        return False
    if total < _LEAST_LETTERS or total < 0.5 * sum(each.isalpha() for each in text):
        return False
    likeness = sum(count * _FRENCH[letter] for letter, count in letters.items())
    likeness /= sqrt(sum(n * n for n in letters.values()) * sum(n * n for n in _FRENCH.values()))
    return likeness < _LEAST_LIKENESS
