"""What was typed, put together with what somebody else saved meanwhile.

Three states are compared, field by field and row by row: what the form showed when it was opened,
what is saved now, and what is posted. What one side alone changed is kept; what both changed,
otherwise, is a collision, which only a person can settle.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import FieldDoesNotExist
from django.utils.html import escape
from django.utils.safestring import SafeString

from editing import posted_rows
from editing.posted_rows import PostedRow
from editing.shown import Pairs, Shown, Values, compared_fields, owner, values_of
from editing.words import heading, same, words
from publishing.comparison import marked

MINE, THEIRS = "mine", "theirs"
DELETED = "(supprimé)"


@dataclass(frozen=True)
class Collision:
    """A value that both changed. `key` names it in the form that asks; `anchor` is its place
    there."""

    key: str
    where: str
    anchor: str
    opened: str
    theirs: str
    mine: str
    # What was typed is kept by itself here, and there is only something to read.
    is_told_only: bool = False

    @property
    def theirs_marked(self) -> SafeString:
        """Returns their text, with what is new in <ins>."""
        return marked(self.opened, self.theirs)[1] if self.opened else escape(self.theirs)

    @property
    def mine_marked(self) -> SafeString:
        return marked(self.opened, self.mine)[1] if self.opened else escape(self.mine)


@dataclass
class Merge:
    """What is left to settle, what was taken from the other save, and what to remember of it."""

    collisions: list[Collision] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    # What was first shown of each value that waits for a choice, by key of the collision.
    pending: dict[str, Pairs] = field(default_factory=dict)


@dataclass
class InlineDescription:
    """What is to be known of an inline's rows: its fields, how it tells rows apart, and what orders
    them."""

    prefix: str
    noun: str
    key_name: str
    fields: Mapping[str, forms.Field]
    model: Any
    labels: Mapping[str, str]  # by key, for the rows that are saved now
    rank: str = ""  # the field that orders them, if people do
    ranks_first: bool = True
    may_add: bool = True


class Merging:
    """The merge of one post: it is changed in place, and `outcome` says what became of it."""

    def __init__(
        self,
        *,
        opened: Shown,
        now: Shown,
        data: Any,
        files: Any,
        pending: Mapping[str, Pairs] | None = None,
        choices: Mapping[str, str] | None = None,
        every: str = "",
    ) -> None:
        self.opened, self.now, self.data, self.files = opened, now, data, files
        self.was_pending, self.choices, self.every = dict(pending or {}), dict(choices or {}), every
        self.outcome = Merge()

    # --- One value ---

    def _settled(
        self, key: str, one: forms.Field, column: Any, opened: Pairs, now: Pairs, mine: Pairs
    ) -> Pairs | None:
        """Returns what to put in place of what was typed; None where it stays. Raises _Collides."""
        if same(one, column, mine, now):
            return None
        if same(one, column, opened, now):
            if key not in self.was_pending:
                return None
            choice = self.choices.get(key) or self.every
            if choice not in (MINE, THEIRS):
                raise _Collides(self.was_pending[key])
            return now if choice == THEIRS else None
        if same(one, column, mine, opened):
            return now
        raise _Collides(self.was_pending.get(key, opened))

    def _collide(self, collision: Collision, opened: Pairs) -> None:
        self.outcome.collisions.append(collision)
        if not collision.is_told_only:
            self.outcome.pending[collision.key] = opened

    # --- The form itself ---

    def fields(self, form: Any) -> None:
        names = compared_fields(form)
        sent = [(name, value) for name in self.data for value in self.data.getlist(name)]
        mine = values_of(sent, names)
        for name in names:
            one, column = (
                form.fields[name],
                column_of(getattr(getattr(form, "_meta", None), "model", None), name),
            )
            opened, now = self.opened.fields.get(name, []), self.now.fields.get(name, [])
            typed = self._with_file(one, name, mine.get(name, []), opened, self.files, self.data)
            try:
                taken = self._settled(name, one, column, opened, now, typed)
            except _Collides as both:
                self._collide(
                    Collision(
                        name,
                        heading(one.label),
                        form[name].auto_id,
                        words(one, both.opened),
                        words(one, now),
                        words(one, typed),
                    ),
                    both.opened,
                )
                continue
            if taken is not None:
                if key_is_new(name, self.was_pending):
                    self.outcome.taken.append(heading(one.label))
                self._put(name, taken, names, one)

    def _put(self, name: str, pairs: Pairs, names: Sequence[str], one: forms.Field) -> None:
        if isinstance(one, forms.FileField):
            self.files.pop(name, None)
            self.data.pop(f"{name}-clear", None)
            return
        for control in [sent for sent in self.data if (owner(sent, names) or ("",))[0] == name]:
            del self.data[control]
        for end, value in pairs:
            self.data.appendlist(name + end, value)

    @staticmethod
    def _with_file(
        one: forms.Field, name: str, typed: Pairs, opened: Pairs, files: Any, data: Any
    ) -> Pairs:
        """Keeps the file that was there where no new one is sent: no browser sends a file back."""
        if not isinstance(one, forms.FileField):
            return typed
        if uploaded := files.get(name):
            return [("", f"{uploaded.name} (à choisir de nouveau)")]
        return [] if data.get(f"{name}-clear") else opened

    # --- Its rows ---

    def rows(self, of: InlineDescription) -> None:
        mine = posted_rows.read_rows(self.data, self.files, of.prefix, of.key_name)
        if mine is None:
            return
        opened = self.opened.rows.get(of.prefix, {})
        now = self.now.rows.get(of.prefix, {})
        collisions: list[tuple[PostedRow, str, Pairs]] = []  # told once rows are numbered
        kept: list[PostedRow] = []
        for row in mine:
            if not row.key or row.key in now:
                kept.append(row)
                if row.key:
                    collisions += self._row(
                        of, row, opened.get(row.key, now[row.key]), now[row.key]
                    )
            elif (vanished := self._vanished(of, row, opened.get(row.key))) is not None:
                kept.append(row)
                collisions += vanished
        posted = {row.key for row in kept}
        fresh = [key for key in now if key not in opened and key not in posted]
        # A post was sent twice, as by a second click: what the first one added is what this one
        # adds.
        for key in fresh[:]:
            again = [row for row in kept if not row.key and self._says(of, row, now[key])]
            if again:
                kept.remove(again[0])
                kept.append(self._row_of(key, now[key]))
                fresh.remove(key)
        added = [self._added(of, key, now[key]) for key in fresh]
        order = [*kept, *added]
        if of.rank:
            order = self._ordered(of, kept, added, opened, now) or order
        numbered = posted_rows.write_rows(self.data, self.files, of.prefix, of.key_name, order)
        for row, name, was in collisions:
            self._tell_row(of, row, name, was, now, numbered.index(row), order.index(row) + 1)

    def _row(
        self, of: InlineDescription, row: PostedRow, opened: Values, now: Values
    ) -> list[tuple[PostedRow, str, Pairs]]:
        names = list(of.fields)
        typed = values_of(((k, v) for k, vs in row.sent.items() for v in vs), names)
        key = f"{of.prefix}:{row.key}"
        told_names = [name for name in names if name != of.rank]

        def column(name: str) -> Any:
            return column_of(of.model, name)

        theirs_changed = [
            name
            for name in told_names
            if not same(of.fields[name], column(name), opened.get(name, []), now.get(name, []))
        ]
        if row.is_deleted:
            choice = self.choices.get(key) or self.every
            if not theirs_changed and (key not in self.was_pending or choice == MINE):
                return []
            if theirs_changed or choice != THEIRS:
                return [(row, "", [])]
            row.keep()
            for name in told_names:
                row.set(name, now.get(name, []), names)
            return []
        collisions: list[tuple[PostedRow, str, Pairs]] = []
        for name in told_names:
            one = of.fields[name]
            before, saved = opened.get(name, []), now.get(name, [])
            mine = self._file_of(one, row, name, typed.get(name, []), before)
            try:
                taken = self._settled(f"{key}:{name}", one, column(name), before, saved, mine)
            except _Collides as both:
                collisions.append((row, name, both.opened))
                continue
            if taken is None:
                continue
            if isinstance(one, forms.FileField):
                row.files.pop(name, None)
                row.sent.pop(f"{name}-clear", None)
            else:
                row.set(name, taken, names)
            if key_is_new(f"{key}:{name}", self.was_pending):
                self.outcome.taken.append(
                    f"{of.labels.get(row.key, of.noun)}, {heading(one.label).lower()}"
                )
        return collisions

    @staticmethod
    def _file_of(one: forms.Field, row: PostedRow, name: str, typed: Pairs, opened: Pairs) -> Pairs:
        if not isinstance(one, forms.FileField):
            return typed
        if uploaded := row.files.get(name):
            return [("", f"{uploaded[-1].name} (à choisir de nouveau)")]
        return [] if row.sent.get(f"{name}-clear") else opened

    def _vanished(
        self, of: InlineDescription, row: PostedRow, opened: Values | None
    ) -> list[tuple[PostedRow, str, Pairs]] | None:
        """Settles a row that somebody deleted: None where it may go, else it becomes a new one."""
        label = of.noun
        if opened is not None:
            names = list(of.fields)
            typed = values_of(((k, v) for k, vs in row.sent.items() for v in vs), names)
            changed = any(
                not same(
                    of.fields[name],
                    column_of(of.model, name),
                    opened.get(name, []),
                    self._file_of(
                        of.fields[name], row, name, typed.get(name, []), opened.get(name, [])
                    ),
                )
                for name in names
                if name != of.rank
            )
            if row.is_deleted or not changed:
                if not row.is_deleted:
                    self.outcome.taken.append(f"{label} (supprimé)")
                return None
        if not of.may_add:
            self.outcome.taken.append(f"{label} (supprimé)")
            return None
        row.key = ""
        row.keep()
        return [(row, "", [])] if opened is not None else []

    def _added(self, of: InlineDescription, key: str, values: Values) -> PostedRow:
        if of.may_add:
            self.outcome.taken.append(f"{of.labels.get(key, of.noun)} (ajouté)")
        return self._row_of(key, values)

    @staticmethod
    def _row_of(key: str, values: Values) -> PostedRow:
        row = PostedRow(key, {})
        for name, pairs in values.items():
            for end, value in pairs:
                row.sent.setdefault(name + end, []).append(value)
        return row

    @staticmethod
    def _says(of: InlineDescription, row: PostedRow, values: Values) -> bool:
        """Says whether a posted row holds those values, wherever it is ranked."""
        names = list(of.fields)
        typed = values_of(((k, v) for k, vs in row.sent.items() for v in vs), names)
        return all(
            same(
                of.fields[name],
                column_of(of.model, name),
                typed.get(name, []),
                values.get(name, []),
            )
            for name in names
            if name != of.rank
        )

    # --- Their order ---

    def _ordered(
        self,
        of: InlineDescription,
        kept: list[PostedRow],
        added: list[PostedRow],
        opened: Mapping[str, Values],
        now: Mapping[str, Values],
    ) -> list[PostedRow] | None:
        """Returns all rows in the order to save; None where what was posted says it already."""
        by_key = {row.key: row for row in (*kept, *added) if row.key}
        common = [key for key in now if key in opened and key in by_key]
        typed = {
            row.key: values_of([(of.rank, v) for v in row.sent.get(of.rank, [])], [of.rank])
            for row in kept
            if row.key
        }
        before = ranked(opened, of.rank, common)
        theirs = ranked(now, of.rank, common)
        mine = ranked(typed, of.rank, [row.key for row in kept if row.key in common])
        moved = before != theirs
        if not moved and not added and f"{of.prefix}:" not in self.was_pending:
            return None
        mine_whole = sorted(kept, key=lambda row: rank_of(row.sent.get(of.rank, [""])[-1]))
        theirs_whole = [by_key[key] for key in ranked(now, of.rank, list(now)) if key in by_key]
        base, others = (
            (theirs_whole, mine_whole) if mine in (before, theirs) else (mine_whole, theirs_whole)
        )
        if mine not in (before, theirs) and of.ranks_first:
            choice = self.choices.get(f"{of.prefix}:") or self.every
            waits = f"{of.prefix}:" in self.was_pending
            if moved or (waits and choice not in (MINE, THEIRS)):
                self._collide(
                    Collision(
                        f"{of.prefix}:",
                        f"Ordre\u00a0: {of.noun.lower()}",
                        f"{of.prefix}-group",
                        self._listed(of, before if moved else []),
                        self._listed(of, theirs),
                        self._listed(of, mine),
                    ),
                    [],
                )
            elif waits and choice == THEIRS:
                base, others = theirs_whole, mine_whole
        elif moved and mine == before:
            self.outcome.taken.append(f"Ordre\u00a0: {of.noun.lower()}")
        whole = woven(base, others)
        for position, row in enumerate(whole):
            row.sent[of.rank] = [str(position)]
        return whole

    @staticmethod
    def _listed(of: InlineDescription, keys: Iterable[str]) -> str:
        return "\n".join(of.labels.get(key, of.noun) for key in keys)

    def _tell_row(
        self,
        of: InlineDescription,
        row: PostedRow,
        name: str,
        was: Pairs,
        now: Mapping[str, Values],
        index: int,
        number: int,
    ) -> None:
        label = of.labels.get(row.key, f"{of.noun} {number}")
        key = f"{of.prefix}:{row.key}"
        anchor = f"{of.prefix}-{index}"
        if name:
            one = of.fields[name]
            typed = values_of(((k, v) for k, vs in row.sent.items() for v in vs), list(of.fields))
            mine = self._file_of(one, row, name, typed.get(name, []), was)
            self._collide(
                Collision(
                    f"{key}:{name}",
                    f"{label} – {heading(one.label).lower()}",
                    f"id_{anchor}-{name}",
                    words(one, was),
                    words(one, now[row.key].get(name, [])),
                    words(one, mine),
                ),
                was,
            )
        elif row.key:  # mine deletes what they changed
            opened = self.opened.rows.get(of.prefix, {}).get(row.key, {})
            self._collide(
                Collision(
                    key,
                    label,
                    anchor,
                    self._row_words(of, opened),
                    self._row_words(of, now[row.key]),
                    DELETED,
                ),
                [],
            )
        else:  # theirs deleted what mine changes
            self._collide(
                Collision(key, label, anchor, "", DELETED, "reste, comme une ligne nouvelle", True),
                [],
            )

    @staticmethod
    def _row_words(of: InlineDescription, values: Values) -> str:
        lines = (
            words(of.fields[name], pairs)
            for name, pairs in values.items()
            if name in of.fields and name != of.rank
        )
        return "\n".join(line for line in lines if line and line != "non")


class _Collides(Exception):
    """Both sides changed the value. `opened` is what it was before either did."""

    def __init__(self, opened: Pairs) -> None:
        self.opened = opened


def key_is_new(key: str, pending: Mapping[str, Pairs]) -> bool:
    """Says whether a value is news: what was chosen is none to whoever chose it."""
    return key not in pending


def column_of(model: Any, name: str) -> Any:
    try:
        column = model._meta.get_field(name)
    except (AttributeError, FieldDoesNotExist):
        return None
    return None if column.is_relation else column


def ranked(rows: Mapping[str, Values], rank: str, keys: Sequence[str]) -> list[str]:
    """Returns those keys by their rank; those of one rank stay as they come."""
    return sorted(keys, key=lambda key: rank_of((rows.get(key, {}).get(rank) or [("", "")])[-1][1]))


def rank_of(text: str) -> int:
    known = text.isascii() and text.isdigit() and len(text) <= posted_rows.LONGEST_NUMBER
    return int(text) if known else 0


def woven(base: Sequence[PostedRow], others: Sequence[PostedRow]) -> list[PostedRow]:
    """Returns the base, and what the others alone have: each after the row that precedes it
    there."""
    whole = list(base)
    previous: PostedRow | None = None
    for row in others:
        if row not in whole:
            whole.insert(whole.index(previous) + 1 if previous else 0, row)
        previous = row
    return whole
