"""What leaves the portal: tables, what is printed for the day, what was answered after it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from events.admin.badges import badges_pdf, participants_pdf
from events.admin.exports import as_csv, as_xlsx, table
from events.admin.opinions import opinions
from events.admin.pages import EventPages
from events.models import Event, EventPublication
from media.pdf import NoPdf


class SheetPages(EventPages):
    def get_urls(self) -> list[URLPattern]:
        return [
            self._at("inscriptions/export.csv", self.csv_view, "export_csv"),
            self._at("inscriptions/export.xlsx", self.xlsx_view, "export_xlsx"),
            self._at("inscriptions/liste.pdf", self.list_view, "participants_pdf"),
            self._at("inscriptions/badges.pdf", self.badges_view, "badges"),
            self._at("inscriptions/avis/", self.opinions_view, "opinions"),
            *super().get_urls(),  # type: ignore[misc]  # ModelAdmin's
        ]

    @method_decorator(require_safe)
    def csv_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        event, publication = self._organised(request, pk)
        self._leaves(request, event, "Inscriptions, CSV.")
        return as_csv(table(event, publication), f"inscriptions-{event.slug[:60]}.csv")

    @method_decorator(require_safe)
    def xlsx_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        event, publication = self._organised(request, pk)
        self._leaves(request, event, "Inscriptions, Excel.")
        return as_xlsx(table(event, publication), f"inscriptions-{event.slug[:60]}.xlsx")

    @method_decorator(require_safe)
    def list_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._pdf(request, pk, participants_pdf, "Liste, PDF.", "liste")

    @method_decorator(require_safe)
    def badges_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        def made(event: Event, publication: EventPublication) -> bytes:
            entrance = request.build_absolute_uri(self.page_url("entrance", event.pk))
            return badges_pdf(event, publication, entrance)

        return self._pdf(request, pk, made, "Badges, PDF.", "badges")

    def _pdf(
        self,
        request: HttpRequest,
        pk: int,
        make: Callable[[Event, EventPublication], bytes],
        what: str,
        name: str,
    ) -> HttpResponse:
        event, publication = self._organised(request, pk)
        if publication is None:
            raise Http404
        try:
            content = make(event, publication)
        except NoPdf:
            self.message_user(
                request, "Il manque au serveur de quoi faire des PDF.", messages.ERROR
            )
            return self._to("desk", event.pk)
        self._leaves(request, event, what)
        response = HttpResponse(content, content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="{name}-{event.slug[:60]}.pdf"'
        return response

    @method_decorator(require_safe)
    def opinions_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        event, publication = self._organised(request, pk)
        if publication is None:
            raise Http404
        return self._page_of(
            request,
            "opinions",
            event,
            "Avis",
            opinions=opinions(event, publication),
            count=event.evaluations.count(),
            asked=event.registrations.filter(evaluation_asked_at__isnull=False).count(),
        )
