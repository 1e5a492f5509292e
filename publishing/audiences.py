"""Whom content is meant for, and who reads it: the heart of the one visibility rule.

An audience is everyone, the network (people signed in), some of its roles, or people invited by
name. The editors and the national team read everything that is published.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import Q

from publishing.fields import SeveralField


class Audience(models.TextChoices):
    PUBLIC = "public", "Tout le monde"
    NETWORK = "network", "Réseau (personnes connectées)"
    ROLES = "roles", "Certains rôles du réseau"
    INVITED = "invited", "Personnes invitées"


# These are for what keeps no list of guests of its own.
WITHOUT_GUESTS = [(value, label) for value, label in Audience.choices if value != Audience.INVITED]
# It adds nobody to conditions that are joined by "or".
NOBODY = Q(pk__in=[])


class Role(models.TextChoices):
    """What a person does in the network. None is part of another's name (`RolesField`)."""

    EDITOR = "editor", "Rédaction"
    NATIONAL = "national", "Animation nationale"
    REGIONAL_DLA = "regional_dla", "DLA régional"
    DEPARTMENTAL_DLA = "departmental_dla", "DLA départemental"
    CRDLA = "crdla", "Centre de ressources (CRDLA)"
    PILOT = "pilot", "Pilote"


# Readers are told it in the plural: "Réservé : pilotes".
READERS = {
    Role.EDITOR: "rédaction",
    Role.NATIONAL: "animation nationale",
    Role.REGIONAL_DLA: "DLA régionaux",
    Role.DEPARTMENTAL_DLA: "DLA départementaux",
    Role.CRDLA: "centres de ressources",
    Role.PILOT: "pilotes",
}

READS_ALL = frozenset({Role.EDITOR, Role.NATIONAL})


@dataclass(frozen=True)
class Reader:
    """What decides of a person's reading, and nothing else of them."""

    is_member: bool
    role: str = ""
    reads_all: bool = False

    @classmethod
    def of(cls, user: AbstractBaseUser | AnonymousUser) -> Reader:
        if not (user.is_authenticated and user.is_active):
            return VISITOR
        person: Any = user
        return cls(
            is_member=True,
            role=person.role,
            reads_all=person.is_superuser or person.role in READS_ALL,
        )

    def condition(self) -> Q:
        """Returns the rule, for a queryset of what has an audience. What invites people by name
        knows whom it invites (`inviting`)."""
        if self.reads_all:
            return ~Q(pk__in=[])  # everything, even beside an "or", where an empty Q would vanish
        if not self.is_member:
            return Q(audience=Audience.PUBLIC)
        network = Q(audience__in=[Audience.PUBLIC, Audience.NETWORK])
        if self.role not in Role:  # every list of roles contains the empty one
            return network
        return network | Q(audience=Audience.ROLES, audience_roles__contains=self.role)

    def reads(self, audience: str, roles: str) -> bool:
        """Says the same rule for one audience that no table holds yet."""
        if self.reads_all or audience == Audience.PUBLIC:
            return True
        if audience == Audience.NETWORK:
            return self.is_member
        return self.is_member and self.role in roles.split()


VISITOR = Reader(is_member=False)


def role_is_known(name: str) -> models.CheckConstraint:
    """Returns a constraint on a column `role`. The rule looks for a person's role in the roles that
    read a content, and an empty one, or a piece of one, is in all of them: the database holds
    none."""
    return models.CheckConstraint(
        name=name,
        condition=Q(role__in=Role.values),
        violation_error_message="Donnez un rôle de la liste.",
    )


class RolesField(SeveralField):
    """A column of several roles, for what is reserved to them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, of=Role, **kwargs)


def reserved_to(audience: str, roles: str) -> str:
    """Returns what a padlock says; empty for what everybody reads."""
    if audience == Audience.PUBLIC:
        return ""
    if audience == Audience.NETWORK:
        return "Réservé au réseau"
    if audience == Audience.INVITED:
        return "Réservé aux personnes invitées"
    return "Réservé\u00a0: " + ", ".join(READERS[Role(role)] for role in roles.split())
