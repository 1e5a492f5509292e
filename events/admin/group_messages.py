"""An organiser's own words to those who registered or are invited: they are written, read again as
they will be read, tried on oneself, then sent once."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import URLPattern
from django.utils.decorators import method_decorator

from events.admin.forms import MessageForm
from events.admin.listing import Wanted, counts_of
from events.admin.pages import EventPages
from events.letters import invitation_letters, registration_letters
from events.letters.facts import facts_for, shows_code
from events.letters.letter import Action, Letter, paragraphs_of, post
from events.models import (
    Event,
    EventPublication,
    GroupMessage,
    Invitation,
    Registration,
    SessionPlace,
)
from events.programme.retired import sessions_chosen
from publishing.admin_pages import require_form
from publishing.filter_values import reasons
from publishing.structured_data import absolute

Status = Registration.Status
# The desk's filter of state becomes this here.
TO = {"confirmed": "confirmed", "waiting": "waiting", "presents": "presents"}


class MessagePages(EventPages):
    def get_urls(self) -> list[URLPattern]:
        return [
            self._at("inscriptions/message/", self.message_view, "message"),
            *super().get_urls(),  # type: ignore[misc]  # ModelAdmin's
        ]

    @method_decorator(require_form)
    def message_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Takes the message through its steps: each POST has the whole of it, and `step` says what
        is wanted."""
        event, publication = self._organised(request, pk)
        if publication is None:
            words = "L’événement n’est pas en ligne\u00a0: rien ne peut être envoyé."
            return self._back(request, event, words, messages.WARNING)
        sessions = {one["key"]: one["title"] for one in sessions_chosen(event, publication)}
        wanted = Wanted.of(request.GET, sessions)
        if wanted.missing:
            # Without it, the form would open on everybody who has a place.
            return self._back(request, event, reasons(wanted.unknown("")), messages.WARNING)
        posted = request.method == "POST"
        form = MessageForm(
            request.POST if posted else None,
            initial=_first_values(request.GET),
            sessions=sessions,
        )
        step = request.POST.get("step", "")
        if posted and form.is_valid() and step != "edit":
            if step == "send":
                return self._send(request, event, publication, form)
            if step == "try":
                self._try(request, publication, form.cleaned_data)
            return self._read_again(request, event, publication, form)
        counts = counts_of(event)
        return self._page_of(
            request,
            "form",
            event,
            "Écrire aux inscrit·es",
            form=form,
            button="Relire avant d’envoyer",
            explanation=f"{counts['confirmed']} ont une place, {counts['waiting']} attendent, "
            f"{event.invitations.unanswered().count()} n’ont pas répondu à leur invitation. "
            "Chacun reçoit son propre courriel\u202f; les réponses vont à l’adresse de contact de "
            "l’événement.",
            status=400 if form.errors else 200,
        )

    def _read_again(
        self, request: HttpRequest, event: Event, publication: EventPublication, form: MessageForm
    ) -> HttpResponse:
        asked = form.cleaned_data
        return self._page_of(
            request,
            "message",
            event,
            "Relire avant d’envoyer",
            form=form,
            given=[(name, asked[name]) for name in form.fields],
            count=len(recipients(event, asked["to"], asked.get("session", ""))),
            to=form.recipients_words(),
            sample=sample_of(publication, asked, request.user),
            reply_to=publication.content["contact_email"],
            own_address=request.user.email,  # type: ignore[union-attr]  # staff is signed in
        )

    def _try(
        self, request: HttpRequest, publication: EventPublication, asked: dict[str, Any]
    ) -> None:
        user: Any = request.user
        sample = sample_of(publication, asked, user)
        post(
            publication,
            sample.letter,
            key=f"essai-{publication.event_id}-{uuid.uuid4().hex}",
            to=user.email,
            first_name=user.first_name,
            facts=sample.facts,
            page_url=absolute(publication.get_absolute_url()),
            refusal=None,
            why="vous essayez ce message avant de l’envoyer",
        )
        self.message_user(request, f"L’essai part à {user.email}.", messages.SUCCESS)

    def _send(
        self, request: HttpRequest, event: Event, publication: EventPublication, form: MessageForm
    ) -> HttpResponse:
        sent = send(event, publication, form, by=request.user)
        if sent is None:
            words = "Ce message était déjà parti\u00a0: il n’est pas envoyé deux fois."
            return self._back(request, event, words, messages.WARNING)
        if not sent:
            words = "Personne n’est dans ce cas\u00a0: rien n’est parti."
            return self._back(request, event, words, messages.WARNING)
        plural = "s" if sent > 1 else ""
        self._noted(request, event, f"Message écrit à {sent} personne{plural}.")
        words = f"Le message part à {sent} personne{plural}."
        return self._back(request, event, words, messages.SUCCESS)


def _first_values(asked: QueryDict) -> dict[str, str]:
    """Returns what the list that one comes from was narrowed to."""
    return {
        "key": uuid.uuid4().hex,
        "session": asked.get("atelier", ""),
        "to": TO.get(asked.get("etat", ""), "confirmed"),
    }


# --- To whom ---


def recipients(event: Event, to: str, session: str = "") -> list[Registration] | list[Invitation]:
    """Returns who is written to: with a session, whoever has a place there, or waits for one
    there."""
    if to == "unanswered":
        return list(event.invitations.unanswered().exclude(sent_at=None))
    standing = event.registrations.standing().order_by("number")
    if session:
        places = SessionPlace.objects.filter(registration__event=event, session_key=session)
        held = places.filter(
            status=SessionPlace.Status.CONFIRMED, registration__status=Status.CONFIRMED
        )
        standing = standing.filter(pk__in=places.values("registration"))
        holders = standing.filter(pk__in=held.values("registration"))
        waiters = standing.exclude(pk__in=held.values("registration"))
    else:
        holders, waiters = standing.confirmed(), standing.filter(status=Status.WAITING)
    wanted = {
        "confirmed": holders,
        "waiting": waiters,
        "all": standing,
        "presents": standing.filter(attended_at__isnull=False),
    }[to]
    return list(wanted.select_related("event", "user").prefetch_related("session_places"))


@transaction.atomic
def send(event: Event, publication: EventPublication, form: MessageForm, *, by: Any) -> int | None:
    """Sends one letter each. Returns None if this message has left already, whoever has registered
    since."""
    asked = form.cleaned_data
    words = {name: asked[name] for name in ("key", "subject", "text")}
    to = recipients(event, asked["to"], asked.get("session", ""))
    if not to:
        return 0
    _, is_new = GroupMessage.objects.get_or_create(
        event=event,
        key=asked["key"],
        defaults={
            "subject": asked["subject"],
            "recipients": form.recipients_words()[:300],
            "count": len(to),
            "sent_by": by,
        },
    )
    if not is_new:
        return None
    for one in to:
        if isinstance(one, Invitation):
            invitation_letters.message(one, publication, **words)
        else:
            registration_letters.message(one, publication, **words)
    return len(to)


# --- As it will read ---


@dataclass(frozen=True)
class Sample:
    letter: Letter
    facts: list[tuple[str, str]]


def sample_of(publication: EventPublication, asked: dict[str, Any], person: Any) -> Sample:
    """Returns the letter that somebody of those will get, with nobody's own links: its actions lead
    to the event's page."""
    is_guest = asked["to"] == "unanswered"
    somebody = Registration(
        event=publication.event,
        first_name=person.first_name,
        status=Status.WAITING if is_guest or asked["to"] == "waiting" else Status.CONFIRMED,
    )
    facts = list(facts_for(somebody, publication).items())
    if publication.chosen_sessions and not is_guest:
        facts.append(("Ateliers", "ceux que la personne a choisis"))
    if shows_code(somebody, publication):
        facts.append(("Code d’accueil", "celui de la personne"))
    label = "Répondre à l’invitation" if is_guest else "Voir mon inscription"
    page = absolute(publication.get_absolute_url())
    return Sample(
        Letter(
            subject=asked["subject"],
            paragraphs=paragraphs_of(asked["text"]),
            actions=[Action(label, page)],
            by_hand=True,
        ),
        facts,
    )
