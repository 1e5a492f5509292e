"""Lists whose rows are changed in place, and the page that asks before deleting."""

from __future__ import annotations

import copy
import secrets
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.db import router, transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse

from audit.services import writes_on
from editing import marks, presence
from editing.marks import REFUSAL, MergeReport
from editing.merging import InlineDescription, Merging
from editing.posted_rows import read_rows, write_rows
from editing.saves import Saves, saves_since
from editing.shown import compared_fields, shown_by
from publishing.choosing import key_of

LIST = "list"
SEEN = "seen"


def as_seen(request: HttpRequest) -> int | None:
    """Returns the number of the last act that was known to the page that is sent; None where it
    does not say."""
    text = request.POST.get(SEEN, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


class ConcurrentLists(admin.ModelAdmin[Any]):
    # --- Rows changed in place ---

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if not self.list_editable or not self.has_change_permission(request):
            return super().changelist_view(request, extra_context)
        seen = presence.last_act()
        if request.method != "POST" or "_save" not in request.POST:
            place = secrets.token_hex(16)
            response = super().changelist_view(
                request, {**(extra_context or {}), "editing": {"name": marks.MARK, "mark": place}}
            )
            if isinstance(response, TemplateResponse):
                response.add_post_render_callback(self._list_sealer(request, response, place, seen))
            return response
        with transaction.atomic(using=router.db_for_write(self.model)):
            report = self._merged_list(request, seen)
            request.list_merge_report = report  # type: ignore[attr-defined]  # what this request learnt
            editing = {
                "name": marks.MARK,
                "mark": report.mark,
                "report": report if report.merge.collisions or report.merge.taken else None,
                "every": marks.EVERY,
                "choice": marks.CHOICE,
            }
            response = super().changelist_view(
                request, {**(extra_context or {}), "editing": editing}
            )
        if report.merge.taken and not isinstance(response, TemplateResponse):
            self.message_user(request, report.taken_sentence, messages.INFO)
        return response

    def _list_sealer(
        self, request: HttpRequest, response: TemplateResponse, place: str, seen: int
    ) -> Any:
        def sealed(page: HttpResponse) -> None:
            shown_list = (response.context_data or {}).get("cl")
            formset = shown_list.formset if shown_list else None  # an action has its own page
            markup = page.content.decode()
            if formset is not None:
                shown = shown_by(forms.Form(), [formset], markup, "changelist-form")
                mark = marks.seal(request, self.model, LIST, shown, seen)
                page.content = markup.replace(place, mark, 1).encode()

        return sealed

    def _merged_list(self, request: HttpRequest, seen: int) -> MergeReport:
        formset_class: Any = self.get_changelist_formset(request)
        prefix, key_name = formset_class.get_default_prefix(), self.opts.pk.name
        data, files = request.POST.copy(), request.FILES.copy()
        posted = read_rows(data, files, prefix, key_name) or []
        shown_now = self._rows_of_the_page(request)
        keys = [key for row in posted if (key := key_of(self.model, row.key)) is not None]
        keys += [key for key in shown_now if key not in keys]
        # Rows are locked in one order, so that two lists that are saved at once wait for each
        # other.
        list(self.model._base_manager.select_for_update().filter(pk__in=keys).order_by("pk"))
        formset = formset_class(queryset=self.get_queryset(request).filter(pk__in=keys))
        now = shown_by(forms.Form(), [formset])
        opened = marks.unseal(request, self.model, LIST)
        merging = Merging(
            opened=opened.shown if opened else now,
            now=now,
            data=data,
            files=files,
            pending=opened.pending if opened else {},
            choices=marks.choices(request),
            every=str(data.get(marks.EVERY, "")),
        )
        merging.rows(
            InlineDescription(
                prefix=prefix,
                noun=str(self.opts.verbose_name).capitalize(),
                key_name=key_name,
                fields={
                    name: formset.empty_form.fields[name]
                    for name in compared_fields(formset.empty_form)
                },
                model=self.model,
                labels={str(one.instance.pk): str(one.instance) for one in formset.initial_forms},
                may_add=False,
            )
        )
        # Django puts the values beside the rows of the page, one by one.
        places = {str(key): place for place, key in enumerate(shown_now)}
        in_place = read_rows(data, files, prefix, key_name) or []
        in_place.sort(key=lambda row: places.get(row.key, len(places)))
        write_rows(data, files, prefix, key_name, in_place)
        request.POST, request._files = data, files  # type: ignore[assignment,attr-defined]  # what Django's own view reads
        merge = merging.outcome
        saves = (
            saves_since(self.model, keys, opened.seen if opened else 0, user=request.user)
            if merge.collisions or merge.taken
            else Saves("", None)
        )
        mark = marks.seal(request, self.model, LIST, now, seen, merge.pending)
        return MergeReport(merge, saves, mark)

    def _rows_of_the_page(self, request: HttpRequest) -> list[Any]:
        try:
            return [row.pk for row in self.get_changelist_instance(request).result_list]
        except IncorrectLookupParameters:
            return []  # Django's own view says so

    def _get_edited_object_pks(self, request: HttpRequest, prefix: str) -> list[str]:
        sent: list[str] = super()._get_edited_object_pks(request, prefix)
        return [key for key in sent if key_of(self.model, key) is not None]

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        """Makes a list with collisions invalid: it comes back as it was typed, and asks."""
        formset: Any = super().get_changelist_formset(request, **kwargs)
        report: MergeReport | None = getattr(request, "list_merge_report", None)
        if report is None or not report.merge.collisions:
            return formset

        def clean(bound: Any) -> None:
            formset.clean(bound)
            raise ValidationError(REFUSAL)

        return type(formset.__name__, (formset,), {"clean": clean})

    # --- Deleting what somebody has just changed ---

    def response_action(
        self, request: HttpRequest, queryset: Any, *args: Any, **kwargs: Any
    ) -> Any:
        """Asks again, where several rows are to be deleted and one was saved since the question.
        What can be the key of no row chooses none."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        keys = [key for key in chosen if key_of(self.model, key) is not None]
        if keys != chosen:
            known = request.POST.copy()
            known.setlist(ACTION_CHECKBOX_NAME, keys)
            request.POST = known  # type: ignore[assignment]  # what Django's own view reads
        request.last_act, request.news = presence.last_act(), ""  # type: ignore[attr-defined]  # of this request, for its page
        seen = as_seen(request)
        is_sure = "post" in request.POST and seen is not None
        if is_sure and writes_on(self.model, *keys).filter(pk__gt=seen).exists():
            saves = saves_since(self.model, keys, seen or 0, user=request.user)
            request.news = f"{saves.subject} enregistré {saves.when}, depuis la question."  # type: ignore[attr-defined]  # as above
            asked = request.POST.copy()
            del asked["post"]
            request.POST = asked  # type: ignore[assignment]  # what Django's own action reads
        return super().response_action(request, queryset, *args, **kwargs)

    def _delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any
    ) -> HttpResponse:
        """Shows what was saved since the question was asked, before the row goes."""
        key = unquote(object_id)
        last = presence.last_write(self.model, key)
        seen = as_seen(request)
        news = None
        if request.method == "POST" and seen is not None and last > seen:
            saves = saves_since(self.model, key, seen, user=request.user)
            news = f"{saves.subject} enregistré {saves.when}, depuis que cette page est ouverte."
            request = copy.copy(request)
            request.method, request.POST = "GET", QueryDict()
        return super()._delete_view(  # type: ignore[misc]  # Django's own, undeclared
            request,
            object_id,
            {**(extra_context or {}), "seen": last, "seen_name": SEEN, "news": news},
        )
