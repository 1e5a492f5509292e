"""What a page of results shows of each entry: asked again of its room, with an excerpt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse

from media.documents import address_at, place_label
from media.models import Document
from media.texts import texts_of
from publishing.kinds import Card, Kind, declared
from search.french.excerpts import Piece, excerpt, highlighted
from search.models import Entry
from search.ranking import Ranked
from search.understanding import Question


@dataclass(frozen=True)
class Passage:
    """The page of a document in which what is searched was found, and where it is opened."""

    title: str
    place: str
    url: str


@dataclass(frozen=True)
class Result:
    """One row found: its card, its title and an excerpt in pieces (text, whether it is marked),
    which may be that of a document that it offers."""

    kind: Kind
    row: Any
    card: Card
    title: Sequence[Piece]
    excerpt: Sequence[Piece]
    passage: Passage | None = None

    @property
    def noun(self) -> str:
        """Returns what it is: « article », « structure porteuse »."""
        return self.kind.this.partition(" ")[2]

    @property
    def is_quoted(self) -> bool:
        return any(is_marked for _, is_marked in self.excerpt)


def results_of(entries: Sequence[Ranked | Entry], question: Question, user: Any) -> list[Result]:
    """Returns what this person may see of these entries, in their order. Each room is asked again:
    the index may be behind, and shows nothing by itself."""
    kinds = {kind.name: kind for kind in declared()}
    rows: dict[tuple[str, str], Any] = {}
    for name in dict.fromkeys(entry.kind for entry in entries):
        keys = [entry.key for entry in entries if entry.kind == name]
        rows |= {(name, str(row.pk)): row for row in kinds[name].found(keys, user)}
    bodies = dict(
        Entry.objects.filter(pk__in=[entry.pk for entry in entries]).values_list("pk", "body")
    )
    shown = []
    for entry in entries:
        row = rows.get((entry.kind, entry.key))
        if row is not None:
            kind = kinds[entry.kind]
            card = kind.card(row)
            shown.append(
                Result(
                    kind=kind,
                    row=row,
                    card=card,
                    title=highlighted(card.title, question.wanted),
                    excerpt=excerpt(
                        "\n".join(filter(None, [kind.summary(row), bodies.get(entry.pk)])),
                        question.wanted,
                    ),
                )
            )
    return _with_passages(shown, question)


def _with_passages(shown: list[Result], question: Question) -> list[Result]:
    """Quotes a document where the page itself says nothing of what is searched."""
    silent: defaultdict[str, list[Result]] = defaultdict(list)
    for one in shown:
        if one.kind.document_page and not one.is_quoted and not _is_said(one.title):
            silent[one.kind.name].append(one)
    passages: dict[int, tuple[Passage, list[Piece]]] = {}
    for results in silent.values():
        passages |= _passages(results, question)
    return [
        replace(one, passage=found[0], excerpt=found[1])
        if (found := passages.get(id(one))) is not None
        else one
        for one in shown
    ]


def _is_said(title: Sequence[Piece]) -> bool:
    return any(is_marked for _, is_marked in title)


def _passages(
    results: Sequence[Result], question: Question
) -> dict[int, tuple[Passage, list[Piece]]]:
    """Returns by result the page of a document that says most of what is searched."""
    through = results[0].kind.model.documents.through._default_manager
    offered: defaultdict[int, list[int]] = defaultdict(list)
    keys = [one.row.pk for one in results]
    for row, key in through.filter(publication__in=keys).values_list("publication", "document"):
        offered[row].append(key)
    documents = Document.objects.in_bulk({key for keys in offered.values() for key in keys})
    texts = texts_of(documents.values())
    found: dict[int, tuple[Passage, list[Piece]]] = {}
    for one in results:
        best = 0
        for key in offered[one.row.pk]:
            for number, text in texts.get(key, ()):
                pieces = excerpt(text, question.wanted)
                said = sum(is_marked for _, is_marked in pieces)
                if said > best:
                    best = said
                    found[id(one)] = _passage(one.kind, documents[key], number), pieces
    return found


def _passage(kind: Kind, document: Document, number: int | None) -> Passage:
    address = reverse(kind.document_page, args=[document.pk])
    return Passage(
        title=document.title,
        place=place_label(document.extension, number) if number else "",
        url=address_at(address, document.extension, number),
    )
