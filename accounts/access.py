"""The one place that answers "may this person see, or change, that?".

*See* is asked of querysets: `visible_to(user)` (`publishing.audiences` for what is published).
*Change* is asked the way Django asks it, `user.has_perm("articles.change_article", article)`: the
rights of a person's groups say what they may do, their scope where, their role what is not
reserved to others. The admin, the services
and the templates ask nothing else; `docs/permissions.md` shows the answers, and the tests that
they are true.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Protocol, runtime_checkable

from django.contrib.auth.backends import BaseBackend
from django.db.models import Q

from publishing.audiences import Reader
from publishing.models import Publishable
from territories.models import Territory


@runtime_checkable
class Territorial(Protocol):
    """What belongs to territories: nobody changes it from another one."""

    def concerned_territories(self) -> Iterable[Territory]: ...


def reaches(user: Any, thing: object) -> bool:
    """Says whether that thing lies in the person's territories and is not reserved to others."""
    if isinstance(thing, Territorial) and not user.scope.holds_all(thing.concerned_territories()):
        return False
    if isinstance(thing, Publishable):
        # Whoever wrote something for others may still correct it.
        wrote = thing.created_by_id == user.pk
        reads = Reader.of(user).reads(thing.audience, thing.audience_roles)
        return wrote or reads or thing.invites(user)
    return True


def reachable(user: Any, model: type[Publishable], territories: str) -> Q:
    """Asks the same question of all the rows of a model; `territories` is its many-to-many
    field."""
    return user.scope.concerns_only(model, territories) & (
        Reader.of(user).condition() | model.inviting(user) | Q(created_by=user)
    )


def keep_in_scope(relations: dict[str, list[Any]], held: Collection[str], user: Any) -> list[str]:
    """Keeps what is put back from an old version within the person's territories: where that
    version concerned other places, the present ones (`held`) stay, as the person's form would ask.
    Says so in French."""
    keys = relations.get("territories", held)
    if set(keys) == set(held):
        return []
    places = Territory.objects.select_related("successor").filter(pk__in=keys)
    if user.scope.holds_all(places):
        return []
    del relations["territories"]
    return [f"territoires\u00a0: hors de votre périmètre ({user.scope})"]


class ScopeBackend(BaseBackend):
    """Answers `has_perm` for one thing: the right itself, and the thing within reach."""

    def has_perm(self, user_obj: Any, perm: str, obj: object | None = None) -> bool:
        if obj is None or not user_obj.is_active:
            return False  # general rights are those of groups, which ModelBackend reads
        return user_obj.has_perm(perm) and reaches(user_obj, obj)
