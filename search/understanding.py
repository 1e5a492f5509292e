"""From what was typed to what is asked of the index.

Each word may be answered in several ways: by itself, by a form of it, by what editors say is the
same, by lying in the place that it names. The ways are kept apart, since they count differently.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from search.french.queries import Asked
from search.french.words import Word, listed, words
from search.lexemes import (
    name_mark,
    number_mark,
    spoken_of_mark,
    stem_lexeme,
    territory_mark,
)
from search.places import Bearer, Place, places_in
from search.questions import Lexeme, Mark, Node, Phrase, Without, all_of, any_of
from search.storage import beginning_with
from search.synonyms import Synonyms

# Beside a place, they ask whom to call there.
CALLING_WORDS = listed(
    """
    dla dispositif local accompagnement opérateur porteuse contact contacts contacter appeler
    joindre téléphone numéro adresse coordonnées conseiller conseillère interlocuteur interlocutrice
    référent référente
    """
)
# Beside a place, they only say what it is.
NATURES_OF_PLACES = listed(
    """
    région département commune ville village mairie métropole agglomération agglo communauté
    communes intercommunalité territoire arrondissement
    """
)


@dataclass(frozen=True)
class Term:
    """One thing that is asked, by a word or by some that go together, and all that answers it."""

    said: tuple[Word, ...]
    exact: frozenset[str]
    stems: frozenset[str]
    # Each is the words of something that means the same.
    same: tuple[tuple[Word, ...], ...] = ()
    numbers: tuple[str, ...] = ()
    # Keys of the territories that it names.
    places: tuple[str, ...] = ()
    is_prefix: bool = False

    def is_made_of(self, known: Collection[str]) -> bool:
        return not self.places and all(word.exact in known for word in self.said)

    def node(self, *, with_places: bool = True) -> Node:
        """Returns what answers it."""
        ways: list[Node] = [
            # Some words that go together are also found apart.
            all_of(ways_of(word) for word in self.said)
            if len(self.said) > 1
            else ways_of(self.said[0])
        ]
        if self.is_prefix:
            ways.append(beginning_with(self.said[-1].exact))
        ways += [all_of(ways_of(word) for word in other) for other in self.same]
        ways += [Mark(number_mark(number)) for number in self.numbers]
        if with_places:
            ways += [Mark(territory_mark(key)) for key in self.places]
        return any_of(ways)


def ways_of(word: Word) -> Node:
    return any_of(
        [
            Lexeme(word.exact),
            *map(Lexeme, word.others),
            *(Lexeme(stem_lexeme(stem)) for stem in word.stems),
        ]
    )


@dataclass(frozen=True)
class Question:
    """All that is asked: every term and phrase, and nothing that is excluded."""

    asked: Asked
    terms: tuple[Term, ...]
    places: tuple[Place, ...] = ()
    # So many terms may go unanswered.
    spared: int = 0
    # The page and the DLA of a place answer too.
    opens_doors: bool = True

    @property
    def is_empty(self) -> bool:
        return not (self.terms or self.asked.phrases)

    def node(self, *, with_places: bool = True, with_doors: bool = True) -> Node:
        """Returns what is asked of the index. Raises ValueError where nothing is."""
        terms = [term.node(with_places=with_places) for term in self.terms]
        wanted = [_all_but(terms, self.spared)] if terms else []
        wanted += [Phrase(phrase) for phrase in self.asked.phrases]
        if not wanted:
            raise ValueError("nothing is asked")
        node = any_of([all_of(wanted), *(self.doors if with_doors else ())])
        excluded = [ways_of(word) for word in self.asked.excluded]
        excluded += [Phrase(phrase) for phrase in self.asked.excluded_phrases]
        return Without(node, any_of(excluded)) if excluded else node

    @cached_property
    def is_of_a_place(self) -> bool:
        """Says whether it asks about a place, or whom to call there, and nothing more."""
        return bool(self.places) and all(
            term.places or term.is_made_of(CALLING_WORDS | NATURES_OF_PLACES) for term in self.terms
        )

    @cached_property
    def asks_whom_to_call(self) -> bool:
        return self.is_of_a_place and any(term.is_made_of(CALLING_WORDS) for term in self.terms)

    @cached_property
    def offered(self) -> tuple[Bearer, ...]:
        """The territories whose page and DLA answer by themselves, whatever else is asked. People
        say the place last: of « crèche à Bordeaux » it is no town called La Crèche."""
        if self.asked.phrases or not self.opens_doors:
            return ()
        found = (place.offered(is_all=self.is_of_a_place) for place in reversed(self.places))
        return next(filter(None, found), ())

    @cached_property
    def doors(self) -> list[Node]:
        """Returns what the page of each place answers, and the DLA that is called from there."""
        named = [(bearer.key, bearer.name) for bearer in self.offered]
        named += [(bearer.called_key, f"DLA {bearer.called_name}") for bearer in self.offered]
        return [
            all_of([Mark(spoken_of_mark(key)), Mark(name_mark(words(name)))])
            for key, name in dict.fromkeys(named)
        ]

    @property
    def name(self) -> Node | None:
        """Returns what answers the whole of it by its name or number, or by a name that means the
        same."""
        if self.asked.phrases and not self.terms:
            return None
        said = [word for term in self.terms for word in term.said]
        names = [name_mark(said)] if said else []
        if len(self.terms) == 1:
            names += [name_mark(other) for other in self.terms[0].same]
            names += [number_mark(number) for number in self.terms[0].numbers]
        return any_of(Mark(name) for name in names) if names else None

    @cached_property
    def whole(self) -> tuple[str, ...]:
        """All its words as they are typed, small ones too."""
        return tuple(word.exact for word in words(self.asked.text))

    @property
    def as_typed(self) -> Node | None:
        """Returns what answers it by the very words, one after the other as they are typed, those
        between them included."""
        if not self.terms or self.asked.phrases:
            return None
        said = [word for term in self.terms for word in term.said]
        if len(said) == 1:
            return any_of(map(Lexeme, (said[0].exact, *said[0].others)))
        first, last = min(word.start for word in said), max(word.end for word in said)
        between = [word for word in words(self.asked.text) if first <= word.start < last]
        corrected = {word.start: word.exact for word in said}
        return Phrase(tuple(corrected.get(word.start, word.exact) for word in between))

    @cached_property
    def wanted(self) -> frozenset[str]:
        """Every word and stem that answers a part of it, for excerpts."""
        found: set[str] = set()
        for term in self.terms:
            for said in (term.said, *term.same):
                for word in said:
                    found |= {word.exact, *word.others, *word.stems}
        for phrase in self.asked.phrases:
            found |= set(phrase)
        return frozenset(found)


def _all_but(nodes: Sequence[Node], spared: int) -> Node:
    """Returns a question that all of these answer, or all but so many of them."""
    if not spared:
        return all_of(nodes)
    if spared >= len(nodes) - 1:
        return any_of(nodes)
    if spared == 1:
        return any_of(all_of([*nodes[:at], *nodes[at + 1 :]]) for at in range(len(nodes)))
    return any_of(
        all_of(node for at, node in enumerate(nodes) if at not in (one, other))
        for one in range(len(nodes))
        for other in range(one)
    )


def understood(
    asked: Asked,
    *,
    instead: Mapping[str, str] | None = None,
    synonyms: Synonyms | None = None,
) -> Question:
    """Returns the question; `instead` are words by which others are replaced, by their exact form;
    `synonyms`, those of this moment unless others are given."""
    said, read = list(asked.words), words(asked.text)
    if instead:
        said, read = ([_replaced(word, instead) for word in some] for some in (said, read))
    terms: list[Term] = []
    at = 0
    runs = (synonyms or Synonyms.now()).runs(said)
    # What goes together names no place by a part of it: « centre de ressources » is no region.
    parts = {at for start, run in runs.items() for at in range(start, start + run.length)}
    places = [
        place
        for place in places_in(said, read)
        if parts.isdisjoint(place.positions)
        or any(
            set(place.positions) >= set(range(start, start + run.length))
            for start, run in runs.items()
        )
    ]
    named = {position: place for place in places for position in place.positions}
    while at < len(said):
        run = runs.get(at)
        length = run.length if run else 1
        here = tuple(said[at : at + length])
        keys = dict.fromkeys(
            key
            for position in range(at, at + length)
            if (p := named.get(position))
            for key in p.keys
        )
        terms.append(
            Term(
                said=here,
                exact=frozenset(form for word in here for form in (word.exact, *word.others)),
                stems=frozenset(stem for word in here for stem in word.stems),
                same=run.same if run else (),
                numbers=_numbers(here, asked),
                places=tuple(keys),
            )
        )
        at += length
    return Question(asked, tuple(terms), tuple(places))


def _numbers(said: Sequence[Word], asked: Asked) -> tuple[str, ...]:
    own = [asked.number.value] if asked.number else []
    return tuple(dict.fromkeys([*own, *(word.exact for word in said if word.exact.isdigit())]))


def _replaced(word: Word, instead: Mapping[str, str]) -> Word:
    other = instead.get(word.exact)
    return words(other)[0]._replace(start=word.start, end=word.end) if other else word
