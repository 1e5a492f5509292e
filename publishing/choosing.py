"""What a person may point at, and in which words.

A relation opens rights: whoever attaches a document to what they write reads it. So whatever lets
somebody choose (forms, suggestions as one types, filters, restored versions) asks `choices_of`
first, and names what it found by `label_of`. A model answers by a method of its querysets:

- `choosable_by(user)`, where choosing is another question than reading: working copies, which are
  named by the title that this person may read;
- `visible_to(user)`, where it is the same;

or it is a list that everybody chooses from (`is_open_list`), or the room that knows whom it is for
says so (`declare_choices`). Of any other model, only whoever may view its rows in the admin chooses
among them: what is added tomorrow is closed until somebody opens it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth import get_permission_codename
from django.core.exceptions import ValidationError
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

RESERVED = "(réservé\u00a0: vous ne pouvez pas l’ouvrir)"

_declared: dict[type[Model], Callable[[Any], QuerySet[Any]]] = {}


def declare_choices(model: type[Model], rule: Callable[[Any], QuerySet[Any]]) -> None:
    """Declares choices for models of which the portal does not write the querysets."""
    _declared[model] = rule


def key_of(model: type[Model], value: Any, name: str = "") -> Any:
    """Returns what was sent, as the database has keys of that model (or of that column of it). None
    for what can be no key, which must not be asked of a database: it fails on a number that is too
    large for it, and on a NUL."""
    column: Any = model._meta.get_field(name) if name else model._meta.pk
    try:
        key = column.to_python(value)
        column.run_validators(key)
    except ValidationError:
        return None
    return None if "\x00" in str(key) else key


def is_open_list(model: type[Model]) -> bool:
    """Says whether its rows are secret to nobody who writes: closed lists, territories."""
    return bool(getattr(model, "is_open_list", False))


def choices_of(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    """Keeps those of `rows` that the person may point at."""
    model = rows.model
    if is_open_list(model):
        return rows
    if rule := _declared.get(model):
        return rows.filter(pk__in=rule(user).values("pk"))
    for name in ("choosable_by", "visible_to"):
        if hasattr(rows, name):
            narrowed: QuerySet[Any] = getattr(rows, name)(user)
            return narrowed
    opts = model._meta
    right = f"{opts.app_label}.{get_permission_codename('view', opts)}"
    return rows if user.has_perm(right) else rows.none()


def choices_and_held(rows: QuerySet[Any], user: Any, held: Any) -> QuerySet[Any]:
    """Returns the same with the row that is chosen already, whoever chose it: `label_of` does not
    name it to those who may not point at it."""
    found = rows.with_readable_words(user) if hasattr(rows, "with_readable_words") else rows
    mine = choices_of(rows.model._default_manager.all(), user).order_by()
    within = Exists(mine.filter(pk=OuterRef("pk")))
    return found.annotate(is_within_reach=within).filter(Q(is_within_reach=True) | Q(pk=held))


def label_of(row: Any, words: Callable[[Any], str] = str) -> str:
    """Names a row of the querysets above: what has a title for this person by that title, anything
    else by `words`."""
    if not getattr(row, "is_within_reach", True):
        return RESERVED
    if hasattr(row, "readable_title"):
        return row.readable_title or RESERVED
    return words(row)


def named(model: type[Model], keys: Any, user: Any) -> dict[Any, str]:
    """Returns those of these keys that the person may be told about, each with its words."""
    found = choices_of(model._default_manager.filter(pk__in=list(keys)), user)
    return {row.pk: label_of(row) for row in found}
