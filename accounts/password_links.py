"""Links by which somebody chooses a password: what they are signed with, how long they hold.

A link is for one account as it was when the link was made. It dies with its first use, two hours,
a sign-in, another password, another address, and the account itself, closed or erased; opening the
account again does not bring it back.
"""

from __future__ import annotations

from typing import Any

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse


class LinkTokens(PasswordResetTokenGenerator):
    """Django's own tokens sign the password, the last sign-in and the address; these sign the stamp
    too."""

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}|{user.security_stamp}"

    def check_token(self, user: Any, token: str | None) -> bool:
        return user is not None and user.is_active and super().check_token(user, token)


tokens = LinkTokens()


def link_for(user: Any) -> str:
    return link_of(f"{user_pk_to_url_str(user)}-{tokens.make_token(user)}")


def link_of(key: str) -> str:
    """Returns the link, on the portal's own address: a request's Host is whatever its sender wrote
    in it."""
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
    return settings.SITE_URL + path.replace("UID-KEY", key)
