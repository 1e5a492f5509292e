"""Codes that people type: those that an application shows, and the recovery codes.

The library remembers what was typed, for one period: with a dash the same code came in again, and
the one that had activated the application did too. Here the *step* is remembered, the period that
the code was made for, beside the secret (RFC 6238, 5.2): a code serves once however it is written,
whichever form asks for it, whatever becomes of the cache.
"""

from __future__ import annotations

import hmac
import logging
import time
import unicodedata
from typing import Any

from allauth.core import context
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.atomic_views import AtomicWithMail
from accounts.models import User

logger = logging.getLogger(__name__)

# Where an authenticator's data keeps the last step that served.
USED = "used_step"


def as_digits(typed: str) -> str:
    """Returns a code as ASCII digits, whatever the spaces, the dashes and the writing of its
    digits. Letters stay, so that what holds some is no code.

    Letters stay, so that what holds some is no code.
    """
    written = (char for char in typed if unicodedata.category(char)[0] not in "ZPSC")
    return "".join(str(unicodedata.decimal(char, char)) for char in written)


def step_of(code: str, secret: str) -> int | None:
    """Returns the step that a code was made for, if it is one of those that are accepted now."""
    for step in totp.yield_hotp_counters_from_time():
        shown = totp.format_hotp_value(totp.hotp_value(secret, step))
        if hmac.compare_digest(shown.encode(), code.encode()):
            return int(step)
    return None


def latest_sane_step() -> int:
    """Returns the last step that may have served already: nobody waits for longer than they are
    ever told to. One beyond was remembered while the clock was wrong."""
    period = app_settings.TOTP_PERIOD
    waiting = app_settings.TOTP_TOLERANCE + settings.LONGEST_WAIT // period
    return int(time.time()) // period + waiting


def has_served(application: Authenticator, step: int) -> bool:
    """Says whether this step has served, or a later one. What a wrong clock remembered is passed
    over, and told: it would keep the person out until that hour comes."""
    used: int = application.data.get(USED, -1)
    if used > latest_sane_step():
        logger.warning("A code of account %s served ahead of now: wrong clock", application.user_id)
        return False
    return used >= step


def spend(application: Authenticator, step: int) -> bool:
    """Remembers that this step has served; false if it had, or a later one.

    One conditional statement: of two requests at the same moment one alone is told yes.
    """
    unused = Q(**{f"data__{USED}__isnull": True})
    unused |= Q(**{f"data__{USED}__lt": step}) | Q(**{f"data__{USED}__gt": latest_sane_step()})
    application.data = {**application.data, USED: step}
    rows = Authenticator.objects.filter(unused, pk=application.pk)
    return rows.update(data=application.data) == 1


class OneTimeCode:
    """A mixin of the forms of codes: one of the application serves once, and so does a recovery
    code."""

    authenticator: Authenticator
    user: User
    cleaned_data: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _describe_code(self)

    def clean_code(self) -> str:
        typed = as_digits(self.cleaned_data["code"])
        application, step = self._of_the_application(typed)
        if application and step is not None and has_served(application, step):
            typed = ""  # the code is wrong, and counted as such
        self.cleaned_data["code"] = typed
        code: str = super().clean_code()  # type: ignore[misc]  # the library's form
        if self.authenticator.type == Authenticator.Type.TOTP and (
            application is None or step is None or not spend(application, step)
        ):
            raise get_adapter().validation_error("incorrect_code")  # another request was quicker
        return code

    def _of_the_application(self, code: str) -> tuple[Authenticator | None, int | None]:
        found = Authenticator.objects.filter(user=self.user, type=Authenticator.Type.TOTP).first()
        return found, found and step_of(code, decrypt(found.data["secret"]))


class CodeForm(OneTimeCode, AuthenticateForm):
    pass


class ConfirmCodeForm(OneTimeCode, ReauthenticateForm):
    pass


class ActivateForm(ActivateTOTPForm):
    """Shows the same secret until it is activated or the session ends.

    The library makes another one each time that the page is shown: whoever reloaded it, or had it
    open twice, typed the codes of a picture that was worth nothing any more. The session is one
    person's: signing out, or in as somebody else, empties it.
    """

    step: int

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        session = context.request.session
        shown = session.get(totp.SECRET_SESSION_KEY)
        super().__init__(*args, **kwargs)
        if shown:
            self.secret = session[totp.SECRET_SESSION_KEY] = shown
        _describe_code(self)
        self.fields["code"].label = "Code affiché par l’application"

    def clean_code(self) -> str:
        self.cleaned_data["code"] = as_digits(self.cleaned_data["code"])
        code: str = super().clean_code()
        step = step_of(code, self.secret)
        if step is None:  # it was right a moment ago, when the library looked
            raise get_adapter().validation_error("incorrect_code")
        self.step = step
        return code

    @property
    def spaced_secret(self) -> str:
        """The secret by four letters, to be copied by hand; applications pass over the spaces."""
        return " ".join(self.secret[at : at + 4] for at in range(0, len(self.secret), 4))


class Activate(AtomicWithMail, ActivateTOTPView):
    notification = "mfa/email/totp_activated"

    @transaction.atomic
    def form_valid(self, form: ActivateForm) -> HttpResponse:
        """Notes that the code that activates the application has served. The account is held: a
        button pressed twice, or two tabs, activate one application.

        The account is held: a button pressed twice, or two tabs, activate one application.
        """
        assert self.request.user.pk is not None  # only whoever is signed in comes here
        applications = Authenticator.objects.filter(
            user=User.objects.select_for_update().get(pk=self.request.user.pk),
            type=Authenticator.Type.TOTP,
        )
        if applications.exists():
            return redirect("mfa_index")
        response: HttpResponse = super().form_valid(form)
        spend(applications.get(), form.step)
        return response


def _describe_code(form: Any) -> None:
    field = form.fields["code"]
    field.label = "Code"
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs |= {"inputmode": "numeric", "autofocus": True}
