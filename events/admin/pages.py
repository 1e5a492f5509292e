"""What all pages of the desk have in common: whose event it is, what is read of it, where one goes
next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone

from audit.models import Action
from audit.services import record
from events.models import Event, EventPublication, Registration


def latest_publication(event: Event) -> EventPublication | None:
    """Returns the live publication, or the last that was: registrations and answers outlive an
    archived page, and are read with its words."""
    been = event.publications.filter(live_from__lte=timezone.now())
    return (
        been.select_related("event")
        .order_by(F("live_until").desc(nulls_first=True), "-live_from", "-pk")
        .first()
    )


class EventPages:
    """The base of the mixins of the admin of events, each with its own `pages`."""

    # The ModelAdmin gives these.
    admin_site: Any
    opts: Any
    page_url: Any
    get_queryset: Any
    message_user: Any

    def may_organise(self, request: HttpRequest, obj: Event | None = None) -> bool:
        allowed: bool = request.user.has_perm("events.organise_event")
        if allowed and obj is not None:
            return request.user.has_perm("events.organise_event", obj)
        return allowed

    def _at(self, route: str, view: Callable[..., Any], name: str) -> URLPattern:
        return path(
            f"<int:pk>/{route}", self.admin_site.admin_view(view), name=f"events_event_{name}"
        )

    def _organised(self, request: HttpRequest, pk: int) -> tuple[Event, EventPublication | None]:
        """Returns the event, with what is live of it: without, nobody registers nor is written
        to."""
        if not self.may_organise(request):
            raise PermissionDenied
        event = self.get_queryset(request).filter(pk=pk).first()
        if event is None or not self.may_organise(request, event):
            raise Http404  # it is out of the person's territories: nothing says that it exists
        return event, EventPublication.objects.live_of(event)

    def hold(self, request: HttpRequest, event: Event) -> None:
        """Holds the event until the end of the transaction of a post, and reads it as it is saved
        at that moment."""
        if request.method == "POST":
            event.refresh_from_db(from_queryset=Event.objects.select_for_update())

    def _registration(self, event: Event, pk: int) -> Registration:
        found = event.registrations.filter(pk=pk).select_related("event", "user").first()
        if found is None:
            raise Http404
        return found

    def _page_of(
        self, request: HttpRequest, template: str, obj: Event, title: str, **context: Any
    ) -> TemplateResponse:
        status = context.pop("status", 200)
        return TemplateResponse(
            request,
            f"admin/events/{template}.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "original": obj,
                "title": title,
                "change_url": self.page_url("change", obj.pk),
                "desk_url": self.page_url("desk", obj.pk),
                **context,
            },
            status=status,
        )

    def _to(self, name: str, *args: Any, query: str = "") -> HttpResponse:
        return HttpResponseRedirect(self.page_url(name, *args) + query)

    def _back(self, request: HttpRequest, event: Event, words: str, level: int) -> HttpResponse:
        """Leads to the desk, with a sentence: what cannot be done is never done in silence."""
        self.message_user(request, words, level)
        return self._to("desk", event.pk)

    def _noted(self, request: HttpRequest, event: Event, what: str) -> None:
        record(action=Action.CHANGED, by=request.user, target=event, detail=what)

    def _leaves(self, request: HttpRequest, event: Event, what: str) -> None:
        record(action=Action.EXPORTED, by=request.user, target=event, detail=what)
