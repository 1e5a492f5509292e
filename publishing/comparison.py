"""Two snapshots side by side: what changed, field by field and word by word."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from publishing.richtext import plain_text

EMPTY = "—"


@dataclass(frozen=True)
class Difference:
    """One line of the comparison; `before` and `after` carry <del> and <ins>."""

    label: str
    before: SafeString
    after: SafeString


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|[^\s]+", text)


def marked(before: str, after: str) -> tuple[SafeString, SafeString]:
    """Both texts, with what is gone in <del> and what is new in <ins>."""
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
    """A value of a snapshot as that person reads it: what they may not see is not named."""
    field = model._meta.get_field(name)
    if value in (None, "", []):
        return ""
    if field.is_relation:
        keys = value if isinstance(value, list) else [value]
        assert field.related_model is not None and not isinstance(field.related_model, str)
        rows: Any = field.related_model._default_manager.all()
        if hasattr(rows, "visible_to"):
            rows = rows.visible_to(reader)
        found = rows.in_bulk(keys)
        return ", ".join(str(found.get(key, "(supprimé ou réservé)")) for key in keys)
    if isinstance(value, bool):
        return "oui" if value else "non"
    if choices := dict(getattr(field, "flatchoices", [])):
        return str(choices.get(value, value))
    if "<" in str(value):
        return plain_text(str(value))
    return str(value)


def _part_text(model: type[models.Model], part: Mapping[str, Any], reader: Any) -> str:
    """A child (a block, a person…) as one text, its filled fields one under the other."""
    lines = (_readable(model, name, value, reader) for name, value in part.items())
    return "\n".join(line for line in lines if line and line != "non")


def compare(
    model: type[models.Model],
    parts: Mapping[str, type[models.Model]],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    reader: Any,
) -> list[Difference]:
    """The differences only, own fields first, then the children in order."""
    differences = []
    for name in after:
        if name in parts or before.get(name) == after[name]:
            continue
        label = str(getattr(model._meta.get_field(name), "verbose_name", name))
        old = _readable(model, name, before.get(name), reader)
        left, right = marked(old, _readable(model, name, after[name], reader))
        differences.append(Difference(label, left or SafeString(EMPTY), right or SafeString(EMPTY)))
    for name, part_model in parts.items():
        old_parts, new_parts = (
            part_model.in_order(whole.get(name, []), whole)  # type: ignore[attr-defined]  # a part's
            for whole in (before, after)
        )
        differences += _compare_parts(part_model, old_parts, new_parts, reader)
    return differences


def _compare_parts(
    model: type[models.Model], before: list[Any], after: list[Any], reader: Any
) -> list[Difference]:
    """Children matched by likeness of their text, so that a moved or inserted one is told apart
    from one that was rewritten."""
    old = [_part_text(model, part, reader) for part in before]
    new = [_part_text(model, part, reader) for part in after]
    differences = []
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    for operation, a1, a2, b1, b2 in matcher.get_opcodes():
        if operation == "equal":
            continue
        for offset in range(max(a2 - a1, b2 - b1)):
            left_text = old[a1 + offset] if a1 + offset < a2 else ""
            right_text = new[b1 + offset] if b1 + offset < b2 else ""
            at, parts = (b1, after) if b1 + offset < b2 else (a1, before)
            number, part = at + offset + 1, parts[at + offset]
            left, right = marked(left_text, right_text)
            differences.append(
                Difference(
                    model.numbered(number, part),  # type: ignore[attr-defined]  # a part's
                    left or SafeString(EMPTY),
                    right or SafeString(EMPTY),
                )
            )
    return differences
