"""What leaves the portal: tables, what is printed for the day, what was answered after it. Each
follows the list as it was narrowed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from events.admin.badges import badges_pdf, participants_pdf
from events.admin.exports import Cells, as_csv, as_xlsx, opinions_table, table
from events.admin.listing import EVERYONE, Wanted
from events.admin.opinions import opinions
from events.admin.pages import EventPages, latest_publication
from events.models import Event, EventPublication
from events.programme.retired import sessions_chosen
from media.pdf import NoPdf
from publishing.filter_values import refused

NEVER_PUBLISHED = "L’événement n’a jamais été en ligne\u00a0: il n’y a rien à lire ici."


class SheetPages(EventPages):
    def get_urls(self) -> list[URLPattern]:
        return [
            self._at("inscriptions/export.csv", self.csv_view, "export_csv"),
            self._at("inscriptions/export.xlsx", self.xlsx_view, "export_xlsx"),
            self._at("inscriptions/liste.pdf", self.list_view, "participants_pdf"),
            self._at("inscriptions/badges.pdf", self.badges_view, "badges"),
            self._at("inscriptions/avis/", self.opinions_view, "opinions"),
            self._at("inscriptions/avis.csv", self.opinions_csv_view, "opinions_csv"),
            *super().get_urls(),  # type: ignore[misc]  # ModelAdmin's
        ]

    def _wanted(
        self, request: HttpRequest, event: Event, publication: EventPublication | None
    ) -> Wanted:
        keys = [session["key"] for session in sessions_chosen(event, publication)]
        return Wanted.of(request.GET, keys)

    def _no_file(self, request: HttpRequest, event: Event, wanted: Wanted) -> HttpResponse:
        desk = self.page_url("desk", event.pk)
        back_url = desk + replace(wanted, missing=()).query()
        return refused(request, wanted.unknown(desk), heading="Pas de fichier", back_url=back_url)

    # --- Registrations ---

    @method_decorator(require_safe)
    def csv_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._table(request, pk, as_csv, "CSV", "csv")

    @method_decorator(require_safe)
    def xlsx_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._table(request, pk, as_xlsx, "Excel", "xlsx")

    def _table(
        self,
        request: HttpRequest,
        pk: int,
        make: Callable[[Iterable[Cells], str], HttpResponse],
        kind: str,
        ending: str,
    ) -> HttpResponse:
        event, live = self._organised(request, pk)
        publication = live or latest_publication(event)
        wanted = self._wanted(request, event, publication)
        if wanted.missing:
            return self._no_file(request, event, wanted)
        part = "" if wanted == EVERYONE else ", en partie"
        self._leaves(request, event, f"Inscriptions{part}, {kind}.")
        return make(table(event, publication, wanted), f"inscriptions-{event.slug[:60]}.{ending}")

    # --- For the day ---

    @method_decorator(require_safe)
    def list_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._pdf(request, pk, participants_pdf, "Liste, PDF.", "liste")

    @method_decorator(require_safe)
    def badges_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        def draw(event: Event, publication: EventPublication, wanted: Wanted) -> bytes:
            entrance = request.build_absolute_uri(self.page_url("entrance", event.pk))
            return badges_pdf(event, publication, wanted, entrance)

        return self._pdf(request, pk, draw, "Badges, PDF.", "badges")

    def _pdf(
        self,
        request: HttpRequest,
        pk: int,
        make: Callable[[Event, EventPublication, Wanted], bytes],
        what: str,
        name: str,
    ) -> HttpResponse:
        event, live = self._organised(request, pk)
        publication = live or latest_publication(event)
        if publication is None:
            return self._back(request, event, NEVER_PUBLISHED, messages.WARNING)
        wanted = self._wanted(request, event, publication)
        if wanted.missing:
            return self._no_file(request, event, wanted)
        try:
            content = make(event, publication, wanted)
        except NoPdf:
            words = "Il manque au serveur de quoi faire des PDF."
            return self._back(request, event, words, messages.ERROR)
        self._leaves(request, event, what)
        response = HttpResponse(content, content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="{name}-{event.slug[:60]}.pdf"'
        response["Cache-Control"] = "private, no-store"
        return response

    # --- Opinions ---

    @method_decorator(require_safe)
    def opinions_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        event, live = self._organised(request, pk)
        publication = live or latest_publication(event)
        if publication is None:
            return self._back(request, event, NEVER_PUBLISHED, messages.WARNING)
        return self._page_of(
            request,
            "opinions",
            event,
            "Avis",
            opinions=opinions(event, publication),
            count=event.evaluations.count(),
            asked=event.registrations.filter(evaluation_asked_at__isnull=False).count(),
            csv_url=self.page_url("opinions_csv", event.pk),
        )

    @method_decorator(require_safe)
    def opinions_csv_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        event, live = self._organised(request, pk)
        publication = live or latest_publication(event)
        if publication is None:
            return self._back(request, event, NEVER_PUBLISHED, messages.WARNING)
        self._leaves(request, event, "Avis, CSV.")
        return as_csv(opinions_table(event, publication), f"avis-{event.slug[:60]}.csv")
