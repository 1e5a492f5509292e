"""Keeps the index what the rows say, in the transaction that writes them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from database import bulk_rows
from database.written import follow
from publishing.index_cards import PUBLIC_WEIGHTS, IndexCard
from publishing.kinds import Kind, declared
from search import facets, storage
from search.french.resembling import keys
from search.lexemes import lexemes_of
from search.models import Entry, WordKey
from search.models.entry import LONGEST_TITLE
from search.names import own_name
from search.storage import KEYS, Written
from structures.sight import COLUMNS
from territories.models import Territory

AT_ONCE = 500
# The cheap order of what is found, before anything is compared.
SHELVES = (
    "pages", "glossary", "themes", "operators", "series", "territories", "events", "articles",
    "structures",
)  # fmt: skip
# Room in a shelf mark for the kind's own order.
WEIGHTS = 100_000
FIRST_DAY = date(2000, 1, 1)
SHORTEST_KNOWN = 4
LONGEST_KNOWN = 40


def follow_kind(kind: Kind) -> None:
    """Has the rows of a kind followed, and what else its cards tell."""

    def rewrite_those(_: type[models.Model], keys: Collection[Any]) -> None:
        rewrite(kind, keys)

    follow(kind.model, kind.name, rewrite_those)
    for model, concerned in kind.followed().items():
        follow(model, kind.name, rewrite_those, concerned=concerned)


def rewrite(kind: Kind, keys: Iterable[Any]) -> None:
    """Makes the entries of these rows what their cards say now; those of rows that are gone go."""
    for batch in batches(keys):
        with transaction.atomic():
            storage.wait_for_other_writers()
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
    first, _ = shelf(kind.name)
    found = []
    for card in cards:
        # A structure's own codes say all that it lies in.
        places = (
            set(card.territories)
            if card.codes
            else {above for key in card.territories for above in within.get(key, (key,))}
        )
        lexemes = lexemes_of(card, places)
        # In the order of `Entry`: thousands of structures are written at once, and an instance of
        # the model takes as long as its words.
        columns = (
            first + _within_shelf(card),
            kind.name,
            str(card.key),
            card.title[:LONGEST_TITLE],
            own_name(lexemes),
            card.audience,
            card.audience_roles,
            card.live_from,
            card.live_until,
            card.day,
            card.ends_at,
            card.fades,
            facets.line_of(card, places),
            *(card.codes.get(column, "") for column in COLUMNS.values()),
            now,
            card.body,
        )
        found.append(Written(columns, lexemes))
    return found


def lineages(keys: Collection[str]) -> dict[str, set[str]]:
    """Returns what each of these territories lies in, itself included."""
    places = Territory.objects.select_related("successor").in_bulk(list(keys)) if keys else {}
    return {key: {key, *place.today.lineage()} for key, place in places.items()}


def _within_shelf(card: IndexCard) -> int:
    """Returns where an entry stands on the shelf of its kind: the kind's own order (the newest day
    first where it has one), then the row."""
    weight = card.weight
    if card.day is not None:
        weight = WEIGHTS - 1 - (card.day - FIRST_DAY).days
    weight = min(max(weight, 0), WEIGHTS - 1)
    return weight * KEYS + _number_of(card.key)


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


def public_shelf(kind_name: str) -> tuple[int, int]:
    """Returns the same for what everybody finds, where weights tell it."""
    first, _ = shelf(kind_name)
    return first, first + PUBLIC_WEIGHTS * KEYS


def learn(words: Iterable[str]) -> None:
    """Notes the words that typing errors are compared with."""
    wanted = {
        word for word in words if SHORTEST_KNOWN <= len(word) <= LONGEST_KNOWN and word.isalpha()
    }
    for batch in batches(sorted(wanted)):
        known = WordKey.objects.filter(word__in=batch).values_list("word", flat=True)
        # Somebody who writes the same word at the same time writes it twice, which harms nothing.
        new = sorted(set(batch).difference(known))
        rows = [(key, word) for word in new for key in keys(word)]
        if rows:
            bulk_rows.insert(WordKey, ("key", "word"), rows)
