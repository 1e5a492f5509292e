"""« Trouver mon DLA » finds who carries the scheme where somebody is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils import timezone

from publishing.structured_data import absolute
from structures.models import Agreement, Operator
from territories.models import Level, Territory, key_of


@dataclass(frozen=True)
class InCharge:
    """The agreements in force of one department, or of one region."""

    territory: Territory
    agreements: tuple[Agreement, ...]


class LocalOperators:
    """The operators of the departments in which a territory lies or that it holds, that year, and
    those of its regions. It asks two queries, whatever the territory."""

    def __init__(self, shown: Territory, year: int | None = None) -> None:
        self.shown = shown
        self.year = year or timezone.localdate().year
        self.departments = list(self._departments())
        self.regions = [shown] if self.is_wide else self._regions()
        in_force = Q(first_year__lte=self.year) & (Q(last_year=None) | Q(last_year__gte=self.year))
        found = (
            Agreement.objects.filter(in_force, territory__in=[*self.departments, *self.regions])
            .select_related("operator")
            .order_by("operator__name")
        )
        self._agreements: dict[str, list[Agreement]] = {}
        for agreement in found:
            self._agreements.setdefault(agreement.territory_id, []).append(agreement)

    def _departments(self) -> Iterable[Territory]:
        """Yields the most populated first where the territory straddles several; those of a region
        by code."""
        shown = self.shown
        if shown.level == Level.REGION:
            inside = Territory.objects.filter(level=Level.DEPARTMENT, region=shown)
            return inside.filter(vanished_on=None).order_by("code")
        codes = shown.departments.split()
        if len(codes) > 1:
            keys = [key_of(Level.DEPARTMENT, code) for code in codes]
            found = Territory.objects.select_related("region").in_bulk(keys)
            return [found[key] for key in keys if key in found]
        found_one = shown if shown.level == Level.DEPARTMENT else shown.department
        return [found_one] if found_one is not None else []

    def _regions(self) -> list[Territory]:
        if len(self.departments) == 1:
            return [self.shown.region] if self.shown.region is not None else []
        regions = [d.region for d in self.departments if d.region is not None]
        return list({region.pk: region for region in regions}.values())

    @property
    def is_wide(self) -> bool:
        """Says whether it is a region: its departments are a list, not whom to call."""
        return self.shown.level == Level.REGION

    @cached_property
    def departmental(self) -> list[InCharge]:
        return self._of(self.departments)

    @cached_property
    def regional(self) -> list[InCharge]:
        # A region that is a department too has its agreements once.
        known = {agreement.pk for place in self.departmental for agreement in place.agreements}
        regions = [r for r in self.regions if self._agreements.get(r.pk)]
        return [
            place
            for place in self._of(regions)
            if not {agreement.pk for agreement in place.agreements} <= known
        ]

    @cached_property
    def without(self) -> list[Territory]:
        """Returns the departments for which nobody is known this year."""
        return [place.territory for place in self.departmental if not place.agreements]

    @property
    def straddles(self) -> bool:
        """Says whether people must be told which of several departments each answers for."""
        return not self.is_wide and len(self.departments) > 1

    @property
    def both_answer(self) -> bool:
        """Says whether a departmental and a regional DLA answer, so that people must be told which
        to call."""
        return (
            not self.is_wide and bool(self.regional) and len(self.without) < len(self.departments)
        )

    @property
    def operators(self) -> list[Operator]:
        """Returns each operator once, the departmental ones first."""
        places = [*([] if self.is_wide else self.departmental), *self.regional]
        every = [agreement.operator for place in places for agreement in place.agreements]
        return list({operator.pk: operator for operator in every}.values())

    def _of(self, territories: list[Territory]) -> list[InCharge]:
        return [InCharge(t, tuple(self._agreements.get(t.pk, ()))) for t in territories]


def contact_data(operator: Operator, places: Iterable[Territory]) -> dict[str, Any]:
    """Returns the data of schema.org: whom to call, for which places. The person to ask for is left
    to those who read the page."""
    said: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Organization",
        "name": operator.name,
        "url": absolute(operator.get_absolute_url()),
        "areaServed": [place.name for place in places],
    }
    optional: dict[str, Any] = {
        "telephone": operator.phone,
        "email": operator.email,
        "sameAs": operator.website,
        "address": _postal_address(operator),
    }
    return said | {name: value for name, value in optional.items() if value}


def _postal_address(operator: Operator) -> dict[str, str] | str:
    if not operator.town:
        return operator.address
    said = {
        "@type": "PostalAddress",
        "streetAddress": operator.address,
        "postalCode": operator.postal_code,
        "addressLocality": operator.town,
        "addressCountry": "FR",
    }
    return {name: value for name, value in said.items() if value}
