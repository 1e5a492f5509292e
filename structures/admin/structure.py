"""The page of a structure: what it is, its supports, what it agreed to; the quick search."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from publishing.editor import only_adding
from structures import duplicates, services
from structures.admin.forms import (
    ConsentForm,
    StructureForm,
    as_key,
    distinguishing_label,
    form_for_user,
)
from structures.admin.lists import (
    MISSING,
    TOLD,
    BoundedPaginator,
    ClosedFilter,
    ConsentFilter,
    StoryFilter,
    TerritoryFilter,
)
from structures.admin.quick_search import search
from structures.admin.reach import InReachAdmin
from structures.admin.sections import Section, fieldsets
from structures.columns import NUMBERS, STRUCTURE, WHAT, WHEN, WHERE, WHO
from structures.merging import loses
from structures.models import Consent, Merge, Structure, Support
from territories.widgets import TerritoriesWidget

MOST_SUGGESTED = 20


SECTIONS = (
    Section(WHO, None),
    Section(NUMBERS, "Numéros", "Aucun n’est obligatoire. Chacun n’appartient qu’à une structure."),
    Section(WHAT, "Ce qu’elle est", first=("family", "legal_form", "approvals", "sector")),
    Section(
        WHERE,
        "Où elle est, comment la joindre",
        "Montrés au public si la structure a donné son accord.",
        first=("commune", "address"),
    ),
    Section(WHEN, "Dates", first=(("created_on", "closed_on"),)),
)


class StructureSuggestions(AutocompleteJsonView):
    def process_request(self, request: HttpRequest) -> Any:
        """Suggests structures, whatever the address asks for."""
        found = super().process_request(request)
        if found[1].model is not Structure:
            raise PermissionDenied
        return found

    def get_queryset(self) -> QuerySet[Structure]:
        """Returns what the form accepts: for a support, those of one's territories; where one only
        speaks of them, those that one sees."""
        if self.source_field.model is Support:
            return super().get_queryset()
        seen = Structure.objects.visible_to(self.request.user)
        return search(seen, self.term).select_related("commune__department")

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        return {"id": str(getattr(obj, to_field_name)), "text": distinguishing_label(obj)}


@admin.register(Structure)
class StructureAdmin(InReachAdmin):
    form = StructureForm
    change_form_template = "admin/structures/structure.html"
    change_list_template = "admin/structures/change_list.html"
    list_display = ("name", "numbers", "place", "family", "size", "supported_in", "public")
    list_filter: ClassVar[Any] = (
        TerritoryFilter,
        ConsentFilter,
        StoryFilter,
        ClosedFilter,
        "family",
        "size",
        "sector",
    )
    list_select_related = ("commune__department",)
    search_fields: ClassVar[Any] = ("name",)  # the box is shown; `quick_search` answers
    search_help_text = (
        "Nom, Siret, Siren, RNA, commune (nom ou code Insee), ou un nom suivi de sa commune."
    )
    sortable_by = ()
    list_per_page = 50
    paginator = BoundedPaginator
    actions = None
    # The public page exists for the public only: its link is among what is said of consent.
    view_on_site = False
    fieldsets = fieldsets(SECTIONS, STRUCTURE)

    class Media:
        css = {"all": ["structures/admin.css"]}

    # --- Lists and search ---

    @property
    def media(self) -> forms.Media:
        return super().media + TerritoriesWidget().media

    def get_queryset(self, request: HttpRequest) -> QuerySet[Structure]:
        structures: QuerySet[Structure] = Structure.objects.current().changeable_by(request.user)
        return structures

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return search(queryset, search_term).select_related("commune__department"), False

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        years = Support.objects.only("structure_id", "year").order_by("year")
        changelist.result_list = list(
            changelist.result_list.prefetch_related(Prefetch("supports", years))
        )
        return changelist

    @admin.display(description="numéros")
    def numbers(self, structure: Structure) -> str:
        return ", ".join(filter(None, (structure.siret or structure.siren, structure.rna)))

    @admin.display(description="commune")
    def place(self, structure: Structure) -> str:
        return structure.commune.label if structure.commune else ""

    @admin.display(description="accompagnée en")
    def supported_in(self, structure: Structure) -> str:
        return ", ".join(dict.fromkeys(str(row.year) for row in structure.supports.all()))

    @admin.display(description="site public")
    def public(self, structure: Structure) -> str:
        return format_html(
            '<span class="state state-{}">{}</span>',
            "live" if structure.is_public else "draft",
            "publique" if structure.is_public else "confidentielle",
        )

    def figures(self, request: HttpRequest) -> list[dict[str, Any]]:
        """Returns what the dashboard measures: the share of public pages that tell what came of
        it."""
        if not self.has_change_permission(request):
            return []
        public = self.get_queryset(request).order_by().filter(consent__isnull=False)
        count = public.count()
        if not count:
            return []
        telling = public.filter(pk__in=Support.objects.agreed().order_by().values("structure"))
        told = telling.count()
        return [
            {
                "share": round(told * 100 / count),
                "title": "des fiches publiques racontent ce que l’accompagnement a changé",
                "count": told,
                "of": count,
                "url": f"{self._url('changelist')}?recit={TOLD}",
                "missing_url": f"{self._url('changelist')}?recit={MISSING}",
            }
        ]

    # --- The page ---

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return only_adding(super().formfield_for_dbfield(db_field, request, **kwargs))

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        return form_for_user(super().get_form(request, obj, change, **kwargs), request.user)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None or not self.has_change_permission(request, obj):
            return self.fieldsets
        (no_name, first), numbers, *others = self.fieldsets
        corrected = {**numbers[1], "fields": (*numbers[1]["fields"], "is_correction")}
        return ((no_name, first), (numbers[0], corrected), *others)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Leads from a merged structure to the one that it became."""
        if as_key(object_id):
            mine = Structure.objects.changeable_by(request.user)
            gone = mine.filter(pk=object_id).exclude(merged_into=None).first()
            if gone is not None and self.has_view_permission(request, gone.merged_into):
                message = f"«\u00a0{gone}\u00a0» a été réunie avec cette fiche."
                messages.info(request, message)
                return HttpResponseRedirect(self._url("change", gone.merged_into_id))
        return super().change_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: Structure, form: Any, change: bool) -> None:
        was = Structure.objects.get(pk=obj.pk) if change else None
        super().save_model(request, obj, form, change)
        if was is not None and loses(was, obj) and not form.cleaned_data["is_correction"]:
            services.keep_former_identity(was=was, now=obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuses to delete what bears a support or a proof of consent."""
        if obj is not None and (
            obj.supports.exists() or obj.consents.exists() or obj.absorbed.exists()
        ):
            return False
        return super().has_delete_permission(request, obj)

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        structure = kwargs.get("obj")
        if structure is not None and structure.pk:
            context["panel"] = self._panel(request, structure)
        return super().render_change_form(request, context, *args, **kwargs)

    def _panel(self, request: HttpRequest, structure: Structure) -> dict[str, Any]:
        user: Any = request.user
        may_merge = user.has_perm("structures.merge_structure", structure)
        pairs = duplicates.waiting_for(user).select_related("first", "second")
        support = reverse("admin:structures_support_add")
        may_see = user.has_perm("structures.view_support", structure)
        rows = structure.supports.select_related("operator").prefetch_related("themes")
        return {
            "supports": rows.order_by("-year", "-id") if may_see else None,
            "add_support_url": f"{support}?structure={structure.pk}"
            if user.has_perm("structures.add_support", structure)
            else "",
            "identities": structure.former_identities.all(),
            "consent": structure.consent,
            "consent_url": self._url("consent", structure.pk)
            if self.has_change_permission(request, structure)
            else "",
            "pairs": pairs.filter(Q(first=structure) | Q(second=structure)),
            "duplicate_url": self._url("duplicate", structure.pk) if may_merge else "",
            "merges": Merge.objects.filter(kept=structure, undone_at=None).select_related(
                "absorbed"
            )
            if user.has_perm("structures.view_merge")
            else (),
        }

    # --- Pages of its own ---

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path(
                "suggestions/",
                view(StructureSuggestions.as_view(admin_site=self.admin_site)),
                name="structures_structure_suggestions",
            ),
            path("<int:key>/accord/", view(self.consent), name="structures_structure_consent"),
            path(
                "<int:key>/accord/retirer/",
                view(require_POST(self.withdraw)),
                name="structures_structure_withdraw",
            ),
            path("<int:key>/doublon/", view(self.duplicate), name="structures_structure_duplicate"),
            *super().get_urls(),
        ]

    def consent(self, request: HttpRequest, key: int) -> HttpResponse:
        """Shows what the structure agreed to, in full; or the form that records it."""
        structure = self._mine(request, key, "structures.change_structure")
        posted = request.method == "POST"
        form = ConsentForm(request.POST if posted else None)
        if posted and form.is_valid():
            try:
                services.record_consent(structure=structure, by=request.user, **form.cleaned_data)
            except ValidationError as refused:
                form.add_error(None, refused)
            else:
                messages.success(request, f"«\u00a0{structure}\u00a0» est publique désormais.")
                return HttpResponseRedirect(self._url("change", key))
        gone = Structure.objects.filter(merged_into=structure)
        context = {
            "form": form,
            "proofs": Consent.objects.filter(structure__in=[structure, *gone]).select_related(
                "text", "recorded_by", "withdrawn_by"
            ),
            "withdraw_url": self._url("withdraw", key),
        }
        status = 400 if form.errors else 200
        return self._page(request, structure, "consent", "Accord", context, status)

    def withdraw(self, request: HttpRequest, key: int) -> HttpResponse:
        structure = self._mine(request, key, "structures.change_structure")
        was_public = structure.is_public
        services.withdraw_consent(structure=structure, by=request.user)
        if was_public:
            messages.success(request, f"«\u00a0{structure}\u00a0» n’est plus publique.")
        return HttpResponseRedirect(self._url("change", key))

    def duplicate(self, request: HttpRequest, key: int) -> HttpResponse:
        """Looks for the structure that this one may be, and compares the two."""
        structure = self._mine(request, key, "structures.merge_structure")
        typed = request.GET.get("q", structure.name)
        others = self.get_queryset(request).exclude(pk=key)
        if request.method == "POST":
            other_key = as_key(request.POST.get("other"))
            other: Structure = get_object_or_404(others, pk=other_key or 0)
            pair = duplicates.flag(one=structure, other=other)
            return HttpResponseRedirect(
                reverse("admin:structures_duplicatepair_change", args=[pair.pk])
            )
        found = search(others, typed) if typed.strip() else others.none()
        context = {
            "typed": typed,
            "answers": [
                (other, distinguishing_label(other))
                for other in found.select_related("commune__department")[:MOST_SUGGESTED]
            ],
        }
        return self._page(request, structure, "duplicate", "Signaler un doublon", context)

    def _page(
        self,
        request: HttpRequest,
        structure: Structure,
        name: str,
        title: str,
        context: dict[str, Any],
        status: int = 200,
    ) -> HttpResponse:
        every = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "original": structure,
            "change_url": self._url("change", structure.pk),
            **context,
        }
        template = f"admin/structures/{name}.html"
        return TemplateResponse(request, template, every, status=status)

    def _mine(self, request: HttpRequest, key: int, right: str) -> Structure:
        if not request.user.has_perm(right):
            raise PermissionDenied
        structure: Structure = get_object_or_404(self.get_queryset(request), pk=key)
        if not request.user.has_perm(right, structure):
            raise PermissionDenied
        return structure

    @staticmethod
    def _url(name: str, *args: Any) -> str:
        return reverse(f"admin:structures_structure_{name}", args=args)
