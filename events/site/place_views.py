"""What the holder of a place does with it, by the link that only they have."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from events.dates import calendars
from events.dates.wording import place_words, session_words, state_words
from events.letters.calendar_file import calendar_of
from events.letters.facts import shows_code
from events.models import (
    Evaluation,
    EventPublication,
    Registration,
    SessionPlace,
    State,
)
from events.registrations.forms import EvaluationForm, PlaceForm
from events.registrations.places import Refused, cancel, correct
from events.site.event_page import Opened, event_page
from events.site.registration_views import breadcrumbs, require_form
from publishing.structured_data import absolute


def _by_secret(
    secret: str, *, even_archived: bool = False
) -> tuple[Registration, EventPublication]:
    """Returns the registration and what is published of its event. The link opens for its holder
    whatever the audience: they were let in when they registered. `even_archived` reads what is
    theirs of an event that is over."""
    found = get_object_or_404(Registration.objects.select_related("event"), secret=secret)
    published = EventPublication.objects
    publication_of = published.last_of if even_archived else published.live_of
    publication = publication_of(found.event)
    if publication is None:
        raise Http404
    return found, publication


def kept_private(response: HttpResponse) -> HttpResponse:
    """Keeps the page out of caches, since the address is a key, and from every site that it links
    to. Our own does learn of it: a form that says nothing of where it was filled in is refused."""
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def _can_change(mine: Registration, publication: EventPublication) -> bool:
    return not (mine.is_cancelled or publication.is_cancelled or publication.has_ended)


def _can_evaluate(mine: Registration, publication: EventPublication) -> bool:
    return publication.has_taken_place and mine.holds_place and not mine.has_evaluated


def _standing(mine: Registration, publication: EventPublication) -> str:
    """Returns the one thing to know first."""
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
    page_url = mine.event_url(publication) if publication.is_online else ""
    trail = breadcrumbs(publication, title, page_url)
    if not page_url:  # there is no page to go back to
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
    """Shows the event's page, for whoever registered and may have no account to see it with."""
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
    """Shows what was asked and what was given; the sessions may be chosen again."""
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
        online_url=mine.online_url(publication),
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
    """Asks to be confirmed: mail readers open links by themselves."""
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
    link = mine.online_url(publication)
    session = calendars.asked_session(request, publication, online_url=link)
    content = (
        calendars.file_of(publication.title, session) if session else calendar_of(mine, publication)
    )
    return kept_private(calendars.response(request, content, f"{publication.slug[:60]}.ics"))


@require_form
def evaluation(request: HttpRequest, secret: str) -> HttpResponse:
    """Takes what they thought of it, which is kept without their name."""
    mine, publication = _by_secret(secret, even_archived=True)
    is_open = _can_evaluate(mine, publication)
    posted = request.method == "POST" and is_open
    form = EvaluationForm(request.POST if posted else None, publication=publication)
    if posted and form.is_valid():
        with transaction.atomic():
            answered = Registration.objects.filter(pk=mine.pk, has_evaluated=False)
            # Only the day is kept: a time would tell who.
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
