"""Registering, and what its holder does with a place: by the link that only they have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.dates import calendars
from events.dates.wording import place_words, session_words, state_words
from events.letters import registration_letters as letters
from events.letters.calendar_file import calendar_of
from events.letters.facts import online_url, shows_code
from events.models import (
    CalendarKey,
    Evaluation,
    EventPublication,
    Invitation,
    Registration,
    RegistrationFor,
    SessionPlace,
    State,
)
from events.models.registration import new_secret
from events.registrations.forms import EvaluationForm, Person, PlaceForm, RegistrationForm
from events.registrations.places import Refused, cancel, correct, register
from events.site.event_page import (
    Opened,
    event_page,
    full_words,
    own_invitation,
    own_registration,
    refusal_of,
)
from events.site.views import former_address, visible_event
from publishing.structured_data import absolute
from spelling.addresses import compared_address

require_form = require_http_methods(["GET", "HEAD", "POST"])


def breadcrumbs(
    publication: EventPublication, title: str, page_url: str = ""
) -> list[tuple[str, str | None]]:
    return [
        ("Accueil", reverse("pages:home")),
        ("Événements", reverse("events:list")),
        (publication.title, page_url or publication.get_absolute_url()),
        (title, None),
    ]


@require_form
def registration(request: HttpRequest, slug: str) -> HttpResponse:
    """For members signed in, or for whoever comes where the event is open to everyone."""
    try:
        publication = visible_event(request, slug)
    except Http404:
        return former_address(request, slug, "events:register")
    user: Any = request.user if request.user.is_authenticated else None
    if publication.registration_url:
        return redirect(publication)
    if not publication.takes_registrations:
        raise Http404
    if user is None and publication.registration_for == RegistrationFor.MEMBERS:
        return redirect(f"{reverse('accounts:login')}?{urlencode({'next': request.path})}")
    if mine := own_registration(request.user, publication):
        return redirect(mine)
    if invitation := own_invitation(request.user, publication):
        return redirect(invitation.register_url)
    refusal = ""
    if publication.registration_for == RegistrationFor.INVITED:
        refusal = "L’inscription se fait sur invitation."

    def given(made: Registration, is_new: bool) -> HttpResponse:
        if user is not None:
            return redirect(made)
        if not is_new:
            # Nothing on the page says that the address is known.
            letters.already_registered(made, publication)
        return redirect("events:registered", slug=slug)

    return ask_for_place(request, publication, person=user, user=user, refusal=refusal, given=given)


def ask_for_place(
    request: HttpRequest,
    publication: EventPublication,
    *,
    person: Person | None,
    user: Any,
    given: Callable[[Registration, bool], HttpResponse],
    refusal: str = "",
    page_url: str = "",
) -> HttpResponse:
    """The form, then what `given` answers. `person`: whose address is known already; `user`: the
    account that the place will be of; `page_url`: where the event's page is for them."""
    taken = publication.event.registrations.confirmed().count()
    refusal = refusal or refusal_of(publication, taken)
    status = 400 if refusal and request.method == "POST" else 200
    form = RegistrationForm(
        request.POST if request.method == "POST" else None, publication=publication, person=person
    )
    if request.method == "POST" and not refusal and form.is_valid():
        asked = form.asked()
        mailbox = compared_address(asked.email)
        if not ratelimit.consume(request, action="event_registration", key=mailbox):
            form.add_error(None, _too_many(publication))
            status = 429
        else:
            try:
                made, is_new = register(event=publication.event, asked=asked, user=user)
            except Refused as reason:
                refusal, status = str(reason), 400
            else:
                return given(made, is_new)
    is_full = publication.is_full(taken) and not refusal
    return render(
        request,
        "events/registration.html",
        {
            "publication": publication,
            "form": form,
            "refusal": refusal,
            "is_full": is_full,
            "full_words": full_words(publication) if is_full else "",
            "place": place_words(publication),
            "page_url": page_url or publication.get_absolute_url(),
            "breadcrumbs": breadcrumbs(publication, "Inscription", page_url),
            "canonical_url": absolute(request.path),
            "description": f"S’inscrire à «\u00a0{publication.title}\u00a0».",
        },
        status=400 if form.errors and status == 200 else status,
    )


def _too_many(publication: EventPublication) -> str:
    contact = publication.content["contact_email"]
    words = "Trop de demandes en peu de temps avec cette adresse. Réessayez dans cinq minutes"
    return f"{words}, ou écrivez à {contact}." if contact else f"{words}."


@require_safe
def registered(request: HttpRequest, slug: str) -> HttpResponse:
    """The same page for whoever was registered already: only the mailbox knows."""
    publication = visible_event(request, slug)
    return render(
        request,
        "events/registered.html",
        {
            "publication": publication,
            "breadcrumbs": breadcrumbs(publication, "Inscription"),
            "page_url": publication.get_absolute_url(),
            "canonical_url": absolute(request.path),
            "description": "Votre demande d’inscription est reçue.",
        },
    )


# --- By its link ---


def _by_secret(
    secret: str, *, even_archived: bool = False
) -> tuple[Registration, EventPublication]:
    """The registration and what is published of its event. The link opens for its holder whatever
    the audience: they were let in when they registered. `even_archived`: what is theirs of an event
    that is over."""
    found = get_object_or_404(Registration.objects.select_related("event"), secret=secret)
    published = EventPublication.objects
    publication_of = published.last_of if even_archived else published.live_of
    publication = publication_of(found.event)
    if publication is None:
        raise Http404
    return found, publication


def kept_private(response: HttpResponse) -> HttpResponse:
    """The address is a key: no cache keeps the page, no site that it links to learns of it. Our own
    does: a form that says nothing of where it was filled in is refused."""
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def _can_change(mine: Registration, publication: EventPublication) -> bool:
    return not (mine.is_cancelled or publication.is_cancelled or publication.has_ended)


def _can_evaluate(mine: Registration, publication: EventPublication) -> bool:
    return publication.has_taken_place and mine.holds_place and not mine.has_evaluated


def _standing(mine: Registration, publication: EventPublication) -> str:
    """The one thing to know first."""
    if mine.is_cancelled:
        return "Inscription annulée"
    if publication.is_cancelled:
        return "Cet événement est annulé"
    if publication.has_ended:
        return "Vous y étiez inscrit·e" if mine.holds_place else "Il n’y a pas eu de place"
    if publication.state == State.POSTPONED:
        return "Cet événement est reporté"
    return "Vous avez une place" if mine.holds_place else "En liste d’attente"


def _page(
    request: HttpRequest,
    template: str,
    mine: Registration,
    publication: EventPublication,
    title: str,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    page_url = letters.event_path(mine, publication) if publication.is_online else ""
    trail = breadcrumbs(publication, title, page_url)
    if not page_url:  # no page to go back to
        del trail[-2]
    shown = {
        "publication": publication,
        "mine": mine,
        "page_url": page_url,
        "breadcrumbs": trail,
        "canonical_url": absolute(publication.get_absolute_url() if page_url else request.path),
        "description": title,
        **context,
    }
    return kept_private(render(request, f"events/{template}.html", shown, status=status))


@require_safe
def event_page_of(request: HttpRequest, secret: str) -> HttpResponse:
    """The event's page, for whoever registered and may have no account to see it with."""
    mine, publication = _by_secret(secret)
    if mine.is_cancelled:
        raise Http404
    opened = Opened(
        secret=mine.secret,
        mine=mine,
        calendar_url=reverse("events:place_calendar", args=[mine.secret]),
    )
    context = event_page(request, publication, opened=opened)
    return kept_private(render(request, "events/detail.html", context))


@require_form
def place(request: HttpRequest, secret: str) -> HttpResponse:
    """What was asked, what was given; the sessions may be chosen again."""
    mine, publication = _by_secret(secret, even_archived=True)
    can_change = _can_change(mine, publication)
    posted = request.method == "POST" and can_change
    form = PlaceForm(request.POST if posted else None, publication=publication, registration=mine)
    if posted and form.is_valid():
        try:
            correct(registration=mine, corrected=form.corrected())
        except Refused as reason:
            messages.warning(request, str(reason))
        else:
            messages.success(request, "Vos choix sont enregistrés.")
        return kept_private(redirect(mine))
    return _page(
        request,
        "place",
        mine,
        publication,
        "Mon inscription",
        status=400 if form.errors else 200,
        state=state_words(publication, 0),
        online_url=online_url(mine, publication),
        sessions=_sessions(mine, publication),
        form=form if can_change else None,
        can_change=can_change,
        can_evaluate=_can_evaluate(mine, publication),
        standing=_standing(mine, publication),
        shows_code=shows_code(mine, publication),
        before=mine.rank_in_queue() - 1 if mine.is_waiting else 0,
        place=place_words(publication),
    )


def _sessions(mine: Registration, publication: EventPublication) -> list[dict[str, Any]]:
    places = {p.session_key: p for p in mine.session_places.all()}
    zone = publication.time_zone
    return [
        {
            "title": session["title"],
            "words": session_words(session, zone, says_zone=publication.says_zone),
            "held": places[session["key"]].status == SessionPlace.Status.CONFIRMED,
        }
        for session in publication.content["sessions"]
        if session["key"] in places
    ]


@require_form
def cancellation(request: HttpRequest, secret: str) -> HttpResponse:
    """Asked to be confirmed: mail readers open links by themselves."""
    mine, publication = _by_secret(secret)
    can_cancel = _can_change(mine, publication)
    if request.method == "POST" and can_cancel:
        cancel(registration=mine)
        messages.success(request, "Votre inscription est annulée. Merci d’avoir prévenu.")
        return kept_private(redirect(mine))
    return _page(
        request,
        "cancel",
        mine,
        publication,
        "Annuler mon inscription",
        can_cancel=can_cancel,
        somebody_waits=publication.event.registrations.waiting().exists(),
    )


@require_safe
def place_calendar(request: HttpRequest, secret: str) -> HttpResponse:
    mine, publication = _by_secret(secret)
    if mine.is_cancelled:
        raise Http404
    link = online_url(mine, publication)
    session = calendars.asked_session(request, publication, online_url=link)
    content = (
        calendars.file_of(publication.title, session) if session else calendar_of(mine, publication)
    )
    return kept_private(calendars.response(request, content, f"{publication.slug[:60]}.ics"))


@require_form
def evaluation(request: HttpRequest, secret: str) -> HttpResponse:
    """What they thought of it, which is kept without their name."""
    mine, publication = _by_secret(secret, even_archived=True)
    is_open = _can_evaluate(mine, publication)
    posted = request.method == "POST" and is_open
    form = EvaluationForm(request.POST if posted else None, publication=publication)
    if posted and form.is_valid():
        with transaction.atomic():
            answered = Registration.objects.filter(pk=mine.pk, has_evaluated=False)
            # Only the day: a time would tell who.
            if answered.update(has_evaluated=True):
                Evaluation.objects.create(event=publication.event, answers=form.answers())
        messages.success(request, "Merci de votre avis.")
        return kept_private(redirect(mine))
    return _page(
        request,
        "evaluation",
        mine,
        publication,
        "Donner mon avis",
        status=400 if form.errors else 200,
        form=form,
        is_open=is_open,
    )


# --- A member's own list and calendar ---


@require_safe
@login_required
def own_events(request: HttpRequest) -> HttpResponse:
    """« Mes événements »: what they registered for, and the address of their own calendar."""
    user: Any = request.user
    registrations = list(Registration.objects.standing().held_by(user).select_related("event"))
    # The last of each that was online. Of what is over, the line stays once its page is archived.
    shown = EventPublication.objects.filter(live_from__lte=timezone.now()).for_lists()
    taken = shown.filter(event__in=[registration.event_id for registration in registrations])
    events = {
        publication.event_id: publication for publication in taken.order_by("live_from", "id")
    }
    events = {key: last for key, last in events.items() if last.is_online or last.has_ended}
    rows = [
        (registration, events[registration.event_id])
        for registration in registrations
        if registration.event_id in events
    ]
    rows.sort(key=lambda row: row[1].starts_at, reverse=True)
    groups = [
        ("À venir", [row for row in reversed(rows) if not row[1].has_ended]),
        ("Passés", [row for row in rows if row[1].has_ended]),
    ]
    asked = {i.event_id: i for i in Invitation.objects.of(user).unanswered()}
    coming = EventPublication.objects.live().coming().filter(event__in=list(asked))
    invitations = [(asked[shown.event_id], shown) for shown in coming.for_lists()]
    key = CalendarKey.objects.filter(user=user).first()
    calendar_url = absolute(reverse("events:own_calendar", args=[key.key])) if key else ""
    return render(
        request,
        "events/own.html",
        {
            "invitations": invitations,
            "groups": [(title, of_period) for title, of_period in groups if of_period],
            "calendar_url": calendar_url,
            "subscribe_url": calendars.subscription(calendar_url) if key else "",
            "breadcrumbs": [
                ("Accueil", reverse("pages:home")),
                ("Mon compte", reverse("accounts:home")),
                ("Mes événements", None),
            ],
            "description": f"Mes inscriptions aux événements du {settings.PORTAL_NAME}.",
            "canonical_url": absolute(request.path),
        },
    )


@require_POST
@login_required
def calendar_key(request: HttpRequest) -> HttpResponse:
    """Makes the address of one's own calendar, makes another (the former one no longer answers),
    or takes it away."""
    user: Any = request.user
    if "revoke" in request.POST:
        CalendarKey.objects.filter(user=user).delete()
        messages.success(request, "L’adresse de votre agenda ne répond plus.")
    else:
        CalendarKey.objects.update_or_create(
            user=user, defaults={"key": new_secret(), "created_at": timezone.now()}
        )
        messages.success(request, "Voici l’adresse de votre agenda.")
    return redirect("events:own")
