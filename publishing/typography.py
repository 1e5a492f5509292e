"""Puts French typography right without touching what is right already, code, links or markup.

Source: Imprimerie nationale, *Lexique des règles typographiques*. A thin no-break space stands
before ; ! ? and a no-break space before : and inside « »; either kind is accepted where a writer
already put one.
"""

from __future__ import annotations

import re
from collections.abc import Callable

NBSP, THIN = "\u00a0", "\u202f"

# What the rules must not read stands as one character of the private area while they run: tags
# within a line, tags that end a line, and passages that are not prose.
INLINE, BREAK, OPAQUE = "\ue000", "\ue001", "\ue002"
_PLACEHOLDERS = re.compile(f"[{INLINE}{BREAK}{OPAQUE}]")

_BREAKING_TAGS = frozenset(
    [
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "blockquote",
        "br",
        "hr",
        "div",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    ]
)
_TAG = r"""<(?:[^<>"']|"[^"]*"|'[^']*')*>"""
_NOT_PROSE = (
    r"(?:https?://|www\.)[^\s<]+"
    r"|[\w.+-]+@[\w-]+\.[\w.-]+"
    r"|&#?\w+;"
)
_HTML_TOKEN = re.compile(
    rf"<(code|pre|kbd|samp)\b.*?</\1>|{_TAG}|{_NOT_PROSE}", re.DOTALL | re.IGNORECASE
)
_TEXT_TOKEN = re.compile(_NOT_PROSE, re.IGNORECASE)
_TAG_NAME = re.compile(r"</?([a-z0-9]+)", re.IGNORECASE)

_I = f"({INLINE}*)"
_LETTER_END = r"[\w)\]»”%…’]"
_AFTER = rf"(?={INLINE}*(?:[\s{BREAK}»”)\]]|$))"
_SPACE_AFTER = rf"(?={INLINE}*(?:[\s{BREAK}»”]|$))"

_RULES: list[tuple[re.Pattern[str], str]] = [
    (re.compile(rf"(?<=[^\W\d_]){_I}'{_I}(?=[^\W_«{OPAQUE}])"), r"\1’\2"),
    (re.compile(r"(?<!\.)\.{3}(?!\.)"), "…"),
    # « and »
    (re.compile(rf"«{_I} *{_I}(?=[^\s{INLINE}{BREAK}])"), rf"«{NBSP}\1\2"),
    (re.compile(rf"(?<=[^\s{INLINE}{BREAK}«]){_I} *{_I}»"), rf"\1\2{NBSP}»"),
    # ; ! ? and : after a space that may break, then glued to a word
    (re.compile(rf"(?<=[^\s{BREAK}]) +{_I}([!?]+){_AFTER}"), rf"{THIN}\1\2"),
    (re.compile(rf"(?<=[^\s{BREAK}]) +{_I}(;){_SPACE_AFTER}"), rf"{THIN}\1\2"),
    (re.compile(rf"(?<=[^\s{BREAK}]) +{_I}(:){_SPACE_AFTER}"), rf"{NBSP}\1\2"),
    (re.compile(rf"(?<={_LETTER_END}){_I}([!?]+){_AFTER}"), rf"\1{THIN}\2"),
    (re.compile(rf"(?<={_LETTER_END}){_I}(;){_SPACE_AFTER}"), rf"\1{THIN}\2"),
    (re.compile(rf"(?<={_LETTER_END}){_I}(:){_SPACE_AFTER}"), rf"\1{NBSP}\2"),
    # 95 % and 6 000
    (re.compile(rf"(?<=\d) {_I}([%€])"), rf"{NBSP}\1\2"),
    (re.compile(r"(?<![\d,.])(\d{1,3}) (?=\d{3}(?: \d{3})*(?![\d,.]\d|\d))"), rf"\1{NBSP}"),
    (re.compile(rf"(?<=\d{NBSP}\d\d\d) (?=\d{{3}}(?!\d))"), NBSP),
]
_QUOTED = re.compile(
    rf'(?<![^\s({BREAK}{INLINE}’\[])"(?=[^\s"{BREAK}])([^"{BREAK}]*[^\s"{BREAK}])"'
    rf"(?=[\s{BREAK}{INLINE}.,;:!?)\]…]|$)"
)


def _corrected(text: str) -> str:
    """Applies the rules until they find nothing more to say, so that a second pass changes
    nothing."""
    for _ in range(6):
        before = text
        if text.count('"') % 2 == 0:
            text = _QUOTED.sub(r"«\1»", text)
        for pattern, replacement in _RULES:
            text = pattern.sub(replacement, text)
        if text == before:
            break
    return text


def _around(text: str, token: re.Pattern[str], placeholder: Callable[[str], str]) -> str:
    """Corrects the prose between tokens, which come back untouched."""
    if _PLACEHOLDERS.search(text):  # nobody writes these; their text is left as it is
        return text
    tokens: list[str] = []

    def hide(match: re.Match[str]) -> str:
        tokens.append(match.group())
        return placeholder(match.group())

    prose = _corrected(token.sub(hide, text))
    remaining = iter(tokens)
    return _PLACEHOLDERS.sub(lambda _: next(remaining), prose)


def _placeholder(token: str) -> str:
    name = _TAG_NAME.match(token)
    if name is None:
        return OPAQUE
    tag = name.group(1).lower()
    if tag in ("code", "pre", "kbd", "samp"):
        return OPAQUE
    return BREAK if tag in _BREAKING_TAGS else INLINE


def french_typography(text: str) -> str:
    """Returns plain text, corrected. Idempotent."""
    return _around(text, _TEXT_TOKEN, lambda token: OPAQUE)


def french_typography_html(html: str) -> str:
    """Returns a fragment of sanitised HTML with its prose corrected and its markup byte for byte
    the same.

    The one entity that is read is the no-break space, which comes back as a character. Idempotent.
    """
    return _around(html.replace("&nbsp;", NBSP), _HTML_TOKEN, _placeholder)
