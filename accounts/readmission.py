"""A keeper is let in again from the server, where nobody can do it from the portal any more."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError

from accounts import identities, keepers, revocation, second_factor
from accounts.models import User
from accounts.notices import CLOSED_EVERYWHERE, tell_of_change
from accounts.password_links import link_for
from accounts.rights import record_changes, rights_of
from accounts.signin import users_by_email
from audit.models import Action
from audit.services import record
from publishing.audiences import Role

FROM_THE_SERVER = "Depuis le serveur, par la commande let_in."
NO_GROUP = (
    "Aucun groupe ne permet à la fois de changer des comptes et d’en faire ou d’inviter\u00a0: "
    "ajoutez --all-rights, puis rendez ces droits à un groupe dans l’administration."
)


class CannotLetIn(Exception):
    """The account cannot be let in; a French sentence says why, and what to do."""


@dataclass(frozen=True)
class LetIn:
    person: User
    is_new: bool
    group: str
    # The link to choose a password: it holds for two hours, and once.
    link: str
    has_factor: bool


@keepers.requiring_keeper()
def let_in(address: str, *, forget_factors: bool = False, all_rights: bool = False) -> LetIn:
    """Makes that account a keeper, whatever it was: closed, demoted, or not there. Whatever opened
    it before is ended; it keeps its password until the link is used. The trail tells of it, and so
    does a mail to the person. Raises CannotLetIn, and nothing is done.

    Raises CannotLetIn, and nothing is done.
    """
    address = _valid(address)
    person = next(iter(users_by_email(address)), None)
    is_new = person is None
    if person is None:
        person = User.objects.create_user(address)
        record(action=Action.CREATED, by=None, target=person, detail=FROM_THE_SERVER)
    before = rights_of(person)
    group = _give(person, all_rights=all_rights)
    if forget_factors and _forget_factors(person):
        record(action=Action.FACTOR_REMOVED, by=None, target=person, detail=FROM_THE_SERVER)
    revocation.revoke_sessions_and_links(person)
    record(action=Action.RIGHT_CHANGED, by=None, target=person, detail=FROM_THE_SERVER)
    record_changes(person=person, before=before, by=None)
    tell_of_change(
        person.email,
        f"depuis le serveur, il reçoit de quoi administrer tout le portail, et {CLOSED_EVERYWHERE}",
    )
    return LetIn(person, is_new, group, link_for(person), second_factor.is_set_up(person))


def _valid(address: str) -> str:
    try:
        cleaned: str = User._meta.get_field("email").formfield().clean(address)
    except ValidationError as refused:
        raise CannotLetIn(f"«\u00a0{address}\u00a0»\u00a0: {' '.join(refused.messages)}") from None
    return User.objects.normalize_email(cleaned)


def _give(person: User, *, all_rights: bool) -> str:
    """Returns the name of the group that gives the rights; an administrator needs none."""
    person.is_superuser = person.is_superuser or all_rights
    group = None if person.is_superuser else _keeping_group()
    person.role, person.whole_country = Role.NATIONAL, True
    person.is_active = person.is_staff = True
    person.save(update_fields=["is_superuser", "role", "whole_country", "is_active", "is_staff"])
    person.territories.clear()
    if group is not None:
        person.groups.add(group)
    # The account is read again: rights that were asked for before are remembered.
    if keepers.keeper_level(User.objects.get(pk=person.pk)) is not keepers.KeeperLevel.KEEPS:
        raise CannotLetIn(NO_GROUP)
    return group.name if group is not None else ""


def _forget_factors(person: User) -> bool:
    """Forgets the identity that a provider vouched for, too: it may be lost with the rest."""
    had_some = Authenticator.objects.filter(user=person).exists()
    second_factor.remove_all(person)
    return identities.forget(person) or had_some


def _keeping_group() -> Group:
    """Returns the national team's group, whatever became of its name."""
    found = [
        group
        for group in Group.objects.order_by("name")
        if keepers.makes_keepers(Group.objects.filter(pk=group.pk))
    ]
    if not found:
        raise CannotLetIn(NO_GROUP)
    return next((group for group in found if group.name == keepers.TEAM), found[0])
