"""The words that editors give to search."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from search.effects import MOST_EXPRESSIONS, concerned, effects_of
from search.models import Synonym

# A line each, and a few of them.
FEW_LINES: Any = {models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 4})}}


@admin.register(Synonym)
class SynonymAdmin(admin.ModelAdmin[Synonym]):
    """A synonym is tried before it is saved: its form says what it would change."""

    list_display = ("said_in_a_line", "direction", "same_in_a_line")
    search_fields = ("said", "same")
    fields = ("said", "same", "both_ways")
    formfield_overrides = FEW_LINES
    change_form_template = "admin/search/synonym.html"

    class Media:
        css: ClassVar[Any] = {"all": ["search/admin.css"]}
        js = ["search/effects.js"]

    @admin.display(description="qui cherche", ordering="said")
    def said_in_a_line(self, synonym: Synonym) -> str:
        return ", ".join(synonym.said.splitlines())

    @admin.display(description="sens", ordering="both_ways")
    def direction(self, synonym: Synonym) -> str:
        return "↔ les deux" if synonym.both_ways else "→ un seul"

    @admin.display(description="trouve aussi", ordering="same")
    def same_in_a_line(self, synonym: Synonym) -> str:
        return ", ".join(synonym.same.splitlines())

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.effects_view)
        return [
            path("effets/", view, name="search_synonym_effects_adding"),
            path("<int:pk>/effets/", view, name="search_synonym_effects"),
            *super().get_urls(),
        ]

    @method_decorator(require_POST)
    def effects_view(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Shows what the synonym would change as it is posted, and saves nothing: in a page that
        offers to save it, or alone, for the form itself to show (`panel`)."""
        obj = None
        if pk is None:
            if not self.has_add_permission(request):
                raise PermissionDenied
        else:
            obj = self.get_object(request, str(pk))
            if obj is None:
                raise Http404
            if not self.has_change_permission(request, obj):
                raise PermissionDenied
        form_class = self.get_form(request, obj, change=obj is not None, fields=self.fields)
        form = form_class(request.POST, instance=obj)
        tried = self._tried(form.instance, request.user) if form.is_valid() else None
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Ce que ce synonyme changerait",
            "form": form,
            "tried": tried,
            "sent": [(n, v) for n in request.POST for v in request.POST.getlist(n)],
            "form_url": (
                reverse("admin:search_synonym_change", args=[pk])
                if pk
                else reverse("admin:search_synonym_add")
            ),
        }
        whole, alone = "admin/search/effects.html", "admin/search/_tried.html"
        return TemplateResponse(request, alone if "panel" in request.POST else whole, context)

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        obj = kwargs.get("obj") or context.get("original")
        name = "admin:search_synonym_effects"
        context["effects_url"] = reverse(name, args=[obj.pk]) if obj else reverse(f"{name}_adding")
        if obj and not context["errors"]:
            context["tried"] = self._tried(obj, request.user)
        return super().render_change_form(request, context, *args, **kwargs)

    def _tried(self, synonym: Synonym, user: Any) -> dict[str, Any]:
        left = len(concerned(synonym)) - MOST_EXPRESSIONS
        return {"effects": effects_of(synonym, user), "left": max(left, 0)}
