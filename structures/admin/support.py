from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from publishing.editor import only_adding
from spelling.lines import one_line
from structures import services
from structures.admin.forms import (
    StoryAgreementForm,
    StructureChoiceField,
    StructureSelect,
    SupportForm,
    as_key,
    form_for_user,
)
from structures.admin.lists import BoundedPaginator, SupportStoryFilter, TerritoryFilter
from structures.admin.quick_search import search
from structures.admin.reach import InReachAdmin
from structures.admin.sections import Section, fieldsets
from structures.columns import BY_WHOM, HOW, JOBS, NOTES, STORY, SUPPORT, WHAT, WHEN
from structures.models import Structure, Support
from territories.widgets import TerritoriesWidget

SECTIONS = (
    Section(
        WHAT,
        None,
        "Un accompagnement est confidentiel\u00a0: il se lit dans les territoires de la structure. "
        "De celles qui ont donné leur accord, le public voit l’année et les thématiques.",
        first=("structure", "title"),
    ),
    Section(BY_WHOM, "Qui accompagne"),
    Section(HOW, "Comment"),
    Section(
        WHEN,
        "Dates",
        "Gardez les dates prévues telles quelles quand les dates réelles s’en écartent.",
        first=(("planned_start", "planned_end"), ("started_on", "ended_on")),
    ),
    Section(JOBS, "Emplois concernés", first=(("jobs", "jobs_definition"),)),
    Section(
        STORY,
        "Ce qui en est sorti",
        "Un récit en trois lignes, sans nom de personne. Il paraît sur la fiche publique une fois "
        "que la structure l’a accepté, mot pour mot\u00a0: chaque changement se fait accepter de "
        "nouveau.",
    ),
    Section(NOTES, "Notes"),
)


STORY_COLUMNS = tuple(column for column in SUPPORT if column.section == STORY)


class SupportTerritoryFilter(TerritoryFilter):
    path = "structure"


@admin.register(Support)
class SupportAdmin(InReachAdmin):
    form = SupportForm
    change_form_template = "admin/structures/support.html"
    change_list_template = "admin/structures/change_list.html"
    list_display = ("structure", "year", "phase", "mode", "operator", "jobs")
    list_display_links = ("structure", "year")
    list_filter: ClassVar[Any] = (
        SupportTerritoryFilter,
        SupportStoryFilter,
        "phase",
        "mode",
        "year",
    )
    list_select_related = ("structure", "operator")
    search_fields: ClassVar[Any] = ("reference",)  # the box is shown
    search_help_text = (
        "Référence du dossier, ou la structure\u00a0: nom, Siret, Siren, RNA, commune."
    )
    sortable_by = ()
    ordering = ("-id",)
    list_per_page = 50
    paginator = BoundedPaginator
    actions = None
    view_on_site = False
    fieldsets = fieldsets(SECTIONS, SUPPORT)

    class Media:
        css = {"all": ["structures/admin.css"]}

    @property
    def media(self) -> forms.Media:
        return super().media + TerritoriesWidget().media

    def territorial_object(self, obj: Support) -> Structure:
        return obj.structure

    def get_queryset(self, request: HttpRequest) -> QuerySet[Support]:
        supports: QuerySet[Support] = Support.objects.visible_to(request.user)
        return supports.order_by(*self.ordering)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        typed = one_line(search_term)
        if not typed:
            return queryset, False
        if (same := queryset.filter(reference=typed)).exists():
            return same, False
        found = search(Structure.objects.current(), typed).order_by()
        return queryset.filter(structure__in=found), False

    # --- The form ---

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        return form_for_user(super().get_form(request, obj, change, **kwargs), request.user)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "structure":
            mine = Structure.objects.current().changeable_by(request.user)
            kwargs |= {
                "form_class": StructureChoiceField,
                "queryset": mine.select_related("commune__department"),
                "widget": StructureSelect(db_field, self.admin_site),
                "help_text": "Cherchez-la par son nom, son numéro, sa commune\u202f; ou partez de "
                "sa page, par «\u00a0Ajouter un accompagnement\u00a0».",
            }
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return only_adding(super().formfield_for_dbfield(db_field, request, **kwargs))

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Leaves the form empty where the structure is not theirs."""
        key = as_key(request.GET.get("structure"))
        mine = Structure.objects.current().changeable_by(request.user)
        known = key and mine.filter(pk=key).exists()
        return {"structure": key} if known else {}

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        support = kwargs.get("obj")
        if support is not None and support.pk:
            context["story"] = {
                "agreement": support.story_agreement(),
                "is_whole": support.has_story,
                "is_public": support.structure.is_public,
                "url": reverse("admin:structures_support_story", args=[support.pk])
                if self.has_change_permission(request, support)
                else "",
            }
        return super().render_change_form(request, context, *args, **kwargs)

    # --- The agreement to its story ---

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:key>/recit/", view(self.story), name="structures_support_story"),
            path(
                "<int:key>/recit/retirer/",
                view(require_POST(self.withdraw_story)),
                name="structures_support_withdraw_story",
            ),
            *super().get_urls(),
        ]

    def story(self, request: HttpRequest, key: int) -> HttpResponse:
        """Shows the story that the structure agreed to, or the form that records that it does."""
        support = self._mine(request, key)
        posted = request.method == "POST"
        form = StoryAgreementForm(request.POST if posted else None, story=support.story)
        if posted and form.is_valid():
            try:
                services.record_story_agreement(support=support, by=request.user, **form.agreed)
            except ValidationError as refused:
                form.add_error(None, refused)
            else:
                messages.success(request, self._told(support))
                return HttpResponseRedirect(self._url(support))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Récit",
            "original": support,
            "change_url": self._url(support),
            "form": form,
            "lines": [
                (column.label, line)
                for column, line in zip(STORY_COLUMNS, support.story, strict=True)
            ],
            "is_whole": support.has_story,
            "agreement": support.story_agreement(),
            "proofs": support.story_agreements.select_related("recorded_by", "withdrawn_by"),
            "withdraw_url": reverse("admin:structures_support_withdraw_story", args=[key]),
        }
        template = "admin/structures/story.html"
        return TemplateResponse(request, template, context, status=400 if form.errors else 200)

    def withdraw_story(self, request: HttpRequest, key: int) -> HttpResponse:
        support = self._mine(request, key)
        if services.end_story_agreements(support.story_agreements.all(), by=request.user):
            messages.success(request, "L’accord est retiré\u00a0: le récit n’est plus public.")
        return HttpResponseRedirect(self._url(support))

    @staticmethod
    def _told(support: Support) -> str:
        if support.structure.is_public:
            return f"Le récit paraît désormais sur la fiche de «\u00a0{support.structure}\u00a0»."
        return (
            "L’accord pour le récit est enregistré\u00a0: il paraîtra quand la fiche sera publique."
        )

    def _mine(self, request: HttpRequest, key: int) -> Support:
        support: Support = get_object_or_404(
            self.get_queryset(request).select_related("structure"), pk=key
        )
        if not self.has_change_permission(request, support):
            raise PermissionDenied
        return support

    @staticmethod
    def _url(support: Support) -> str:
        return reverse("admin:structures_support_change", args=[support.pk])

    def response_add(
        self, request: HttpRequest, obj: Support, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._back(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Support) -> HttpResponse:
        return self._back(request, obj) or super().response_change(request, obj)

    def _back(self, request: HttpRequest, obj: Support) -> HttpResponse | None:
        """Leads back, once saved, to the time line that it is part of."""
        if "_save" not in request.POST or "_popup" in request.POST:
            return None
        self.message_user(request, f"Accompagnement enregistré\u00a0: {obj}.")
        return HttpResponseRedirect(
            reverse("admin:structures_structure_change", args=[obj.structure_id])
        )
