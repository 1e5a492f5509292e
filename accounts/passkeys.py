"""Passkeys: what devices answer, read with care, and what the library leaves to check.

Whatever a stranger types at one of these doors is parsed by libraries that expect a browser: they
raise anything, and reserve as many bytes as a number tells them to. It is read here first.
"""

from __future__ import annotations

import json
import logging
import struct
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from cryptography.exceptions import UnsupportedAlgorithm
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from fido2 import cbor
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AuthenticationResponse, RegistrationResponse

from spelling.fields import LineFormField

logger = logging.getLogger(__name__)

NOT_ADDED = "Cette clé n’a pas pu être ajoutée. Recommencez."
ALREADY_THERE = "Cette clé est déjà enregistrée."
NOT_KNOWN = (
    "Cette clé d’accès n’a pas été reconnue. Recommencez, ou connectez-vous avec votre adresse et "
    "votre mot de passe."
)
NO_HANDLE = (
    "Cette clé ne dit pas de quel compte elle est. Connectez-vous avec votre adresse et votre mot "
    "de passe\u00a0: elle servira ensuite de seconde vérification."
)
COPIED = (
    "Cette clé a peut-être été copiée\u00a0: elle n’ouvre plus rien. Connectez-vous autrement, "
    "retirez-la de votre compte et prévenez l’équipe nationale."
)
# Parsing what a device did not write raises these. The database's errors are not among them.
MALFORMED = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    RecursionError,
    TypeError,
    UnsupportedAlgorithm,
    ValueError,
    struct.error,
)
ATTESTATION = ("clientDataJSON", "attestationObject")
ASSERTION = ("clientDataJSON", "authenticatorData", "signature")
# An authenticator's data keeps under this key how many times the device says that it has signed.
COUNT = "sign_count"


class CredentialField(forms.CharField):
    """A device's answer in the browser's JSON: a dictionary of what the ceremony reads, in the
    types that it has, and of nothing else. `parts` are those of its `response`."""

    widget = forms.HiddenInput

    def __init__(self, parts: tuple[str, ...]) -> None:
        super().__init__(max_length=32_768)
        self.parts = parts

    def clean(self, value: Any) -> dict[str, Any]:
        try:
            return self._read(json.loads(super().clean(value)))
        except MALFORMED as error:
            raise ValidationError(NOT_KNOWN, code="malformed") from error

    def _read(self, said: Any) -> dict[str, Any]:
        response = {name: _text(said["response"][name]) for name in self.parts}
        client = json.loads(websafe_decode(response["clientDataJSON"]))
        for name in ("type", "challenge", "origin"):
            _text(client[name])
        # The library takes hosts under the portal's own for the portal.
        if client["origin"] != _own_origin() or client.get("crossOrigin"):
            raise ValueError(f"Made on another site: {client['origin']}")
        if "attestationObject" in response:
            attestation: Any = cbor.decode(websafe_decode(response["attestationObject"]))
            if not isinstance(attestation["authData"], bytes):
                raise TypeError("authData")
        if (handle := said["response"].get("userHandle")) is not None:
            response["userHandle"] = _text(handle)
        stays = (said.get("clientExtensionResults") or {}).get("credProps", {}).get("rk") is True
        return {
            "id": _text(said["id"]),
            "rawId": _text(said["rawId"]),
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {"credProps": {"rk": stays}},
        }


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{type(value)} for text")
    return value


def _own_origin() -> str:
    site = urlsplit(settings.SITE_URL)
    return f"{site.scheme}://{site.netloc}"


class AddKeyForm(AddWebAuthnForm):
    credential = CredentialField(ATTESTATION)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = LineFormField(
            label="Nom de cette clé",
            help_text="Pour la reconnaître, par exemple le nom de l’appareil.",
            required=False,
            max_length=100,
        )

    def clean(self) -> dict[str, Any]:
        """Spends the question of the ceremony last: the library's page looks at the form twice, and
        would not say what was wrong with the rest."""
        answer = self.cleaned_data.get("credential")
        if answer is None or self.errors:
            return self.cleaned_data
        try:
            made = RegistrationResponse.from_dict(answer).response.attestation_object.auth_data
            if answer["rawId"] != websafe_encode(made.credential_data.credential_id):
                raise ValueError("One key under the name of another")
        except MALFORMED as error:
            raise ValidationError(NOT_ADDED) from error
        if _keys().filter(data__credential__rawId=answer["rawId"]).exists():
            raise ValidationError(ALREADY_THERE)
        try:
            cleaned: dict[str, Any] = super().clean()
        except (ValidationError, *MALFORMED) as error:
            raise ValidationError(NOT_ADDED) from error
        return cleaned


class _ShowKeyForm(AuthenticateWebAuthnForm):
    credential = CredentialField(ASSERTION)

    def clean_credential(self) -> Authenticator:
        answer = self.cleaned_data["credential"]
        if self.user is None and not answer["response"].get("userHandle"):
            raise ValidationError(NO_HANDLE)
        try:
            key: Authenticator = super().clean_credential()
            data = AuthenticationResponse.from_dict(answer).response.authenticator_data
        except (ValidationError, *MALFORMED) as error:
            raise ValidationError(NOT_KNOWN) from error
        # The question may have been put by another page, which asks for less.
        if self.passwordless and not data.is_user_verified():
            raise ValidationError(NOT_KNOWN)
        if not count(key, data.counter):
            logger.warning("Passkey %s of account %s may be a copy", key.pk, key.user_id)
            raise ValidationError(COPIED)
        return key


class LoginKeyForm(_ShowKeyForm, LoginWebAuthnForm):
    pass


class KeyForm(_ShowKeyForm):
    pass


class ConfirmKeyForm(_ShowKeyForm, ReauthenticateWebAuthnForm):
    pass


def count(key: Authenticator, signed: int) -> bool:
    """Remembers how many times the device has signed; false if it had signed as often already, as
    the second of two copies says (WebAuthn, 7.2). Those that do not count always say 0."""
    known = key.data.get(COUNT)
    if known is None:
        known = key.wrap().authenticator_data.counter
    if signed == known == 0:
        return True
    if signed <= known:
        return False
    before = Q(**{f"data__{COUNT}__isnull": True}) | Q(**{f"data__{COUNT}__lt": signed})
    key.data = {**key.data, COUNT: signed}
    return _keys().filter(before, pk=key.pk).update(data=key.data) == 1


def _keys() -> Any:
    return Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN)
