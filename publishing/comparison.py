"""Two snapshots side by side: what changed, field by field and word by word."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any, Self

from django.db import models
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from publishing.choosing import named
from publishing.richtext import RichTextField, annotated_text

EMPTY = "—"
ALIKE = "(le texte est le même ; la mise en forme ou le fichier change)"
SUMMARY_WORDS = 40


@dataclass(frozen=True)
class Difference:
    """One line of the comparison; `before` and `after` carry <del> and <ins>.

    `name` is the field or the list of parts that it is about, `old` and `new` what the snapshots
    have there: the value, or the one part (None: it is not there).
    """

    label: str
    before: SafeString
    after: SafeString
    name: str
    old: Any
    new: Any
    is_part: bool = False
    # The version that brought it: `Standing.attributed`.
    version: Any = None

    def is_in(self, data: Mapping[str, Any]) -> bool:
        """Says whether that snapshot has it already."""
        if not self.is_part:
            return bool(data.get(self.name) == self.new)
        parts = data.get(self.name, [])
        return self.old not in parts if self.new is None else self.new in parts

    def brought_by(self, version: Any) -> Self:
        return replace(self, version=version)


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|[^\s]+", text)


def marked(before: str, after: str) -> tuple[SafeString, SafeString]:
    """Returns both texts, with what is gone in <del> and what is new in <ins>."""
    old, new = _words(before), _words(after)
    left: list[tuple[str, str]] = []
    right: list[tuple[str, str]] = []
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    for operation, a1, a2, b1, b2 in matcher.get_opcodes():
        same = operation == "equal"
        left.append(("" if same else "del", "".join(old[a1:a2])))
        right.append(("" if same else "ins", "".join(new[b1:b2])))
    return _joined(left), _joined(right)


def _joined(pieces: Iterable[tuple[str, str]]) -> SafeString:
    return format_html_join(
        "",
        "{}",
        (
            (format_html("<{0}>{1}</{0}>", tag, text) if tag and text else text,)
            for tag, text in pieces
        ),
    )


def _readable(model: type[models.Model], name: str, value: Any, reader: Any) -> str:
    """Returns a value of a snapshot as that person reads it: what they may not see is not named."""
    field = model._meta.get_field(name)
    if value in (None, "", []):
        return ""
    if field.is_relation:
        keys = value if isinstance(value, list) else [value]
        assert field.related_model is not None and not isinstance(field.related_model, str)
        found = named(field.related_model, keys, reader)
        return ", ".join(found.get(key, "(supprimé ou réservé)") for key in keys)
    if isinstance(value, bool):
        return "oui" if value else "non"
    if choices := dict(getattr(field, "flatchoices", [])):
        return str(choices.get(value, value))
    if isinstance(field, RichTextField):
        return annotated_text(str(value))
    if isinstance(field, models.DateField):
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    if isinstance(field, models.TimeField):
        return f"{time.fromisoformat(value):%H:%M}"
    return str(value)


def _part_text(model: type[models.Model], part: Mapping[str, Any], reader: Any) -> str:
    """Returns a child (a block, a person…) as one text, its filled fields one under the other."""
    lines = []
    for name, value in part.items():
        field = model._meta.get_field(name)
        if not getattr(field, "editable", True):  # only machines know it by that
            continue
        if isinstance(value, bool):
            lines.append(f"{field.verbose_name} : oui" if value else "")  # type: ignore[union-attr]  # a column of ours
        else:
            lines.append(_readable(model, name, value, reader))
    return "\n".join(line for line in lines if line)


def _both_sides(before: str, after: str) -> tuple[SafeString, SafeString]:
    """Returns both sides, marked; where they read alike all the same, what differs is said."""
    left, right = marked(before, after)
    if before == after:
        right = format_html("{} <ins>{}</ins>", right, ALIKE)
    return left or SafeString(EMPTY), right or SafeString(EMPTY)


def compare(
    model: type[models.Model],
    parts: Mapping[str, type[models.Model]],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    reader: Any,
) -> list[Difference]:
    """Returns the differences only, own fields first, then the children in order."""
    differences = []
    for name in after:
        if name in parts or before.get(name) == after[name]:
            continue
        label = str(getattr(model._meta.get_field(name), "verbose_name", name))
        old = _readable(model, name, before.get(name), reader)
        left, right = _both_sides(old, _readable(model, name, after[name], reader))
        differences.append(
            Difference(
                label,
                left,
                right,
                name,
                before.get(name),
                after[name],
            )
        )
    for name, part_model in parts.items():
        old_parts, new_parts = (
            part_model.in_order(whole.get(name, []), whole)  # type: ignore[attr-defined]  # a part's
            for whole in (before, after)
        )
        differences += _compare_parts(name, part_model, old_parts, new_parts, reader)
    return differences


def _compare_parts(
    name: str, model: type[models.Model], before: list[Any], after: list[Any], reader: Any
) -> list[Difference]:
    """Compares children matched by equality, so that a moved or inserted one is told apart from one
    that was rewritten. Each that differs is told, were it by the address of a link alone."""
    if before == after:
        return []
    old = [_part_text(model, part, reader) for part in before]
    new = [_part_text(model, part, reader) for part in after]
    differences = []
    whole_old, whole_new = (
        [json.dumps(p, sort_keys=True) for p in side] for side in (before, after)
    )
    matcher = difflib.SequenceMatcher(a=whole_old, b=whole_new, autojunk=False)
    for operation, a1, a2, b1, b2 in matcher.get_opcodes():
        if operation == "equal":
            continue
        for offset in range(max(a2 - a1, b2 - b1)):
            left_text = old[a1 + offset] if a1 + offset < a2 else ""
            right_text = new[b1 + offset] if b1 + offset < b2 else ""
            at, parts = (b1, after) if b1 + offset < b2 else (a1, before)
            number, part = at + offset + 1, parts[at + offset]
            left, right = _both_sides(left_text, right_text)
            differences.append(
                Difference(
                    model.numbered(number, part),  # type: ignore[attr-defined]  # a part's
                    left,
                    right,
                    name,
                    before[a1 + offset] if a1 + offset < a2 else None,
                    after[b1 + offset] if b1 + offset < b2 else None,
                    is_part=True,
                )
            )
    return differences


def summary(
    model: type[models.Model],
    parts: Mapping[str, type[models.Model]],
    data: Mapping[str, Any],
    *,
    reader: Any,
) -> list[tuple[str, str]]:
    """Returns what a first publication shows, in a line each: its fields, shortened, then how many
    parts of each sort."""
    lines = []
    for name in data:
        if name in parts:
            continue
        label = str(getattr(model._meta.get_field(name), "verbose_name", name))
        if (text := _readable(model, name, data[name], reader)) and text != "non":
            lines.append((label, Truncator(text).words(SUMMARY_WORDS)))
    for name, part_model in parts.items():
        if count := len(data.get(name, [])):
            words = part_model._meta.verbose_name_plural if count > 1 else None
            lines.append((str(words or part_model._meta.verbose_name), str(count)))
    return lines
