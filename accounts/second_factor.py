"""The second factor: who must have one, and how its secrets are kept."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.internal.flows.sessions import end_other_sessions
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest

from accounts.models import User

# These prove who one is; recovery codes only stand in for one of them.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def is_required(user: User | AnonymousUser) -> bool:
    """Says whether this person must have one, since they work in the admin."""
    return settings.STAFF_SECOND_FACTOR and (user.is_staff or user.is_superuser)


def is_set_up(user: User | AnonymousUser) -> bool:
    return Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).exists()


@transaction.atomic
def remove_all(user: User) -> None:
    """Removes all factors of someone who lost both the telephone and the codes. They are asked for
    a new one when they next sign in, if they need one. Checking who asks is the national team's
    work."""
    Authenticator.objects.filter(user=user).delete()


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "Ce code n’est pas le bon, ou il a déjà servi.",
        "cannot_delete_authenticator": "Votre compte donne accès à l’administration\u00a0: il lui "
        "faut une seconde vérification. Ajoutez une clé d’accès avant de retirer l’application.",
        "cannot_generate_recovery_codes": "Les codes de secours viennent avec une application ou "
        "une clé d’accès.",
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=FACTORS)
        return not is_required(authenticator.user) or others.exclude(pk=authenticator.pk).exists()

    def get_totp_issuer(self) -> str:
        return settings.PORTAL_NAME

    # A passkey belongs to the portal's own address, whatever Host a request names.
    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": urlsplit(settings.SITE_URL).hostname or "", "name": settings.PORTAL_NAME}

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return "Clé d’accès" if not count else f"Clé d’accès {count + 1}"

    # A copy of the database alone must not be enough to make codes.
    def encrypt(self, text: str) -> str:
        return _vault().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return _vault().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            # The key is lost: this returns a secret that nobody knows, so that no code is right.
            return base64.b32encode(secrets.token_bytes(20)).decode()


def _vault() -> MultiFernet:
    """Returns a cipher that writes with today's secret key, and reads with the former ones too."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(b"second factor:" + key.encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def end_sessions_without_it(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Ends the sessions that did not show the new factor, once one was added; and those that
    whoever found a lost device may have opened with it, once one was removed."""
    end_other_sessions(request, user)
