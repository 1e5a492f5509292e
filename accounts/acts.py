"""Acts of the library's pages, each whole with the mail that tells of it: both, or neither."""

from __future__ import annotations

from typing import Any

from allauth.account import views as account
from allauth.account.adapter import get_adapter
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as application
from allauth.mfa.webauthn import views as keys
from django.db import transaction
from django.http import HttpRequest, HttpResponse


class Whole:
    request: HttpRequest
    # What the library tells once the transaction has ended: a process that dies in between, or a
    # database that goes away, would keep it. Told before as well, it is one mail.
    told_within = ""

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)  # type: ignore[misc]  # the view's
            if self.told_within:
                get_adapter().send_notification_mail(self.told_within, self.request.user)
        return response


class ChangePassword(Whole, account.PasswordChangeView):
    pass


class SetPassword(Whole, account.PasswordSetView):
    pass


class AskReset(Whole, account.PasswordResetView):
    pass


class Deactivate(Whole, application.DeactivateTOTPView):
    pass


class GenerateCodes(Whole, codes.GenerateRecoveryCodesView):
    told_within = "mfa/email/recovery_codes_generated"


class AddKey(Whole, keys.AddWebAuthnView):
    pass


class RemoveKey(Whole, keys.RemoveWebAuthnView):
    pass
