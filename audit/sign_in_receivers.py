"""The receivers of Django's and allauth's signals about signing in: who came in, was refused, left,
or changed what proves who they are."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.account.adapter import get_adapter
from allauth.mfa import signals as factor
from django.contrib.auth import get_user_model, signals
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from audit.models import Action
from audit.services import record


def connect() -> None:
    signals.user_logged_in.connect(_signed_in, dispatch_uid="audit")
    signals.user_logged_out.connect(_signed_out, dispatch_uid="audit")
    signals.user_login_failed.connect(_refused, dispatch_uid="audit")
    for changed in (account.password_changed, account.password_reset, account.password_set):
        changed.connect(_password_changed, dispatch_uid="audit")
    factor.authentication_failed.connect(_code_refused, dispatch_uid="audit")
    factor.authenticator_added.connect(_factor_added, dispatch_uid="audit")
    factor.authenticator_reset.connect(_factor_added, dispatch_uid="audit")
    factor.authenticator_removed.connect(_factor_removed, dispatch_uid="audit")


def _signed_in(user: Any, **kwargs: Any) -> None:
    record(action=Action.SIGNED_IN, by=user)


def _signed_out(user: Any, **kwargs: Any) -> None:
    if user is not None:
        record(action=Action.SIGNED_OUT, by=user)


def _refused(
    credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
) -> None:
    """Records a known account, and never what was typed: that may be a password in the wrong
    field."""
    typed = credentials.get("email") or credentials.get("username") or ""
    account = None
    if isinstance(typed, str) and "\x00" not in typed:
        account = get_user_model()._default_manager.filter(email__iexact=typed[:254]).first()
    record(
        action=Action.SIGN_IN_FAILED,
        by=None,
        target=account,
        detail="" if account else "Adresse inconnue du portail.",
        address=_address(request),
    )


def _code_refused(request: HttpRequest, user: Any, **kwargs: Any) -> None:
    record(
        action=Action.SIGN_IN_FAILED,
        by=None,
        target=user,
        detail="Seconde vérification refusée.",
        address=_address(request),
    )


def _password_changed(user: Any, **kwargs: Any) -> None:
    record(action=Action.PASSWORD_CHANGED, by=user, target=user)


def _factor_added(user: Any, authenticator: Any, **kwargs: Any) -> None:
    record(action=Action.FACTOR_ADDED, by=user, target=user, detail=_kind(authenticator))


def _factor_removed(user: Any, authenticator: Any, **kwargs: Any) -> None:
    record(action=Action.FACTOR_REMOVED, by=user, target=user, detail=_kind(authenticator))


KINDS = {
    "totp": "Application.",
    "webauthn": "Clé d’accès.",
    "recovery_codes": "Codes de secours.",
}


def _kind(authenticator: Any) -> str:
    return KINDS.get(authenticator.type, "")


def _address(request: HttpRequest | None) -> str | None:
    if request is None:
        return None
    try:
        return get_adapter(request).get_client_ip(request)
    except PermissionDenied:
        return None
