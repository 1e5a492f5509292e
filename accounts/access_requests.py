"""Asking to be let in. The page says the same to all: whether an address has an account is told
to that address alone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.invitations import mail
from accounts.models import AccessRequest, User
from audit.models import Action
from audit.services import forget_targets, record
from spelling.addresses import compared_address
from territories.models import Territory

# Of one address, at once: corrections are welcome, floods are not.
MOST_WAITING = 3
# An answer by mail a day to one address, whoever types it in the form.
ANSWERED_EVERY = 24 * 3600


@transaction.atomic
def ask(*, request: AccessRequest, territories: Iterable[Territory]) -> None:
    """Keeps the request for those who decide, and answers by mail. Of an address that has an
    account nothing is kept, and the mail says so."""
    is_member = User.objects.filter(email__iexact=request.email, is_active=True).exists()
    if not is_member:
        # The newest stay: nobody can keep an address from asking by asking in its name.
        waiting = AccessRequest.objects.waiting().filter(email__iexact=request.email)
        for former in waiting.order_by("-pk")[MOST_WAITING - 1 :]:
            forget_targets([former])
            former.delete()
        request.save()
        request.territories.set(territories)
        record(action=Action.ACCESS_REQUESTED, by=None, target=request)
    template = "already_member" if is_member else "request_received"
    transaction.on_commit(lambda: _answer(request, template))


def _answer(request: AccessRequest, template: str) -> None:
    digest = hashlib.sha256(compared_address(request.email).encode()).hexdigest()
    if not cache.add(f"accounts.access_request.{digest}", 1, ANSWERED_EVERY):
        return
    text = render_to_string(
        f"accounts/emails/{template}.txt",
        {
            "request": request,
            "portal_name": settings.PORTAL_NAME,
            "login_url": settings.SITE_URL + reverse("accounts:login"),
            "reset_url": settings.SITE_URL + reverse("account_reset_password"),
        },
    )
    mail(f"{settings.PORTAL_NAME}\u00a0: votre demande d’accès", text, request.email)


@transaction.atomic
def refuse(
    *,
    request: AccessRequest,
    by: User,
    answer: str,
    told: Callable[[bool], None] = lambda sent: None,
) -> bool:
    """With a word to the person. False if somebody decided meanwhile."""
    locked = AccessRequest.objects.select_for_update().get(pk=request.pk)
    if not locked.is_waiting:
        return False
    locked.status = AccessRequest.Status.REFUSED
    locked.decided_at, locked.decided_by, locked.answer = timezone.now(), by, answer
    locked.save(update_fields=["status", "decided_at", "decided_by", "answer"])
    record(action=Action.ACCESS_REFUSED, by=by, target=locked)
    text = render_to_string(
        "accounts/emails/request_refused.txt",
        {"request": locked, "portal_name": settings.PORTAL_NAME},
    )
    subject = f"{settings.PORTAL_NAME}\u00a0: votre demande d’accès"
    transaction.on_commit(lambda: told(mail(subject, text, locked.email)))
    return True
