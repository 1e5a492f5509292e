"""What may be stored and shown. The sanitiser is fuzzed, and its output read by another parser."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from publishing.richtext import ALLOWED_SCHEMES, ALLOWED_TAGS, plain_text, sanitize_rich_text

NASTY = [
    "<script>alert(1)</script>",
    "<svg/onload=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img onerror=1&gt;'>",
    "<img src=x onerror=alert(1)>",
    "<iframe srcdoc='<script>1</script>'></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='jav&#x09;ascript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt&colon;alert(1)'>x</a>",
    "<a href='data:text/html,<script>1</script>'>x</a>",
    "<a href='//evil.example' style='position:fixed' onclick='x()'>x</a>",
    "<p style='background:url(javascript:1)' class='x' id='y'>x</p>",
    "<noscript><p title='</noscript><img src=x onerror=1>'>",
    "<template><script>1</script></template>",
    "<!--><script>1</script>-->",
    "<textarea></textarea><title></title><form action=/x><input name=csrf>",
    "<base href='//evil.example/'><meta http-equiv=refresh content='0;url=//evil'>",
    "<p><p><ul><li><h2></strong>",
    "\x00<scr\x00ipt>",
]
ORDINARY = [
    "<p>",
    "</p>",
    "<h2>",
    "</h2>",
    "<strong>",
    "</strong>",
    "<a href='https://a.example/'>",
]


def assert_harmless(html: str) -> None:
    tree = lxml_html.fragment_fromstring(html, create_parent="div")
    for element in tree.iterdescendants():
        assert element.tag in ALLOWED_TAGS, html
        assert set(element.attrib) <= ({"href", "title"} if element.tag == "a" else set()), html
        scheme = urlsplit(str(element.get("href", ""))).scheme
        assert not scheme or scheme in ALLOWED_SCHEMES, html


@pytest.mark.parametrize("payload", NASTY)
def test_strips_every_known_trick(payload: str) -> None:
    assert_harmless(sanitize_rich_text(f"<p>avant {payload} après</p>"))


@given(st.lists(st.one_of(st.sampled_from(NASTY + ORDINARY), st.text(max_size=20)), max_size=8))
def test_whatever_comes_in_what_goes_out_is_harmless(pieces: list[str]) -> None:
    clean = sanitize_rich_text("".join(pieces))
    assert_harmless(clean)
    assert sanitize_rich_text(clean) == clean


PIECES = [
    f"<{slash}{tag}>"
    for tag in ("p", "div", "a", "ul", "li", "table", "td", "h1", "h2", "b", "strong", "blockquote")
    for slash in ("", "/")
] + ["<a href='/x'>", "mot", "\u00a0", " ", "<br>", "&nbsp;"]


@given(st.lists(st.sampled_from(PIECES), max_size=14))
@settings(max_examples=600, deadline=None)
def test_a_second_pass_finds_nothing_to_do(pieces: list[str]) -> None:
    """What is unwrapped or taken out can leave a tree that reads otherwise."""
    clean = sanitize_rich_text("".join(pieces))
    assert sanitize_rich_text(clean) == clean


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("<h1>Un titre</h1>", "<h2>Un titre</h2>"),
        ("<p></p><p> </p><p>a</p><p><strong></strong></p>", "<p>a</p>"),
        ("<ul><li><p>a</p></li></ul>", "<ul><li><p>a</p></li></ul>"),
        ('<p><a href="mailto:a@b.example">é</a></p>', '<p><a href="mailto:a@b.example">é</a></p>'),
        ("<table><tr><td>a</td></tr></table>", "a"),
    ],
)
def test_keeps_structure_and_drops_what_is_empty(typed: str, stored: str) -> None:
    assert sanitize_rich_text(typed) == stored


def test_plain_text_has_a_line_for_each_paragraph() -> None:
    html = "<h2>Un</h2><p>R&amp;D <strong>forte</strong></p><ul><li>a</li></ul>"
    assert plain_text(html) == "Un\nR&D forte\na"
