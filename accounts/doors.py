"""Ending what opens an account: sessions, links to choose a password, those that have not left yet
included, half of a sign-in."""

from __future__ import annotations

from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.db.models import F
from django.http import HttpRequest

from accounts import mails
from accounts.models import User


def shut(person: User, *, by: HttpRequest | None = None) -> None:
    """Ends all of it, for good: what was closed does not come back with the account. Whoever does
    this to their own account, by a request, stays where they are."""
    User.objects.filter(pk=person.pk).update(security_stamp=F("security_stamp") + 1)
    person.refresh_from_db(fields=["security_stamp"])
    mails.withdraw_resets(person.email)
    own = by if by is not None and by.user.pk == person.pk else None
    end_sessions(person, but=own.session.session_key if own else None)
    if own is not None:
        own.session[HASH_SESSION_KEY] = person.get_session_auth_hash()


def end_sessions(person: User, *, but: str | None = None) -> None:
    """Takes the rows away as well: a session that no longer counts is shown in no list."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    ended = UserSession.objects.filter(user=person).exclude(session_key=but)
    for session in ended:
        store(session.session_key).delete()
    ended.delete()
