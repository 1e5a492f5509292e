import pytest
from hypothesis import given
from hypothesis import strategies as st

from publishing.richtext import sanitize_rich_text
from publishing.templatetags.french_text import first_words
from publishing.typography import french_typography, french_typography_html

N, T = "\u00a0", "\u202f"  # no-break space, thin no-break space


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("Attention !", f"Attention{T}!"),
        ("Vraiment?", f"Vraiment{T}?"),
        ("Oui ; non", f"Oui{T}; non"),
        ("Un levier: la coopération", f"Un levier{N}: la coopération"),
        ("l'ESS et aujourd'hui", "l’ESS et aujourd’hui"),
        ("« mot » et «mot»", f"«{N}mot{N}» et «{N}mot{N}»"),
        ('Il dit "bonjour".', f"Il dit «{N}bonjour{N}»."),
        ("Quoi ?!", f"Quoi{T}?!"),
        ("95 % de 6 000 structures", f"95{N}% de 6{N}000 structures"),
        ("1 500 000 €", f"1{N}500{N}000{N}€"),
        ("etc...", "etc…"),
    ],
)
def test_puts_right(typed: str, right: str) -> None:
    assert french_typography(typed) == right
    assert french_typography(right) == right


@pytest.mark.parametrize(
    "text",
    [
        f"Déjà{T}! Déjà{N}! Déjà{N}: Déjà{T}:",
        "À 10:30, voir https://a.example/?b=c;d ou a.b@c.example",
        "Angle de 5'30 et 27\" de large",
        "En 2020 100 personnes",
        "un :) sourire ;)",
        "Rue Sans-Espace",
        "(?) et (!)",
    ],
)
def test_leaves_what_is_right_or_is_not_prose(text: str) -> None:
    assert french_typography(text) == text


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("<p>« <strong>mot</strong> »</p>", f"<p>«{N}<strong>mot</strong>{N}»</p>"),
        ("<p>l'<em>ESS</em></p>", "<p>l’<em>ESS</em></p>"),
        ("<p><strong>Attention</strong> !</p>", f"<p><strong>Attention</strong>{T}!</p>"),
        ("<p>a&nbsp;: b</p>", f"<p>a{N}: b</p>"),
        ("<code>a ; b ?</code>", "<code>a ; b ?</code>"),
        ('<a href="/x?a=1;b !">l\'un ?</a>', f'<a href="/x?a=1;b !">l’un{T}?</a>'),
        ("<p>R&amp;D ; x</p>", f"<p>R&amp;D{T}; x</p>"),
        ("<p>Fin</p><p>! seul</p>", "<p>Fin</p><p>! seul</p>"),
    ],
)
def test_reads_through_inline_tags_and_never_touches_markup(typed: str, right: str) -> None:
    assert french_typography_html(typed) == right
    assert french_typography_html(right) == right


PROSE = st.text(alphabet="abé l'\"«»;:!?.,0123456789 %€()\u00a0\u202f\n…-/@", max_size=60)


@given(PROSE)
def test_second_pass_changes_nothing(text: str) -> None:
    once = french_typography(text)
    assert french_typography(once) == once


@given(PROSE)
def test_only_spaces_quotes_and_dots_change(text: str) -> None:
    def bones(value: str) -> str:
        for character in " \u00a0\u202f'’\"«».…":
            value = value.replace(character, "")
        return value

    assert bones(french_typography(text)) == bones(text)


@given(
    st.lists(
        st.one_of(
            PROSE,
            st.sampled_from(
                ["<p>", "</p>", "<strong>", "</strong>", "<em>", "</em>", "<br>", "<li>", "&amp;"]
            ),
        ),
        max_size=8,
    )
)
def test_second_pass_over_html_changes_nothing(pieces: list[str]) -> None:
    once = french_typography_html(sanitize_rich_text("".join(pieces)))
    assert french_typography_html(sanitize_rich_text(once)) == once


def test_excerpt_keeps_its_spaces_and_ends_at_a_word() -> None:
    text = "Réservé au réseau\u00a0: proposez, dites\u202f; écrivez enfin"
    assert first_words(text, 20) == text
    assert first_words(text, 4) == "Réservé au réseau\u00a0: proposez…"
    assert first_words(text, 3) == "Réservé au réseau…"
