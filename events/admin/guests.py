"""The desk's page of invitations: it says whom and who answered, writes once more, or takes
back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from events.admin.forms import GuestsForm
from events.admin.pages import EventPages
from events.models import Registration
from events.registrations.invitations import REMINDED_AFTER, Invited, invite, remind
from publishing.admin_pages import require_form

MOST_LISTED = 500
ANSWERS = {
    Registration.Status.CONFIRMED: "a une place",
    Registration.Status.WAITING: "en liste d’attente",
    Registration.Status.CANCELLED: "a annulé",
}


class GuestPages(EventPages):
    def get_urls(self) -> list[URLPattern]:
        return [
            self._at("invitations/", self.guests_view, "guests"),
            self._at("invitations/relancer/", self.remind_view, "remind_guests"),
            self._at(
                "invitations/<int:invitation_pk>/retirer/", self.withdraw_view, "withdraw_guest"
            ),
            *super().get_urls(),  # type: ignore[misc]  # ModelAdmin's
        ]

    @method_decorator(require_form)
    def guests_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        event, publication = self._organised(request, pk)
        form = GuestsForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            done = invite(
                event=event,
                guests=form.cleaned_data["guests"],
                words=form.cleaned_data["words"],
                by=request.user,
            )
            self._noted(request, event, f"Invitations\u00a0: {done.added}.")
            level = messages.SUCCESS if done.added else messages.WARNING
            self.message_user(request, _outcome_words(done, is_live=publication is not None), level)
            return self._to("guests", event.pk)
        answered = event.invitations.with_answers()
        counts = answered.aggregate(
            all=Count("pk"),
            coming=Count("pk", filter=Q(registration_status=Registration.Status.CONFIRMED)),
            waiting=Count("pk", filter=Q(registration_status=Registration.Status.WAITING)),
            declined=Count("pk", filter=_has_declined()),
        )
        counts["silent"] = event.invitations.unanswered().count()
        return self._page_of(
            request,
            "guests",
            event,
            "Invitations",
            form=form,
            is_live=publication is not None,
            counts=counts,
            guests=[
                (guest, _answer(guest), self.page_url("withdraw_guest", event.pk, guest.pk))
                for guest in answered.order_by("last_name", "first_name", "email")[:MOST_LISTED]
            ],
            most_listed=MOST_LISTED,
            remind_url=self.page_url("remind_guests", event.pk),
            status=400 if form.errors else 200,
        )

    @method_decorator(require_POST)
    def remind_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        event, _ = self._organised(request, pk)
        count = remind(event=event)
        if count:
            self._noted(request, event, "Invités relancés.")
            plural = "s" if count > 1 else ""
            words = f"Un rappel part à {count} personne{plural}."
            self.message_user(request, words, messages.SUCCESS)
        else:
            hours = int(REMINDED_AFTER.total_seconds() // 3600)
            self.message_user(
                request,
                f"Personne à relancer\u00a0: tout le monde a répondu, ou a été écrit il y a moins "
                f"de {hours} heures.",
                messages.WARNING,
            )
        return self._to("guests", event.pk)

    @method_decorator(require_form)
    def withdraw_view(self, request: HttpRequest, pk: int, invitation_pk: int) -> HttpResponse:
        event, _ = self._organised(request, pk)
        guest = event.invitations.filter(pk=invitation_pk).first()
        if guest is None:
            raise Http404
        if request.method != "POST":
            return self._page_of(
                request,
                "confirm",
                event,
                "Retirer une invitation",
                who=guest,
                sentences=[
                    "Son lien ne répondra plus, et la page lui sera fermée si elle est réservée.",
                    "Une place déjà prise reste prise. La personne n’est pas prévenue.",
                ],
                action=request.path,
                button="Retirer l’invitation",
                back_url=self.page_url("guests", event.pk),
                back="Revenir aux invitations",
            )
        guest.delete()
        self._noted(request, event, "Invitation retirée.")
        self.message_user(
            request,
            f"L’invitation de {guest} est retirée\u00a0: son lien ne répond plus.",
            messages.SUCCESS,
        )
        return self._to("guests", event.pk)


def _has_declined() -> Q:
    gone = Q(registration_status=Registration.Status.CANCELLED)
    return gone | Q(registration_status=None, declined_at__isnull=False)


def _answer(guest: Any) -> str:
    if guest.registration_status:
        return ANSWERS[guest.registration_status]
    if guest.declined_at:
        return "ne viendra pas"
    return "pas encore" if guest.sent_at else "pas encore écrite"


def _outcome_words(done: Invited, *, is_live: bool) -> str:
    sentences = []
    if done.added:
        plural = "s" if done.added > 1 else ""
        sentences.append(
            f"{done.added} invitation{plural} "
            + (f"part{'ent' if plural else ''}." if is_live else "en attente de la mise en ligne.")
        )
    if done.invited_before:
        sentences.append(f"Invité·es auparavant\u00a0: {done.invited_before}.")
    if done.registered_before:
        sentences.append(f"Inscrit·es auparavant\u00a0: {done.registered_before}.")
    return " ".join(sentences)
