"""The whole index, written anew beside what readers find, or compared with what the rows say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from publishing.kinds import Kind, declared
from search import storage
from search.models import Entry, IndexState
from search.writing import batches, prepared, rewrite

# It grows by one whenever words are read, or entries made, in another way (`search.french`,
# `search.lexemes`, the cards of kinds): the index is then written anew.
READING = 1
# Among the columns of an entry. When it was written is compared with nothing.
COLUMNS = [field.name for field in Entry._meta.concrete_fields]
KEY, WRITTEN_AT = COLUMNS.index("key"), COLUMNS.index("written_at")
WORDS_ARE_KEPT = timedelta(days=7)


@dataclass
class Drift:
    """How the index differs from what the rows say: entries by kind and key."""

    missing: list[tuple[str, str]] = field(default_factory=list)
    stale: list[tuple[str, str]] = field(default_factory=list)
    gone: list[tuple[str, str]] = field(default_factory=list)
    compared: int = 0

    def __bool__(self) -> bool:
        return bool(self.missing or self.stale or self.gone)


def is_of_today() -> bool:
    """Says whether the index was written as words are read now."""
    return IndexState.objects.filter(pk=1, reading=READING).exists()


def rebuild() -> int:
    """Writes every entry anew, some hundreds at a time: readers find the former one until then.
    Returns how many there are. It may be stopped, and run again."""
    for kind in declared():
        for keys in _keys(kind):
            rewrite(kind, keys)
        _drop_gone(kind)
    _forget_words()
    now = timezone.now()
    IndexState.objects.update_or_create(pk=1, defaults={"reading": READING, "rebuilt_at": now})
    storage.tidy()
    return Entry.objects.count()


def rewrite_what_comes_with_the_portal() -> None:
    for kind in declared():
        if kind.comes_with_the_portal:
            for keys in _keys(kind):
                rewrite(kind, keys)


def _keys(kind: Kind) -> Iterator[list[object]]:
    # The cursor stays in one transaction of its own on PostgreSQL: keys are read by pages instead.
    rows = kind.indexed().order_by("pk").values_list("pk", flat=True)
    last: object = None
    while True:
        page = rows if last is None else rows.filter(pk__gt=last)
        keys = list(page[:500])
        if not keys:
            return
        yield keys
        last = keys[-1]


def _drop_gone(kind: Kind) -> None:
    """Deletes entries whose rows are no more."""
    for batch in batches(Entry.objects.filter(kind=kind.name).values_list("key", flat=True)):
        there = {str(key) for key in _still_there(kind, batch)}
        # They are looked at again by it: one may be back.
        rewrite(kind, [key for key in batch if key not in there])


def _still_there(kind: Kind, keys: list[str]) -> list[object]:
    return list(kind.indexed().filter(pk__in=keys).order_by().values_list("pk", flat=True))


def compare(*, most: int | None = None) -> Drift:
    """Compares the index with what the rows say; `most` entries of each kind, or all."""
    drift = Drift()
    for kind in declared():
        seen = 0
        for keys in _keys(kind):
            _compare(kind, keys, drift)
            seen += len(keys)
            if most is not None and seen >= most:
                break
        for batch in batches(Entry.objects.filter(kind=kind.name).values_list("key", flat=True)):
            there = {str(key) for key in _still_there(kind, batch)}
            drift.gone += [(kind.name, key) for key in batch if key not in there]
    return drift


def _compare(kind: Kind, keys: list[object], drift: Drift) -> None:
    wanted = {one.columns[KEY]: one for one in prepared(kind, keys)}
    names = [str(key) for key in keys]
    entries = {one.key: one for one in Entry.objects.filter(kind=kind.name, key__in=names)}
    differing = storage.differing(list(wanted.values()))
    drift.compared += len(names)
    for key in names:
        entry, right = entries.get(key), wanted.get(key)
        if right is None:
            # What has ended stays until `make_due` takes it away: nobody finds it.
            if entry is not None and not (entry.live_until and entry.live_until <= timezone.now()):
                drift.gone.append((kind.name, key))
        elif entry is None:
            drift.missing.append((kind.name, key))
        elif right.pk in differing or _compared(right.columns) != _compared(_columns(entry)):
            drift.stale.append((kind.name, key))


def _compared(columns: tuple[object, ...]) -> tuple[object, ...]:
    return columns[:WRITTEN_AT] + columns[WRITTEN_AT + 1 :]


def _columns(entry: Entry) -> tuple[object, ...]:
    return tuple(getattr(entry, field.attname) for field in Entry._meta.concrete_fields)


@transaction.atomic
def _forget_words() -> None:
    """Forgets the words that stand nowhere any more: that of somebody who was erased is one."""
    # A word that is written meanwhile would be taken for one that stands nowhere.
    storage.wait_for_other_writers()
    storage.forget_unused_words()
    now = timezone.now()
    IndexState.objects.update_or_create(pk=1, defaults={"words_forgotten_at": now})


def make_due() -> dict[str, int]:
    """Does what time makes due: what has ended goes, what is over says what it says then, words
    that stand nowhere are forgotten. Returns how much of what, in French."""
    if not is_of_today():
        return {"entrées récrites": rebuild()}
    now = timezone.now()
    new_year = now.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    of_a_year = [kind.name for kind in declared() if kind.changes_with_the_year]
    over = Q(ends_at__lte=now, written_at__lt=F("ends_at"))
    over |= Q(kind__in=of_a_year, written_at__lt=new_year)
    known = IndexState.objects.get(pk=1)
    if known.words_forgotten_at is None or known.words_forgotten_at < now - WORDS_ARE_KEPT:
        _forget_words()
    return {
        "entrées retirées": _written_again(Q(live_until__lte=now)),
        "entrées récrites": _written_again(over),
    }


def _written_again(due: Q) -> int:
    count = 0
    entries = Entry.objects.filter(due)
    for kind in declared():
        keys = list(entries.filter(kind=kind.name).values_list("key", flat=True))
        rewrite(kind, keys)
        count += len(keys)
    return count
