from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from pages.models import FrontPage, KeyFigure, Page
from publishing.editor import RichTextAdmin


@admin.register(Page)
class PageAdmin(RichTextAdmin):
    """The addresses are fixed: a text is changed, none is added or removed."""

    list_display = ("title", "address", "changed_at")
    fields = ("title", "body")

    @admin.display(description="adresse")
    def address(self, page: Page) -> str:
        return page.get_absolute_url()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Page | None = None) -> bool:
        return False


@admin.register(KeyFigure)
class KeyFigureAdmin(admin.ModelAdmin[KeyFigure]):
    list_display = ("value", "label", "source", "position")
    list_editable = ("position",)


@admin.register(FrontPage)
class FrontPageAdmin(admin.ModelAdmin[FrontPage]):
    autocomplete_fields = ("lead",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: FrontPage | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is one row: straight to it."""
        return redirect("admin:pages_frontpage_change", FrontPage.objects.get().pk)
