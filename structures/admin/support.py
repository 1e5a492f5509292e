from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from publishing.editor import only_adding
from spelling.lines import one_line
from structures.admin.forms import (
    StructureChoiceField,
    StructureSelect,
    SupportForm,
    as_key,
    form_for_user,
)
from structures.admin.lists import BoundedPaginator, TerritoryFilter
from structures.admin.quick_search import search
from structures.admin.reach import InReachAdmin
from structures.admin.sections import Section, fieldsets
from structures.columns import BY_WHOM, HOW, JOBS, NOTES, SUPPORT, WHAT, WHEN
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
    Section(NOTES, "Notes"),
)


class SupportTerritoryFilter(TerritoryFilter):
    path = "structure"


@admin.register(Support)
class SupportAdmin(InReachAdmin):
    form = SupportForm
    change_list_template = "admin/structures/change_list.html"
    list_display = ("structure", "year", "phase", "mode", "operator", "jobs")
    list_display_links = ("structure", "year")
    list_filter: ClassVar[Any] = (SupportTerritoryFilter, "phase", "mode", "year")
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
