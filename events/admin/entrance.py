"""The welcome table: who stands there, and that they came. Made for a telephone and for the
keyboard."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from events.admin.forms import CodeForm
from events.admin.listing import at_the_door, counts_of
from events.admin.pages import EventPages
from events.models import Registration


class EntrancePages(EventPages):
    def get_urls(self) -> list[URLPattern]:
        return [
            self._at("inscriptions/accueil/", self.entrance_view, "entrance"),
            *super().get_urls(),  # type: ignore[misc]  # ModelAdmin's
        ]

    @method_decorator(require_safe)
    def entrance_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A code typed or read from a badge (`?q=`), or a part of a name: who it is, and a button.
        Noting that somebody is there is a POST of its own (`act_view`)."""
        event, _ = self._organised(request, pk)
        asked = "q" in request.GET
        form = CodeForm(request.GET if asked else None)
        found: list[Registration] = []
        if asked and form.is_valid():
            found = at_the_door(event, form.cleaned_data["q"])
        return self._page_of(
            request,
            "entrance",
            event,
            "Accueil",
            form=form,
            asked=asked and form.is_valid(),
            found=[
                (registration, self.page_url("act", event.pk, registration.pk))
                for registration in found
            ],
            counts=counts_of(event),
        )
