"""The admin of everything that has a publishing life: state, moves, history, authorship."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth import get_permission_codename
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from publishing import services
from publishing.admin_before import BeforePublishing
from publishing.admin_form import FormPages
from publishing.admin_pages import state_label
from publishing.editor import RichTextAdmin, only_adding
from publishing.forms import PublishableForm
from publishing.models import Publishable, Status


class StateFilter(admin.SimpleListFilter):
    """Filters by what readers see, and by what waits for an editor: these are two questions."""

    title = "état"
    parameter_name = "etat"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("brouillon", "Brouillons"),
            ("relecture", "En relecture"),
            ("programme", "Programmés"),
            ("programme-modifie", "Programmés, avec des modifications qui n’en sont pas"),
            ("en-ligne", "En ligne"),
            ("modifie", "En ligne, avec des modifications non publiées"),
            ("archive", "Archivés"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "brouillon":
                return queryset.filter(status=Status.DRAFT, live_audience__isnull=True)
            case "relecture":
                return queryset.filter(status=Status.REVIEW)
            case "programme":
                return queryset.filter(scheduled_for__isnull=False)
            case "programme-modifie":
                return queryset.filter(
                    scheduled_for__isnull=False, status__in=[Status.DRAFT, Status.REVIEW]
                )
            case "en-ligne":
                return queryset.filter(live_audience__isnull=False)
            case "modifie":
                return queryset.filter(
                    live_audience__isnull=False, status__in=[Status.DRAFT, Status.REVIEW]
                )
            case "archive":
                return queryset.filter(status=Status.ARCHIVED)
        return queryset


class OrderedInline:
    """Rows that JavaScript moves up and down; without it, the rank is a number to fill."""

    ordering: ClassVar[Any] = ("position", "id")
    # People order rows by this field (`editing.concurrent_admin`).
    rank = "position"
    extra = 0
    classes: Any = ("ordered",)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = only_adding(super().formfield_for_dbfield(db_field, request, **kwargs))  # type: ignore[misc]  # InlineModelAdmin's
        fields = db_field.model.SUMMARY_FIELDS
        if field is not None and db_field.name in fields:
            # A row is named after it (`ordered-inlines.js`).
            field.widget.attrs["data-summary-rank"] = fields.index(db_field.name)
        return field


class NumberedInline(OrderedInline):
    """Shows rows stacked, each under its number: « Bloc 3 · Citation »."""

    template = "admin/publishing/numbered_rows.html"


class PublishableAdmin(BeforePublishing, FormPages, RichTextAdmin):
    form = PublishableForm
    change_form_template = "admin/publishing/change_form.html"
    list_filter: ClassVar[Any] = (StateFilter, "audience")
    list_select_related: ClassVar[Any] = ("changed_by",)
    search_fields: ClassVar[Any] = ("title", "slug")
    prepopulated_fields = {"slug": ["title"]}
    date_hierarchy = None
    save_on_top = False

    class Media:
        js = [
            "publishing/ordered-inlines.js",
            "publishing/editing.js",
            "publishing/before.js",
            "publishing/search-fields.js",
        ]

    # --- Lists ---

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Keeps those that the person's scope reaches."""
        queryset: Any = super().get_queryset(request).with_public_state()
        return queryset.changeable_by(request.user)

    @admin.display(description="état", ordering="status")
    def state(self, obj: Any) -> str:
        return format_html(
            '<span class="state state-{}{}">{}</span>',
            "live" if obj.live_audience else obj.status,
            " state-scheduled" if obj.scheduled_for else "",
            state_label(obj),
        )

    @admin.display(description="modifié", ordering="changed_at")
    def changed(self, obj: Publishable) -> str:
        when = timezone.localtime(obj.changed_at)
        return f"{when:%d/%m/%Y %H:%M}" + (f" par {obj.changed_by}" if obj.changed_by else "")

    # --- Rights: in general those of the person's groups, on one content also their scope ---

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) and self._reaches(request, "view", obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._reaches(request, "change", obj)

    def _reaches(self, request: HttpRequest, action: str, obj: Any) -> bool:
        if obj is None or obj.pk is None:
            return True
        right = get_permission_codename(action, self.opts)
        return request.user.has_perm(f"{self.opts.app_label}.{right}", obj)

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.publish_{self.opts.model_name}")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuses where readers have seen it: it is archived, never deleted, so that links and
        history stay true."""
        if obj is not None and obj.publications.exists():
            return False
        return super().has_delete_permission(request, obj) and self._reaches(request, "delete", obj)

    # --- Saving ---

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Returns a form that knows who fills it in: what is chosen must lie within their scope."""
        form = super().get_form(request, *args, **kwargs)
        return type(form.__name__, (form,), {"user": request.user})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.created_by = request.user
        obj.changed_by = request.user
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        services.record_save(working=form.instance, by=request.user)  # type: ignore[arg-type]  # the admin lets nobody anonymous in

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._next_step(request, obj) or super().response_add(
            request, obj, post_url_continue
        )

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self._next_step(request, obj) or super().response_change(request, obj)

    def _next_step(self, request: HttpRequest, obj: Any) -> HttpResponse | None:
        """Returns the page to which the button that was pressed leads, once everything is saved."""
        if self.has_publish_permission(request):
            if "_correct" in request.POST:
                return self.correct(request, obj)
            if "_update_schedule" in request.POST:
                return self.update_schedule(request, obj)
        for button, page in (
            ("_preview", "preview"),
            ("_publish", "publish"),
            ("_submit", "submit"),
        ):
            if button in request.POST:
                return HttpResponseRedirect(self.page_url(page, obj.pk))
        return None

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        obj = kwargs.get("obj") or context.get("original")
        context["can_publish"] = self.has_publish_permission(request)
        if obj is not None and obj.pk:
            context["publishing"] = self.publishing_panel(request, obj)
        return super().render_change_form(request, context, *args, **kwargs)

    # --- What waits, for the dashboard ---

    def waiting(self, request: HttpRequest) -> list[dict[str, Any]]:
        """Returns lists of what waits for this person: `{"title", "rows", "more_url"}`."""
        if not self.has_change_permission(request):
            return []
        working = self.get_queryset(request).select_related(*self.list_select_related)
        base = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        lists = [
            (
                "À relire et à publier" if self.has_publish_permission(request) else "En relecture",
                working.filter(status=Status.REVIEW).order_by("-changed_at"),
                "relecture",
            ),
            (
                "Mes brouillons",
                working.filter(status=Status.DRAFT, changed_by=request.user).order_by(
                    "-changed_at"
                ),
                "brouillon",
            ),
            (
                "Programmés",
                working.filter(scheduled_for__isnull=False).order_by("scheduled_for"),
                "programme",
            ),
        ]
        return [
            {
                "title": title,
                "count": rows.count(),
                "rows": [
                    {
                        "url": reverse(
                            f"admin:{self.opts.app_label}_{self.opts.model_name}_change",
                            args=[row.pk],
                        ),
                        "title": row.title,
                        "state": state_label(row),
                        "changed": self.changed(row),
                    }
                    for row in rows[:6]
                ],
                "more_url": f"{base}?etat={key}",
            }
            for title, rows, key in lists
        ]
