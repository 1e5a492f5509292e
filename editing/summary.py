"""The numbers of a form's rows, and its errors with the place of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS

from editing.merging import rank_of
from editing.words import heading


@dataclass(frozen=True)
class FormError:
    """Where something is wrong, as its editor names it, and what is said of it."""

    where: str
    anchor: str
    sentences: tuple[str, ...]


def noun_of(inline: Any) -> str:
    return (
        str(inline.model.noun()) if hasattr(inline.model, "noun") else heading(inline.verbose_name)
    )


def label_of(row: Any, number: int, noun: str) -> str:
    """Returns "Bloc 3 · Citation". `row` is an object, saved or not."""
    if hasattr(row, "number"):
        return str(row.number(number))
    return f"{noun} {number} · {row}" if row.pk else f"{noun} {number}"


def ranks_first(inline: Any) -> bool:
    """Says whether rows are shown in the order that people gave them."""
    ordering = [str(one) for one in (inline.get_ordering(None) or ())]
    return ordering[:1] == [getattr(inline, "rank", "")]


def number_rows(formset: Any, inline: Any) -> None:
    """Gives each row its `number`: its place on the page, or that which its rank gives it in a form
    that comes back."""
    rows = list(formset.forms)
    if formset.is_bound and ranks_first(inline):
        rows.sort(key=lambda row: rank_of(str(row[inline.rank].value() or "")))
    for number, row in enumerate(rows, start=1):
        row.number = number


def errors_of(form: Any, formsets: Iterable[tuple[Any, Any]]) -> Iterator[FormError]:
    """Yields the errors of each field and of each row. `formsets` come with their inlines, their
    rows numbered."""
    yield from _of_fields(form, "")
    for formset, inline in formsets:
        if not formset.is_bound:
            continue
        if said := formset.non_form_errors():
            yield FormError(
                heading(inline.verbose_name_plural), f"{formset.prefix}-group", tuple(said)
            )
        noun = noun_of(inline)
        for index, row in enumerate(formset.forms):
            if row.errors:
                label = label_of(row.instance, row.number, noun)
                anchor = f"{formset.prefix}-{index}"
                if said := row.non_field_errors():
                    yield FormError(label, anchor, tuple(said))
                yield from _of_fields(row, f"{label}, ")


def _of_fields(form: Any, before: str) -> Iterator[FormError]:
    for name, said in form.errors.items():
        if name != NON_FIELD_ERRORS:
            label = heading(form.fields[name].label or name)
            where = before + label.lower() if before else label
            yield FormError(where, form[name].auto_id, tuple(said))
