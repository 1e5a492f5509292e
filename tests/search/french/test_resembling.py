"""Words within a few typing errors."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.french.resembling import allowed, beginnings, distance, keys


@pytest.mark.parametrize(
    ("typed", "word", "errors"),
    [
        ("association", "association", 0), ("asociation", "association", 0),
        ("asocciation", "association", 0), ("associaton", "association", 1),
        ("associatoin", "association", 1), ("assiciation", "association", 1),
        ("associattion", "association", 0), ("benevolas", "benevolat", 1),

        ("fincanement", "financement", 2), ("financemnet", "financement", 1),
        ("fnancment", "financement", 2),
        ("zssociation", "association", 2), ("ssociation", "association", 2),
        ("meploi", "emploi", 2), ("emplio", "emploi", 1), ("gouvernence", "gouvernance", 1),
        ("", "a", 2), ("", "", 0),
    ],
)  # fmt: skip
def test_errors_are_counted(typed: str, word: str, errors: int) -> None:
    assert distance(typed, word) == distance(word, typed) == errors


@pytest.mark.parametrize(
    ("typed", "errors"),
    [("asso", 0), ("emploi", 1), ("projets", 1), ("bénévole", 2), ("association", 2), ("38000", 0),
     ("covid19", 0), ("aaaaaaaaaa", 0), ("", 0)],
)  # fmt: skip
def test_only_words_of_some_length_are_forgiven(typed: str, errors: int) -> None:
    assert allowed(typed) == errors
    assert allowed(typed, is_acronym=True) == 0


# Few letters: words that differ a little are drawn often.
WORDS = st.text(alphabet="abcd", min_size=5, max_size=14)


@st.composite
def mistyped(draw: st.DrawFn) -> tuple[str, str]:
    """Draws a word, and what may be typed for it: one to three letters are wrong."""
    word = draw(WORDS)
    typed = list(word)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, max(0, len(typed) - 2)))
        letter = draw(st.sampled_from("abcdz"))
        what = draw(st.sampled_from(["other", "more", "less", "swap"]))
        if what == "more":
            typed.insert(at, letter)
        elif what == "swap":
            typed[at : at + 2] = typed[at : at + 2][::-1]
        elif what == "less":
            del typed[at : at + 1]
        else:
            typed[at : at + 1] = [letter]
    return word, "".join(typed)


@settings(max_examples=2_000)
@given(mistyped() | st.tuples(WORDS, WORDS))
def test_every_word_within_the_errors_allowed_has_such_a_key(pair: tuple[str, str]) -> None:
    word, typed = pair
    if distance(typed, word) <= allowed(typed) and allowed(typed):
        assert any(key.startswith(beginnings(typed)) for key in keys(word))
    if not allowed(typed):
        assert beginnings(typed) == ()
