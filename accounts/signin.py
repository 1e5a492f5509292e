"""Sign-in by e-mail: what django-allauth does, set right for accounts that are made by invitation.

The library keeps the addresses of a person in a table of its own, filled at sign-up. Here nobody
signs up and a person has one address, `User.email`: lookups go there, whatever the capitals and
the spelling (`spelling.addresses`).
"""

from __future__ import annotations

import secrets
import time
from datetime import datetime, timedelta
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
from allauth.account.utils import user_pk_to_url_str
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme

from accounts import mails, password_links
from accounts.models import User
from accounts.throttling import MESSAGE, too_many_requests
from spelling.addresses import is_same_mailbox
from spelling.fields import EmailAddressFormField

BEGUN_WITH = "accounts.begun_with"
CHANGED_MEANWHILE = (
    "Votre compte a changé pendant que vous vous connectiez\u00a0: connectez-vous de nouveau."
)
THROTTLED = ("too_many_login_attempts", "rate_limited")


def users_by_email(email: str) -> list[User]:
    """Returns the account of that address, in a list of none or one. Addresses are compared once
    more here: a database may hold "ı" for a capital "I", and whoever owns the one address must not
    come in by the other.

    Compared once more here: a database may hold "ı" for a capital "I", and whoever owns the one
    address must not come in by the other.
    """
    users = User.objects.filter(email__iexact=email)
    return [user for user in users if is_same_mailbox(user.email, email)]


class EmailBackend(AuthenticationBackend):
    """A backend that checks e-mail and password; rights are those of groups, as in any of Django's.
    An unknown address takes as long to refuse as a wrong password.

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
        # A wrong password and an unknown address are told alike.
        "email_password_mismatch": "L’adresse ou le mot de passe n’est pas le bon.",
        "incorrect_password": "Ce n’est pas votre mot de passe.",
        "enter_current_password": "Ce n’est pas votre mot de passe actuel.",
        "incorrect_code": "Ce code n’est pas le bon, ou il a déjà servi.",
        "invalid_password_reset": "Ce lien ne vaut plus.",
        **dict.fromkeys(THROTTLED, MESSAGE),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuses: accounts are made by invitation, or in the admin."""
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Accepts this host only, where the library lets in every one of ALLOWED_HOSTS."""
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={context.request.get_host()}, require_https=settings.HTTPS
        )

    def validation_error(self, code: str, *arguments: Any) -> ValidationError:
        """Returns the error of a form. Raises ImmediateHttpResponse for too many attempts,
        whichever form counted them: their answer is a page of its own."""
        if code in THROTTLED:
            raise ImmediateHttpResponse(too_many_requests(context.request))
        return super().validation_error(code, *arguments)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Asks no password of whoever has just signed in."""
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
        """Signs in. Raises ImmediateHttpResponse where the account was closed, or its password or
        address changed, since the sign-in was begun."""
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
        """Writes the password alone. The library saves the row as it was when the page was asked
        for: a role that was taken away meanwhile would come back, an account that was erased as
        well."""
        assert isinstance(user, User)
        user.set_password(password)
        User.objects.filter(pk=user.pk).update(password=user.password)
        # A link that waits to leave would open nothing any more.
        mails.withdraw_resets(user.email)

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: Any = None, email: str | None = None
    ) -> None:
        """Tells hours by the clock of where the person is."""
        context = {"time_zone": user.time_zone, **(context or {})}
        super().send_notification_mail(template_prefix, user, context, email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Puts the mail in the queue, in the transaction of what it tells. A request sends one of a
        sort: what the library tells twice is one mail."""
        mail = self._written(template_prefix, email, context)
        kind = template_prefix.rpartition("/")[2]
        mails.queue(kind, self._act(), to=email, **mail)

    def answer_reset(
        self,
        email: str,
        template_prefix: str,
        context: dict[str, Any],
        *,
        not_after: datetime | None = None,
    ) -> None:
        """Answers whoever asked for a new password, with an account or without."""
        mail = self._written(template_prefix, email, context)
        mails.answer_a_stranger(mails.RESET, self._act(), to=email, not_after=not_after, **mail)

    def _written(self, template_prefix: str, email: str, told: dict[str, Any]) -> dict[str, Any]:
        known = {"request": context.request, "email": email, **told}
        mail = self.render_mail(template_prefix, email, known)
        return {"subject": str(mail.subject), "text": str(mail.body)}

    def _act(self) -> str:
        act: str = context.request.META.setdefault("accounts.act", secrets.token_hex(8))
        return act

    def forget_failures(self, request: HttpRequest, email: str) -> None:
        """Forgets failed attempts: whoever proved to own the address by a reset link does not wait
        any longer."""
        self._delete_login_attempts_cached_email(request, email=email)


class FrenchLabels:
    """Labels and help of our own, without placeholders, which vanish when one starts to type.
    Addresses are read as everywhere else, so that counters of attempts count mailboxes."""

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
            if isinstance(field, forms.EmailField):
                field = self.fields[name] = EmailAddressFormField(widget=field.widget)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.helps.get(name, "")
            field.widget.attrs.pop("placeholder", None)


class SignInForm(FrenchLabels, LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class AskResetForm(FrenchLabels, ResetPasswordForm):
    users: list[Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # No account has a longer one, and no mail can be written to it.
        longest = User._meta.get_field("email").max_length
        self.fields["email"].validators.append(MaxLengthValidator(longest))

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        self.users = [user for user in users_by_email(email) if user.is_active]
        return email

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Writes to an unknown address too, to say so, once a day: whoever types it may type a
        stranger's. The page says the same to all, and does the same: a link is made for nobody, the
        same is asked and written. The mail goes to the account's address as it is written there."""
        email: str = self.cleaned_data["email"]
        user = self.users[0] if self.users else User(pk=0, email=email)
        adapter = get_account_adapter(request)
        assert isinstance(adapter, AccountAdapter)
        key = f"{user_pk_to_url_str(user)}-{password_links.tokens.make_token(user)}"
        url = adapter.get_reset_password_from_key_url(key)
        if self.users:
            until = timezone.now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
            adapter.answer_reset(
                user.email,
                "account/email/password_reset_key",
                {"user": user, "password_reset_url": url},
                not_after=until,
            )
        else:
            adapter.answer_reset(email, "account/email/unknown_account", {})
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
    """Forgets failed attempts after a password was reset."""
    adapter = get_account_adapter(request)
    assert isinstance(adapter, AccountAdapter)
    adapter.forget_failures(request, user.email)
