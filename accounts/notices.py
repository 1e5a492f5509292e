"""People are told what others do to their account."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.template.loader import render_to_string

from accounts import mails

# What a letter says wherever sessions were ended (`accounts.revocation`).
CLOSED_EVERYWHERE = "il est fermé partout où il était ouvert"


def tell_of_change(address: str, what: str) -> None:
    """Writes to the person. `what` is the end of a French sentence, « L’équipe vient de changer
    votre compte : … »."""
    text = render_to_string(
        "accounts/emails/changed_by_staff.txt",
        {"what": what, "portal_name": settings.PORTAL_NAME},
    )
    subject = mails.subject("votre compte a changé")
    mails.queue("changed-by-staff", secrets.token_hex(8), to=address, subject=subject, text=text)
