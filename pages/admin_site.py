from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path

from audit.audited_admin import AuditedAdmin
from editing.concurrent_admin import ConcurrentAdmin
from pages.admin_titles import PlainTitles
from pages.models import Page
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
        """Whatever is registered leaves traces of what is done with it, loses nothing of what two
        people do at once, and has plain titles."""
        given = admin_class or admin.ModelAdmin
        bases = (
            (AuditedAdmin, ConcurrentAdmin, PlainTitles)
            if given is admin.ModelAdmin
            else (AuditedAdmin, ConcurrentAdmin, given, PlainTitles)
        )
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
        incomplete = (
            Page.objects.filter(body__contains=Page.TO_COMPLETE)
            if request.user.has_perm("pages.change_page")
            else Page.objects.none()
        )
        return super().index(
            request, {"waiting": waiting, "incomplete_pages": incomplete, **(extra_context or {})}
        )

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [
            path("composants/", self.admin_view(self.components), name="components"),
            *super().get_urls(),
        ]

    def components(self, request: HttpRequest) -> HttpResponse:
        """Tokens and components on one page, for the next person who builds a page."""

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
