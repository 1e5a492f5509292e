"""Two people in one form: nobody's work is lost, nor overwritten unseen.

`pages.admin_site` mixes this into every class that is registered. Each form carries, signed, what
it showed when it was opened. When it comes back, the row is held, and what is saved now is compared
with both (`editing.merging`): what one side alone changed is kept, and what both changed is asked.
"""

from __future__ import annotations

import copy
import re
import secrets
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import flatten_fieldsets, quote, unquote
from django.core.exceptions import PermissionDenied
from django.db.models import BooleanField
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from editing import marks, presence
from editing.concurrent_lists import ConcurrentLists, as_seen
from editing.marks import REFUSAL, MergeReport
from editing.merging import InlineDescription, Merging, column_of
from editing.saves import Saves, saves_since
from editing.shown import compared_fields, shown_by
from editing.summary import errors_of, label_of, noun_of, number_rows, ranks_first
from editing.words import heading
from publishing.choosing import key_of


class ConcurrentAdmin(ConcurrentLists):
    class Media:
        css = {"all": ["editing/editing.css"]}
        js = ["editing/presence.js", "editing/places.js"]

    def _changeform_view(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: Any
    ) -> HttpResponse:
        """Runs within the transaction of `changeform_view`: nobody else saves this row until its
        end."""
        if "_saveasnew" in request.POST and not self.save_as:
            # Django takes it for a new row, even where the admin offers no such button.
            data = request.POST.copy()
            del data["_saveasnew"]
            request.POST = data  # type: ignore[assignment]  # what Django's own view reads
        if object_id is None or "_saveasnew" in request.POST:
            return self._answered(request, object_id, form_url, extra_context)
        key = unquote(object_id)
        # The number is read before the row: at worst, what the page shows already is told as news.
        request.seen = presence.last_write(self.model, key)  # type: ignore[attr-defined]  # of this request
        if request.method != "POST":
            return self._answered(request, object_id, form_url, extra_context)
        if not self._exists(key, held=True):
            gone = self._given_back(request, key, deleted=True)
            return gone or self._answered(request, object_id, form_url, extra_context)
        obj = self.get_object(request, key)
        if obj is None or not self.has_change_permission(request, obj):
            gone = self._given_back(request, key, deleted=False)
            return gone or self._answered(request, object_id, form_url, extra_context)
        report = self._merged(request, obj)
        request.merge_report = report  # type: ignore[attr-defined]  # what this request learnt, for its page
        response = self._answered(request, object_id, form_url, extra_context)
        if report.merge.taken and not isinstance(response, TemplateResponse):
            self.message_user(request, report.taken_sentence, messages.INFO)
        return response

    def _answered(self, *args: Any) -> HttpResponse:
        return super()._changeform_view(*args)  # type: ignore[misc]  # Django's own, undeclared

    def _exists(self, key: str, *, held: bool = False) -> bool:
        """Says whether the row is there, within reach or not; `held` locks it until the transaction
        ends."""
        rows = self.model._base_manager.all()
        if held:
            rows = rows.select_for_update()
        known = key_of(self.model, key)
        return known is not None and rows.filter(pk=known).first() is not None

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        if from_field is None and key_of(self.model, object_id) is None:
            return None
        return super().get_object(request, object_id, from_field)

    # --- What was posted, with what is saved ---

    def _merged(self, request: HttpRequest, obj: Any) -> MergeReport:
        form, formsets, inlines = self._forms_as_opened(request, obj)
        now = shown_by(form, formsets)
        opened = marks.unseal(request, self.model, obj.pk)
        data, files = request.POST.copy(), request.FILES.copy()
        merging = Merging(
            opened=opened.shown if opened else now,
            now=now,
            data=data,
            files=files,
            pending=opened.pending if opened else {},
            choices=marks.choices(request),
            every=str(data.get(marks.EVERY, "")),
        )
        merging.fields(form)
        for formset, inline in zip(formsets, inlines, strict=True):
            # Rows that are only shown are not sent.
            if inline.has_change_permission(request, obj):
                merging.rows(describe_inline(formset, inline))
        merge = merging.outcome
        request.POST, request._files = data, files  # type: ignore[assignment,attr-defined]  # what Django's own view reads
        saves = (
            saves_since(self.model, obj.pk, opened.seen if opened else 0, user=request.user)
            if merge.collisions or merge.taken
            else Saves("", None)
        )
        mark = marks.seal(request, self.model, obj.pk, now, request.seen, merge.pending)  # type: ignore[attr-defined]  # as above
        return MergeReport(merge, saves, mark)

    def _forms_as_opened(self, request: HttpRequest, obj: Any) -> tuple[Any, list[Any], list[Any]]:
        """Returns the form and its rows as one who opened the page now would see them."""
        reading = copy.copy(request)
        reading.method = "GET"
        fields = flatten_fieldsets(self.get_fieldsets(reading, obj))
        form = self.get_form(reading, obj, change=True, fields=fields)(instance=obj)
        formsets, inlines = self._create_formsets(reading, obj, change=True)  # type: ignore[attr-defined]  # Django's own, undeclared
        return form, formsets, inlines

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Makes a form with collisions invalid: it comes back as it was typed, and asks."""
        form = super().get_form(request, obj, change=change, **kwargs)
        report: MergeReport | None = getattr(request, "merge_report", None)
        if report is None or not report.merge.collisions:
            return form

        def clean(bound: Any) -> Any:
            cleaned = form.clean(bound)
            bound.add_error(None, REFUSAL)
            return cleaned

        return type(form.__name__, (form,), {"clean": clean})

    # --- What the page carries ---

    def get_inline_formsets(
        self, request: HttpRequest, formsets: Any, inline_instances: Any, obj: Any = None
    ) -> Any:
        for formset, inline in zip(formsets, inline_instances, strict=True):
            number_rows(formset, inline)
        return super().get_inline_formsets(request, formsets, inline_instances, obj)

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        obj = kwargs.get("obj") or context.get("original")
        response = None
        if context["errors"]:
            inlines = [(one.formset, one.opts) for one in context["inline_admin_formsets"]]
            context["error_places"] = list(errors_of(context["adminform"].form, inlines))
        if obj is not None and obj.pk and self.has_change_permission(request, obj):
            report: MergeReport | None = getattr(request, "merge_report", None)
            place = secrets.token_hex(16)
            context["editing"] = {
                "name": marks.MARK,
                "mark": report.mark if report else place,
                "report": report
                if report and (report.merge.collisions or report.merge.taken)
                else None,
                "every": marks.EVERY,
                "choice": marks.CHOICE,
                "seen": request.seen,  # type: ignore[attr-defined]  # as above
                "presence_url": reverse(
                    f"admin:{self.opts.app_label}_{self.opts.model_name}_presence",
                    args=[quote(obj.pk)],
                ),
            }
            response = super().render_change_form(request, context, *args, **kwargs)
            if report is None and isinstance(response, TemplateResponse):
                form = context["adminform"].form
                formsets = [one.formset for one in context["inline_admin_formsets"]]

                def seal(page: HttpResponse) -> None:
                    markup = page.content.decode()
                    shown = shown_by(form, formsets, markup, f"{self.opts.model_name}_form")
                    mark = marks.seal(request, self.model, obj.pk, shown, request.seen)  # type: ignore[attr-defined]  # as above
                    page.content = markup.replace(place, mark, 1).encode()

                response.add_post_render_callback(seal)
            return response
        return super().render_change_form(request, context, *args, **kwargs)

    # --- Who else is there ---

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.presence_view))
        name = f"{self.opts.app_label}_{self.opts.model_name}_presence"
        return [path("<path:object_id>/presence/", view, name=name), *super().get_urls()]

    def presence_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Answers pages that have the form open, every few seconds: who else has, and who saved."""
        key = unquote(object_id)
        if not self.has_change_permission(request):
            raise PermissionDenied
        obj = self.get_object(request, key)
        if obj is not None and not self.has_change_permission(request, obj):
            raise PermissionDenied
        seen = as_seen(request) or 0
        if obj is None:
            if key_of(self.model, key) is None:
                raise Http404
            if self._exists(key) or not presence.was_there(self.model, key, user=request.user):
                raise Http404  # the row is out of reach: nothing says that it exists, or did
            news = presence.news_since(self.model, key, seen, user=request.user)
            return JsonResponse({"others": "", "news": news})
        if "leaving" in request.POST:
            presence.leave(self.model, obj.pk, user=request.user)
            return JsonResponse({})
        presence.arrive(self.model, obj.pk, user=request.user)
        names = presence.others(self.model, obj.pk, user=request.user)
        return JsonResponse(
            {
                "others": presence.others_sentence(names),
                "news": presence.news_since(self.model, obj.pk, seen, user=request.user),
            }
        )

    # --- What can no longer be saved ---

    def _given_back(self, request: HttpRequest, key: str, *, deleted: bool) -> HttpResponse | None:
        """Gives back what was typed in a form whose row went since: somebody deleted it, or it left
        the person's reach. Returns None for a form that was never opened."""
        opened = marks.unseal(request, self.model, key)
        if opened is None or not (opened.shown.fields or opened.shown.rows):
            return None
        if deleted:
            saves = saves_since(self.model, key, opened.seen, user=request.user)
            when = f" {saves.when}" if saves.at else ""
            title, sentence = (
                "Supprimé entre-temps",
                f"{saves.subject} supprimé cette fiche{when}, pendant que vous écriviez\u00a0: "
                "elle ne peut plus être enregistrée.",
            )
        else:
            title, sentence = (
                "Hors de votre portée",
                "Pendant que vous écriviez, cette fiche a quitté ce que vous pouvez "
                "modifier\u00a0: elle ne peut plus être enregistrée par vous.",
            )
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "sentence": sentence,
            "typed": list(self._typed(request)),
            "may_add": self.has_add_permission(request),
        }
        status = 410 if deleted else 403
        return TemplateResponse(request, "admin/editing/gone.html", context, status=status)

    def _typed(self, request: HttpRequest) -> Iterable[tuple[str, str]]:
        """Yields the texts and numbers that were sent, with their names: a choice is made again."""
        rooms: dict[str, tuple[Any, str]] = {"": (self.model, "")}
        for inline in self.get_inline_instances(request):
            prefix = inline.get_formset(request).get_default_prefix()
            rooms[prefix] = (inline.model, noun_of(inline))
        row = re.compile(r"(.+)-([0-9]{1,9})-([^-]+)")
        for control in request.POST:
            found = row.fullmatch(control)
            prefix, number, name = found.groups() if found else ("", "", control)
            text = "\n".join(one for one in request.POST.getlist(control) if one.strip())
            if prefix not in rooms or not text:
                continue
            model, noun = rooms[prefix]
            column = column_of(model, name)
            if column is None or column.primary_key or column.flatchoices or name == "position":
                continue
            label = heading(column.verbose_name)
            if isinstance(column, BooleanField):
                continue
            yield f"{noun} {int(number) + 1}, {label.lower()}" if noun else label, text


def describe_inline(formset: Any, inline: Any) -> InlineDescription:
    blank = formset.empty_form
    fk = getattr(getattr(formset, "fk", None), "name", "")
    rank = getattr(inline, "rank", "")
    noun = noun_of(inline)
    return InlineDescription(
        prefix=formset.prefix,
        noun=noun,
        key_name=formset.model._meta.pk.name,
        fields={name: blank.fields[name] for name in compared_fields(blank, fk)},
        model=formset.model,
        labels={
            str(row.instance.pk): label_of(row.instance, number, noun)
            for number, row in enumerate(formset.initial_forms, start=1)
        },
        rank=rank if rank in blank.fields else "",
        ranks_first=ranks_first(inline),
    )
