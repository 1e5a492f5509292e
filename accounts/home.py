"""The doors of an account: signing in, the page « Mon compte », the admin's own door."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.account.views import LoginView
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from accounts import second_factor
from publishing.kinds import SitePage, in_menu


def _pages() -> list[SitePage]:
    """The pages that every account has, those of what the portal publishes among them."""
    return [
        SitePage("Mot de passe", reverse("account_change_password"), "Le changer."),
        SitePage(
            "Seconde vérification",
            reverse("mfa_index"),
            "Un code de votre téléphone ou une clé d’accès, en plus du mot de passe.",
        ),
        SitePage(
            "Appareils connectés",
            reverse("usersessions_list"),
            "Voir où votre compte est ouvert, et le fermer ailleurs.",
        ),
        *(page for kind in in_menu() for page in kind.account_pages()),
        SitePage(
            "Mes données",
            reverse("accounts:data"),
            "Les lire, les emporter, demander leur effacement.",
        ),
    ]


class SignIn(LoginView):
    extra_context = {
        "description": "Connexion des membres du réseau DLA à leur espace.",
        "canonical_url": f"{settings.SITE_URL}/compte/connexion/",
    }

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        if settings.OIDC_SERVER_URL:
            # The button is a form whose answer sends there, which the content policy must allow.
            # Said as csp's own decorators say it.
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
    return render(
        request,
        "accounts/home.html",
        {
            "breadcrumbs": [("Accueil", reverse("pages:home")), ("Mon compte", None)],
            "pages": _pages(),
            "has_second_factor": second_factor.is_set_up(request.user),
        },
    )


def admin_door(request: HttpRequest) -> HttpResponse:
    """The admin has no sign-in of its own: one door, with its limits and its second factor."""
    if not request.user.is_authenticated:
        wanted = request.GET.get("next", reverse("admin:index"))
        return redirect(f"{reverse('accounts:login')}?{urlencode({'next': wanted})}")
    if not request.user.is_staff:
        raise PermissionDenied
    return redirect("admin:index")
