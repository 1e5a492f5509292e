"""The same care for a form that has a page of its own in the admin, beside those that Django makes.

    page = ConcurrentPage(request, about=event, name="state", as_saved=StateForm(initial=…))
    form = StateForm(page.posted, initial=…)
    if page.posted is not None and page.settles(form):
        …

The caller holds the row in its transaction, and reads what is saved after it holds it.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db import models
from django.http import HttpRequest

from editing import marks, presence
from editing.marks import REFUSAL, MergeReport
from editing.merging import Merging
from editing.saves import Saves, saves_since
from editing.shown import shown_by


class ConcurrentPage:
    """The form of such a page. `about` is the row whose acts say who saved; `name` tells this form
    from others about it; `as_saved` is the form as somebody who opened it now would see it."""

    def __init__(
        self, request: HttpRequest, *, about: models.Model, name: str, as_saved: forms.BaseForm
    ) -> None:
        self.request = request
        self.posted: Any = None
        self.report: MergeReport | None = None
        model, key = type(about), f"{about.pk}:{name}"
        now = shown_by(as_saved, [])
        seen = presence.last_write(model, about.pk)
        if request.method == "POST":
            opened = marks.unseal(request, model, key)
            self.posted = request.POST.copy()
            merging = Merging(
                opened=opened.shown if opened else now,
                now=now,
                data=self.posted,
                files=request.FILES.copy(),
                pending=opened.pending if opened else {},
                choices=marks.choices(request),
                every=str(self.posted.get(marks.EVERY, "")),
            )
            merging.fields(as_saved)
            merge = merging.outcome
            found = merge.collisions or merge.taken
            since = opened.seen if opened else 0
            saves = (
                saves_since(model, about.pk, since, user=request.user) if found else Saves("", None)
            )
            mark = marks.seal(request, model, key, now, seen, merge.pending)
            self.report = MergeReport(merge, saves, mark)
            self.mark = mark
        else:
            self.mark = marks.seal(request, model, key, now, seen)

    def settles(self, form: forms.BaseForm) -> bool:
        """Says whether what was posted may be saved; the form says why where it may not."""
        if self.report is not None and self.report.merge.collisions:
            form.add_error(None, REFUSAL)
        valid = form.is_valid()
        if valid and self.report is not None and self.report.merge.taken:
            messages.info(self.request, self.report.taken_sentence)
        return valid

    @property
    def context(self) -> dict[str, Any]:
        """The context of `admin/editing/_mark.html`."""
        report = self.report
        return {
            "name": marks.MARK,
            "mark": self.mark,
            "report": report
            if report and (report.merge.collisions or report.merge.taken)
            else None,
            "every": marks.EVERY,
            "choice": marks.CHOICE,
        }
