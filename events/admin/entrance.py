"""The welcome table: it says who stands there, and notes that they came. It is made for a telephone
and for the keyboard."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from events.admin.forms import CodeForm
from events.admin.listing import MOST_AT_ENTRANCE, counts_of, found_at_entrance
from events.admin.pages import EventPages
from events.models import Event, Registration


class EntrancePages(EventPages):
    def get_urls(self) -> list[URLPattern]:
        return [
            self._at("inscriptions/accueil/", self.entrance_view, "entrance"),
            *super().get_urls(),  # type: ignore[misc]  # ModelAdmin's
        ]

    @method_decorator(require_safe)
    def entrance_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Finds by a code that was typed or read from a badge (`?q=`), or by a part of a name, who
        it is, and shows a button. Noting that somebody is there is a POST of its own (`act_view`),
        which comes back with `?fait=`: whom it was, and what undoes it."""
        event, publication = self._organised(request, pk)
        form = CodeForm(request.GET if "q" in request.GET else None)
        asked = form.is_bound and form.is_valid()
        found = found_at_entrance(event, form.cleaned_data["q"]) if asked else []
        done = _just_noted(event, request.GET.get("fait", ""))
        field = form.fields["q"].widget.attrs
        # Whoever is alone to answer is welcomed by one more press of a key; else one types again.
        one_left = len(found) == 1 and not found[0].attended_at
        if not one_left:
            field["autofocus"] = True
        if done:
            field["aria-describedby"] = "entrance-done"
        return self._page_of(
            request,
            "entrance",
            event,
            "Accueil",
            form=form,
            asked=asked,
            total=len(found),
            most=MOST_AT_ENTRANCE,
            one_left=one_left,
            can_give=publication is not None,
            done=done,
            done_url=self.page_url("act", event.pk, done.pk) if done else "",
            found=[
                (registration, self.page_url("act", event.pk, registration.pk))
                for registration in found[:MOST_AT_ENTRANCE]
            ],
            counts=counts_of(event),
        )


def _just_noted(event: Event, pk: str) -> Registration | None:
    if not (pk.isascii() and pk.isdecimal() and len(pk) < 19):
        return None
    return event.registrations.filter(pk=pk, attended_at__isnull=False).first()
