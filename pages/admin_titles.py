"""Titles of the admin's pages in plain French: Django's own are made of words that do not agree
("Modification de article", "Sélectionnez l’objet compte à changer")."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ERROR_FLAG
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst


class PlainTitles(admin.ModelAdmin[Any]):
    """A mixin under every class that is registered: a class that has a title of its own keeps
    it."""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", ""):
            # No database holds it, and one of ours refuses it.
            return redirect(f"{request.path}?{ERROR_FLAG}=1")
        title = capfirst(str(self.opts.verbose_name_plural))
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        name = str(self.opts.verbose_name)
        title = capfirst(name) if object_id else f"Ajout\u00a0: {name}"
        return super().changeform_view(
            request, object_id, form_url, {"title": title, **(extra_context or {})}
        )
