"""« Avant de publier » : what a content lacks and what a reader would trip on, told in its form,
while it is being written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from publishing.drafts import posted_snapshot
from publishing.remarks import Remark


class BeforePublishing:
    """A mixin of ModelAdmin (`publishing.admin.PublishableAdmin`)."""

    # The ModelAdmin gives these.
    model: Any
    opts: Any
    admin_site: Any
    parts: Mapping[str, type[models.Model]]
    get_form: Any
    get_fieldsets: Any
    get_object: Any
    has_add_permission: Any
    has_change_permission: Any
    remarks: Any
    _create_formsets: Any

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.before_view))
        name = f"{self.opts.app_label}_{self.opts.model_name}_before"
        return [
            path("avant-de-publier/", view, name=f"{name}_adding"),
            path("<int:pk>/avant-de-publier/", view, name=name),
            *super().get_urls(),  # type: ignore[misc]  # ModelAdmin's
        ]

    def before_view(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Answers with the same panel, evaluated anew for the form as it is posted, which is not
        saved."""
        obj = None
        if pk is None:
            if not self.has_add_permission(request):
                raise PermissionDenied
        else:
            obj = self.get_object(request, str(pk))
            if obj is None:
                raise Http404  # it is out of the person's territories: nothing says that it exists
            if not self.has_change_permission(request, obj):
                raise PermissionDenied
        fields = flatten_fieldsets(self.get_fieldsets(request, obj))
        form_class = self.get_form(request, obj, change=obj is not None, fields=fields)
        form = form_class(request.POST, request.FILES, instance=obj)
        formsets, _ = self._create_formsets(request, form.instance, change=obj is not None)
        for one in (form, *formsets):
            one.is_valid()
        context = {"before": self._before(form, formsets, obj, reader=request.user)}
        return TemplateResponse(request, "admin/publishing/_before.html", context)

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        obj = kwargs.get("obj") or context.get("original")
        may_write = (
            self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        )
        if may_write:
            form = context["adminform"].form
            formsets = [one.formset for one in context["inline_admin_formsets"]]
            context["before"] = self._before(form, formsets, obj, reader=request.user)
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]  # ModelAdmin's

    def _before(self, form: Any, formsets: list[Any], obj: Any, *, reader: Any) -> dict[str, Any]:
        data, indexes = posted_snapshot(form, formsets, self.parts)
        working = form.instance
        lacks: list[Remark] = working.lacks(data)
        asked = {one.anchor for one in lacks}
        found: list[Remark] = [
            one
            for one in self.remarks(working, reader=reader, with_links=False, data=data)
            if one.anchor not in asked  # once is enough
        ]
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_before"
        return {
            "url": reverse(name, args=[obj.pk]) if obj else reverse(f"{name}_adding"),
            "lacks": [one.moved(indexes) for one in lacks],
            "remarks": [one.moved(indexes) for one in found],
            "count": count_words(len(lacks), len(found)),
        }


def count_words(lacks: int, found: int) -> str:
    """Returns "2 manques, 1 remarque"."""
    if not lacks and not found:
        return "rien à signaler"
    words = []
    if lacks:
        words.append(f"{lacks} manque{'s' if lacks > 1 else ''}")
    if found:
        words.append(f"{found} remarque{'s' if found > 1 else ''}")
    return ", ".join(words)
