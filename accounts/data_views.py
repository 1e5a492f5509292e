"""« Mes données »: people read what is kept of them, take it along, or have their account
erased."""

from __future__ import annotations

import json

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import keepers, personal_data
from accounts.forms import EraseForm
from accounts.models import User
from audit.models import Action
from audit.services import record


@require_safe
@login_required
def data(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "accounts/data.html",
        {"breadcrumbs": _breadcrumbs("Mes données"), "audit_months": settings.AUDIT_MONTHS},
    )


@require_POST
@login_required
def download(request: HttpRequest) -> HttpResponse:
    person = _person(request)
    text = json.dumps(
        personal_data.everything_about(person),
        cls=DjangoJSONEncoder,
        ensure_ascii=False,
        indent=2,
    )
    record(action=Action.DATA_DOWNLOADED, by=person, target=person)
    response = HttpResponse(text, content_type="application/json")
    name = f"mes-donnees-{timezone.localdate():%Y-%m-%d}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@reauthentication_required
def erase(request: HttpRequest) -> HttpResponse:
    """Erases the account, once the password was asked for again, unless it was given a moment
    ago."""
    person = _person(request)
    refusal = keepers.LAST if keepers.is_last(person) else ""
    form = EraseForm(request.POST if request.method == "POST" else None)
    if not refusal and form.is_valid():
        try:
            personal_data.erase(person=person, by=None)
        except keepers.NobodyLeft:
            # The other keepers left after the page was opened.
            refusal = keepers.LAST
        else:
            # `logout` would tell the audit trail of somebody who is no more.
            request.session.flush()
            return redirect("accounts:erased")
    return render(
        request,
        "accounts/erase.html",
        {
            "form": form,
            "refusal": refusal,
            "breadcrumbs": _breadcrumbs("Effacer mon compte"),
        },
        status=400 if form.errors else 200,
    )


@require_safe
def erased(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "accounts/erased.html",
        {"breadcrumbs": [("Accueil", reverse("pages:home")), ("Compte effacé", None)]},
    )


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return User.objects.get(pk=request.user.pk)


def _breadcrumbs(title: str) -> list[tuple[str, str | None]]:
    return [
        ("Accueil", reverse("pages:home")),
        ("Mon compte", reverse("accounts:home")),
        (title, None),
    ]
