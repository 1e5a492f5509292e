"""Roles, groups and territories that a person may give to another, by an invitation or on the page
of an account: nobody gives more than their own."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from accounts.models import User
from publishing.audiences import Role
from territories.models import Territory

# They read everything: only the national team, or an administrator, lets anyone into them.
NATIONAL_ROLES = frozenset({Role.NATIONAL, Role.EDITOR})
COUNTRY_AND_PARTS = (
    "Avec «\u00a0France entière\u00a0», aucun territoire n’est à choisir\u202f: décochez l’un ou "
    "retirez les autres."
)


@dataclass(frozen=True)
class Grant:
    """What somebody is given in the network: a role, a scope (`whole_country` or `territories`) and
    groups of rights."""

    role: str
    whole_country: bool = False
    territories: Collection[Territory] = ()
    groups: Collection[Group] = field(default_factory=tuple)


def grant_of(user: User) -> Grant:
    return Grant(user.role, user.whole_country, list(user.territories.all()), user.groups.all())


def grantable_roles(user: User) -> list[tuple[str, str]]:
    is_national = user.is_superuser or user.role == Role.NATIONAL
    return [(r.value, r.label) for r in Role if is_national or r not in NATIONAL_ROLES]


def grantable_groups(user: User) -> QuerySet[Group]:
    """The groups of which the person holds every right."""
    if not user.is_staff:
        return Group.objects.none()
    if user.is_superuser:
        return Group.objects.all()
    held = user.get_all_permissions()
    # Their names alone: rights as rows are hundreds, and this is asked in most pages of accounts.
    rights = Group.permissions.through._default_manager.values_list(
        "group", "permission__content_type__app_label", "permission__codename"
    )
    beyond = {group for group, room, codename in rights if f"{room}.{codename}" not in held}
    return Group.objects.exclude(pk__in=beyond)


def check_can_give(grant: Grant, *, by: User) -> None:
    """Raises ValidationError, by field, with French sentences, where the grant holds more than
    `by` may give."""
    errors: dict[str, str] = {}
    if grant.role not in dict(grantable_roles(by)):
        errors["role"] = "Seule l’équipe nationale donne ce rôle."
    if grant.whole_country and not by.scope.whole_country:
        errors["whole_country"] = "Votre périmètre n’est pas la France entière."
    if outside := [t.label for t in grant.territories if not by.scope.holds(t)]:
        errors["territories"] = f"Hors de votre périmètre\u00a0: {', '.join(outside)}."
    grantable = set(grantable_groups(by).values_list("pk", flat=True))
    if refused := [group.name for group in grant.groups if group.pk not in grantable]:
        errors["groups"] = (
            f"Vous n’avez pas tous les droits de\u00a0: {', '.join(refused)}. On ne donne pas plus "
            "que ce qu’on a."
        )
    if errors:
        raise ValidationError(errors)


def holds_no_more(person: User, *, than: User) -> bool:
    """Says whether `than` could have given everything that `person` has: only then may they change
    the account, its address or its password."""
    if than.is_superuser:
        return True
    if person.is_superuser or person.user_permissions.exists():
        return False
    try:
        check_can_give(grant_of(person), by=than)
    except ValidationError:
        return False
    return True
