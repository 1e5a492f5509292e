"""What somebody types in a search box, in the words that must be found.

Whatever is typed has a meaning: what is no sign of ours parts words, what is only tool words is
searched as it is, what has no word at all asks nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from search.french.stems import LONGEST_WORD, singular_of
from search.french.words import SMALL_WORDS, Word, listed, words
from spelling.lines import one_line
from structures.identifiers import compact, is_rna, is_siren, is_siret

# What is longer is read by its beginning.
LONGEST_QUERY = 200
MOST_WORDS = 12
# Questions and courtesy, as they are typed: they say what is wanted of the portal, not about what.
ASKING_WORDS = listed(
    """
    comment pourquoi quand combien quel quelle quels quelles
    peut peux peuvent pouvez pouvoir puis puis-je peut-on faut falloir faire fait fais doit dois
    doivent devoir veut veux voudrais voudrait souhaite souhaiterais cherche cherchons
    trouver existe existent savoir besoin aimerais bonjour bonsoir merci svp stp plaît quelque chose
    """
)
# Typed in capitals by those who know search engines.
_OPERATOR = re.compile(r"(?<!\S)(?:AND|OR|NOT|NEAR)(?!\S)")
_QUOTED = re.compile(
    r"""(?P<excluded>(?<!\S)[-−])? (?: "([^"]*)" | «([^»]*)» | “([^”“]*)[”“] | „([^“”]*)[“”] )""",
    re.VERBOSE,
)
_EXCLUDED = re.compile(r"(?<!\S)[-−](?=[^\W_])\S+")
_LABEL = re.compile(
    r"^(?:n[°o]\s*)?(?:siren|siret|rna|insee|code postal|cp)\s*(?:n[°o])?\s*:?\s*(?=[\dw])",
    re.IGNORECASE,
)
_POSTAL_CODE = re.compile(r"[0-9]{5}")
_INSEE_CODE = re.compile(r"[0-9]{5}|2[AB][0-9]{3}")


class NumberKind(StrEnum):
    SIREN = "siren"
    SIRET = "siret"
    RNA = "rna"
    INSEE = "insee"
    POSTAL = "postal"


@dataclass(frozen=True)
class Number:
    """A number that is the whole query, as it is stored, and what it may be: five digits are the
    code of a commune or a postal code."""

    value: str
    kinds: tuple[NumberKind, ...]


@dataclass(frozen=True)
class Asked:
    """What is searched."""

    # What pages show and addresses hold: on one line, at most `LONGEST_QUERY` characters.
    text: str
    # All must be found. Tool words and those of questions are left out, unless there is no other.
    # `others` holds the word and its neighbour in one word: « porte monnaie », « dla 38 ».
    words: tuple[Word, ...]
    # Exact forms that must follow one another, small words included; they are not in `words`.
    phrases: tuple[tuple[str, ...], ...]
    # None of them may be found.
    excluded: tuple[Word, ...]
    excluded_phrases: tuple[tuple[str, ...], ...]
    number: Number | None
    # The exact form of the last word while it may still be typed, with no space after it.
    last: str
    # There was more than is searched.
    is_cut: bool

    @property
    def key(self) -> str:
        """The same for queries that mean the same: accents, capitals, plurals and tool words count
        for nothing, the order does. To count what is searched."""
        if self.number:
            return self.number.value.lower()
        said = [singular_of(word.exact) for word in self.words]
        said += [f'"{" ".join(phrase)}"' for phrase in self.phrases]
        said += [f"-{singular_of(word.exact)}" for word in self.excluded]
        said += [f'-"{" ".join(phrase)}"' for phrase in self.excluded_phrases]
        return " ".join(said)


def asked(text: str) -> Asked:
    """Returns what is searched by a raw query, whatever it is.

    >>> [word.exact for word in asked("Comment financer l’emploi ?").words]
    ['financer', 'emploi']
    """
    line = one_line(text[: 10 * LONGEST_QUERY])
    is_cut = len(line) > LONGEST_QUERY or len(text) > 10 * LONGEST_QUERY
    if len(line) > LONGEST_QUERY:
        beginning = line[:LONGEST_QUERY]
        line = beginning.rpartition(" ")[0] or beginning
    phrases: list[tuple[str, ...]] = []
    excluded_phrases: list[tuple[str, ...]] = []
    for found in _QUOTED.finditer(line):
        quoted = next(filter(None, found.groups()[1:]), "")
        if phrase := tuple(word.exact for word in words(quoted)[:MOST_WORDS]):
            (excluded_phrases if found["excluded"] else phrases).append(phrase)
    unquoted = _QUOTED.sub(_blank, line)
    if not line.isupper():
        unquoted = _OPERATOR.sub(_blank, unquoted)
    excluded = []
    every = words(unquoted)
    for found in _EXCLUDED.finditer(unquoted):
        terms = [word for word in every if found.start() <= word.start < found.end()]
        telling = _telling(terms) or terms
        if len(telling) == 1:
            excluded.append(telling[0])
        elif telling:
            excluded_phrases.append(tuple(word.exact for word in terms[:MOST_WORDS]))
    read = words(_EXCLUDED.sub(_blank, unquoted))
    if not read and not phrases:
        # Nothing is left to exclude from.
        read, excluded, excluded_phrases = words(line), [], []
    chosen = [word for word in read if not word.is_small and not _is_asking(word)]
    if not phrases:
        chosen = _telling(read) or read
    distinct = list({word.exact: word for word in _with_neighbours(line, read, chosen)}.values())
    return Asked(
        text=line,
        words=tuple(distinct[:MOST_WORDS]),
        phrases=tuple(phrases[:MOST_WORDS]),
        excluded=tuple(excluded[:MOST_WORDS]),
        excluded_phrases=tuple(excluded_phrases[:MOST_WORDS]),
        number=_number(line),
        last=_last(text),
        is_cut=is_cut or len(distinct) > MOST_WORDS,
    )


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _telling(read: Sequence[Word]) -> list[Word]:
    """Returns the words that say what is wanted, those of questions where there is no other."""
    content = [word for word in read if not word.is_small]
    return [word for word in content if not _is_asking(word)] or content


def _is_asking(word: Word) -> bool:
    """Says whether a word only asks: « puis », and that of « puis-je », not that of
    « savoir-faire »."""
    return word.exact in ASKING_WORDS and (
        not word.others
        or any(
            whole.startswith(word.exact) and whole[len(word.exact) :] in SMALL_WORDS
            for whole in word.others
        )
    )


def _with_neighbours(line: str, read: Sequence[Word], chosen: Collection[Word]) -> Iterator[Word]:
    """Yields those that were chosen, found by what they and their neighbour are in one word too."""
    wholes: list[list[str]] = [[] for _ in read]
    for at, (one, following) in enumerate(pairwise(read)):
        whole = f"{one.exact}{following.exact}"
        if (
            line[one.end : following.start].isspace()
            and len(whole) <= LONGEST_WORD
            and len(one.exact) > 1
            and not whole.isdigit()
            and not (one.is_small and following.is_small)
        ):
            wholes[at].append(whole)
            wholes[at + 1].append(whole)
    for word, joined in zip(read, wholes, strict=True):
        if word in chosen:
            yield word._replace(others=tuple(dict.fromkeys([*word.others, *joined])))


def _number(line: str) -> Number | None:
    value = compact(_LABEL.sub("", line))
    kinds: dict[NumberKind, bool] = {
        NumberKind.SIREN: is_siren(value),
        NumberKind.SIRET: is_siret(value),
        NumberKind.RNA: is_rna(value),
        NumberKind.INSEE: _INSEE_CODE.fullmatch(value) is not None,
        NumberKind.POSTAL: _POSTAL_CODE.fullmatch(value) is not None,
    }
    possible = tuple(kind for kind, may_be in kinds.items() if may_be)
    return Number(value, possible) if possible else None


def _last(text: str) -> str:
    """Returns the last word where the text ends with it."""
    read = words(text[-LONGEST_QUERY:])
    is_typed = read and len(text) <= LONGEST_QUERY and read[-1].end == len(text)
    return read[-1].exact if is_typed else ""
