"""What is suggested while somebody types: names of what they may see, by kind.

A suggestion bears what was typed in one of its names: it is the name, begins it, or begins a word
of it. Of words that half of the names hold, the first on the shelves are read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import islice
from typing import Any

from django.db.models import Q

from publishing.audiences import Audience
from publishing.kinds import Card, Kind, declared
from search.french.words import Word, words
from search.lexemes import Field, name_mark
from search.models import Entry
from search.names import AFTER_ALL, name_of
from search.questions import Lexeme, Mark, Node, all_of
from search.storage import beginning_with, matching
from search.understanding import ways_of
from search.writing import shelf
from spelling.lines import one_line
from territories.lookup import find

MOST, MOST_OF_A_KIND = 8, 3
LONGEST_TYPED, MOST_WORDS = 100, 8
# Shorter beginnings are those of too many names, but where names are few and short.
FEWEST_LETTERS, FEWEST_OF_SHORT = 3, 2
# Where two kinds answer alike, the first comes first.
ORDER = (
    "glossary", "themes", "territories", "pages", "operators", "series", "articles", "events",
    "structures",
)  # fmt: skip
# These are few, and their shelves side by side: they are read together, and all compared.
FEW = ("pages", "glossary", "themes", "operators", "series")
SHORT = ("glossary", "themes")
PLACES = "territories"
COMPARED_OF_FEW = 500
# So many of each other kind are read, before what this person may not see is left out.
COMPARED = 100
TOLD = ("pk", "kind", "key", "name")
# The shelf mark of nothing: the same statements are asked whether or not something that this person
# may not see answers.
NOTHING = 0
Told = tuple[int, str, str, bytes]


class Nearness(IntEnum):
    """How a name answers what was typed; the smallest comes first."""

    WHOLE = 0
    BEGINS = 1
    HOLDS = 2
    RESEMBLES = 3


@dataclass(frozen=True)
class Suggestion:
    title: str
    url: str
    # It tells one from another of the same name: what it is, where, when, for whom.
    detail: str


@dataclass(frozen=True)
class Group:
    """The suggestions of a kind, the nearest first."""

    kind: Kind
    suggestions: Sequence[Suggestion]


@dataclass(frozen=True)
class _Candidate:
    kind: Kind
    nearness: Nearness
    # Of an entry, the key of its row; else what is shown already.
    key: str = ""
    place: Suggestion | None = None


def suggest(text: str, user: Any) -> list[Group]:
    """Returns at most `MOST` suggestions for this person, by kind, the nearest kind first; none for
    less than two letters or digits."""
    typed = one_line(text[: 10 * LONGEST_TYPED])[:LONGEST_TYPED]
    said = words(typed)[:MOST_WORDS]
    if sum(len(word.exact) for word in said) < FEWEST_OF_SHORT:
        return []
    kinds = {kind.name: kind for kind in declared()}
    candidates = [*_entries(kinds, said, user)]
    candidates += _places(kinds[PLACES], typed, with_errors=not candidates)
    # The sort is stable: those as near stay in the order of their shelf.
    candidates.sort(key=lambda one: (one.nearness, _rank(one.kind.name)))
    return _shown(islice(_not_too_many(candidates), MOST), user)


def _rank(kind_name: str) -> int:
    return ORDER.index(kind_name) if kind_name in ORDER else len(ORDER)


# --- What the index holds ---


def _entries(kinds: Mapping[str, Kind], said: Sequence[Word], user: Any) -> Iterator[_Candidate]:
    """Yields entries of all kinds but places, those of one kind in the order of its shelf."""
    visible = Entry.objects.visible_to(user)
    asked = _beginnings(said)
    named = _marks(Mark(name_mark(said)), COMPARED)
    begun: list[Told] = []
    marks = [*named]
    if max(len(word.exact) for word in said) < FEWEST_LETTERS:
        for name in SHORT:
            begun += _begun(visible, name, asked, user)
    else:
        holding = _holding(said)
        marks += _marks(holding, COMPARED_OF_FEW, FEW)
        for name in kinds:
            if name not in FEW and name != PLACES:
                of_kind = [*_begun(visible, name, asked, user)]
                begun += of_kind
                if len(of_kind) < MOST_OF_A_KIND:
                    marks += _marks(holding, COMPARED, [name])
    held = visible.filter(pk__in=[*marks, NOTHING]).order_by("pk").values_list(*TOLD)
    by_name = set(named)
    for mark, kind, key, name in [*begun, *held]:
        if kind != PLACES:
            # By whichever of its names.
            nearness = Nearness.WHOLE if mark in by_name else _nearness(bytes(name), *asked)
            yield _Candidate(kinds[kind], nearness, key)


def _beginnings(said: Sequence[Word]) -> list[bytes]:
    """Returns how a name may begin. « s » and « de » are small words, or still typed."""
    telling = name_of(word.exact for word in said)
    *whole, last = [word.exact for word in said]
    typed = b" ".join(filter(None, [name_of(whole), last.encode()]))
    return list(dict.fromkeys([typed, telling]))


def _begun(visible: Any, kind_name: str, names: Iterable[bytes], user: Any) -> Iterator[Told]:
    for name in names:
        yield from _begun_so(visible, kind_name, name, user)


def _begun_so(visible: Any, kind_name: str, name: bytes, user: Any) -> Iterator[Told]:
    """Yields the entries that begin so: first those that everybody may read, which an index has
    apart."""
    beginning = Q(kind=kind_name, name__gte=name, name__lt=name + AFTER_ALL)
    for_all = Entry.objects.public().filter(beginning).order_by("name", "pk")
    yield from for_all.values_list(*TOLD)[:MOST_OF_A_KIND]
    if user.is_authenticated:
        others = Entry.objects.filter(beginning).exclude(audience=Audience.PUBLIC)
        marks = others.order_by("name", "pk").values_list("pk", flat=True)[:COMPARED]
        seen = visible.filter(pk__in=[*marks, NOTHING]).order_by("name", "pk")
        yield from seen.values_list(*TOLD)[:MOST_OF_A_KIND]


def _marks(node: Node, most: int, side_by_side: Sequence[str] = ()) -> list[int]:
    """Returns the shelf marks of the first entries that answer, whoever may see them, of all kinds
    or of some whose shelves are side by side."""
    shelves = (shelf(side_by_side[0])[0], shelf(side_by_side[-1])[1]) if side_by_side else None
    found = matching(Entry.objects.all(), node, (Field.TITLE,), shelves=shelves)
    return list(found.values_list("pk", flat=True)[:most])


def _holding(said: Sequence[Word]) -> Node:
    """Returns what names that hold these words answer; the last one may still be typed."""
    *whole, last = said
    telling = [ways_of(word) for word in whole if not word.is_small]
    if len(last.exact) < FEWEST_LETTERS:
        return all_of(telling or [Lexeme(last.exact)])
    return all_of([*telling, beginning_with(last.exact)])


def _nearness(name: bytes, *asked: bytes) -> Nearness:
    if name == asked[0]:
        return Nearness.WHOLE
    return Nearness.BEGINS if name.startswith(asked) else Nearness.HOLDS


# --- Places ---


def _places(kind: Kind, typed: str, *, with_errors: bool) -> Iterator[_Candidate]:
    """Yields places by their own look-up, which knows codes, and « st » for saint."""
    asked = _name(typed)
    for found in find(typed, limit=MOST_OF_A_KIND, with_errors=with_errors):
        nearness = _nearness(_name(found.label), asked)
        if found.exact:
            nearness = Nearness.WHOLE
        elif found.resembles:
            nearness = Nearness.RESEMBLES
        place = Suggestion(found.label, found.territory.get_absolute_url(), found.detail)
        yield _Candidate(kind, nearness, place=place)


def _name(text: str) -> bytes:
    return name_of(word.exact for word in words(text))


# --- What is shown ---


def _not_too_many(candidates: Iterable[_Candidate]) -> Iterator[_Candidate]:
    """Yields the first of each kind, each once."""
    counted: Counter[str] = Counter()
    seen = set()
    for one in candidates:
        if (mark := (one.kind.name, one.key or one.place)) in seen:
            continue
        seen.add(mark)
        counted[one.kind.name] += 1
        if counted[one.kind.name] <= MOST_OF_A_KIND:
            yield one


def _shown(chosen: Iterable[_Candidate], user: Any) -> list[Group]:
    """Returns what this person may see of these. Each room is asked again: the index may be behind,
    and shows nothing by itself."""
    by_kind: dict[str, list[_Candidate]] = {}
    for one in chosen:
        by_kind.setdefault(one.kind.name, []).append(one)
    groups = []
    for same in by_kind.values():
        kind = same[0].kind
        keys = [one.key for one in same if one.place is None]
        rows = {str(row.pk): row for row in kind.found(keys, user)} if keys else {}
        shown = [
            one.place or _suggestion(kind.card(rows[one.key]))
            for one in same
            if one.place or one.key in rows
        ]
        if shown:
            groups.append(Group(kind, shown))
    return groups


def _suggestion(card: Card) -> Suggestion:
    said = (card.sort, card.when, card.state, card.reserved_to)
    return Suggestion(card.title, card.url, " · ".join(filter(None, said)))
