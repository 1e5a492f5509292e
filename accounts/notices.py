"""What others do to somebody's account is told to that person."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string

from accounts.invitations import mail

# Of what ends sessions (`accounts.doors.shut`).
CLOSED_EVERYWHERE = "il est fermé partout où il était ouvert"


def tell_of_change(address: str, what: str) -> None:
    """`what`: the end of a French sentence, « L’équipe vient de changer votre compte : … »."""
    text = render_to_string(
        "accounts/emails/changed_by_staff.txt",
        {"what": what, "portal_name": settings.PORTAL_NAME},
    )
    subject = f"{settings.PORTAL_NAME}\u00a0: votre compte a changé"
    transaction.on_commit(lambda: mail(subject, text, address) and None)
