"""Members signed in ask for a place here, or whoever comes where the event is open to everyone."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from contents.views import former_address
from events.dates.wording import place_words
from events.letters import registration_letters as letters
from events.models import (
    Event,
    EventPublication,
    Invitation,
    Registration,
    RegistrationFor,
)
from events.registrations.forms import Person, RegistrationForm
from events.registrations.places import Refused, refusal_of, register
from events.site.registration_prompt import full_words
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
    """Answers members signed in, or whoever comes where the event is open to everyone."""
    publication = EventPublication.objects.at_address(slug, request.user)
    if publication is None:
        return former_address(request, Event, slug, "events:register")
    user: Any = request.user if request.user.is_authenticated else None
    if publication.registration_url:
        return redirect(publication)
    if not publication.takes_registrations:
        raise Http404
    if user is None and publication.registration_for == RegistrationFor.MEMBERS:
        return redirect(f"{reverse('accounts:login')}?{urlencode({'next': request.path})}")
    if mine := Registration.objects.own(request.user, publication.event_id):
        return redirect(mine)
    if invitation := Invitation.objects.own(request.user, publication.event_id):
        return redirect(invitation.register_url)
    refusal = ""
    if publication.registration_for == RegistrationFor.INVITED:
        refusal = "L’inscription se fait sur invitation."

    asked = ask_for_place(request, publication, person=user, user=user, refusal=refusal)
    if isinstance(asked, HttpResponse):
        return asked
    mine, is_new = asked
    if user is not None:
        return redirect(mine)
    if not is_new:
        # Nothing on the page says that the address is known.
        letters.already_registered(mine, publication)
    return redirect("events:registered", slug=slug)


def ask_for_place(
    request: HttpRequest,
    publication: EventPublication,
    *,
    person: Person | None,
    user: Any,
    refusal: str = "",
    page_url: str = "",
) -> HttpResponse | tuple[Registration, bool]:
    """Returns the form; once it is filled in, the registration, and whether it is new. `person` is
    whose address is known already; `user` is the account that the place will be of; `page_url` is
    where the event's page is for them."""
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
                return register(event=publication.event, asked=asked, user=user)
            except Refused as reason:
                refusal, status = str(reason), 400
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
    """Shows the same page to whoever was registered already: only the mailbox knows."""
    publication = EventPublication.objects.at_address(slug, request.user)
    if publication is None:
        raise Http404
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
