"""What a form shows: each control as a browser would send it back, had nobody touched anything.

It is read from the form's own HTML, so that it holds for every widget, today's and those to come,
and never tells more than the page did.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.forms.formsets import DELETION_FIELD_NAME, ORDERING_FIELD_NAME
from lxml import html as lxml_html

# The controls of one field, in pairs: the end of their name ("" for most, "_1" for the second of
# two), and a value. A list of choices has as many pairs as choices.
Pairs = list[tuple[str, str]]
Values = dict[str, Pairs]  # by field; empty ones are left out
SENT_BY_NO_FORM = {"submit", "reset", "button", "image", "file"}


@dataclass
class Shown:
    """The fields of the form, and those of its rows: by prefix, then by key, in order."""

    fields: Values = field(default_factory=dict)
    rows: dict[str, dict[str, Values]] = field(default_factory=dict)


def controls(markup: str, form_id: str = "") -> Iterator[tuple[str, str]]:
    """Yields the names and values that a browser would send, in the order of the page."""
    root: Any
    if form_id:
        found: Any = lxml_html.document_fromstring(markup).xpath("//form[@id=$name]", name=form_id)
        root = found[0] if found else None
    else:
        root = lxml_html.fragment_fromstring(markup, create_parent="form") if markup else None
    if root is None:
        return
    for control in root.iter("input", "select", "textarea"):
        name = control.get("name")
        if name and control.get("disabled") is None:
            for value in _values(control):
                yield name, value


def _values(control: Any) -> Iterator[str]:
    if control.tag == "textarea":
        # A browser drops the line break that opens the text, and Django writes one.
        yield str(control.text or "").removeprefix("\r").removeprefix("\n")
    elif control.tag == "select":
        options = list(control.iter("option"))
        chosen = [option for option in options if option.get("selected") is not None]
        if not chosen and control.get("multiple") is None:
            chosen = options[:1]
        for option in chosen:
            yield option.get("value", " ".join(option.text_content().split()))
    else:
        kind = control.get("type", "text").lower()
        if kind in ("checkbox", "radio"):
            if control.get("checked") is not None:
                yield control.get("value", "on")
        elif kind not in SENT_BY_NO_FORM:
            yield control.get("value", "")


def compared_fields(form: forms.BaseForm, fk_name: str = "") -> list[str]:
    """Returns the fields of a form that people fill in: neither keys nor the marks of a formset."""
    model = getattr(getattr(form, "_meta", None), "model", None)
    own = {DELETION_FIELD_NAME, ORDERING_FIELD_NAME, fk_name}
    if model is not None:
        own.add(model._meta.pk.name)
    return [name for name, one in form.fields.items() if name not in own and not one.disabled]


def owner(control: str, names: Collection[str]) -> tuple[str, str] | None:
    """Returns the field that a control belongs to, and the end of its name: `cover_alt` is a field
    of its own, `commune_q` a box of `commune`, `at_1` the second half of `at`."""
    name = control
    while name not in names:
        name, cut, _ = name.rpartition("_")
        if not cut:
            return None
    return name, control[len(name) :]


def values_of(sent: Iterable[tuple[str, str]], names: Collection[str]) -> Values:
    """Returns what was sent under names without prefix, by field."""
    values: Values = {}
    for control, value in sent:
        if found := owner(control, names):
            name, suffix = found
            if value != "":
                values.setdefault(name, []).append((suffix, value))
    return values


def shown_by(
    form: forms.BaseForm, formsets: Iterable[Any], markup: str | None = None, form_id: str = ""
) -> Shown:
    """Returns what those forms show. `markup` is the page, where they were rendered already."""
    if markup is None:
        markup = "".join(_rendered(form, formsets))
    by_prefix: dict[str, list[tuple[str, str]]] = {}
    known = {one.prefix: one for formset in formsets for one in formset.initial_forms}
    known[form.prefix or ""] = form
    for name, value in controls(markup, form_id):
        prefix, _, control = name.rpartition("-")
        if prefix in known:
            by_prefix.setdefault(prefix, []).append((control, value))
    own = by_prefix.get(form.prefix or "", [])
    shown = Shown(values_of(own, compared_fields(form)) | _files(form))
    for formset in formsets:
        fk = getattr(getattr(formset, "fk", None), "name", "")
        rows = shown.rows[formset.prefix] = {}
        for row in formset.initial_forms:
            sent = by_prefix.get(row.prefix, [])
            if sent:
                rows[str(row.instance.pk)] = values_of(sent, compared_fields(row, fk)) | _files(row)
    return shown


def _rendered(form: Any, formsets: Iterable[Any]) -> Iterator[str]:
    for one in (form, *(row for formset in formsets for row in formset.initial_forms)):
        for bound in one:
            yield str(bound)


def _files(form: Any) -> Values:
    """Returns files by their names, since no browser sends a file back."""
    return {
        bound.name: [("", str(bound.initial))]
        for bound in form
        if isinstance(bound.field, forms.FileField) and bound.initial
    }


def as_json(shown: Shown) -> list[Any]:
    return [shown.fields, shown.rows]


def from_json(data: Any) -> Shown:
    fields, rows = data
    return Shown(
        _pairs(fields),
        {
            prefix: {key: _pairs(values) for key, values in of.items()}
            for prefix, of in rows.items()
        },
    )


def _pairs(values: Mapping[str, Any]) -> Values:
    return {name: [(suffix, value) for suffix, value in pairs] for name, pairs in values.items()}
