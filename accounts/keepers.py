"""Keepers: the accounts that can give everybody, themselves included, everything back.

A keeper comes into the admin, changes accounts, makes new ones, and may hand on all that makes a
keeper: whoever is shut out by mistake is let in again by one of them. Nothing that is done through
the portal leaves it without any: what may take a right away is done within `kept()`, or watched.

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


class Standing(IntEnum):
    """How much of the accounts somebody holds. Where the best placed is no keeper (a portal whose
    national team was never made whole), that one is held on to all the same."""

    NONE = 0
    CHANGES = 1  # some of them, those of a scope that is not the whole country
    KEEPS = 2


def standing(person: User) -> Standing:
    """Returns how much of the accounts this person holds, by the rights that the database has at
    this moment, if `person` was just read from it."""
    if not (person.is_active and person.is_staff):
        return Standing.NONE
    if person.is_superuser:
        return Standing.KEEPS
    if not person.has_perm(f"accounts.{CHANGING}"):
        return Standing.NONE
    try:
        granting.check_can_give(granting.Grant(Role.NATIONAL, whole_country=True), by=person)
    except ValidationError:
        return Standing.CHANGES
    handed_on = makes_keepers(granting.grantable_groups(person))
    return Standing.KEEPS if handed_on else Standing.CHANGES


def makes_keepers(groups: QuerySet[Group]) -> bool:
    """Says whether those groups together give the rights that a keeper needs."""
    rights = Permission.objects.filter(
        group__in=groups.order_by().values("pk"), content_type__app_label="accounts"
    )
    held = set(rights.values_list("codename", flat=True))
    return CHANGING in held and not held.isdisjoint(MAKING)


def best_standing(*, but: User | None = None) -> Standing:
    """Returns the best standing of all accounts, or of all but one."""
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
    best = Standing.NONE
    # Superusers come first: nothing else is to be asked of them.
    for person in people.distinct().order_by("-is_superuser", "pk"):
        best = max(best, standing(person))
        if best is Standing.KEEPS:
            break
    return best


def is_last(person: User) -> bool:
    """Says whether this is the last keeper, for pages that offer to leave; what decides is
    `kept`."""
    return standing(User.objects.get(pk=person.pk)) > best_standing(but=person)


# --- What is done meanwhile by others ---


class Watch:
    """Who kept the portal when it began: they, or others, still must when it is checked. Where
    there was nobody (a portal that is being installed), nothing is refused."""

    def __init__(self) -> None:
        _hold()
        self._before = best_standing()

    def check(self) -> None:
        """Raises NobodyLeft where nobody keeps the portal any more: the transaction must then be
        rolled back."""
        if best_standing() < self._before:
            raise NobodyLeft(NOBODY)


@contextmanager
def kept() -> Iterator[None]:
    """Opens a transaction that ends well only if somebody still keeps the portal; raises
    NobodyLeft."""
    with transaction.atomic():
        watch = Watch()
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
