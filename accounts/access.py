"""The one place that answers "may this person see, or change, that?".

*See* is asked of querysets: `visible_to(user)` (`publishing.audiences` for what is published).
*Change* is asked the way Django asks it, `user.has_perm("articles.change_article", article)`: the
rights of a person's groups say what they may do, their scope says where. The admin, the services
and the templates ask nothing else; `docs/permissions.md` shows the answers, and the tests that
they are true.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol, runtime_checkable

from django.contrib.auth.backends import BaseBackend

from territories.models import Territory


@runtime_checkable
class Territorial(Protocol):
    """What belongs to territories: nobody changes it from another one."""

    def concerned_territories(self) -> Iterable[Territory]: ...


def in_scope(user: Any, thing: object) -> bool:
    """Whether that thing lies in the person's territories, or lies nowhere in particular."""
    if not isinstance(thing, Territorial):
        return True
    return bool(user.scope.holds_all(thing.concerned_territories()))


class ScopeBackend(BaseBackend):
    """Answers `has_perm` for one thing: the right itself, and the thing within the scope."""

    def has_perm(self, user_obj: Any, perm: str, obj: object | None = None) -> bool:
        if obj is None or not user_obj.is_active:
            return False  # rights in general are those of groups: ModelBackend
        return user_obj.has_perm(perm) and in_scope(user_obj, obj)
