"""A form of the admin says so when the file that it came with could not be kept."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from media.storage import NotStored


class StoringAdmin(admin.ModelAdmin[Any]):
    """A mixin of the admin: `pages.admin_site` mixes it into every class that is registered."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        posted, files = request.POST, request.FILES
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except NotStored as refusal:
            # The transaction is rolled back, and its files are gone: the same form is shown once
            # more, and saves nothing this time.
            request.POST, request._files = posted, files  # type: ignore[attr-defined]  # what Django's own view reads
            request.not_stored = refusal  # type: ignore[attr-defined]  # of this request
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        refusal: NotStored | None = getattr(request, "not_stored", None)
        if refusal is None:
            return form

        def clean(bound: Any) -> Any:
            bound.add_error("file" if "file" in bound.fields else None, str(refusal))
            return bound.cleaned_data

        return type(form.__name__, (form,), {"clean": clean})
