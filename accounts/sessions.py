"""The list of people's own sessions, with the names that they give to their devices."""

from __future__ import annotations

from typing import Any

from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django.contrib.sessions.models import Session
from django.utils import timezone

# The order counts: Edge and Opera also say that they are Chrome, Chrome that it is Safari.
BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "iPhone": "un iPhone",
    "iPad": "un iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "Mac",
    "Linux": "Linux",
}


def device_name(user_agent: str) -> str:
    """Returns a name such as "Firefox sur Windows". A browser may say anything: this proves
    nothing."""
    browser = next((name for mark, name in BROWSERS.items() if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS.items() if mark in user_agent), "")
    if browser and system:
        return f"{browser} sur {system}"
    return browser or system or "Navigateur inconnu"


def forget_ended() -> int:
    """Forgets where people were signed in from, once their session has ended."""
    alive = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    ended, _ = UserSession.objects.exclude(session_key__in=alive).delete()
    return ended


class SessionList(ListUserSessionsView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["devices"] = [
            (session, device_name(session.user_agent)) for session in reversed(context["sessions"])
        ]
        return context
