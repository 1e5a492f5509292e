"""The queue of possible duplicates, the page that compares two, and the merges that were made."""

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
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from structures import merging
from structures.admin.forms import as_key
from structures.admin.lists import BoundedPaginator
from structures.duplicates import find_duplicates, waiting_for
from structures.models import DuplicatePair, DuplicateSearch, Merge, Structure
from structures.models.duplicates import both_in_reach

State = DuplicatePair.State
RIGHT = "structures.merge_structure"
# A person waits for the button: `run_due` finds the rest.
SEARCH_SECONDS = 8
SHOWN_ON_DASHBOARD = 6


class ComparisonForm(forms.Form):
    """Asks which of the two stays, and whose value is kept of each part that differs."""

    def __init__(self, first: Structure, second: Structure, data: Any = None) -> None:
        super().__init__(data)
        self.sides = {"a": first, "b": second}
        stays = merging.likelier_to_stay(first, second)
        self.fields["kept"] = forms.ChoiceField(
            label="Fiche qui reste",
            choices=[(side, str(structure)) for side, structure in self.sides.items()],
            initial=self._side(stays),
            widget=forms.RadioSelect,
        )
        self.same: list[tuple[str, str]] = []
        for part in merging.PARTS:
            if part.values(first) == part.values(second):
                if not part.is_blank(first):
                    self.same.append((part.label, part.shown(first)))
                continue
            self.fields[part.name] = forms.ChoiceField(
                label=part.label,
                choices=[
                    (side, part.shown(structure) or "(vide)")
                    for side, structure in self.sides.items()
                ],
                initial=self._side(merging.better_side(part, first, second)),
                widget=forms.RadioSelect,
            )

    def _side(self, structure: Structure) -> str:
        return "a" if structure == self.sides["a"] else "b"

    def decided(self) -> dict[str, Any]:
        """Returns what `merging.merge` asks for."""
        stays = self.cleaned_data["kept"]
        goes = "b" if stays == "a" else "a"
        taken = [
            name for name, side in self.cleaned_data.items() if name != "kept" and side == goes
        ]
        return {"kept": self.sides[stays], "absorbed": self.sides[goes], "taken": taken}


class ReadAdmin(admin.ModelAdmin[Any]):
    """The admin of rows that services write."""

    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()
    list_per_page = 50
    paginator = BoundedPaginator
    actions = None
    view_on_site = False

    class Media:
        css = {"all": ["structures/admin.css"]}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def page(
        self, request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
    ) -> HttpResponse:
        every = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, template, every, status=status)


class StateFilter(admin.SimpleListFilter):
    """Shows what waits, unless something else is asked."""

    title = "état"
    parameter_name = "etat"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, label) for value, label in State.choices if value != State.WAITING]

    def choices(self, changelist: Any) -> Any:
        everything, *others = super().choices(changelist)
        yield {**everything, "display": State.WAITING.label}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        known = self.value() in (State.DISMISSED, State.MERGED)
        return queryset.filter(state=self.value() if known else State.WAITING)


@admin.register(DuplicatePair)
class DuplicatePairAdmin(ReadAdmin):
    change_list_template = "admin/structures/duplicates.html"
    list_display = ("both", "place", "reason", "likeness", "found_at", "decided_by")
    list_filter: ClassVar[Any] = (StateFilter, "reason")
    list_select_related = (
        "first__commune__department",
        "second__commune__department",
        "decided_by",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[DuplicatePair]:
        if not request.user.has_perm(RIGHT):
            return super().get_queryset(request).none()
        pairs: QuerySet[DuplicatePair] = DuplicatePair.objects.changeable_by(request.user)
        return pairs

    @admin.display(description="structures")
    def both(self, pair: DuplicatePair) -> str:
        names = [str(pair.first), str(pair.second)]
        return names[0] if names[0] == names[1] else " / ".join(names)

    @admin.display(description="commune")
    def place(self, pair: DuplicatePair) -> str:
        places = (pair.first.commune, pair.second.commune)
        return " / ".join(dict.fromkeys(place.label for place in places if place))

    @admin.display(description="ressemblance")
    def likeness(self, pair: DuplicatePair) -> str:
        return f"{pair.score}\u00a0%"

    def get_urls(self) -> list[URLPattern]:
        search = self.admin_site.admin_view(require_POST(self.search))
        return [
            path("chercher/", search, name="structures_duplicatepair_search"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        last = DuplicateSearch.objects.filter(pk=1).values_list("moved_at", flat=True).first()
        extra = {"may_search": request.user.has_perm(RIGHT), "searched_at": last}
        return super().changelist_view(request, {**extra, **(extra_context or {})})

    def search(self, request: HttpRequest) -> HttpResponse:
        if not request.user.has_perm(RIGHT):
            raise PermissionDenied
        outcome = find_duplicates(seconds=SEARCH_SECONDS)
        found = "1 nouvelle paire" if outcome.pairs == 1 else f"{outcome.pairs} nouvelles paires"
        rest = "" if outcome.finished else " La recherche n’est pas finie\u00a0: relancez-la."
        messages.success(request, f"Doublons possibles\u00a0: {found} dans tout le pays.{rest}")
        return HttpResponseRedirect(reverse("admin:structures_duplicatepair_changelist"))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Shows the two side by side; what is pressed merges them, or says that they are two."""
        if not as_key(object_id):
            return super().change_view(request, object_id, form_url, extra_context)
        pairs = self.get_queryset(request).select_related(
            *(
                f"{side}__{name}"
                for side in ("first", "second")
                for name in ("commune__department", "sector", "consent", "merged_into")
            )
        )
        pair = get_object_or_404(pairs, pk=object_id)
        for structure in (pair.first, pair.second):
            if not request.user.has_perm(RIGHT, structure):
                raise PermissionDenied
        open_ = pair.first.merged_into_id is None and pair.second.merged_into_id is None
        posted = request.POST if request.method == "POST" and open_ else None
        if posted is not None and "_dismiss" in posted:
            merging.dismiss(pair=pair, by=request.user)
            messages.success(request, "Noté\u00a0: ce sont deux structures distinctes.")
            return HttpResponseRedirect(reverse("admin:structures_duplicatepair_changelist"))
        form = ComparisonForm(pair.first, pair.second, posted)
        if posted is not None and form.is_valid():
            try:
                merge = merging.merge(by=request.user, **form.decided())
            except ValidationError as refused:
                form.add_error(None, ValidationError(refused.messages))
            else:
                message = f"Réunies\u00a0: «\u00a0{merge.kept}\u00a0» porte les deux."
                url = reverse("admin:structures_merge_change", args=[merge.pk])
                undo = format_html('{} <a href="{}">Défaire</a>', message, url)
                messages.success(request, undo)
                return HttpResponseRedirect(
                    reverse("admin:structures_structure_change", args=[merge.kept_id])
                )
        context = {
            "title": "Comparer deux fiches",
            "pair": pair,
            "form": form,
            "open": open_,
            "sides": [self._side(structure) for structure in (pair.first, pair.second)],
            "consents": [
                merging.consent_after(kept=kept, absorbed=absorbed).sentence
                for kept, absorbed in ((pair.first, pair.second), (pair.second, pair.first))
            ],
        }
        status = 400 if form.errors else 200
        return self.page(request, "admin/structures/comparison.html", context, status)

    @staticmethod
    def _side(structure: Structure) -> dict[str, Any]:
        return {
            "structure": structure,
            "url": reverse("admin:structures_structure_change", args=[structure.pk]),
            "supports": structure.supports.select_related("operator").order_by("-year", "-id"),
            "identities": structure.former_identities.all(),
        }

    # --- For the dashboard ---

    def waiting(self, request: HttpRequest) -> list[dict[str, Any]]:
        if not request.user.has_perm(RIGHT):
            return []
        pairs = waiting_for(request.user)
        return [
            {
                "title": "Doublons possibles",
                "count": pairs.order_by()[: BoundedPaginator.MOST].count(),
                "rows": [
                    {
                        "url": reverse("admin:structures_duplicatepair_change", args=[pair.pk]),
                        "title": self.both(pair),
                        "state": pair.get_reason_display(),
                        "changed": f"{timezone.localtime(pair.found_at):%d/%m/%Y}",
                    }
                    for pair in pairs.select_related("first", "second")[:SHOWN_ON_DASHBOARD]
                ],
                "more_url": reverse("admin:structures_duplicatepair_changelist"),
            }
        ]


@admin.register(Merge)
class MergeAdmin(ReadAdmin):
    list_display = ("__str__", "merged_at", "merged_by", "undone_at")
    list_select_related = ("kept", "absorbed", "merged_by")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Merge]:
        return super().get_queryset(request).filter(both_in_reach(request.user, "kept", "absorbed"))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Shows what was merged, by whom; and the button that takes it back."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not as_key(object_id):
            return super().change_view(request, object_id, form_url, extra_context)
        rows = self.get_queryset(request).select_related("kept", "absorbed", "undone_by")
        merge = get_object_or_404(rows, pk=object_id)
        may_undo = all(request.user.has_perm(RIGHT, row) for row in (merge.kept, merge.absorbed))
        if request.method == "POST":
            if not may_undo:
                raise PermissionDenied
            try:
                left = merging.undo(merge=merge, by=request.user)
            except ValidationError as refused:
                messages.error(request, refused.messages[0])
            else:
                messages.success(request, "Réunion défaite\u00a0: ce sont à nouveau deux fiches.")
                for sentence in left:
                    messages.warning(request, sentence)
            return HttpResponseRedirect(request.path)
        context = {
            "title": "Réunion de fiches",
            "merge": merge,
            "may_undo": may_undo,
            "supports": len(merge.memory["supports"]),
        }
        return self.page(request, "admin/structures/merge.html", context)
