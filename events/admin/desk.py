"""The organisers' desk: who comes, in what order; messages, lists, badges, the entrance, opinions.

Kept by those with the right « tenir les inscriptions », for the events that their scope reaches.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from editing.concurrent_page import ConcurrentPage
from events.admin.acts import ActPages
from events.admin.entrance import EntrancePages
from events.admin.exports import answer_words
from events.admin.group_messages import MessagePages
from events.admin.guests import GuestPages
from events.admin.listing import (
    STATUSES,
    ListedRegistration,
    Wanted,
    counts_of,
    order_of,
    rows_of,
    session_rows,
)
from events.admin.pages import latest_publication
from events.admin.sheets import SheetPages
from events.models import Event, EventPublication, Registration, SessionPlace, State
from events.programme.retired import questions_answered, sessions_chosen
from events.registrations.forms import PlaceForm
from events.registrations.places import Refused, correct
from publishing.admin_pages import require_form

PER_PAGE = 50
MOST_MESSAGES = 50

# The pages of the desk: label, name, and whether each keeps to what the list is narrowed to.
PAGES = (
    ("Accueil (sur téléphone)", "entrance", False),
    ("Inscrire quelqu’un", "add_registration", False),
    ("Invitations", "guests", False),
    ("Écrire aux inscrit·es", "message", True),
    ("Liste à imprimer (PDF)", "participants_pdf", True),
    ("Badges (PDF)", "badges", True),
    ("Export CSV", "export_csv", True),
    ("Export Excel", "export_xlsx", True),
    ("Avis", "opinions", False),
)
# These need a page that is online; the rest needs one that was.
ONLY_ONLINE = {"add_registration", "message"}
ALWAYS = {"entrance", "guests", "export_csv", "export_xlsx"}


class DeskPages(ActPages, EntrancePages, MessagePages, SheetPages, GuestPages):
    """A mixin of the admin of events (`events.admin.event.EventAdmin`)."""

    log_change: Any

    def get_urls(self) -> list[URLPattern]:
        return [
            self._at("inscriptions/", self.desk_view, "desk"),
            self._at("inscriptions/<int:registration_pk>/", self.registration_view, "registration"),
            *super().get_urls(),
        ]

    # --- The list ---

    @method_decorator(require_safe)
    def desk_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        event, live = self._organised(request, pk)
        publication = live or latest_publication(event)
        counts, sessions = counts_of(event), session_rows(event, publication)
        wanted = Wanted.of(request.GET, [session["key"] for session in sessions])
        found = rows_of(event, wanted)
        page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
        for session in sessions:
            session["url"] = wanted.query(session=session["key"]) + "#liste"
        return self._page_of(
            request,
            "desk",
            event,
            "Inscriptions",
            publication=publication,
            notices=_notices(publication, is_live=live is not None, taken=counts["confirmed"]),
            counts=counts,
            sessions=sessions,
            session=next((s for s in sessions if s["key"] == wanted.session), None),
            page=page,
            rows=_with_sessions(list(page.object_list)),
            found=len(found),
            wanted=wanted,
            unknown=wanted.unknown(request.path),
            everything=wanted.query(session=""),
            in_order=wanted.query(order=""),
            by_name=wanted.query(order="nom"),
            page_query=(wanted.query() or "?") + ("&" if wanted.query() else ""),
            statuses=STATUSES,
            pages=self._desk_pages(event, live, publication, wanted),
            written=event.group_messages.select_related("sent_by")[:MOST_MESSAGES],
        )

    def _desk_pages(
        self,
        event: Event,
        live: EventPublication | None,
        publication: EventPublication | None,
        wanted: Wanted,
    ) -> list[tuple[str, str]]:
        """Returns only the pages that lead somewhere."""
        return [
            (label, self.page_url(name, event.pk) + (wanted.query() if narrowed else ""))
            for label, name, narrowed in PAGES
            if (live if name in ONLY_ONLINE else publication or name in ALWAYS)
        ]

    # --- One registration ---

    @method_decorator((require_form, transaction.atomic))
    def registration_view(
        self, request: HttpRequest, pk: int, registration_pk: int
    ) -> HttpResponse:
        """Shows all that is known of a registration, which may be put right while the event is
        online."""
        event, live = self._organised(request, pk)
        publication = live or latest_publication(event)
        if publication is None:
            raise Http404  # nobody could register
        self.hold(request, event)
        shown = self._registration(event, registration_pk)

        def form_of(posted: Any) -> PlaceForm:
            form = PlaceForm(posted, publication=publication, registration=shown)
            for name in ("is_listed", "accepts"):
                form.fields.pop(name, None)  # theirs to say
            for question in form.questions:
                form.fields[f"question-{question['key']}"].required = False
            return form

        page = ConcurrentPage(
            request, about=event, name=f"registration-{shown.pk}", as_saved=form_of(None)
        )
        form = form_of(page.posted)
        if page.posted is not None and page.settles(form):
            try:
                correct(registration=shown, corrected=form.corrected())
            except Refused as reason:
                self.message_user(request, str(reason), messages.WARNING)
            else:
                order = order_of(shown)
                self._noted(request, event, f"Inscription n°\u00a0{order}\u00a0: corrigée.")
                self.message_user(request, "Inscription corrigée.", messages.SUCCESS)
            return self._to("registration", event.pk, shown.pk)
        return self._page_of(
            request,
            "registration",
            event,
            shown.name,
            registration=shown,
            rank=shown.rank_in_queue() if shown.is_waiting else 0,
            answers=_answers_of(event, publication, shown),
            places=_places_of(event, publication, shown),
            form=form if live and not shown.is_cancelled else None,
            is_live=live is not None,
            act_url=self.page_url("act", event.pk, shown.pk),
            cancel_url=self.page_url("cancel_registration", event.pk, shown.pk),
            has_ended=publication.has_ended,
            editing=page.context,
            status=400 if form.errors else 200,
        )


def _notices(
    publication: EventPublication | None, *, is_live: bool, taken: int
) -> list[tuple[str, str]]:
    """Returns what must be known before anything else: a word, and what it means here."""
    if publication is None:
        return [("Pas en ligne", "personne ne peut s’inscrire.")]
    found = []
    if not is_live:
        found.append(
            (
                "Page retirée",
                "les inscriptions se lisent et s’exportent, avec les mots de la dernière "
                "publication. Pour écrire, inscrire ou donner une place, publiez de nouveau "
                "l’événement.",
            )
        )
    note = publication.state_note
    if publication.state in (State.CANCELLED, State.POSTPONED):
        found.append((str(publication.state.label), note or "les personnes inscrites l’ont su."))
    elif publication.state == State.FULL:
        words = note or "les places qui se libèrent ne sont données à personne."
        found.append((str(State.FULL.label), words))
    elif publication.is_full(taken):
        words = (
            "les demandes vont en liste d’attente."
            if publication.has_waiting_list
            else "il n’y a pas de liste d’attente."
        )
        found.append((str(State.FULL.label), words))
    return found


def _with_sessions(rows: list[ListedRegistration]) -> list[tuple[ListedRegistration, int]]:
    """Counts the sessions that each chose, in one query for the page."""
    places = SessionPlace.objects.filter(registration__in=[row.registration.pk for row in rows])
    counted = places.order_by().values_list("registration_id").annotate(count=Count("pk"))
    counts: dict[int, int] = dict(counted)
    return [(row, counts.get(row.registration.pk, 0)) for row in rows]


def _answers_of(
    event: Event, publication: EventPublication, registration: Registration
) -> list[tuple[str, str]]:
    asked = publication.content["questions"]
    return [
        (question["label"], answer_words(registration.answers[question["key"]]))
        for question in questions_answered(event, asked, [registration.answers])
        if question["key"] in registration.answers
    ]


def _places_of(
    event: Event, publication: EventPublication, registration: Registration
) -> list[tuple[str, bool]]:
    """Returns the title of each session that the person chose, and whether they have a place
    there."""
    places = {place.session_key: place.holds_place for place in registration.session_places.all()}
    return [
        (session["title"], places[session["key"]])
        for session in sessions_chosen(event, publication)
        if session["key"] in places
    ]
