"""Views of signing in, of the page « Mon compte » and of the address where the admin signs in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from allauth.account.views import LoginView
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode

from accounts import second_factor


@dataclass(frozen=True)
class Section:
    """A part of the account with pages of its own, named by their first address."""

    url_name: str
    label: str
    about: str


# They are in the order of the page. Those whose pages do not exist yet are left out.
SECTIONS = (
    Section("account_change_password", "Mot de passe", "Le changer."),
    Section(
        "mfa_index",
        "Seconde vérification",
        "Un code de votre téléphone ou une clé d’accès, en plus du mot de passe.",
    ),
    Section(
        "usersessions_list",
        "Appareils connectés",
        "Voir où votre compte est ouvert, et le fermer ailleurs.",
    ),
    Section("events:own", "Mes événements", "Vos inscriptions, et l’adresse de votre agenda."),
    Section("steering:figures", "Pilotage", "Les chiffres de votre territoire, et vos vues."),
    Section("accounts:data", "Mes données", "Les lire, les emporter, demander leur effacement."),
)


class SignIn(LoginView):
    extra_context = {
        "description": "Connexion des membres du réseau DLA à leur espace.",
        "canonical_url": f"{settings.SITE_URL}/compte/connexion/",
    }

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        if settings.OIDC_SERVER_URL:
            # The button is a form whose answer sends there, which the content policy must allow. It
            # is said as csp's own decorators say it.
            server = urlsplit(settings.OIDC_SERVER_URL)
            response._csp_update = {"form-action": [f"{server.scheme}://{server.netloc}"]}
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "breadcrumbs": [("Accueil", reverse("pages:home")), ("Espace réseau", None)],
            "provider_name": settings.OIDC_NAME if settings.OIDC_SERVER_URL else "",
        }


@login_required
def home(request: HttpRequest) -> HttpResponse:
    sections = [(section, address) for section in SECTIONS if (address := _address(section))]
    return render(
        request,
        "accounts/home.html",
        {
            "breadcrumbs": [("Accueil", reverse("pages:home")), ("Mon compte", None)],
            "sections": sections,
            "has_second_factor": second_factor.is_set_up(request.user),
        },
    )


def _address(section: Section) -> str:
    try:
        return reverse(section.url_name)
    except NoReverseMatch:
        return ""


def admin_sign_in(request: HttpRequest) -> HttpResponse:
    """Sends whoever signs in to the admin through the one sign-in, with its limits and its second
    factor."""
    if not request.user.is_authenticated:
        wanted = request.GET.get("next", reverse("admin:index"))
        return redirect(f"{reverse('accounts:login')}?{urlencode({'next': wanted})}")
    if not request.user.is_staff:
        raise PermissionDenied
    return redirect("admin:index")
