"""The words that editors give to search."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from publishing.audiences import Audience
from publishing.links import dead_links
from publishing.remarks import Link
from publishing.templatetags.french_text import day
from search.effects import MOST_EXPRESSIONS, concerned, effects_of
from search.expressions import settled
from search.french.queries import asked
from search.models import ChosenAnswer, ChosenAnswerKey, MissedSearch, Synonym
from search.synonyms import Synonyms

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


@admin.register(ChosenAnswer)
class ChosenAnswerAdmin(admin.ModelAdmin[ChosenAnswer]):
    """What is answered above results. Its link is tried once it is saved."""

    list_display = ("title", "queries_in_a_line", "audience", "when")
    list_filter: ClassVar[Any] = ("audience",)
    search_fields = ("queries", "title", "link")
    fields = ("queries", "title", "text", "link", "audience", "shown_from", "shown_until")
    formfield_overrides = FEW_LINES

    @admin.display(description="pour ces recherches", ordering="queries")
    def queries_in_a_line(self, answer: ChosenAnswer) -> str:
        return ", ".join(answer.lines())

    @admin.display(description="quand", ordering="shown_from")
    def when(self, answer: ChosenAnswer) -> str:
        today = timezone.localdate()
        first, last = answer.shown_from, answer.shown_until
        if last and last < today:
            return format_html("Finie depuis le {}", day(last))
        begins = "En ce moment"
        if first and first > today:
            begins = format_html("À partir du {}", day(first))
        return format_html("{}, jusqu’au {}", begins, day(last)) if last else begins

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if {"link", "audience"} & set(form.changed_data):
            request.answer_to_try = obj  # type: ignore[attr-defined]  # of this request

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().changeform_view(request, *args, **kwargs)
        # Other sites are asked once everything is saved: nobody waits behind them.
        answer: ChosenAnswer | None = getattr(request, "answer_to_try", None)
        if answer is not None and (
            answer.audience == Audience.PUBLIC or not answer.link.startswith("/")
        ):
            for remark in dead_links([Link("", answer.title, answer.link)]):
                self.message_user(request, remark.sentence, messages.WARNING)
        return response


@admin.register(MissedSearch)
class MissedSearchAdmin(admin.ModelAdmin[MissedSearch]):
    """What was searched without result, by several: a line a query. Nobody writes here."""

    list_display = ("what_was_asked", "total", "lately", "last_asked", "since")
    list_display_links = None
    search_fields = ("query",)
    list_per_page = 50
    change_list_template = "admin/search/missed_searches.html"

    class Media:
        css: ClassVar[Any] = {"all": ["search/admin.css"]}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        return MissedSearch.objects.asked_by_several()

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("-total", "query")

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Deletes every day of these queries."""
        MissedSearch.objects.filter(
            query__in=list(queryset.values_list("query", flat=True))
        ).delete()

    def delete_model(self, request: HttpRequest, obj: MissedSearch) -> None:
        MissedSearch.objects.filter(query=obj.query).delete()

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Says beside each query what editors have done about it since."""
        found = super().get_changelist_instance(request)
        rows = list(found.result_list)
        answered = set(
            ChosenAnswerKey.objects.filter(
                key__in=[settled(row.query) for row in rows]
            ).values_list("key", flat=True)
        )
        synonyms = Synonyms.now()
        for row in rows:
            row.done = [
                *(["réponse choisie"] if settled(row.query) in answered else []),
                *(["synonyme"] if synonyms.runs(asked(row.query).words) else []),
            ]
        found.result_list = rows
        return found

    @admin.display(description="recherche", ordering="query")
    def what_was_asked(self, row: MissedSearch) -> str:
        """Returns the query, and what can be done about it."""
        synonym, answer = ("admin:search_synonym_add", "admin:search_chosenanswer_add")
        links = (
            ("Chercher", reverse("search:results"), "q"),
            ("Ajouter un synonyme", reverse(synonym), "said"),
            ("Choisir une réponse", reverse(answer), "queries"),
        )
        link = '<li><a href="{}?{}">{}<span class="visually-hidden"> : {}</span></a></li>'
        return format_html(
            '{}<ul class="what-to-do">{}</ul>',
            row.query,
            format_html_join(
                "",
                link,
                (
                    (url, urlencode({name: row.query}), words, row.query)
                    for words, url, name in links
                ),
            ),
        )

    @admin.display(description="fois en douze mois", ordering="total")
    def total(self, row: Any) -> int:
        return int(row.total)

    @admin.display(description="dont ces trente derniers jours", ordering="lately")
    def lately(self, row: Any) -> int:
        return int(row.lately)

    @admin.display(description="pour la dernière fois", ordering="day")
    def last_asked(self, row: MissedSearch) -> str:
        return date_format(row.day, "F Y")

    @admin.display(description="depuis")
    def since(self, row: Any) -> str:
        return ", ".join(row.done) or "–"
