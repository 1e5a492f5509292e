"""One mailbox is one text, however it is typed; what cannot be an address is refused by name."""

import re

import pytest
from django.core.exceptions import ValidationError
from hypothesis import example, given
from hypothesis import strategies as st

from spelling.addresses import compared_address, looked_up, shown_address, stored_address

MARIE = "Marie.Durand@exemple.fr"
STORED = {
    # Invisible characters stand at the end, at the beginning, inside, on either side of the sign.
    **dict.fromkeys(
        [
            f"{MARIE}\u200b", f"\ufeff{MARIE}", "Marie.\u00adDurand@exemple.fr",
            "Marie.Durand\u2060@\u2060exemple.fr", f"{MARIE}\ufe0f", f"{MARIE}\U000e0041",
            f"\u200e{MARIE}\u200f", f"\u202a{MARIE}\u202c", f"\u2066{MARIE}\u2069",
            f"\u202e{MARIE}", "Marie.Durand@exem\u200dple.fr", "Marie\u200c.Durand@exemple.fr",
            "Marie.Durand@exemple.fr\u034f", "Marie.Durand@exemple\u2063.fr", f"{MARIE}\u3164",
        ],
        MARIE,
    ),
    # Spaces of every kind stand around.
    **dict.fromkeys(
        [f"  {MARIE}\t", f"\u00a0{MARIE}\u202f", f"{MARIE}\u2800", f"\u2009{MARIE}\n"],
        MARIE,
    ),
    # Mail programs copy it so.
    **dict.fromkeys(
        [
            f"mailto:{MARIE}", f"MAILTO:{MARIE}?subject=Bonjour", f"<{MARIE}>", f"<{MARIE}>;",
            f"Marie Durand <{MARIE}>", f'"Durand, Marie" <{MARIE}>', f"{MARIE}<mailto:{MARIE}>",
            f"Marie <mailto:{MARIE}>,", "mailto:Marie%2EDurand%40exemple.fr", f"Marie < {MARIE} >",
        ],
        MARIE,
    ),
    # Domains.
    **dict.fromkeys(
        [
            "a@café.example", "a@CAFÉ.Example", "a@cafe\u0301.example", "a@xn--caf-dma.example",
            "a@XN--CAF-DMA.EXAMPLE.", "a@café.example.", "a@café\u200b.example",
            "a@ｃａｆé.example", "a@café。example", "a＠café.example", "a@caf\u00adé.example",
        ],
        "a@xn--caf-dma.example",
    ),
    "a@EXEMPLE.FR.": "a@exemple.fr",
    "a@ｅｘｅｍｐｌｅ．ｆｒ": "a@exemple.fr",
    "a@straße.example": "a@xn--strae-oqa.example",  # it is not that of « strasse »
    "a@foo--bar.fr": "a@foo--bar.fr",
    '"a.b"@exemple.fr': "a.b@exemple.fr",
    "o'neil+dla@exemple.fr": "o'neil+dla@exemple.fr",
    "": "",
    "\u200b": "",
}  # fmt: skip
REFUSED = {
    "ma\u202erie@exemple.fr": "U+202E",
    "marie@exem\u202dple.fr": "U+202D",
    "ma\u2067rie@exemple.fr": "U+2067",
    "ma rie@exemple.fr": "espace",
    "ma\u00a0rie@exemple.fr": "espace",
    "marie@exemple .fr": "espace",
    "ma\x00rie@exemple.fr": "U+0000",
    "ma\x1brie@exemple.fr": "U+001B",
    "rené@exemple.fr": "«\u00a0é\u00a0»",
    "ｍarie@exemple.fr": "«\u00a0ｍ\u00a0»",
    "\u212aarin@exemple.fr": "«\u00a0\u212a\u00a0»",  # the sign composes into K
    "ma\u0301rie@exemple.fr": "U+0301",
    "a@b@exemple.fr": "Une seule adresse",
    "a@exemple.fr, b@exemple.fr": "Une seule adresse",
    '"a b"@exemple.fr': "espace",
    '"a\\"b"@exemple.fr': "guillemets",
    "a@[127.0.0.1]": "nom de domaine",
    "a@xn--a.example": "nom de domaine",
    "a@é..example": "nom de domaine",
    "a@exemple.fr..": "nom de domaine",
    f"{'a' * 65}@exemple.fr": "64 caractères",
    f"a@{'e' * 60}.{'f' * 60}.{'g' * 60}.{'h' * 60}.{'i' * 12}.fr": "254 caractères",
    "a" * 5_000: "254 caractères",
}


@pytest.mark.parametrize("typed", STORED, ids=ascii)
def test_address_has_one_stored_form(typed: str) -> None:
    assert stored_address(typed) == STORED[typed]


@pytest.mark.parametrize("typed", REFUSED, ids=lambda typed: ascii(typed[:40]))
def test_what_cannot_be_an_address_is_refused_with_its_reason(typed: str) -> None:
    with pytest.raises(ValidationError) as refused:
        stored_address(typed)

    assert REFUSED[typed] in refused.value.messages[0]
    looked_up(typed)  # a look-up finds nothing, and does not fail


UNSEEN = st.text("\u200b\u200d\u2060\ufeff\u00ad\u200e\ufe0f\U000e0041", max_size=3)
LOCAL = st.from_regex(r"[A-Za-z0-9+]{1,8}(\.[A-Za-z0-9]{1,8})?", fullmatch=True)
LABEL = st.text("abcdeéèçœñ0", min_size=1, max_size=6)


@given(st.text(max_size=80))
@example("mailto:mailto:<<a@b.fr>>")
@example("<mailto:%3Ca@b.fr%3E>;")
@example("a@b.fr\u00a0\u200b;")
def test_stored_form_is_that_of_itself(typed: str) -> None:
    form = looked_up(typed)

    assert looked_up(form) == form
    assert not re.search("[\x00\ud800-\udfff]", form)


@given(LOCAL, LABEL, st.lists(UNSEEN, min_size=4, max_size=4), st.booleans(), st.booleans())
def test_two_spellings_of_a_mailbox_are_one(
    local: str, label: str, unseen: list[str], shouts: bool, in_punycode: bool
) -> None:
    plain = stored_address(f"{local}@{label}.example")
    domain = plain.partition("@")[2] if in_punycode else f"{label}.example"
    typed = f"{unseen[0]}{local}{unseen[1]}@{unseen[2]}{domain}{unseen[3]}"
    typed = typed.upper() if shouts else typed

    assert compared_address(typed) == compared_address(plain)
    assert stored_address(typed).isascii()
    assert stored_address(typed.lower()) == plain.lower()


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("a@xn--caf-dma.example", "a@café.example"),
        ("a@xn--pple-43d.example", "a@xn--pple-43d.example"),  # its first letter is Cyrillic
        ("a@exemple.fr", "a@exemple.fr"),
        ("a@xn--a.example", "a@xn--a.example"),
        ("", ""),
    ],
)
def test_domain_is_shown_in_unicode_where_no_letter_deceives(stored: str, shown: str) -> None:
    assert shown_address(stored) == shown
