"""Requests for access. The page says the same to all: whether an address has an account is told to
that address alone."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts import mails
from accounts.models import AccessRequest, User
from audit.models import Action
from audit.services import record
from mailing.models import Message
from territories.models import Territory

# One address may have so many at once: corrections are welcome, floods are not.
MOST_WAITING = 3
SUBJECT = "votre demande d’accès"


@transaction.atomic
def ask(*, request: AccessRequest, territories: Iterable[Territory]) -> None:
    """Keeps the request for those who decide, and answers by mail. Where the address has an
    account, nothing is kept and the mail says so: the request is written and taken back, so that
    the page takes as long for all."""
    is_member = User.objects.filter(email__iexact=request.email, is_active=True).exists()
    written = transaction.savepoint()
    # The newest stay: nobody can keep an address from asking by asking in its name. One statement,
    # whether or not there are others.
    waiting = AccessRequest.objects.waiting().filter(email__iexact=request.email)
    newest = waiting.order_by("-pk").values("pk")[: MOST_WAITING - 1]
    waiting.exclude(pk__in=newest).update(
        status=AccessRequest.Status.REPLACED, decided_at=timezone.now()
    )
    request.save()
    request.territories.set(territories)
    record(action=Action.ACCESS_REQUESTED, by=None, target=request)
    if is_member:
        transaction.savepoint_rollback(written)
    else:
        transaction.savepoint_commit(written)
    _answer(request, "already_member" if is_member else "request_received")


def _answer(request: AccessRequest, template: str) -> None:
    text = render_to_string(
        f"accounts/emails/{template}.txt",
        {
            "request": request,
            "portal_name": settings.PORTAL_NAME,
            "login_url": settings.SITE_URL + reverse("accounts:login"),
            "reset_url": settings.SITE_URL + reverse("account_reset_password"),
        },
    )
    subject = mails.subject(SUBJECT)
    mails.answer_a_stranger(
        "request", secrets.token_hex(8), to=request.email, subject=subject, text=text
    )


@transaction.atomic
def refuse(*, request: AccessRequest, by: User, answer: str) -> bool:
    """Refuses the request, with a word to the person. Returns False if somebody decided
    meanwhile."""
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
    mails.queue(
        "refusal", str(locked.pk), to=locked.email, subject=mails.subject(SUBJECT), text=text
    )
    return True


def mail_of_refusal(request: AccessRequest) -> Message | None:
    return mails.queued("refusal", str(request.pk), to=request.email)
