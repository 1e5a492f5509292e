from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts import second_factor

GetResponse = Callable[[HttpRequest], HttpResponse]


# Staff may do this meanwhile: open the account's page, and all that lies under the others. Machines
# ask how the portal is without a word of the database.
OPEN = (
    "mfa_index", "account_change_password", "usersessions_list", "accounts:logout",
    "healthz", "readyz", "robots",
)  # fmt: skip


def _is_open(path: str) -> bool:
    return path == reverse("accounts:home") or path.startswith(tuple(map(reverse, OPEN)))


def second_factor_required(get_response: GetResponse) -> GetResponse:
    """Keeps staff who have no second factor on the pages where they can make one.

    On these only, rather than out of the admin only: the rights of staff also open drafts, previews
    and files elsewhere, and each place would have to remember it.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        # Without the cookie nobody is signed in, and asking would make the page depend on it.
        if (
            settings.STAFF_SECOND_FACTOR
            and settings.SESSION_COOKIE_NAME in request.COOKIES
            and not _is_open(request.path)
        ):
            lacking = second_factor.is_required(request.user) and not second_factor.is_set_up(
                request.user
            )
            if lacking:
                return redirect(f"{reverse('mfa_activate_totp')}?obligatoire=1")
        return get_response(request)

    return middleware


def private_pages(get_response: GetResponse) -> GetResponse:
    """Keeps what was made for one person out of every cache, the browser's included once they
    signed out."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not response.has_header("Cache-Control") and (
            request.path.startswith(reverse("accounts:home"))
            or (request.session.accessed and request.user.is_authenticated)
        ):
            response["Cache-Control"] = "private, no-store"
        return response

    return middleware
