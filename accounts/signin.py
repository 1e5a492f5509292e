"""Sign-in by e-mail: what django-allauth does, set right for accounts that are made by invitation.

The library keeps the addresses of a person in a table of its own, filled at sign-up. Here nobody
signs up and a person has one address, `User.email`: lookups go there, whatever the capitals.
"""

from __future__ import annotations

import hashlib
import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
)
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.stagekit import clear_login
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme

from accounts import password_links
from accounts.models import User
from accounts.throttling import MESSAGE, too_many_requests

BEGUN_WITH = "accounts.begun_with"
CHANGED_MEANWHILE = (
    "Votre compte a changé pendant que vous vous connectiez\u00a0: connectez-vous de nouveau."
)
THROTTLED = ("too_many_login_attempts", "rate_limited")


def users_by_email(email: str) -> list[User]:
    """The account of that address, in a list of none or one.

    Compared once more here: a database may hold "ı" for a capital "I", and whoever owns the one
    address must not come in by the other.
    """
    users = User.objects.filter(email__iexact=email)
    return [user for user in users if user.email.lower() == email.lower()]


class EmailBackend(AuthenticationBackend):
    """E-mail and password; then, as any of Django's backends, the rights of groups.

    An unknown address takes as long to refuse as a wrong password.
    """

    def _authenticate_by_email(self, email: str, password: str) -> AbstractBaseUser | None:
        for user in users_by_email(email):
            if self._check_password(user, password):
                return user
        return None


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        # Said of a wrong password and of an unknown address alike.
        "email_password_mismatch": "L’adresse ou le mot de passe n’est pas le bon.",
        "incorrect_password": "Ce n’est pas votre mot de passe.",
        "enter_current_password": "Ce n’est pas votre mot de passe actuel.",
        "incorrect_code": "Ce code n’est pas le bon, ou il a déjà servi.",
        "invalid_password_reset": "Ce lien ne vaut plus.",
        **dict.fromkeys(THROTTLED, MESSAGE),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by invitation, or in the admin."""
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """This host only, where the library lets in every one of ALLOWED_HOSTS."""
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={context.request.get_host()}, require_https=settings.HTTPS
        )

    def validation_error(self, code: str, *arguments: Any) -> ValidationError:
        """Too many attempts are answered by a page of their own, whichever form counted them."""
        if code in THROTTLED:
            raise ImmediateHttpResponse(too_many_requests(context.request))
        return super().validation_error(code, *arguments)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever has just signed in does not give the password a second time."""
        records = get_authentication_records(context.request, context.request.user)
        if records and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT:
            return False
        return super().is_reauthentication_required(app=app, **kwargs)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:home")

    def get_reset_password_from_key_url(self, key: str) -> str:
        return password_links.link_of(key)

    # Between a password and a code, minutes may pass. A sign-in that was begun ends as an open
    # session would, if the account is closed or its password or address changed meanwhile.

    def pre_login(
        self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any
    ) -> HttpResponse | None:
        assert isinstance(user, User)
        request.session[BEGUN_WITH] = user.get_session_auth_hash()
        return super().pre_login(request, user, **kwargs)

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        assert isinstance(user, User)
        begun_with = request.session.pop(BEGUN_WITH, "")
        if not user.is_active:
            clear_login(request)
            raise ImmediateHttpResponse(self.respond_user_inactive(request, user))
        if not constant_time_compare(begun_with, user.get_session_auth_hash()):
            clear_login(request)
            messages.error(request, CHANGED_MEANWHILE)
            raise ImmediateHttpResponse(redirect(settings.LOGIN_URL))
        super().login(request, user)

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """The password alone. The library saves the row as it was when the page was asked for: a
        role that was taken away meanwhile would come back, an account that was erased as well."""
        user.set_password(password)
        User.objects.filter(pk=user.pk).update(password=user.password)

    def send_password_reset_mail(
        self, user: AbstractBaseUser, email: str, context: dict[str, Any]
    ) -> None:
        """To the account's address as it is written there, not as it was typed."""
        assert isinstance(user, User)
        super().send_password_reset_mail(user, user.email, context)

    def forget_failures(self, request: HttpRequest, email: str) -> None:
        """Whoever proved to own the address by a reset link does not wait any longer."""
        self._delete_login_attempts_cached_email(request, email=email)


class FrenchLabels:
    """Labels and help of our own; no placeholders, which vanish when one starts to type."""

    labels = {
        "login": "Adresse électronique",
        "email": "Adresse électronique",
        "password": "Mot de passe",
        "remember": "Rester connecté deux semaines sur cet appareil",
        "oldpassword": "Mot de passe actuel",
        "password1": "Nouveau mot de passe",
        "password2": "Nouveau mot de passe, une seconde fois",
    }
    helps = {"password1": "Au moins 12 caractères\u00a0: une phrase se retient mieux qu’un mot."}
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = self.labels.get(name, field.label)
            field.help_text = self.helps.get(name, "")
            field.widget.attrs.pop("placeholder", None)


class SignInForm(FrenchLabels, LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class AskResetForm(FrenchLabels, ResetPasswordForm):
    users: list[Any]

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        self.users = [user for user in users_by_email(email) if user.is_active]
        return email

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """An unknown address gets a mail too, that says so: the page says the same to all, and
        takes as long."""
        if self.users:
            return super().save(request, **kwargs)
        email: str = self.cleaned_data["email"]
        # One a day, whoever types a stranger's address.
        digest = hashlib.sha256(email.lower().encode()).hexdigest()
        if cache.add(f"accounts.unknown_account.{digest}", 1, 24 * 3600):
            get_account_adapter().send_mail("account/email/unknown_account", email, {})
        return email


class ResetForm(FrenchLabels, ResetPasswordKeyForm):
    pass


class ChangeForm(FrenchLabels, ChangePasswordForm):
    pass


class SetForm(FrenchLabels, SetPasswordForm):
    pass


class ConfirmPasswordForm(FrenchLabels, ReauthenticateForm):
    pass


def forget_failures(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Called after a password was reset."""
    adapter = get_account_adapter(request)
    assert isinstance(adapter, AccountAdapter)
    adapter.forget_failures(request, user.email)
