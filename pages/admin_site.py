from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.views import shortcut
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path

from audit.audited_admin import AuditedAdmin
from editing.concurrent_admin import ConcurrentAdmin
from media.storing_admin import StoringAdmin
from pages import following
from pages.admin_filters import KnownValues
from pages.admin_titles import PlainTitles
from pages.models import Page
from publishing.admin_lookups import DeclaredLookupsAdmin
from publishing.admin_reach import NamedWithinReach, SuggestionsWithinReach, WithinReach
from territories.fields import TerritoriesField
from territories.models import Level, Territory


class PortalAdminSite(admin.AdminSite):
    """The stock admin, opened on what waits for the person who signs in."""

    site_title = "Portail DLA"
    site_header = "Portail DLA"
    index_title = "Tableau de bord"
    site_url = "/"
    index_template = "admin/dashboard.html"
    enable_nav_sidebar = False

    def register(
        self,
        model_or_iterable: Any,
        admin_class: type[admin.ModelAdmin[Any]] | None = None,
        **options: Any,
    ) -> None:
        """Registers a model. Whatever is registered leaves traces of what is done with it, loses
        nothing of what two people do at once nor of what was typed beside a file that there is no
        room for, keeps within the reach of whoever does it, answers no question of its own accord,
        lists nothing for a value that its filters do not have, and has plain titles."""
        given = admin_class or admin.ModelAdmin
        under = (NamedWithinReach, PlainTitles)
        own = () if given is admin.ModelAdmin else (given,)
        over = (StoringAdmin, AuditedAdmin, ConcurrentAdmin, DeclaredLookupsAdmin, WithinReach)
        bases = (*over, KnownValues, *own, *under)
        made = type(given.__name__, bases, {"__module__": given.__module__})
        super().register(model_or_iterable, made, **options)

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        waiting = [
            entry
            for model_admin in self._registry.values()
            if hasattr(model_admin, "waiting")
            for entry in model_admin.waiting(request)
        ]
        figures = [
            figure
            for model_admin in self._registry.values()
            if hasattr(model_admin, "figures")
            for figure in model_admin.figures(request)
        ]
        may_write = request.user.has_perm("pages.change_page")
        pages = list(Page.objects.all()) if may_write else []
        own = {
            "waiting": waiting,
            "figures": figures,
            "incomplete_pages": [page for page in pages if Page.TO_COMPLETE in page.body],
            "pages_to_compare": [page for page in pages if following.is_pending(page)],
        }
        return super().index(request, {**own, **(extra_context or {})})

    def autocomplete_view(self, request: HttpRequest) -> Any:
        return SuggestionsWithinReach.as_view(admin_site=self)(request)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [
            path("composants/", self.admin_view(self.components), name="components"),
            path(
                "r/<int:content_type_id>/<path:object_id>/",
                self.admin_view(self.on_site),
                name="view_on_site",
            ),
            path("r/<path:rest>", self.admin_view(self.nowhere)),
            *super().get_urls(),
        ]

    def on_site(
        self, request: HttpRequest, content_type_id: int, object_id: str
    ) -> HttpResponseBase:
        """Refuses « Voir sur le site » for addresses that tell or open something. Django's own
        leads to the address of any row of any table: the address of a draft is made of its title,
        that of a place or an invitation opens it."""
        kind = ContentType.objects.filter(pk=content_type_id).first()
        model = kind.model_class() if kind is not None else None
        if model is None or not self.is_registered(model):
            raise Http404
        model_admin = self.get_model_admin(model)
        row = model_admin.get_object(request, object_id)
        if row is None or not model_admin.has_view_permission(request, row):
            raise Http404
        return shortcut(request, content_type_id, object_id)

    def nowhere(self, request: HttpRequest, rest: str) -> HttpResponse:
        raise Http404

    def components(self, request: HttpRequest) -> HttpResponse:
        """Shows tokens and components on one page, for the next person who builds a page."""

        class TerritoryForm(forms.Form):
            places = TerritoriesField(label="Territoires", required=False)

        examples = Territory.objects.select_related("department").order_by("code")
        return render(
            request,
            "pages/components.html",
            {
                "breadcrumbs": [],
                "places": examples.filter(
                    code__in=["2A", "19", "38", "971"], level=Level.DEPARTMENT
                ),
                "territory_form": TerritoryForm(),
                "map_values": {f"{code:02}": code % 17 for code in range(1, 95, 2)},
            },
        )
