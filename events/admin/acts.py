"""What organisers do with one registration: they give a place or take it back, note somebody there,
or register somebody themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST, require_safe

from events.admin.forms import OrganiserRegistrationForm
from events.admin.listing import order_of
from events.admin.pages import EventPages
from events.models import Event, EventPublication, Registration, SessionPlace, State
from events.registrations.organisers import give_place, note_attendance, put_in_queue
from events.registrations.places import Refused, account_of, cancel, register
from publishing.admin_pages import require_form


@transaction.atomic
def give_and_welcome(*, registration: Registration) -> None:
    """Gives a place to somebody who came without one, in one gesture at the door."""
    give_place(registration=registration)
    note_attendance(registration=registration)


# Each says what is done, what is said of it, and what the trail keeps.
ACTS: dict[str, tuple[Callable[..., Any], str, str]] = {
    "give": (give_place, "{} a une place.", "place donnée"),
    "queue": (put_in_queue, "{} est en liste d’attente.", "remise en liste d’attente"),
    "cancel": (cancel, "L’inscription de {} est annulée.", "annulée"),
    "there": (note_attendance, "{} est là.", "présence notée"),
    "give_there": (give_and_welcome, "{} est là.", "place donnée et présence notée"),
    "absent": (note_attendance, "{} n’est plus noté·e présent·e.", "présence retirée"),
}
OPTIONS = {"cancel": {"by_organiser": True}, "absent": {"is_there": False}}
WELCOMES = ("there", "give_there")


class ActPages(EventPages):
    def get_urls(self) -> list[URLPattern]:
        one = "inscriptions/<int:registration_pk>"
        return [
            self._at("inscriptions/ajouter/", self.add_registration_view, "add_registration"),
            self._at(f"{one}/agir/", self.act_view, "act"),
            self._at(f"{one}/annuler/", self.cancel_view, "cancel_registration"),
            *super().get_urls(),  # type: ignore[misc]  # ModelAdmin's
        ]

    @method_decorator(require_POST)
    def act_view(self, request: HttpRequest, pk: int, registration_pk: int) -> HttpResponse:
        event, _ = self._organised(request, pk)
        registration = self._registration(event, registration_pk)
        wanted = request.POST.get("act", "")
        if wanted not in ACTS:
            raise Http404
        at_entrance = request.POST.get("from") == "entrance"
        run, said, kept = ACTS[wanted]
        order = order_of(registration)
        try:
            run(registration=registration, **OPTIONS.get(wanted, {}))
        except Refused as reason:
            self.message_user(request, str(reason), messages.WARNING)
        else:
            self._noted(request, event, f"Inscription n°\u00a0{order}\u00a0: {kept}.")
            if at_entrance and wanted in WELCOMES:
                # The page says it itself, with what undoes it.
                return self._to("entrance", event.pk, query=f"?fait={registration.pk}")
            self.message_user(request, said.format(registration.name), messages.SUCCESS)
        if at_entrance:
            return self._to("entrance", event.pk)
        return self._to("registration", event.pk, registration.pk)

    @method_decorator(require_safe)
    def cancel_view(self, request: HttpRequest, pk: int, registration_pk: int) -> HttpResponse:
        """Says what will happen; cancelling is a POST of its own (`act_view`)."""
        event, publication = self._organised(request, pk)
        registration = self._registration(event, registration_pk)
        if registration.is_cancelled:
            return self._to("registration", event.pk, registration.pk)
        return self._page_of(
            request,
            "confirm",
            event,
            "Annuler une inscription",
            who=registration,
            sentences=_consequences(registration, publication),
            action=self.page_url("act", event.pk, registration.pk),
            act="cancel",
            button="Annuler l’inscription",
            back_url=self.page_url("registration", event.pk, registration.pk),
            back="Revenir à son inscription",
        )

    @method_decorator(require_form)
    def add_registration_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Registers somebody before the opening, after the closing, or by telephone."""
        event, publication = self._organised(request, pk)
        if publication is None or not publication.takes_registrations:
            words = "Publiez d’abord l’événement, avec une inscription ouverte."
            return self._back(request, event, words, messages.WARNING)
        if publication.state == State.CANCELLED:
            words = "L’événement est annulé\u00a0: personne ne peut plus y être inscrit."
            return self._back(request, event, words, messages.WARNING)
        form = OrganiserRegistrationForm(
            request.POST if request.method == "POST" else None, publication=publication
        )
        if request.method == "POST" and form.is_valid():
            registration = self._registered(request, event, form)
            if registration is not None:
                return self._to("registration", event.pk, registration.pk)
        return self._page_of(
            request,
            "form",
            event,
            "Inscrire quelqu’un",
            form=form,
            button="Inscrire",
            explanation="La personne reçoit la même confirmation que si elle s’était inscrite "
            "elle-même. Les conditions et la liste des participant·es restent à sa main, par le "
            "lien qu’elle reçoit.",
            status=400 if form.errors else 200,
        )

    def _registered(
        self, request: HttpRequest, event: Event, form: OrganiserRegistrationForm
    ) -> Registration | None:
        asked = form.asked()
        try:
            registration, is_new = register(
                event=event,
                asked=asked,
                user=account_of(asked.email),
                by_organiser=True,
                despite_full=form.cleaned_data["despite_full"],
            )
        except Refused as reason:
            self.message_user(request, str(reason), messages.WARNING)
            return None
        if is_new:
            self._noted(
                request, event, f"Inscription n°\u00a0{order_of(registration)}\u00a0: ajoutée."
            )
        level = messages.SUCCESS if is_new and registration.holds_place else messages.WARNING
        self.message_user(request, _said_of(registration, is_new=is_new), level)
        return registration


def _said_of(registration: Registration, *, is_new: bool) -> str:
    name = registration.name
    if registration.is_waiting:
        rank = f"en liste d’attente, au rang {registration.rank_in_queue()}"
        if is_new:
            return f"C’est complet\u00a0: {name} est {rank}. Vous pouvez lui donner une place."
        return f"{name} était déjà {rank}\u202f; rien n’a changé."
    if is_new:
        return f"{name} a une place."
    return f"{name} avait déjà une place\u202f; rien n’a changé."


def _consequences(registration: Registration, publication: EventPublication | None) -> list[str]:
    """Says in sentences what cancelling would change."""
    held = registration.session_places.filter(status=SessionPlace.Status.CONFIRMED).count()
    sentences = []
    if registration.holds_place:
        ends = publication is None or publication.has_ended
        sentences.append(
            "Sa place est libérée."
            if ends
            else "Sa place est libérée, et va à la première personne en attente s’il y en a une."
        )
        if held:
            sentences.append(
                f"Ses places dans {held} ateliers sont libérées aussi."
                if held > 1
                else "Sa place en atelier est libérée aussi."
            )
    else:
        sentences.append("Son rang dans la liste d’attente est perdu.")
    sentences.append(
        "La personne est prévenue par courriel."
        if publication
        else "La personne n’est pas prévenue\u00a0: l’événement n’est plus en ligne."
    )
    return sentences
