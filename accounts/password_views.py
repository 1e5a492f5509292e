"""Choosing a password by a link: the library's pages, which hold the account until it is
written."""

from __future__ import annotations

from typing import Any

from allauth.account.views import PasswordResetFromKeyDoneView, PasswordResetFromKeyView
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from accounts.models import User
from accounts.password_links import tokens

CHOSEN_BY = "accounts.password_chosen_by"


class ChoosePassword(PasswordResetFromKeyView):
    reset_user: User | None

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Holds the account: one that is closed or erased at this very moment gets no password, and
        two who use the link at once are judged one after the other."""
        asked = self.reset_user
        assert asked is not None
        with transaction.atomic():
            held = User.objects.select_for_update(no_key=True).filter(pk=asked.pk).first()
            if held is None or not tokens.check_token(held, self.key):
                self.reset_user = None
                return self.render_to_response(self.get_context_data(token_fail=True))
            self.reset_user = held
            response: HttpResponse = super().post(request, *args, **kwargs)
            return response

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        assert self.reset_user is not None
        self.request.session[CHOSEN_BY] = self.reset_user.pk
        return response


class PasswordChosen(PasswordResetFromKeyDoneView):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Tells « Vous pouvez vous connecter » to whoever has just chosen a password, and can."""
        person = User.objects.filter(pk=request.session.get(CHOSEN_BY, 0)).first()
        if person is None:
            return redirect("accounts:login")
        if not person.is_active:
            return redirect("account_inactive")
        return super().get(request, *args, **kwargs)
