"""Some of allauth's views, each in one transaction with the mail that tells of it: both happen, or
neither."""

from __future__ import annotations

from typing import Any

from allauth.account import views as account
from allauth.account.adapter import get_adapter
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as application
from allauth.mfa.webauthn import views as keys
from django.db import transaction
from django.http import HttpRequest, HttpResponse


class AtomicWithMail:
    request: HttpRequest
    # The template of a mail that allauth sends once the transaction has ended: a process that dies
    # in between, or a database that goes away, would lose it. It is written within the transaction
    # as well; the mail's key makes one mail of both.
    notification = ""

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)  # type: ignore[misc]  # the view's
            if self.notification:
                get_adapter().send_notification_mail(self.notification, self.request.user)
        return response


class ChangePassword(AtomicWithMail, account.PasswordChangeView):
    pass


class SetPassword(AtomicWithMail, account.PasswordSetView):
    pass


class RequestReset(AtomicWithMail, account.PasswordResetView):
    pass


class DeactivateTotp(AtomicWithMail, application.DeactivateTOTPView):
    pass


class GenerateRecoveryCodes(AtomicWithMail, codes.GenerateRecoveryCodesView):
    notification = "mfa/email/recovery_codes_generated"


class AddPasskey(AtomicWithMail, keys.AddWebAuthnView):
    pass


class RemovePasskey(AtomicWithMail, keys.RemoveWebAuthnView):
    pass
