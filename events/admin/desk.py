"""The organisers' desk: who comes, in what order; messages, lists, badges, the entrance, opinions.

Kept by those with the right « tenir les inscriptions », for the events that their scope reaches.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST, require_safe

from audit.models import Action
from audit.services import record
from events import letters
from events.admin.badges import badges_pdf, participants_pdf
from events.admin.exports import answer_words, as_csv, as_xlsx, table
from events.admin.forms import CodeForm, MessageForm
from events.admin.guests import GuestPages
from events.admin.listing import at_the_door, counts_of, mentions, session_rows
from events.admin.opinions import opinions
from events.forms import PlaceForm, RegistrationForm
from events.inviting import write_message
from events.models import Event, EventPublication, Registration
from events.registering import (
    Refused,
    account_of,
    cancel,
    correct,
    give_place,
    live_publication,
    note_attendance,
    put_in_queue,
    register,
)
from media.pdf import NoPdf
from publishing.admin_pages import require_form

Status = Registration.Status
MOST_LISTED = 500


class DeskPages(GuestPages):
    """Mixed into the admin of events (`events.admin.event.EventAdmin`)."""

    # What the ModelAdmin gives.
    admin_site: Any
    opts: Any
    page_url: Any
    get_queryset: Any
    message_user: Any
    log_change: Any

    def may_organise(self, request: HttpRequest, obj: Event | None = None) -> bool:
        allowed: bool = request.user.has_perm("events.organise_event")
        if allowed and obj is not None:
            return request.user.has_perm("events.organise_event", obj)
        return allowed

    def get_urls(self) -> list[URLPattern]:
        def at(route: str, view: Callable[..., Any], name: str) -> URLPattern:
            return path(
                f"<int:pk>/inscriptions/{route}",
                self.admin_site.admin_view(view),
                name=f"events_event_{name}",
            )

        return [
            at("", self.desk_view, "desk"),
            at("ajouter/", self.add_registration_view, "add_registration"),
            at("message/", self.message_view, "message"),
            at("export.csv", self.csv_view, "export_csv"),
            at("export.xlsx", self.xlsx_view, "export_xlsx"),
            at("liste.pdf", self.list_view, "participants_pdf"),
            at("badges.pdf", self.badges_view, "badges"),
            at("accueil/", self.entrance_view, "entrance"),
            at("avis/", self.opinions_view, "opinions"),
            at("<int:registration_pk>/", self.registration_view, "registration"),
            at("<int:registration_pk>/agir/", self.act_view, "act"),
            *super().get_urls(),
        ]

    # --- Common steps ---

    def _organised(self, request: HttpRequest, pk: int) -> tuple[Event, EventPublication | None]:
        """The event, with what is published of it: without, nobody has registered."""
        if not self.may_organise(request):
            raise PermissionDenied
        event = self.get_queryset(request).filter(pk=pk).first()
        if event is None or not self.may_organise(request, event):
            raise Http404  # out of the person's territories: nothing says that it exists
        return event, live_publication(event)

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

    def _to(self, name: str, *args: Any) -> HttpResponse:
        return HttpResponseRedirect(self.page_url(name, *args))

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
        query = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:80]
        for word in query.split():
            shown = shown.filter(mentions(word))
        return self._page_of(
            request,
            "desk",
            event,
            "Inscriptions",
            publication=publication,
            counts=counts_of(event),
            sessions=session_rows(event, publication),
            registrations=shown.order_by("number")[:MOST_LISTED],
            found=shown.count(),
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
        form = PlaceForm(
            request.POST if request.method == "POST" else None,
            publication=publication,
            registration=shown,
        )
        for name in ("is_listed", "accepts"):
            form.fields.pop(name, None)  # theirs to say
        for question in form.questions:
            form.fields[f"question-{question['key']}"].required = False
        if request.method == "POST" and form.is_valid():
            try:
                correct(registration=shown, corrected=form.corrected())
            except Refused as reason:
                self.message_user(request, str(reason), messages.WARNING)
            else:
                detail = f"Inscription {shown.number} corrigée."
                record(action=Action.CHANGED, by=request.user, target=event, detail=detail)
                self.message_user(request, "Inscription corrigée.", messages.SUCCESS)
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
            form=None if shown.is_cancelled else form,
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
            record(action=Action.CHANGED, by=request.user, target=event, detail="Inscriptions.")
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

    # --- Messages ---

    @method_decorator(require_form)
    def message_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        event, publication = self._organised(request, pk)
        posted = request.method == "POST"
        form = MessageForm(request.POST if posted else None, initial={"key": uuid.uuid4().hex})
        if publication and posted and form.is_valid():
            sent = _write(event, publication, form.cleaned_data)
            record(action=Action.CHANGED, by=request.user, target=event, detail="Message écrit.")
            plural = "s" if sent > 1 else ""
            self.message_user(
                request,
                f"Le message part à {sent} personne{plural}."
                if sent
                else "Personne n’est dans ce cas\u00a0: rien n’est parti.",
                messages.SUCCESS if sent else messages.WARNING,
            )
            return self._to("desk", event.pk)
        counts = counts_of(event)
        return self._page_of(
            request,
            "form",
            event,
            "Écrire aux inscrit·es",
            form=form,
            button="Envoyer le message",
            explanation=f"{counts['confirmed']} ont une place, {counts['waiting']} attendent, "
            f"{event.invitations.unanswered().count()} n’ont pas répondu à leur invitation. "
            "Chacun reçoit son propre courriel\u202f; les réponses vont à l’adresse de contact de "
            "l’événement.",
            status=400 if form.errors else 200,
        )

    # --- What leaves the portal ---

    def _leaves(self, request: HttpRequest, event: Event, what: str) -> None:
        record(action=Action.EXPORTED, by=request.user, target=event, detail=what)

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

    # --- The entrance ---

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

    # --- Opinions ---

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


def _write(event: Event, publication: EventPublication, asked: dict[str, Any]) -> int:
    """One letter each, once: sending the form again writes to nobody new."""
    words = {name: asked[name] for name in ("key", "subject", "text")}
    if asked["to"] == "unanswered":
        guests = list(event.invitations.unanswered().exclude(sent_at=None))
        for guest in guests:
            write_message(guest, publication, **words)
        return len(guests)
    to = event.registrations.standing()
    if asked["to"] != "all":
        to = to.filter(status=asked["to"])
    count = 0
    for registration in to.select_related("event").prefetch_related("session_places"):
        letters.message(registration, publication, **words)
        count += 1
    return count
