"""The part of a text that says most of what is searched, with its words marked."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from search.french.words import Word, words
from spelling.folding import folded

# What is further is not read.
LONGEST_TEXT = 200_000
LENGTH = 220
# Enough to know where a text says most; the text is not read further.
_MOST_FOUND = 100
_MOST_TRIED = 500
# Endings change: a word is looked for by what comes before its last letters.
_ENDING = 3
_SURE = 3
_BETWEEN = "[.\\-‐‑·’'\u00ad\u200b]?"
_BETWEEN_DIGITS = "[ .\\-\u00a0\u2009\u202f]?"
_BREAKS = re.compile(r"[ \t\r\n\f\v\u2028\u2029]+")
_SENTENCE = re.compile(r"[.!?…][»”\")]?\s+|\n\s*")
Piece = tuple[str, bool]


class _Hit(NamedTuple):
    start: int
    end: int
    form: str


def highlighted(text: str, wanted: Collection[str]) -> list[Piece]:
    """Returns a whole text in pieces, True with those that say a wanted word (exact form or
    stem)."""
    hits = [
        _Hit(word.start, word.end, form)
        for word in words(text)
        if (form := _said(word, frozenset(wanted)))
    ]
    return _pieces(text, hits, 0, len(text))


def excerpt(text: str, wanted: Collection[str], length: int = LENGTH) -> list[Piece]:
    """Returns about `length` characters of a text, around as many of the wanted words (exact forms
    and stems) as they may hold, in pieces: True with what says one. Cut between words, rather
    where a sentence begins, with ellipses where it is cut; its beginning if it says none."""
    text = unicodedata.normalize("NFC", text[:LONGEST_TEXT])
    hits = list(_hits(text, frozenset(wanted)))
    first, last = _densest(hits, length)
    start = _start(text, hits[first].start, hits[last].end, length) if hits else 0
    end = _end(text, start, length)
    within = [hit for hit in hits if start <= hit.start and hit.end <= end]
    pieces = _pieces(text, within, start, end)
    before = [("… ", False)] if text[:start].strip() else []
    after = [(" …", False)] if text[end:].strip() else []
    return _joined([*before, *pieces, *after])


def _said(word: Word, wanted: frozenset[str]) -> str:
    """Returns the wanted form that a word says, the same for the same word; or nothing."""
    return min(wanted.intersection((word.exact, *word.others, *word.stems)), default="")


def _hits(text: str, wanted: frozenset[str]) -> Iterator[_Hit]:
    """Yields where wanted words stand: where a word begins as they do, it is read with those that
    no space parts from it."""
    pattern = _pattern(wanted)
    read_until = found = 0
    for tried, candidate in enumerate(pattern.finditer(text) if pattern else ()):
        at = candidate.start()
        if at < read_until:
            continue
        start = max(text.rfind(" ", 0, at), text.rfind("\n", 0, at)) + 1
        start = max(start, read_until, at - 80)
        ends = _BREAKS.search(text, candidate.end(), candidate.end() + 80)
        end = ends.start() if ends else min(len(text), candidate.end() + 80)
        for word in words(text[start:end]):
            if form := _said(word, wanted):
                found += 1
                yield _Hit(start + word.start, start + word.end, form)
        read_until = end
        if found >= _MOST_FOUND or tried >= _MOST_TRIED:
            return


@lru_cache(maxsize=256)
def _pattern(wanted: frozenset[str]) -> re.Pattern[str] | None:
    """Returns an expression of how wanted words begin, their accents and capitals being any."""
    beginnings = {form[: max(_SURE, len(form) - _ENDING)] for form in wanted if form}
    shortest = {
        one for one in beginnings
        if not any(one != other and one.startswith(other) for other in beginnings)
    }  # fmt: skip
    if not shortest:
        return None
    # The class comes first: what begins otherwise is passed over in C.
    firsts = "".join(sorted({_written(one[0]) for one in shortest}))
    rest = "|".join(f"(?<=[{_written(one[0])}]){_rest(one)}" for one in sorted(shortest))
    return re.compile(rf"[{firsts}](?<![^\W_].)(?:{rest})")


def _rest(beginning: str) -> str:
    said = ""
    for before, sign in pairwise(beginning):
        between = _BETWEEN_DIGITS if before.isdigit() and sign.isdigit() else _BETWEEN
        # œ and æ say two letters.
        optional = "?" if before + sign in ("oe", "ae") else ""
        said += f"{between}[{_written(sign)}]{optional}"
    return said


@lru_cache(maxsize=512)
def _written(letter: str) -> str:
    """Returns the ways in which a folded letter is written, for a class of an expression."""
    ways = {letter, letter.upper()} | {
        sign
        for sign in map(chr, [*range(0xC0, 0x250), *range(0x1E00, 0x1F00)])
        if folded(sign)[:1] == letter
    }
    return "".join(sorted(way for way in ways if len(way) == 1 and way.isalnum()))


def _densest(hits: list[_Hit], length: int) -> tuple[int, int]:
    """Returns the first and last of the hits that one window holds: the most forms, then the most
    hits, then the first such."""
    best, chosen = (0, 0), (0, 0)
    forms: Counter[str] = Counter()
    first = 0
    for last, hit in enumerate(hits):
        forms[hit.form] += 1
        while first < last and hit.end - hits[first].start > length:
            forms[hits[first].form] -= 1
            if not forms[hits[first].form]:
                del forms[hits[first].form]
            first += 1
        if (mark := (len(forms), last - first)) > best:
            best, chosen = mark, (first, last)
    return chosen


def _start(text: str, first: int, last: int, length: int) -> int:
    """Returns where the excerpt begins: where the sentence of its first word does, else a few words
    before."""
    room = max(0, length - (last - first))
    earliest = max(0, first - room)
    if not earliest:
        return 0
    sentences = [found.end() for found in _SENTENCE.finditer(text, earliest, first)]
    if sentences:
        return sentences[0]
    space = _BREAKS.search(text, max(earliest, first - room // 3), first)
    return space.end() if space else first


def _end(text: str, start: int, length: int) -> int:
    end = start + length
    if end >= len(text):
        return len(text)
    spaces = list(_BREAKS.finditer(text, start, end + 1))
    return spaces[-1].start() if spaces and spaces[-1].start() > start + length // 2 else end


def _pieces(text: str, hits: list[_Hit], start: int, end: int) -> list[Piece]:
    pieces: list[Piece] = []
    for hit in hits:
        pieces += [(text[start : hit.start], False), (text[hit.start : hit.end], True)]
        start = hit.end
    return _joined([*pieces, (text[start:end], False)])


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Returns pieces of one line, none of them empty, no two of one kind side by side."""
    joined: list[Piece] = []
    for said, is_wanted in pieces:
        line = _BREAKS.sub(" ", said)
        if line and joined and not is_wanted and not joined[-1][1]:
            joined[-1] = (joined[-1][0] + line, False)
        elif line:
            joined.append((line, is_wanted))
    return joined
