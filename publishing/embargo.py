"""Says whether another snapshot holds some of what is scheduled and not public yet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import models

from publishing.merging import is_text
from publishing.richtext import annotated_text

# A passage of so many words is told from a coincidence.
PASSAGE = 3
START, END = "\x02", "\x03"

Passage = tuple[str, ...]


class Embargo:
    """The passages and the values that `scheduled` has and `online` has not."""

    def __init__(
        self,
        model: type[models.Model],
        parts: Mapping[str, type[models.Model]],
        *,
        online: Mapping[str, Any],
        scheduled: Mapping[str, Any],
    ) -> None:
        self.model = model
        self.parts = parts
        self._passages = {p for name in scheduled for p in self._read(name, scheduled[name])}
        self._passages -= {p for name in online for p in self._read(name, online[name])}
        self._values = {v for name in scheduled for v in self._kept(name, scheduled[name])}
        self._values -= {v for name in online for v in self._kept(name, online[name])}
        self._words = {w for passage in self._passages for w in passage if _is_telling_word(w)}
        self._words -= {w for name in online for p in self._read(name, online[name]) for w in p}

    def _holds(self, name: str, value: Any) -> bool:
        """Says whether that value of a field, or that one part, tells something of it. Signs do not
        count: a sentence stays the same one with another comma."""
        rows = self._rows(name, value)
        return any(p in self._passages for p in self._read(name, rows)) or any(
            v in self._values for v in self._kept(name, rows)
        )

    def tells(self, name: str, value: Any, present: Any) -> bool:
        """Says whether that value would tell something of it in the place of `present`, which is
        online (None where nothing is). A word that readers have nowhere is enough: it may be what
        is left of a passage that was rewritten."""
        if self._holds(name, value):
            return True
        new, old = (
            {w for p in self._read(name, self._rows(name, one)) for w in p}
            for one in (value, present)
        )
        return bool((new - old) & self._words)

    def _rows(self, name: str, value: Any) -> Any:
        """Reads a part as a list of one."""
        if name not in self.parts:
            return value
        return [] if value is None else [value]

    def _read(self, name: str, value: Any) -> Iterator[Passage]:
        model = self.parts.get(name)
        if model is None:
            yield from _passages(value) if is_text(self.model, name) else ()
            return
        for row in value:
            for field, text in row.items():
                yield from _passages(text) if is_text(model, field) else ()

    def _kept(self, name: str, value: Any) -> Iterator[tuple[str, ...]]:
        """Yields what is no text: a day, an address, a picture; of parts without key, those alone
        that no other part could have by chance."""
        model = self.parts.get(name)
        if model is None:
            if not is_text(self.model, name):
                yield from ((name, str(one)) for one in _each(value))
            return
        for row in value:
            for field, one in row.items():
                if "key" in row and field != "key" and not is_text(model, field):
                    yield from ((name, row["key"], field, str(each)) for each in _each(one))
                elif "key" not in row and _is_telling(model, field):
                    yield from ((name, field, str(each)) for each in _each(one))


def _each(value: Any) -> list[Any]:
    values = value if isinstance(value, list) else [value]
    return [one for one in values if one not in (None, "")]


def _is_telling(model: type[models.Model], name: str) -> bool:
    column = model._meta.get_field(name)
    if is_text(model, name):
        return False
    return column.is_relation or (
        isinstance(column, models.CharField) and not getattr(column, "choices", None)
    )


def _is_telling_word(word: str) -> bool:
    """Says whether it is a word that not any sentence may have."""
    return len(word) > 2 or word.isdigit()


def _passages(text: Any) -> Iterator[Passage]:
    if not isinstance(text, str) or not text.strip():
        return
    plain = annotated_text(text) if "<" in text else text
    words = [START, *re.findall(r"\w+", plain.casefold()), END]
    for start in range(max(1, len(words) - PASSAGE + 1)):
        yield tuple(words[start : start + PASSAGE])
