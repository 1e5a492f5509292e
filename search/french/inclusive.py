"""Inclusive writing: chargé·es, chargé(e)s, animateur/trice, tous·tes stand for both genders."""

from __future__ import annotations

from collections.abc import Sequence

# Feminine endings as they are written after a masculine, without accents.
_FEMININE = frozenset(
    [
        "e", "ee", "ne", "le", "te", "se", "fe", "ve", "re", "che", "he", "que", "esse", "sse",
        "eresse", "euse", "teuse", "rice", "trice", "ice", "ere", "iere", "ienne", "enne", "onne",
        "elle", "ive", "ette", "ale", "ante", "ente", "ine", "aine", "aise", "oise", "ise", "ie",
        "ue", "ure", "eure",
    ]
)  # fmt: skip
_FEMININES = frozenset(f"{ending}s" for ending in _FEMININE)
# The masculine may be parted too: act·eur·rice.
_MASCULINE = frozenset(
    ["eur", "eurs", "teur", "teurs", "ien", "iens", "if", "ifs", "er", "ers", "ier", "iers"]
)
_NUMBER = frozenset("sx")
ENDINGS = _FEMININE | _FEMININES | _MASCULINE | _NUMBER
MOST_ENDINGS = 3
# How a masculine ends, what becomes of it, and the endings that say so.
_CHANGES = (
    ("eur", "rice", {"rice", "trice", "ice"}),
    ("eur", "euse", {"euse", "teuse", "se"}),
    ("eur", "eresse", {"eresse"}),
    ("eau", "elle", {"elle", "le"}),
    ("f", "ve", {"ve", "ive"}),
    ("x", "se", {"se", "euse"}),
    ("c", "que", {"que"}),
    ("c", "che", {"che", "he"}),
    ("e", "esse", {"esse", "sse"}),
    ("ou", "oute", {"te"}),
)  # fmt: skip


def forms_of(base: str, endings: Sequence[str]) -> tuple[str, ...]:
    """Returns the forms that are meant by a word and the endings after it, all folded, the first as
    it stands in the text without its endings; nothing where this is no inclusive writing.

    >>> forms_of("charge", ["e", "s"])
    ('charges', 'charge', 'chargee', 'chargees')
    """
    *middle, last = endings
    is_plural = last[-1] in _NUMBER
    if last not in _NUMBER:
        middle.append(last)
    if middle and middle[0] in _MASCULINE:
        base += middle.pop(0)
    feminine = middle.pop() if middle else ""
    middle = [ending for ending in middle if ending not in _NUMBER]
    if middle or (feminine and feminine not in _FEMININE | _FEMININES):
        return ()
    ending = feminine.removesuffix("s")
    # chargés·es, français·es
    bases = [base]
    if is_plural and base[-1] == "s":
        bases.insert(0, base[:-1])
    feminines = [form for one in bases for form in _feminines(one, ending)] if ending else []
    if ending and not feminines:
        return ()
    singular, plural = bases[0], _plural(bases[0])
    forms = [plural, singular] if is_plural else [singular, plural]
    for form in feminines:
        forms += [form, f"{form}s"]
    return tuple(dict.fromkeys(forms))


def _feminines(base: str, ending: str) -> list[str]:
    """Returns what the feminine may be: more than one where the ending leaves it open."""
    found = [
        f"{base[: -len(end)]}{becomes}"
        for end, becomes, endings in _CHANGES
        if ending in endings and base.endswith(end)
    ]
    if not found and base.endswith("aux") and ending == "ale":
        found = [f"{base[:-3]}ale"]
    if not found and len(ending) > 1 and base.endswith(ending[:-2]) and base[-1] == ending[-2]:
        found = [f"{base}{ending[-2]}e"]  # citoyen·ne, professionnel·le
    if not found and base.endswith(ending[:-1]):
        found = [f"{base}e"]
    return found


def _plural(singular: str) -> str:
    if singular[-1] in "sxz":
        return singular
    if singular.endswith("al"):
        return f"{singular[:-1]}ux"
    return f"{singular}{'x' if singular.endswith(('eau', 'eu')) else 's'}"
