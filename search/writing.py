"""Keeps the index what the rows say, in the transaction that writes them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from database.written import follow
from publishing.index_cards import IndexCard
from publishing.kinds import Kind, declared
from search import facets, storage
from search.lexemes import Lexemes, lexemes_of
from search.models import Entry, KnownWord
from search.models.entry import LONGEST_TITLE
from search.storage import Written
from territories.models import Territory

AT_ONCE = 500
# The cheap order of what is found, before anything is compared.
SHELVES = (
    "pages", "glossary", "themes", "operators", "series", "territories", "events", "articles",
    "structures",
)  # fmt: skip
# Room of a shelf mark for the kind's own order, and for the rows that are alike by it.
WEIGHTS, KEYS = 100_000, 10**12
FIRST_DAY = date(2000, 1, 1)
SHORTEST_KNOWN = 4
LONGEST_KNOWN = 40


def follow_kind(kind: Kind) -> None:
    """Has the rows of a kind followed, and what else its cards tell."""
    follow(kind.model, kind.name, _rewriting(kind))
    for model, concerned in kind.followed().items():
        follow(model, kind.name, _rewriting(kind, concerned))


def _rewriting(
    kind: Kind, concerned: Callable[[Collection[Any]], Iterable[Any]] | None = None
) -> Callable[[type[models.Model], Collection[Any]], None]:
    def rewrite_those(_: type[models.Model], keys: Collection[Any]) -> None:
        rewrite(kind, keys if concerned is None else set(concerned(keys)))

    return rewrite_those


def rewrite(kind: Kind, keys: Iterable[Any]) -> None:
    """Makes the entries of these rows what their cards say now; those of rows that are gone go."""
    for batch in batches(keys):
        with transaction.atomic():
            written = prepared(kind, batch)
            names = [str(key) for key in batch]
            known = Entry.objects.filter(kind=kind.name, key__in=names)
            storage.delete(known.values_list("pk", flat=True))
            if written:
                storage.insert(written)
                learn(word for one in written for word in one.lexemes.known_words())


def batches(keys: Iterable[Any]) -> Iterator[list[Any]]:
    remaining = iter(keys)
    while batch := list(islice(remaining, AT_ONCE)):
        yield batch


def prepared(kind: Kind, keys: Collection[Any]) -> list[Written]:
    """Returns what the index should hold of these rows."""
    cards = list(kind.index_cards(keys))
    within = lineages({key for card in cards for key in card.territories if not card.codes})
    now = timezone.now()
    found = []
    for card in cards:
        # A structure's own codes say all that it lies in.
        places = (
            set(card.territories)
            if card.codes
            else {above for key in card.territories for above in within.get(key, (key,))}
        )
        entry = Entry(
            pk=shelf_mark(kind, card),
            kind=kind.name,
            key=str(card.key),
            title=card.title[:LONGEST_TITLE],
            body=card.body,
            audience=card.audience,
            audience_roles=card.audience_roles,
            live_from=card.live_from,
            live_until=card.live_until,
            day=card.day,
            ends_at=card.ends_at,
            fades=card.fades,
            facets=facets.line_of(card, places),
            written_at=now,
            **{f"{level}_code": card.codes.get(f"{level}_code", "") for level in CODES},
        )
        found.append(Written(entry, lexemes_of(card, places)))
    return found


CODES = ("region", "department", "epci", "commune")


def lineages(keys: Collection[str]) -> dict[str, set[str]]:
    """Returns what each of these territories lies in, itself included."""
    places = Territory.objects.select_related("successor").in_bulk(list(keys)) if keys else {}
    return {key: {key, *place.today.lineage()} for key, place in places.items()}


def shelf_mark(kind: Kind, card: IndexCard) -> int:
    """Returns the key of its entry: the kind, the kind's own order (the newest day first where it
    has one), and the row."""
    weight = card.weight
    if card.day is not None:
        weight = WEIGHTS - 1 - (card.day - FIRST_DAY).days
    weight = min(max(weight, 0), WEIGHTS - 1)
    return shelf(kind.name)[0] + weight * KEYS + _number_of(card.key)


def _number_of(key: Any) -> int:
    if isinstance(key, int):
        return key % KEYS
    digest = hashlib.blake2b(str(key).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % KEYS


def shelf(kind_name: str) -> tuple[int, int]:
    """Returns the first shelf mark of a kind, and the first one after it."""
    others = sorted(kind.name for kind in declared() if kind.name not in SHELVES)
    place = [*SHELVES, *others].index(kind_name) + 1
    return place * WEIGHTS * KEYS, (place + 1) * WEIGHTS * KEYS


def learn(words: Iterable[str]) -> None:
    """Notes the words that typing errors are compared with."""
    wanted = {
        word for word in words if SHORTEST_KNOWN <= len(word) <= LONGEST_KNOWN and word.isalpha()
    }
    for batch in batches(sorted(wanted)):
        known = KnownWord.objects.filter(word__in=batch).values_list("word", flat=True)
        new = set(batch).difference(known)
        KnownWord.objects.bulk_create(
            [KnownWord(word=word, reversed=word[::-1]) for word in sorted(new)],
            ignore_conflicts=True,
        )


def lexemes_now(kind: Kind, keys: Collection[Any]) -> dict[str, Lexemes]:
    """Returns what the index should hold of these rows, by key, for whoever compares."""
    return {one.entry.key: one.lexemes for one in prepared(kind, keys)}
