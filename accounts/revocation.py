"""Whatever opens an account is revoked here: its sessions, the links to choose a password (even
those whose mail has not left yet), and a sign-in that is half done."""

from __future__ import annotations

from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.db.models import F
from django.http import HttpRequest

from accounts import mails
from accounts.models import User


def revoke_sessions_and_links(person: User, *, by: HttpRequest | None = None) -> None:
    """Revokes for good: nothing comes back when the account is opened again. Whoever does this to
    their own account stays signed in with the session of their request, `by`."""
    User.objects.filter(pk=person.pk).update(security_stamp=F("security_stamp") + 1)
    person.refresh_from_db(fields=["security_stamp"])
    mails.withdraw_resets(person.email)
    own = by if by is not None and by.user.pk == person.pk else None
    end_sessions(person, but=own.session.session_key if own else None)
    if own is not None:
        own.session[HASH_SESSION_KEY] = person.get_session_auth_hash()


def end_sessions(person: User, *, but: str | None = None) -> None:
    """Ends the sessions of this person, but for the one of that key. Their rows go as well, so that
    no list shows a session that no longer counts."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    ended = UserSession.objects.filter(user=person).exclude(session_key=but)
    for session in ended:
        store(session.session_key).delete()
    ended.delete()
