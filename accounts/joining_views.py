"""Views for those who have no account yet: they ask for access, or accept an invitation."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import access_requests, invitations
from accounts.forms import AcceptForm, AccessRequestForm
from accounts.models import Invitation
from accounts.throttling import too_many_requests
from spelling.addresses import compared_address

TOKEN_KEY = "accounts.invitation"  # noqa: S105  # where the session keeps it


@require_http_methods(["GET", "HEAD", "POST"])
def request_access(request: HttpRequest) -> HttpResponse:
    """Takes a request for access. The answer is the same whether or not the address has an
    account."""
    form = AccessRequestForm(request.POST or None)
    if request.method == "POST" and form.is_bound:
        if form.is_from_a_machine:
            return redirect("accounts:request_received")
        if form.is_valid():
            email: str = form.cleaned_data["email"]
            if not ratelimit.consume(request, action="access_request", key=compared_address(email)):
                return too_many_requests(request)
            access_requests.ask(
                request=form.save(commit=False), territories=form.cleaned_data["territories"]
            )
            return redirect("accounts:request_received")
    return render(
        request,
        "accounts/request_access.html",
        {
            "form": form,
            "breadcrumbs": _breadcrumbs("Demander un accès"),
            "description": "Demander un accès à l’espace réservé au réseau DLA.",
            "canonical_url": settings.SITE_URL + reverse("accounts:request_access"),
        },
        status=400 if form.errors else 200,
    )


@require_safe
def request_received(request: HttpRequest) -> HttpResponse:
    return render(
        request, "accounts/request_received.html", {"breadcrumbs": _breadcrumbs("Demande reçue")}
    )


@require_safe
def open_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Takes the secret out of the address, hence out of the logs, the history's neighbours and the
    Referer of the pages that follow."""
    if invitations.read(token) is None:
        # Nothing is kept in the session: each address that somebody makes up would cost a row.
        return _page(request, {"problem": "unknown"}, status=404)
    request.session[TOKEN_KEY] = token
    return _unlinked(redirect("accounts:invitation"))


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest) -> HttpResponse:
    invited = invitations.read(request.session.get(TOKEN_KEY, ""))
    if problem := _problem(invited):
        status = 404 if problem == "unknown" else 410
        return _page(request, {"problem": problem}, status=status)
    assert invited is not None
    if request.user.is_authenticated:
        return _page(request, {"problem": "signed_in", "invitation": invited})
    form = AcceptForm(request.POST if request.method == "POST" else None, invitation=invited)
    if form.is_valid():
        user = invitations.accept(
            invitation=invited,
            first_name=form.cleaned_data["first_name"],
            last_name=form.cleaned_data["last_name"],
            password=form.cleaned_data["password1"],
        )
        if user is None:
            # The invitation ended between the opening of the page and this.
            return _unlinked(redirect("accounts:invitation"))
        del request.session[TOKEN_KEY]
        record_authentication(request, user, method="password", email=user.email)
        messages.success(request, f"Bienvenue, {user.first_name}. Votre compte est ouvert.")
        return _unlinked(perform_login(request, user, email=user.email))
    context = {"form": form, "invitation": invited, "territories": _scope(invited)}
    return _page(request, context, status=400 if form.errors else 200)


def _problem(invited: Invitation | None) -> str:
    if invited is None:
        return "unknown"
    if invited.accepted_at or invitations.has_account(invited.email):
        return "closed" if invitations.is_of_a_closed_account(invited) else "accepted"
    if invited.cancelled_at or not invitations.stands(invited):
        return "cancelled"
    return "expired" if invited.has_expired else ""


def _scope(invited: Invitation) -> str:
    if invited.whole_country:
        return "France entière"
    return ", ".join(territory.label for territory in invited.territories.all())


def _page(request: HttpRequest, context: dict[str, object], status: int = 200) -> HttpResponse:
    context = {"problem": "", "breadcrumbs": _breadcrumbs("Invitation"), **context}
    return _unlinked(render(request, "accounts/invitation.html", context, status=status))


def _unlinked(response: HttpResponse) -> HttpResponse:
    # Browsers send the form with an Origin that Django cannot check under "no-referrer".
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    return response


def _breadcrumbs(title: str) -> list[tuple[str, str | None]]:
    return [
        ("Accueil", reverse("pages:home")),
        ("Espace réseau", reverse("accounts:login")),
        (title, None),
    ]
