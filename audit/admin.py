"""The trail is read here and never written; its filters cost nothing on a million rows."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.html import format_html

from audit.models import Action, Entry
from audit.services import months_before

# Counting a million rows takes longer than reading a page of them; nobody turns that many pages.
MOST_COUNTED = 10_000


class BoundedPaginator(Paginator[Any]):
    @cached_property
    def count(self) -> int:
        entries: QuerySet[Any] = self.object_list  # type: ignore[assignment]  # of the changelist
        return entries.order_by()[:MOST_COUNTED].count()


class PeriodFilter(admin.SimpleListFilter):
    """Filters by days from now, or by month. Django's own date hierarchy reads every date of the
    table."""

    title = "période"
    parameter_name = "periode"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        first = timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        months = [months_before(first, back) for back in range(12)]
        return [
            ("1", "24 heures"),
            ("7", "7 jours"),
            ("30", "30 jours"),
            *((f"{month:%Y-%m}", date_format(month, "F Y").capitalize()) for month in months),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value() or ""
        if value not in dict(self.lookup_choices):
            return queryset
        if value.isdecimal() and len(value) < 4:
            return queryset.filter(at__gte=timezone.now() - timedelta(days=int(value)))
        try:
            start = timezone.make_aware(datetime.strptime(value, "%Y-%m"))  # noqa: DTZ007  # made aware here
        except ValueError:
            return queryset
        return queryset.filter(at__gte=start, at__lt=months_before(start, -1))


class KindFilter(admin.SimpleListFilter):
    title = "nature"
    parameter_name = "nature"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offers what the admin knows: everything else is told by its action."""
        models = [model for model in model_admin.admin_site._registry if model is not Entry]
        names = [
            (model._meta.label_lower, str(model._meta.verbose_name).capitalize())
            for model in models
        ]
        return sorted(names, key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.value():
            return queryset
        app_label, _, model = str(self.value()).partition(".")
        try:
            kind = ContentType.objects.get_by_natural_key(app_label, model)
        except ContentType.DoesNotExist:
            return queryset.none()
        return queryset.filter(target_type=kind)


# The 27 actions in the groups that people ask for; one of them is filtered by its link in the list.
FAMILIES: dict[str, tuple[str, tuple[Action, ...]]] = {
    "connexions": (
        "Connexions",
        (
            Action.SIGNED_IN,
            Action.SIGN_IN_FAILED,
            Action.SIGNED_OUT,
            Action.PASSWORD_CHANGED,
            Action.FACTOR_ADDED,
            Action.FACTOR_REMOVED,
        ),
    ),
    "contenus": (
        "Contenus écrits",
        (Action.CREATED, Action.CHANGED, Action.DELETED, Action.RESTORED, Action.IMPORTED),
    ),
    "publications": (
        "Publications",
        (
            Action.SUBMITTED,
            Action.RETURNED,
            Action.PUBLISHED,
            Action.SCHEDULED,
            Action.UNSCHEDULED,
            Action.ARCHIVED,
            Action.REOPENED,
        ),
    ),
    "acces": (
        "Accès et droits",
        (
            Action.INVITED,
            Action.INVITATION_CANCELLED,
            Action.INVITATION_ACCEPTED,
            Action.ACCESS_REQUESTED,
            Action.ACCESS_GRANTED,
            Action.ACCESS_REFUSED,
            Action.RIGHT_CHANGED,
        ),
    ),
    "donnees": (
        "Données sorties ou effacées",
        (Action.EXPORTED, Action.DATA_DOWNLOADED, Action.ACCOUNT_ERASED),
    ),
}


class FamilyFilter(admin.SimpleListFilter):
    title = "action"
    parameter_name = "famille"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(key, label) for key, (label, _) in FAMILIES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        _, actions = FAMILIES.get(self.value() or "", ("", ()))
        return queryset.filter(action__in=actions) if actions else queryset


class ActionFilter(admin.SimpleListFilter):
    """A filter that is shown once an action was chosen, by a link of the list."""

    title = "action précise"
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        chosen = str(self.used_parameters.get(self.parameter_name, ""))
        return [(chosen, Action(chosen).label)] if chosen in Action.values else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(action=self.value()) if self.value() else queryset


class ObjectFilter(admin.SimpleListFilter):
    """Filters by one thing, with its kind: the admin's « Historique » leads here."""

    title = "objet"
    parameter_name = "objet"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        key = str(self.used_parameters.get(self.parameter_name, ""))[:64].replace("\x00", "")
        return [(key, f"celui de ces lignes ({key})")] if key else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(target_id=self.value()) if self.value() else queryset


class PersonFilter(admin.SimpleListFilter):
    """A filter that is shown once a person was chosen, by a link of the list: there are too many to
    list."""

    title = "personne"
    parameter_name = "personne"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        key = str(self.used_parameters.get(self.parameter_name, ""))
        if not key.isdecimal() or len(key) > 18:
            return []
        person = get_user_model()._default_manager.filter(pk=key).first()
        return [(key, str(person))] if person else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(actor=self.value()) if self.value() else queryset


class EntryList(ChangeList):
    """Finds what the lines of a page speak of, with one query a kind."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        entries: list[Entry] = list(self.result_list)
        kinds: dict[int, list[Entry]] = defaultdict(list)
        for entry in entries:
            if entry.target_type_id is not None and entry.target_id:
                kinds[entry.target_type_id].append(entry)
        for key, group in kinds.items():
            self._link(request, ContentType.objects.get_for_id(key).model_class(), group)
        self.result_list = entries

    def _link(self, request: HttpRequest, model: type[Model] | None, group: list[Entry]) -> None:
        site = self.model_admin.admin_site
        if model is None or model not in site._registry:
            return
        registered = site._registry[model]
        if not registered.has_view_permission(request):
            return
        keys = {entry.target_id for entry in group}
        present = {str(row.pk) for row in registered.get_queryset(request).filter(pk__in=keys)}
        name = f"{site.name}:{model._meta.app_label}_{model._meta.model_name}_change"
        for entry in group:
            if entry.target_id in present:
                entry.target_url = reverse(name, args=[entry.target_id])


@admin.register(Entry)
class EntryAdmin(admin.ModelAdmin[Entry]):
    list_display = ("when", "who", "what", "kind", "target", "detail")
    list_display_links = ("when",)
    list_filter = (
        FamilyFilter,
        PeriodFilter,
        KindFilter,
        ActionFilter,
        PersonFilter,
        ObjectFilter,
    )
    list_select_related = ("target_type",)
    list_per_page = 50
    show_full_result_count = False
    paginator = BoundedPaginator
    search_fields = ("actor_label", "target_label")
    fields = ("when", "who", "action", "kind", "target_label", "detail", "address")
    readonly_fields = fields
    search_help_text = "Nom ou adresse de la personne, ou ce sur quoi elle a agi."
    actions = None
    ordering = ("-id",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        return False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return EntryList

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        title = "Journal des actions"
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    @admin.display(description="date", ordering="id")
    def when(self, entry: Entry) -> str:
        return f"{timezone.localtime(entry.at):%d/%m/%Y %H:%M:%S}"

    @admin.display(description="par")
    def who(self, entry: Entry) -> str:
        if entry.actor_id is None:
            return entry.who
        return format_html(
            '<a href="{}?personne={}">{}</a>',
            reverse("admin:audit_entry_changelist"),
            entry.actor_id,
            entry.who,
        )

    @admin.display(description="action")
    def what(self, entry: Entry) -> str:
        return format_html(
            '<a href="{}?action={}">{}</a>',
            reverse("admin:audit_entry_changelist"),
            entry.action,
            entry.get_action_display(),
        )

    @admin.display(description="nature")
    def kind(self, entry: Entry) -> str:
        model = entry.target_type.model_class() if entry.target_type else None
        return str(model._meta.verbose_name) if model else ""

    @admin.display(description="sur")
    def target(self, entry: Entry) -> str:
        if entry.target_url:
            return format_html('<a href="{}">{}</a>', entry.target_url, entry.target_label)
        return entry.target_label
