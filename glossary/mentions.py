"""Where a text mentions terms of the glossary, and what a reader is shown there.

A mention is whole words. Words with a capital after their first letter (ESS, QualiREL) are read as
they are written, the others whatever their capitals, all of them in the plural too: « pec » in
« pectoral » is none, nor « ei » in lower case. Of two names that begin together the longest is
meant.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import html as lxml_html

from glossary.models import Term
from glossary.naming import DOTTED, singular
from spelling.folding import folded

_WORD = re.compile(rf"(?P<dotted>{DOTTED.pattern})|[^\W_]+\+*")
_BETWEEN = re.compile(r"[\s'’ʼ\-‐‑]+")
# What others say, what leads elsewhere and what announces is left as it is.
_LEFT_ALONE = frozenset({"a", "h2", "h3", "h4", "blockquote"})
# The markup of a mention while the text waits for its reader. Rich text admits no such element.
_WAITING = re.compile(r'<dfn data-term="(\d+)">(.*?)</dfn>', re.DOTALL)


@dataclass(frozen=True)
class Mention:
    """Where in a text a term is named, by the key of the term."""

    start: int
    end: int
    term: int


@dataclass(frozen=True)
class _Word:
    """A word of a text. `key` is the same for all its writings."""

    start: int
    end: int
    written: str
    key: str

    def is_written(self, as_in: str) -> bool:
        """Says whether it is that acronym, in the plural or not; any word that is no acronym is."""
        return as_in[1:].lower() == as_in[1:] or self.written in (as_in, f"{as_in}s")


def _words(text: str) -> Iterator[_Word]:
    for found in _WORD.finditer(text):
        written = found[0].replace(".", "") if found["dotted"] else found[0]
        if key := folded(written):
            yield _Word(found.start(), found.end(), written, singular(key))


class Finder:
    """Finds the terms that have these names."""

    def __init__(self, spellings: Iterable[tuple[Term, list[str]]]) -> None:
        self._names: dict[str, list[tuple[list[_Word], int]]] = {}
        for term, names in spellings:
            for name in names:
                if words := list(_words(name)):
                    self._names.setdefault(words[0].key, []).append((words, term.pk))
        for begun_so in self._names.values():
            begun_so.sort(key=lambda name: -len(name[0]))

    def mentions(self, text: str) -> Iterator[Mention]:
        """Yields where the terms are named, from the start of the text to its end."""
        words = list(_words(text))
        place = 0
        while place < len(words):
            for name, term in self._names.get(words[place].key, ()):
                said = words[place : place + len(name)]
                if _says(text, said, name):
                    yield Mention(said[0].start, said[-1].end, term)
                    place += len(said) - 1
                    break
            place += 1


def _says(text: str, said: list[_Word], name: list[_Word]) -> bool:
    return (
        len(said) == len(name)
        and all(a.key == b.key and a.is_written(b.written) for a, b in zip(said, name, strict=True))
        and all(
            _BETWEEN.fullmatch(text, one.end, other.start)
            for one, other in itertools.pairwise(said)
        )
    )


# --- In rich text ---


def mentioned(html: str, finder: Finder) -> Iterator[tuple[int, str]]:
    """Yields the terms that a rich text mentions where they may be explained, by key, with the
    words."""
    for text, _ in _texts(_tree(html)):
        for found in finder.mentions(text):
            yield found.term, text[found.start : found.end]


def mark_first(html: str, finder: Finder, wanted: set[int]) -> tuple[str, list[int]]:
    """Marks the first mention of each wanted term for `explained`; returns the text, and the keys
    of the terms that were found, in order."""
    tree = _tree(html)
    marked: list[int] = []
    for text, put in list(_texts(tree)):
        chosen = []
        for found in finder.mentions(text):
            if found.term in wanted and found.term not in marked:
                marked.append(found.term)
                chosen.append(found)
        if chosen:
            put(chosen)
    if not marked:
        return html, []
    whole = lxml_html.tostring(tree, encoding="unicode")
    return whole.removeprefix("<div>").removesuffix("</div>"), marked


def explained(html: str, terms: Mapping[int, Term], link: Callable[[Term, str], str]) -> str:
    """Returns a text that `mark_first` marked with `link(term, words)` for each mention of these
    terms, and the bare words of those that are gone."""

    def shown(found: re.Match[str]) -> str:
        term = terms.get(int(found[1]))
        return link(term, found[2]) if term else found[2]

    return _WAITING.sub(shown, html) if terms or "<dfn" in html else html


def _tree(html: str) -> Any:
    return lxml_html.fragment_fromstring(html, create_parent="div")


def _texts(element: Any) -> Iterator[tuple[str, Callable[[list[Mention]], None]]]:
    """Yields each piece of text in which a term may be explained, in order, with what marks
    mentions in it."""
    if element.tag in _LEFT_ALONE:
        return
    if element.text:
        yield element.text, lambda found: _mark(element, None, found)
    for child in list(element):
        yield from _texts(child)
        if child.tail:
            yield child.tail, lambda found, child=child: _mark(element, child, found)  # type: ignore[misc]  # bound now


def _mark(parent: Any, after: Any, found: list[Mention]) -> None:
    """Makes elements of these mentions in the text that follows `after`, or begins the parent."""
    text: str = parent.text if after is None else after.tail
    place = 0 if after is None else parent.index(after) + 1
    before = text[: found[0].start]
    if after is None:
        parent.text = before
    else:
        after.tail = before
    ends = [*(mention.start for mention in found[1:]), len(text)]
    for number, (mention, end) in enumerate(zip(found, ends, strict=True)):
        mark = lxml_html.Element("dfn", {"data-term": str(mention.term)})
        mark.text = text[mention.start : mention.end]
        mark.tail = text[mention.end : end]
        parent.insert(place + number, mark)
