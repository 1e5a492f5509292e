"""Marks of review in Markdown: what was struck out and what reviewers wrote stay out of the text.

CriticMarkup (``{--deleted--} {++added++} {>>remark<<} {~~old~>new~~} {==underlined==}``), the
spans that pandoc makes of Word's tracked changes (``[deleted]{.deletion author=…}``), and the
comments that nothing shows (``%%remark%%`` of Obsidian, ``[//]: # (remark)``). Code is left alone.
"""

from __future__ import annotations

import re

from publishing.unseen import Reason, Unseen

_CLOSINGS = {"{--": "--}", "{++": "++}", "{>>": "<<}", "{~~": "~~}", "{==": "==}", "%%": "%%"}
_OPENING = re.compile(r"`+|\{--|\{\+\+|\{>>|\{~~|\{==|%%|^\[", re.MULTILINE)
_LEFT_OUT = {"{--": Reason.DELETED, "{>>": Reason.COMMENT, "%%": Reason.COMMENT}
_COMMENT_LINE = re.compile(
    r"\[[^\]\n]*\]:[ \t]*(?:#|<#?>)[ \t]*[(\"'](.*)[)\"'][ \t]*$", re.MULTILINE
)
_SPAN = re.compile(
    r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\{\.(deletion|paragraph-deletion|insertion|paragraph-insertion|comment-start"
    r"|comment-end)\b[^{}]*\}"
)
_SPAN_REASONS = {"deletion": Reason.DELETED, "comment-start": Reason.COMMENT}


def without_reviews(text: str) -> tuple[str, list[Unseen]]:
    """Returns the text as it reads once every change is accepted, and what is left out of it.

    A mark that is not closed is text. Each kind of closing that is missing is looked for once.
    """
    unseen: list[Unseen] = []
    kept: list[str] = []
    missing: set[str] = set()
    position = 0
    while opening := _OPENING.search(text, position):
        mark, start = opening[0], opening.end()
        kept.append(text[position : opening.start()])
        position = start
        if mark == "[":
            if line := _COMMENT_LINE.match(text, opening.start()):
                _quote(unseen, Reason.COMMENT, line[1])
                position = line.end()
            else:
                kept.append(mark)
            continue
        closing = _CLOSINGS.get(mark, mark)
        end = -1 if closing in missing else text.find(closing, start)
        if end < 0:
            missing.add(closing)
            kept.append(mark)
            continue
        inner = text[start:end]
        position = end + len(closing)
        if mark.startswith("`"):
            kept.append(mark + inner + closing)
        elif mark == "{~~":
            old, _, new = inner.partition("~>")
            _quote(unseen, Reason.DELETED, old)
            kept.append(_settled(new, unseen))
        elif mark in _LEFT_OUT:
            _quote(unseen, _LEFT_OUT[mark], inner)
        else:
            kept.append(_settled(inner, unseen))
    return _without_spans("".join([*kept, text[position:]]), unseen), unseen


def _settled(kept: str, unseen: list[Unseen]) -> str:
    """Removes the other kinds of marks from what is kept, which may hold some: it holds no closed
    one of its own."""
    text, inside = without_reviews(kept)
    unseen += inside
    return text


def _without_spans(text: str, unseen: list[Unseen]) -> str:
    def settle(match: re.Match[str]) -> str:
        if reason := _SPAN_REASONS.get(match[2]):
            _quote(unseen, reason, match[1])
            return ""
        return match[1]

    return _SPAN.sub(settle, text)


def _quote(unseen: list[Unseen], reason: Reason, words: str) -> None:
    if words := " ".join(words.split()):
        unseen.append(Unseen(reason, words))
