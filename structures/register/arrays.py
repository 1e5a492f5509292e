"""The arrays themselves, and how they follow the database.

A read asks the database one number (`Revision`). When it has grown, only the rows that bear a
greater one are read; when rows went, all are read again. What readers hold is never changed: a new
set of columns takes its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Lock
from typing import Any

import numpy as np
from django.db.models import CharField, Q, QuerySet

from publishing.fields import SeveralField
from spelling.folding import folded
from spelling.lines import one_line
from structures.columns import STRUCTURE, SUPPORT, Kept
from structures.models import Revision, Structure, Support
from structures.register.communes import CommuneIndex, Flags, commune_index
from structures.register.counted import Array, Counted
from territories.names import LEFT_OUT

READ_AT_ONCE = 20_000
# Above this, asking the database for the whole order again costs less.
MOST_PLACED = 200
# So many ids are written into one query.
MOST_NAMED = 500
MOST_WORDS = 8
MOST_ANSWERS = 16
MOST_THEMES = 64

# These are kept of each table: the field that is read, and its array.
OF_STRUCTURES: tuple[tuple[Any, Kept], ...] = tuple(
    (Structure._meta.get_field(column.name), column.kept) for column in STRUCTURE if column.kept
)
OF_SUPPORTS: tuple[tuple[Any, Kept], ...] = tuple(
    (field, column.kept)
    for column in SUPPORT
    if column.kept and not (field := Support._meta.get_field(column.name)).many_to_many
)
STRUCTURE_FIELDS = (
    "id", "commune_id", "consent_id", "merged_into_id", "closed_on", "search_key",
    *(field.attname for field, _ in OF_STRUCTURES),
)  # fmt: skip
SUPPORT_FIELDS = ("id", "structure_id", *(field.attname for field, _ in OF_SUPPORTS))
# The kinds of the arrays, by name.
STRUCTURE_KINDS: dict[str, Any] = {
    "id": np.int64, "place": np.int32, "is_public": bool, "is_current": bool, "is_closed": bool,
    **{array.name: array.kind for _, array in OF_STRUCTURES},
}  # fmt: skip
SUPPORT_KINDS: dict[str, Any] = {
    "support_id": np.int64, "support_of": np.int64,
    **{column.kept.name: column.kept.kind for column in SUPPORT if column.kept},
}  # fmt: skip


def listed(field: Any) -> tuple[str, ...]:
    """Returns what the numbers of a closed list stand for; 0 is none."""
    return "", *(str(value) for value, _ in field.flatchoices)


@dataclass(frozen=True)
class Names:
    """The words of every name, one after another in one text: a word is looked for in it at
    memory's speed. Each slot is a name; that of an old name belongs to nobody (-1)."""

    text: bytes
    ends: Array
    owners: Array

    def with_names(self, ids: Array, keys: list[str], gone: Array) -> Names:
        """Returns the names after some structures came or changed theirs; `gone` are all whose
        names go."""
        parts = [f" {key}\n".encode() for key in keys]
        start = len(self.text)
        ends = start + np.cumsum([len(part) for part in parts], dtype=np.int64)
        owners = self.owners.copy()
        owners[np.isin(owners, gone)] = -1
        return Names(
            self.text + b"".join(parts),
            np.concatenate([self.ends, ends]),
            np.concatenate([owners, ids]),
        )

    def bearing(self, words: Iterable[str]) -> Array:
        """Returns ids of structures with words that begin with each of these, sorted."""
        found: Array | None = None
        for word in sorted(words, key=len, reverse=True):
            pattern = re.compile(re.escape(b" " + word.encode()))
            if found is None or len(found) > 2_000:
                starts = [match.start() for match in pattern.finditer(self.text)]
                slots = np.searchsorted(self.ends, starts, side="right")
                slots = slots[np.flatnonzero(np.diff(slots, prepend=-1))]
                found = slots if found is None else np.intersect1d(found, slots)
            else:
                found = np.array(
                    [slot for slot in found if pattern.search(self._slot(slot))], dtype=np.int64
                )
        if found is None:
            return np.zeros(0, dtype=np.int64)
        owners = self.owners[found]
        return np.sort(owners[owners >= 0])

    def _slot(self, slot: int) -> bytes:
        start = int(self.ends[slot - 1]) if slot else 0
        return self.text[start : int(self.ends[slot])]


@dataclass(frozen=True)
class Columns(Counted):
    """One state of the register, every structure in it. `order` are the structures' positions in
    alphabetical order."""

    revision: int
    anew: int

    is_public: Flags
    names: Names
    order: Array

    support_id: Array

    @cached_property
    def is_supported(self) -> Flags:
        flags = np.zeros(len(self), dtype=bool)
        flags[self.structure_at] = True
        return flags

    @cached_property
    def latest_year(self) -> Array:
        years = np.zeros(len(self), dtype=np.int16)
        np.maximum.at(years, self.structure_at, self.year)
        return years

    def positions_of(self, ids: Iterable[int] | Array) -> Array:
        """Returns the positions of the structures with these ids, unknown ones left out."""
        wanted = np.asarray(list(ids) if not isinstance(ids, np.ndarray) else ids, dtype=np.int64)
        at = np.searchsorted(self.id, wanted)
        at = at[at < len(self)] if not len(self) else np.minimum(at, len(self) - 1)
        return at[self.id[at] == wanted] if len(self) else at[:0]

    def named(self, typed: str) -> Flags | None:
        """Returns structures with every word that was typed, or that number; None when nothing that
        can be seen was typed."""
        if typed not in self._answers:
            if len(self._answers) >= MOST_ANSWERS:
                self._answers.clear()
            self._answers[typed] = self._named(typed)
        return self._answers[typed]

    @cached_property
    def _answers(self) -> dict[str, Flags | None]:
        """Keeps the answers to what was typed lately: a page asks several times, and then its other
        views."""
        return {}

    def _named(self, typed: str) -> Flags | None:
        if not one_line(typed):
            return None
        words = folded(typed).split()[:MOST_WORDS]
        telling = [word for word in words if word not in LEFT_OUT] or words
        flags = np.zeros(len(self), dtype=bool)
        flags[self.positions_of(self.names.bearing(telling))] = True
        flags[self.positions_of(_numbered(typed))] = True
        return flags


def _numbered(typed: str) -> list[int]:
    """Returns ids of those whose Siren, Siret or RNA was typed whole."""
    number = re.sub(r"[\s.\-]", "", typed).upper()
    if not (9 <= len(number) <= 14 and number.isascii() and number.isalnum()):
        return []
    wanted = Q(siren=number) | Q(siret=number) | Q(rna=number)
    return list(Structure.objects.order_by().filter(wanted).values_list("pk", flat=True))


# --- Reading --------------------------------------------------------------------------------------


def _structures(rows: QuerySet[Any], where: CommuneIndex) -> tuple[dict[str, Array], list[str]]:
    """Returns columns of those rows, in the order of their ids, and the words of their names."""
    parts: dict[str, list[Array]] = {}
    names: list[str] = []
    encode = [(array, _encoder(field, array)) for field, array in OF_STRUCTURES]
    for chunk in _chunks(rows.order_by("id").values_list(*STRUCTURE_FIELDS)):
        ids, communes, consents, merged, closed, keys, *rest = zip(*chunk, strict=True)
        read: dict[str, Array] = {
            "id": np.array(ids, dtype=np.int64),
            "place": np.array([where.number_of.get(key, 0) for key in communes], dtype=np.int32),
            "is_public": np.array([consent is not None for consent in consents], dtype=bool),
            "is_current": np.array([into is None for into in merged], dtype=bool),
            "is_closed": np.array([day is not None for day in closed], dtype=bool),
            **{
                array.name: encoded(values)
                for (array, encoded), values in zip(encode, rest, strict=True)
            },
        }
        for name, values in read.items():
            parts.setdefault(name, []).append(values)
        names += keys
    return {name: np.concatenate(arrays) for name, arrays in parts.items()}, names


def _encoder(field: Any, array: Kept) -> Callable[[Iterable[Any]], Array]:
    """Returns what turns the values of a field into the numbers of its array."""
    if isinstance(field, SeveralField):
        bits = _Bits(field)
        return lambda values: np.array([bits[value] for value in values], dtype=array.kind)
    if isinstance(field, CharField):
        numbers = {value: number for number, value in enumerate(listed(field))}
        return lambda values: np.array([numbers.get(v, 0) for v in values], dtype=array.kind)
    return lambda values: np.array([value or 0 for value in values], dtype=array.kind)


class _Bits(dict[str, int]):
    """Turns each set of values, as it is stored, into one bit a value, in the order of their
    list."""

    def __init__(self, field: SeveralField) -> None:
        super().__init__()
        self.bits = {value: 1 << bit for bit, value in enumerate(field.labels)}

    def __missing__(self, held: str) -> int:
        self[held] = sum(self.bits.get(value, 0) for value in held.split())
        return self[held]


def _supports(rows: QuerySet[Any], theme_bits: dict[int, int]) -> dict[str, Array]:
    """Returns columns of those supports. New themes are added to `theme_bits`."""
    parts: dict[str, list[Array]] = {}
    encode = [(array, _encoder(field, array)) for field, array in OF_SUPPORTS]
    for chunk in _chunks(rows.order_by("id").values_list(*SUPPORT_FIELDS)):
        ids, structures, *rest = zip(*chunk, strict=True)
        read: dict[str, Array] = {
            "support_id": np.array(ids, dtype=np.int64),
            "support_of": np.array(structures, dtype=np.int64),
            "themes": _themes(np.array(ids), theme_bits),
            **{
                array.name: encoded(values)
                for (array, encoded), values in zip(encode, rest, strict=True)
            },
        }
        for name, values in read.items():
            parts.setdefault(name, []).append(values)
    return {name: np.concatenate(arrays) for name, arrays in parts.items()}


def _themes(ids: Array, theme_bits: dict[int, int]) -> Array:
    """Returns bits of the themes of those supports, whose ids are in order."""
    through = Support.themes.through.objects.order_by()
    if len(ids) <= MOST_NAMED:
        rows = through.filter(support_id__in=ids.tolist())
    else:
        rows = through.filter(support_id__gte=ids[0], support_id__lte=ids[-1])
    pairs = np.array(rows.values_list("support_id", "theme_id"), dtype=np.int64).reshape(-1, 2)
    pairs = pairs[np.isin(pairs[:, 0], ids)]
    for theme in np.setdiff1d(pairs[:, 1], [*theme_bits]).tolist():
        if len(theme_bits) == MOST_THEMES:
            raise ValueError(f"The register counts {MOST_THEMES} themes at most")
        theme_bits[theme] = len(theme_bits)
    bits = np.zeros(len(ids), dtype=np.uint64)
    for theme in np.unique(pairs[:, 1]).tolist():
        of = pairs[pairs[:, 1] == theme, 0]
        bits[np.searchsorted(ids, of)] |= np.uint64(1 << theme_bits[theme])
    return bits


def _chunks(rows: QuerySet[Any]) -> Iterable[list[Any]]:
    chunk: list[Any] = []
    for row in rows.iterator(chunk_size=READ_AT_ONCE):
        chunk.append(row)
        if len(chunk) == READ_AT_ONCE:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _empty(where: CommuneIndex, revision: int, anew: int) -> Columns:
    kinds = {**STRUCTURE_KINDS, "order": np.int32, **SUPPORT_KINDS}
    return Columns(
        revision=revision,
        anew=anew,
        places=where,
        names=Names(b"", np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)),
        theme_bits={},
        **{name: np.zeros(0, dtype=kind) for name, kind in kinds.items()},
    )


def _merged(
    old: Columns, key: str, names: Iterable[str], new: dict[str, Array], order_by: str
) -> dict[str, Array]:
    """Returns the old rows that were not read anew, and the new ones, in the order of
    `order_by`."""
    if not new:
        return {}
    kept = ~np.isin(getattr(old, key), new[key])
    joined = {name: np.concatenate([getattr(old, name)[kept], new[name]]) for name in names}
    order = np.argsort(joined[order_by], kind="stable")
    return {name: values[order] for name, values in joined.items()}


def _followed(old: Columns, revision: int, anew: int) -> Columns:
    """Returns the columns with whatever was written since."""
    since = old.revision
    theme_bits = dict(old.theme_bits)
    structures, keys = _structures(Structure.objects.filter(revision__gt=since), old.places)
    supports = _supports(Support.objects.filter(revision__gt=since), theme_bits)
    if supports:
        # A support may be of a structure that came since they were read: the next read has both.
        known = np.isin(
            supports["support_of"], np.concatenate([old.id, structures.get("id", old.id[:0])])
        )
        supports = {name: values[known] for name, values in supports.items()}
    merged: dict[str, Any] = {
        **_merged(old, "id", STRUCTURE_KINDS, structures, "id"),
        **_merged(old, "support_id", SUPPORT_KINDS, supports, "support_of"),
    }
    new = replace(old, revision=revision, anew=anew, theme_bits=theme_bits, **merged)
    if not structures:
        return new
    ids = structures["id"]
    return replace(new, names=old.names.with_names(ids, keys, ids), order=_order(old, new, ids))


def _order(old: Columns, new: Columns, changed: Array) -> Array:
    """Returns positions in alphabetical order, as the database sorts."""
    rows = Structure.objects.order_by("sort_key", "id")
    if not len(old) or len(changed) > MOST_PLACED:
        ids = np.fromiter(rows.values_list("pk", flat=True).iterator(READ_AT_ONCE), np.int64)
        # Some may have come since the columns were read; the next read will have them.
        return new.positions_of(ids).astype(np.int32)
    sequence = old.id[old.order]
    sequence = sequence[~np.isin(sequence, changed)]
    moved = Structure.objects.filter(pk__in=changed.tolist())
    where = {int(pk): at for at, pk in enumerate(sequence)}
    inserted: list[tuple[int, int]] = []
    for pk, key in moved.order_by("sort_key", "id").values_list("pk", "sort_key"):
        before = (
            rows.filter(Q(sort_key__lt=key) | Q(sort_key=key, pk__lt=pk))
            .exclude(pk__in=changed.tolist())
            .reverse()
            .values_list("pk", flat=True)
            .first()
        )
        inserted.append((where[before] + 1 if before in where else 0, pk))
    if inserted:
        places_, pks = zip(*inserted, strict=True)
        sequence = np.insert(sequence, places_, pks)
    return new.positions_of(sequence).astype(np.int32)


# --- The process's copy ---------------------------------------------------------------------------

_lock = Lock()
_kept: Columns | None = None


def current() -> Columns:
    """Returns the register as the database has it now."""
    global _kept
    with _lock:
        number, anew = Revision.objects.values_list("number", "anew").get(pk=1)
        where = commune_index()
        kept = _kept
        if kept is None or kept.places is not where or kept.revision > number or kept.anew != anew:
            kept = _empty(where, -1, anew)
        if kept.revision != number:
            kept = _followed(kept, number, anew)
        _kept = kept
        return kept


def forget() -> None:
    """Forgets it, for tests, whose transactions take back revisions."""
    global _kept
    _kept = None
