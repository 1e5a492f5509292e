"""What is wrong in a form that comes back, for the summary at its head."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms, template

register = template.Library()


@dataclass(frozen=True)
class Mistake:
    """One thing to correct: its words, and the id of the field that they speak of, if they speak of
    one that the page shows."""

    words: str
    anchor: str = ""


@register.filter
def mistakes(form: forms.BaseForm) -> list[Mistake]:
    """Returns those of the whole form, then those of its fields, in their order."""
    found = [Mistake(str(words)) for words in form.non_field_errors()]
    for field in form:
        for words in field.errors:
            if field.is_hidden:
                found.append(Mistake(str(words)))
                continue
            # Several boxes have no field of their own: the first of them stands for all.
            anchor = field.id_for_label or f"{field.auto_id}_0"
            found.append(Mistake(f"{field.label}\u00a0: {words}", anchor))
    return found
