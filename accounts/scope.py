"""Where in France a person's rights reach: a set of territories, or the whole country."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, Model, OuterRef, Q

from territories.models import Territory


@dataclass(frozen=True)
class Scope:
    """A set of territories: a pilot of region 84 reaches region 84 and whatever lies in it."""

    whole_country: bool = False
    territories: tuple[Territory, ...] = ()

    def __str__(self) -> str:
        if self.whole_country:
            return "France entière"
        return ", ".join(territory.label for territory in self.territories) or "aucun territoire"

    def holds(self, territory: Territory) -> bool:
        """Says whether that territory lies in it wholly."""
        if self.whole_country:
            return True
        keys = {mine.today.pk for mine in self.territories}
        return not keys.isdisjoint(territory.today.lineage())

    def holds_all(self, territories: Iterable[Territory]) -> bool:
        """Says whether all these territories lie in it. What concerns none is national."""
        concerned = list(territories)
        if not concerned:
            return self.whole_country
        return all(self.holds(territory) for territory in concerned)

    def concerns_only(self, model: type[Model], field: str) -> Q:
        """Returns the same as `holds_all`, for the rows of a model whose `field` is
        many-to-many."""
        if self.whole_country:
            return Q()
        if not self.territories:
            return Q(pk__in=[])
        today = [territory.today for territory in self.territories]
        mine = Territory.objects.within(*today).values("pk")
        through = model._meta.get_field(field).remote_field.through  # type: ignore[union-attr]  # many-to-many
        links = through._default_manager.filter(**{f"{model._meta.model_name}": OuterRef("pk")})
        return Q(Exists(links)) & ~Q(Exists(links.exclude(territory__in=mine)))
