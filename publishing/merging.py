"""Applies to a third snapshot what another changed of the first: a correction without the rest.

A text that is scheduled (`base`) was corrected in the working copy (`theirs`); what is online
(`ours`) lacks what is scheduled, and needs the correction. Everything in the result is either
online already or was written since `base`: of `base` alone, nothing comes through. What cannot be
applied without guessing stays as it is online, and is named.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import models

from publishing.fields import FrenchCharField, RichTextField
from publishing.richtext import plain_text, sanitize_rich_text

# It matches markup, white space, words and single signs: a comma is changed without the word before
# it.
_TOKENS = re.compile(r"<[^<>]*>|\s+|\w+|[^\w\s]")
# Two parts that are alike by so much are one, rewritten.
ALIKE = 0.5

Values = Mapping[str, Any]
# It says whether a value of a field, or a whole part, may not come through: `(name, value,
# present)`, with what is online in that place (None where nothing is).
Withheld = Callable[[str, Any, Any], bool]


@dataclass
class Merged:
    """The outcome of a merge. `left_out` says in French the places where a change could not be
    applied."""

    data: dict[str, Any]
    left_out: list[str] = field(default_factory=list)


def is_text(model: type[models.Model], name: str) -> bool:
    """Says whether it is written in words, which can be corrected one by one."""
    column = model._meta.get_field(name)
    return isinstance(column, models.TextField | FrenchCharField)


def merge(
    model: type[models.Model],
    parts: Mapping[str, type[models.Model]],
    *,
    base: Values,
    theirs: Values,
    ours: Values,
    withheld: Withheld = lambda name, value, present: False,
) -> Merged:
    """Returns `ours`, with what `theirs` changed of `base`. `withheld` has the last word: what it
    names stays as in `ours`."""
    own = [name for name in theirs if name not in parts]
    merged, left_out = _merged_fields(model, own, base, theirs, ours)
    for name in own:
        if merged.get(name) != ours.get(name) and withheld(name, merged[name], ours.get(name)):
            merged[name] = ours.get(name)
            left_out.append(_label(model, name))
    for name, part_model in parts.items():
        if name not in theirs and name not in ours:
            continue
        rows = [list(data.get(name, [])) for data in (base, theirs, ours)]
        merged[name], lost = _merged_parts(part_model, *rows, withheld=partial(withheld, name))
        left_out += lost
    return Merged(merged, list(dict.fromkeys(left_out)))


def _label(model: type[models.Model], name: str) -> str:
    return str(getattr(model._meta.get_field(name), "verbose_name", name))


# --- Fields ---


def _merged_fields(
    model: type[models.Model], names: list[str], base: Values, theirs: Values, ours: Values
) -> tuple[dict[str, Any], list[str]]:
    """Merges fields; those that say one thing together go together (`TOGETHER` of the model)."""
    merged = dict(ours)
    left_out: list[str] = []
    groups: list[tuple[str, ...]] = list(getattr(model, "TOGETHER", ()))
    grouped = {name for group in groups for name in group}
    groups += [(name,) for name in names if name not in grouped]
    for group in groups:
        known = [name for name in group if name in names]
        before, wanted, now = ([data.get(name) for name in known] for data in (base, theirs, ours))
        if wanted in (before, now):
            continue
        if before == now:
            merged |= dict(zip(known, wanted, strict=True))
            continue
        if len(known) == 1:
            (name,) = known
            value, is_whole = _merged_value(model, name, before[0], wanted[0], now[0])
            merged[name] = value
            if is_whole:
                continue
        left_out.append(", ".join(_label(model, name) for name in known))
    return merged, left_out


def _merged_value(
    model: type[models.Model], name: str, before: Any, wanted: Any, now: Any
) -> tuple[Any, bool]:
    """Returns a value that changed on both sides; False when some of it could not be taken."""
    if model._meta.get_field(name).many_to_many:
        kept = set(now or []) - (set(before or []) - set(wanted or []))
        return sorted(kept | (set(wanted or []) - set(before or []))), True
    if not is_text(model, name) or not all(isinstance(v, str) for v in (before, wanted, now)):
        return now, False
    text, is_whole = merge_texts(before, wanted, now)
    field = model._meta.get_field(name)
    # A tag lost its other half: it would not be stored as it is.
    if isinstance(field, RichTextField) and field.correct(sanitize_rich_text(text)) != text:
        return now, False
    return text, is_whole


def merge_texts(base: str, theirs: str, ours: str) -> tuple[str, bool]:
    """Returns `ours`, with each passage that `theirs` changed where `ours` still reads as `base`
    does."""
    old, new, present = (_TOKENS.findall(text) for text in (base, theirs, ours))
    already = _hunks(old, present)
    is_whole = True
    result = list(present)
    # Changes are made from the end, so that the places before stay where they are.
    for start, end, words in reversed(_hunks(old, new)):
        if (start, end, words) in already:
            continue
        if any(_touch(start, end, words, hunk) for hunk in already):
            is_whole = False
            continue
        shift = sum(len(w) - (e - s) for s, e, w in already if e <= start)
        result[start + shift : end + shift] = words
    return "".join(result), is_whole


Hunk = tuple[int, int, list[str]]


def _hunks(old: list[str], new: list[str]) -> list[Hunk]:
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    return [
        (a1, a2, new[b1:b2])
        for operation, a1, a2, b1, b2 in matcher.get_opcodes()
        if operation != "equal"
    ]


def _touch(start: int, end: int, words: list[str], other: Hunk) -> bool:
    """Says whether a change speaks of what the other side changed too. What is inserted beside such
    a passage belongs to it, save a sign that ends the word before."""
    first, last, _ = other
    if start == end:
        ends_word = start == first and not any(re.search(r"\w|<", word) for word in words)
        return first <= start <= last and not ends_word
    if first == last:
        return start < first < end
    return start < last and first < end


# --- Parts ---


def _merged_parts(
    model: type[models.Model],
    base: list[Values],
    theirs: list[Values],
    ours: list[Values],
    *,
    withheld: Callable[[Values, Values | None], bool],
) -> tuple[list[Values], list[str]]:
    """Merges parts in the order of `ours`; what `theirs` added comes after what it follows
    there."""
    label = str(model._meta.verbose_name)
    left_out: list[str] = []
    to_theirs, to_ours = pairs(base, theirs), pairs(base, ours)
    of_ours = {place: of_base for of_base, place in to_ours.items()}
    merged: list[tuple[int | None, Values]] = []  # each with its place in `theirs`
    new = {n: row for n, row in enumerate(theirs) if n not in to_theirs.values()}
    # Both sides have these, and `base` does not.
    rest = [n for n in range(len(ours)) if n not in of_ours]
    shared = pairs([ours[n] for n in rest], list(new.values()))
    again = {rest[a]: list(new)[b] for a, b in shared.items()}
    for number, row in enumerate(ours):
        of_base = of_ours.get(number)
        if of_base is None:
            place = again.get(number)
            merged.append((place, row if place is None else theirs[place]))
        elif of_base not in to_theirs:
            if row != base[of_base]:
                left_out.append(f"{label} {number + 1}")
                merged.append((None, row))
        else:
            place = to_theirs[of_base]
            before, wanted = base[of_base], theirs[place]
            values, lost = _merged_fields(model, list(wanted), before, wanted, row)
            left_out += [f"{label} {number + 1} : {name}" for name in lost]
            merged.append((place, values))
        if merged and merged[-1][1] != row and withheld(merged[-1][1], row):
            left_out.append(f"{label} {number + 1}")
            merged[-1] = (merged[-1][0], row)
    # It changed in `theirs`, and is nowhere in `ours`: it is a correction of what waits.
    left_out += [
        f"{label} {place + 1}"
        for of_base, place in to_theirs.items()
        if of_base not in to_ours and theirs[place] != base[of_base]
    ]
    for place, row in new.items():
        if place in again.values():
            continue
        if withheld(row, None):
            left_out.append(f"{label} {place + 1}")
            continue
        merged.insert(_after(merged, place), (place, row))
    kept = [n for n in range(len(base)) if n in to_theirs and n in to_ours]
    order, present = (sorted(kept, key=places.__getitem__) for places in (to_theirs, to_ours))
    if order not in (kept, present):
        left_out.append(f"{label} : l’ordre")
    return [row for _, row in merged], left_out


def _after(merged: list[tuple[int | None, Values]], place: int) -> int:
    """Returns where that row goes: behind the nearest of those that come before it there, or else
    before the nearest of those that follow."""
    places = [(was, n) for n, (was, _) in enumerate(merged) if was is not None]
    before = [one for one in places if one[0] < place]
    if before:
        return max(before)[1] + 1
    return min(places)[1] if places else len(merged)


def pairs(old: list[Values], new: list[Values]) -> dict[int, int]:
    """Returns by place in `old` where the same part is in `new`: by its key, or else by its
    likeness."""
    if old and "key" in old[0]:
        places = {row["key"]: n for n, row in enumerate(new)}
        return {n: places[row["key"]] for n, row in enumerate(old) if row["key"] in places}
    found: dict[int, int] = {}
    left, right = ([json.dumps(row, sort_keys=True) for row in rows] for rows in (old, new))
    matcher = difflib.SequenceMatcher(a=left, b=right, autojunk=False)
    for operation, a1, a2, b1, b2 in matcher.get_opcodes():
        if operation == "equal":
            found |= dict(zip(range(a1, a2), range(b1, b2), strict=True))
    for n in range(len(old)):
        free = [m for m in range(len(new)) if m not in found.values()]
        if n in found or not free:
            continue
        likeness = {m: _likeness(old[n], new[m]) for m in free}
        # Of two that are as alike, the one that is as far in the list counts.
        best = max(free, key=lambda m: (likeness[m], -abs(m - n)))
        if likeness[best] >= ALIKE:
            found[n] = best
    return found


def _likeness(old: Values, new: Values) -> float:
    """Returns how alike their filled values are, word by word; one of another kind is another
    part."""
    if old.get("kind") != new.get("kind"):
        return 0
    left, right = [*_filled(old)], [*_filled(new)]
    return difflib.SequenceMatcher(a=left, b=right, autojunk=False).ratio()


def _filled(row: Values) -> Iterator[str]:
    for name, value in row.items():
        if name != "kind" and value not in (None, "", [], False):
            text = str(value).casefold()
            yield from re.findall(r"\w+", plain_text(text) if "<" in text else text)
