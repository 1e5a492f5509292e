"""Which structures a person sees, and which figures are exact for them.

Supports are confidential: everybody sees the structures that agreed to it; a member or a pilot
sees those of their territories too, with their supports; of the rest, counts over a protected copy
only (`register.editions`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Q

from accounts.scope import Scope
from territories.models import Level, Territory

# These codes are copied beside each structure.
COLUMNS = {
    Level.REGION: "region_code",
    Level.DEPARTMENT: "department_code",
    Level.EPCI: "epci_code",
    Level.COMMUNE: "commune_code",
}


@dataclass(frozen=True)
class Sight:
    """What a person's scope lets them see of structures, beyond what is public."""

    scope: Scope

    @classmethod
    def of(cls, user: AbstractBaseUser | AnonymousUser) -> Sight:
        if not (user.is_authenticated and user.is_active):
            return NOTHING_MORE
        person: Any = user
        return cls(person.scope)

    @property
    def everything(self) -> bool:
        return self.scope.whole_country

    @property
    def anything(self) -> bool:
        return self.everything or bool(self.scope.territories)

    def condition(self) -> Q:
        """Returns the rule, for a queryset of structures."""
        return Q(consent__isnull=False) | self.reach()

    def reach(self) -> Q:
        """Returns those of the person's territories, whose supports they see too, as a
        condition."""
        if self.everything:
            return ~Q(pk__in=[])
        return lies_in(self.scope.territories)

    def holds_all(self, territories: Iterable[Territory]) -> bool:
        """Says whether counts over those territories (the country when none) are exact."""
        asked = list(territories)
        return self.everything or (bool(asked) and all(self.scope.holds(t) for t in asked))


NOTHING_MORE = Sight(Scope())


def lies_in(territories: Iterable[Territory]) -> Q:
    """Returns structures of at least one of these territories, as a condition; of none where there
    are none."""
    codes: dict[str, list[str]] = {}
    condition = Q(pk__in=[])
    for territory in territories:
        today = territory.today
        column = COLUMNS.get(Level(today.level))
        if column:
            codes.setdefault(column, []).append(today.code)
        else:  # arrondissements and EPT have no copy of theirs
            condition |= Q(commune__in=Territory.objects.within(today).values("pk"))
    for column, wanted in codes.items():
        condition |= Q(**{f"{column}__in": wanted})
    return condition
