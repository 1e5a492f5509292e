"""The organisers' desk: who comes, in what order; messages, lists, badges, the entrance, opinions.

Kept by those with the right « tenir les inscriptions », for the events that their scope reaches.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST, require_safe

from events.admin.entrance import EntrancePages
from events.admin.exports import answer_words
from events.admin.guests import GuestPages
from events.admin.listing import (
    LISTED,
    LONGEST_QUERY,
    counts_of,
    mentions,
    session_rows,
    wanted_words,
)
from events.admin.sheets import SheetPages
from events.admin.writing import MessagePages
from events.forms import PlaceForm, RegistrationForm
from events.models import Event, Registration
from events.registering import (
    Refused,
    account_of,
    cancel,
    choose_sessions,
    give_place,
    note_attendance,
    put_in_queue,
    register,
)
from publishing.admin_pages import require_form

Status = Registration.Status
MOST_LISTED = 500


class DeskPages(EntrancePages, MessagePages, SheetPages, GuestPages):
    """Mixed into the admin of events (`events.admin.event.EventAdmin`)."""

    log_change: Any

    def get_urls(self) -> list[URLPattern]:
        return [
            self._at("inscriptions/", self.desk_view, "desk"),
            self._at("inscriptions/ajouter/", self.add_registration_view, "add_registration"),
            self._at("inscriptions/<int:registration_pk>/", self.registration_view, "registration"),
            self._at("inscriptions/<int:registration_pk>/agir/", self.act_view, "act"),
            *super().get_urls(),
        ]

    # --- The list ---

    @method_decorator(require_safe)
    def desk_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        event, publication = self._organised(request, pk)
        shown = event.registrations.all()
        status = request.GET.get("etat", "")
        if status in Status.values:
            shown = shown.filter(status=status)
        elif status == "presents":
            shown = shown.filter(attended_at__isnull=False)
        query = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY]
        words = wanted_words(query)
        found = [one for one in shown.order_by("number").only(*LISTED) if mentions(one, words)]
        return self._page_of(
            request,
            "desk",
            event,
            "Inscriptions",
            publication=publication,
            counts=counts_of(event),
            sessions=session_rows(event, publication),
            registrations=found[:MOST_LISTED],
            found=len(found),
            most_listed=MOST_LISTED,
            query=query,
            chosen_status=status,
            statuses=[("", "Toutes"), *Status.choices, ("presents", "Présent·es")],
            pages=self._desk_pages(event),
        )

    def _desk_pages(self, event: Event) -> list[tuple[str, str]]:
        names = (
            ("Accueil (sur téléphone)", "entrance"),
            ("Inscrire quelqu’un", "add_registration"),
            ("Invitations", "guests"),
            ("Écrire aux inscrit·es", "message"),
            ("Liste à imprimer (PDF)", "participants_pdf"),
            ("Badges (PDF)", "badges"),
            ("Export CSV", "export_csv"),
            ("Export Excel", "export_xlsx"),
            ("Avis", "opinions"),
        )
        return [(label, self.page_url(name, event.pk)) for label, name in names]

    # --- One registration ---

    @method_decorator(require_form)
    def registration_view(
        self, request: HttpRequest, pk: int, registration_pk: int
    ) -> HttpResponse:
        """All that is known of it; its sessions may be changed."""
        event, publication = self._organised(request, pk)
        if publication is None:
            raise Http404
        shown = self._registration(event, registration_pk)
        initial = {
            "sessions": [place.session_key for place in shown.session_places.all()],
            "is_listed": shown.is_listed,
        }
        form = PlaceForm(
            request.POST if request.method == "POST" else None,
            initial=initial,
            publication=publication,
        )
        form.fields.pop("is_listed", None)  # theirs to say
        if request.method == "POST" and form.is_valid():
            try:
                choose_sessions(registration=shown, keys=form.cleaned_data.get("sessions", []))
            except Refused as reason:
                self.message_user(request, str(reason), messages.WARNING)
            else:
                self.message_user(request, "Ateliers enregistrés.", messages.SUCCESS)
            return self._to("registration", event.pk, shown.pk)
        asked = {q["key"]: q for q in publication.content["questions"]}
        return self._page_of(
            request,
            "registration",
            event,
            shown.name,
            registration=shown,
            rank=shown.rank_in_queue() if shown.is_waiting else 0,
            answers=[
                (asked[key]["label"] if key in asked else "Question retirée", answer_words(answer))
                for key, answer in shown.answers.items()
            ],
            form=form if form.fields and not shown.is_cancelled else None,
            act_url=self.page_url("act", event.pk, shown.pk),
            has_ended=publication.has_ended,
            status=400 if form.errors else 200,
        )

    @method_decorator(require_POST)
    def act_view(self, request: HttpRequest, pk: int, registration_pk: int) -> HttpResponse:
        event, _ = self._organised(request, pk)
        registration = self._registration(event, registration_pk)
        done = {
            "give": lambda: give_place(registration=registration),
            "queue": lambda: put_in_queue(registration=registration),
            "cancel": lambda: cancel(registration=registration, by_organiser=True),
            "there": lambda: note_attendance(registration=registration),
            "absent": lambda: note_attendance(registration=registration, is_there=False),
        }
        said = {
            "give": "{} a une place.",
            "queue": "{} est en liste d’attente.",
            "cancel": "L’inscription de {} est annulée.",
            "there": "{} est là.",
            "absent": "{} n’est plus noté·e présent·e.",
        }
        wanted = request.POST.get("act", "")
        if wanted not in done:
            raise Http404
        try:
            done[wanted]()
        except Refused as reason:
            self.message_user(request, str(reason), messages.WARNING)
        else:
            self._noted(request, event, "Inscriptions.")
            self.message_user(request, said[wanted].format(registration.name), messages.SUCCESS)
        if request.POST.get("from") == "entrance":
            return self._to("entrance", event.pk)
        return self._to("registration", event.pk, registration.pk)

    @method_decorator(require_form)
    def add_registration_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Before the opening, after the closing, or by telephone."""
        event, publication = self._organised(request, pk)
        if publication is None or not publication.takes_registrations:
            self.message_user(
                request,
                "Publiez d’abord l’événement, avec une inscription ouverte.",
                messages.WARNING,
            )
            return self._to("desk", event.pk)
        form = RegistrationForm(
            request.POST if request.method == "POST" else None,
            publication=publication,
            person=None,
        )
        # Theirs to accept, by the link that they get.
        for name in ("is_listed", "accepts"):
            form.fields.pop(name, None)
        for question in form.questions:
            form.fields[f"question-{question['key']}"].required = False
        if request.method == "POST" and form.is_valid():
            try:
                asked = form.asked()
                made, is_new = register(
                    event=event, asked=asked, user=account_of(asked.email), by_organiser=True
                )
            except Refused as reason:
                self.message_user(request, str(reason), messages.WARNING)
            else:
                words = "est inscrit·e" if is_new else "était déjà inscrit·e"
                self.message_user(request, f"{made.name} {words}.", messages.SUCCESS)
                return self._to("registration", event.pk, made.pk)
        return self._page_of(
            request,
            "form",
            event,
            "Inscrire quelqu’un",
            form=form,
            button="Inscrire",
            explanation="La personne reçoit la même confirmation que si elle s’était inscrite "
            "elle-même. S’il n’y a plus de place, elle entre en liste d’attente\u00a0: vous "
            "pourrez lui donner une place ensuite.",
            status=400 if form.errors else 200,
        )
