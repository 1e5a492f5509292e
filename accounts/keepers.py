"""Keepers: the accounts that can give everybody, themselves included, everything back.

A keeper comes into the admin, changes accounts, makes new ones, and may hand on all that makes a
keeper: whoever is shut out by mistake is let in again by one of them. Nothing that is done through
the portal leaves it without any: what may take a right away is done within `requiring_keeper()`, or
followed by a `KeeperCheck`.

A password or a second factor makes no keeper and unmakes none. An open account without a password
gets one by a link at its address, and one whose factor was removed is asked for a new one when it
signs in. What no page can mend (all telephones lost, no mailbox) is for `manage.py let_in`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts import granting, groups
from accounts.models import User
from publishing.audiences import Role

CHANGING = "change_user"
MAKING = frozenset({"add_user", "add_invitation"})
TEAM = groups.NAMES["equipe-nationale"]
WHAT_TO_DO = (
    "donnez d’abord à quelqu’un d’autre ce qu’il faut pour le tenir\u00a0: le rôle "
    f"«\u00a0{Role.NATIONAL.label}\u00a0», la France entière, l’entrée dans l’administration et un "
    f"groupe qui change les comptes et en fait, comme «\u00a0{TEAM}\u00a0»."
)
LAST = f"C’est le dernier compte qui administre le portail\u00a0: {WHAT_TO_DO}"
NOBODY = f"Plus personne n’administrerait le portail\u00a0: {WHAT_TO_DO}"


class NobodyLeft(Exception):
    """What was about to be done would have left no keeper; it is taken back."""


class KeeperLevel(IntEnum):
    """How much of the accounts somebody holds. Where the best placed is no keeper (a portal whose
    national team was never made whole), that one is held on to all the same."""

    NONE = 0
    CHANGES = 1  # some of them, those of a scope that is not the whole country
    KEEPS = 2


def keeper_level(person: User) -> KeeperLevel:
    """Returns how much of the accounts this person holds, by the rights that the database has at
    this moment, if `person` was just read from it."""
    if not (person.is_active and person.is_staff):
        return KeeperLevel.NONE
    if person.is_superuser:
        return KeeperLevel.KEEPS
    if not person.has_perm(f"accounts.{CHANGING}"):
        return KeeperLevel.NONE
    try:
        granting.check_can_give(granting.Grant(Role.NATIONAL, whole_country=True), by=person)
    except ValidationError:
        return KeeperLevel.CHANGES
    handed_on = makes_keepers(granting.grantable_groups(person))
    return KeeperLevel.KEEPS if handed_on else KeeperLevel.CHANGES


def makes_keepers(groups: QuerySet[Group]) -> bool:
    """Says whether those groups together give the rights that a keeper needs."""
    rights = Permission.objects.filter(
        group__in=groups.order_by().values("pk"), content_type__app_label="accounts"
    )
    held = set(rights.values_list("codename", flat=True))
    return CHANGING in held and not held.isdisjoint(MAKING)


def best_level(*, but: User | None = None) -> KeeperLevel:
    """Returns the best level of all accounts, or of all but one."""
    changing = _right_to_change()
    people = User.objects.filter(
        Q(is_superuser=True)
        | Q(groups__permissions__in=changing)
        | Q(user_permissions__in=changing),
        is_active=True,
        is_staff=True,
    )
    if but is not None:
        people = people.exclude(pk=but.pk)
    best = KeeperLevel.NONE
    # Superusers come first: nothing else is to be asked of them.
    for person in people.distinct().order_by("-is_superuser", "pk"):
        best = max(best, keeper_level(person))
        if best is KeeperLevel.KEEPS:
            break
    return best


def is_last(person: User) -> bool:
    """Says whether this is the last keeper, for pages that offer to leave; what decides is
    `requiring_keeper`."""
    return keeper_level(User.objects.get(pk=person.pk)) > best_level(but=person)


# --- What is done meanwhile by others ---


class KeeperCheck:
    """Who kept the portal when it began: they, or others, still must when it is checked. Where
    there was nobody (a portal that is being installed), nothing is refused."""

    def __init__(self) -> None:
        _hold()
        self._before = best_level()

    def check(self) -> None:
        """Raises NobodyLeft where nobody keeps the portal any more: the transaction must then be
        rolled back."""
        if best_level() < self._before:
            raise NobodyLeft(NOBODY)


@contextmanager
def requiring_keeper() -> Iterator[None]:
    """Opens a transaction that ends well only if somebody still keeps the portal; raises
    NobodyLeft."""
    with transaction.atomic():
        watch = KeeperCheck()
        yield
        watch.check()


def _hold() -> None:
    """Makes others wait until the transaction ends, or two last keepers who demote each other would
    both find the other one still there. The lock is taken before any account is held, so that
    nobody waits in a ring. SQLite has one writer at a time in any case."""
    _right_to_change().select_for_update(no_key=True).first()


def _right_to_change() -> QuerySet[Permission]:
    user = ContentType.objects.get_for_model(User)
    return Permission.objects.filter(content_type=user, codename=CHANGING)
