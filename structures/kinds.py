"""Structures, as the rest of the portal knows them (`publishing.kinds`)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import CharField, Model, Q, QuerySet
from django.db.models.functions import Cast
from django.urls import reverse

from publishing.choosing import RESERVED, named
from publishing.index_cards import IndexCard
from publishing.kinds import Card, Kind, PersonalData, PublishedKind, SitePage
from publishing.remarks import at_field
from publishing.structured_data import absolute
from publishing.surfaces import Surface
from structures import index_cards, personal_data
from structures.models import Agreement, Operator, Sector, Structure
from structures.models.structure import FormerIdentity
from structures.presentation import organisation
from structures.sight import COLUMNS, Sight, lies_in
from structures.sitemaps import StructureSitemap
from territories.models import Level, Territory


class Structures(Kind):
    name = "structures"
    title = "Structures"
    this = "cette structure"
    all_words = "Toutes les structures"
    model = Structure
    page = "structures:detail"
    list_page = "structures:list"
    menu_rank = 30
    weight_tells_line = True
    personal_data = (
        PersonalData(
            Operator,
            section="contact public d’une structure porteuse",
            export=personal_data.export_contacts,
            forget=personal_data.forget_contacts,
        ),
    )

    def text(self, row: Structure) -> str:
        place = row.commune.today.name if row.commune else ""
        said = [row.name, row.short_name, row.get_family_display(), place, row.description]
        return "\n".join(filter(None, said))

    def structured_data(self, row: Structure) -> dict[str, Any]:
        return organisation(row, absolute(row.get_absolute_url()))

    def card(self, row: Structure) -> Card:
        place = row.commune.today.name if row.commune else ""
        return Card(
            title=row.name,
            url=row.get_absolute_url(),
            sort=place,
            state="Fermée" if row.closed_on else "",
            reserved_to="" if row.is_public else "Confidentielle",
        )

    def index_cards(self, keys: Collection[Any]) -> Iterable[IndexCard]:
        return index_cards.of_structures(keys)

    def indexed(self) -> QuerySet[Any]:
        return Structure.objects.current()

    def followed(self) -> Mapping[type[Model], Callable[[Collection[Any]], Iterable[Any]]]:
        def of(path: str) -> Callable[[Collection[Any]], Iterable[Any]]:
            rows = Structure.objects.current().order_by()
            return lambda keys: rows.filter(**{f"{path}__in": keys}).values_list("pk", flat=True)

        return {FormerIdentity: of("former_identities"), Sector: of("sector")}

    def beyond(self, user: Any) -> Q | None:
        sight = Sight.of(user)
        if sight.everything or not sight.anything:
            return Q(kind=self.name) if sight.everything else None
        own = list(sight.scope.territories)
        # Entries have the columns of those that structures have copies of.
        copied = [one for one in own if Level(one.today.level) in COLUMNS]
        condition = lies_in(copied)
        if others := [one for one in own if one not in copied]:
            there = Structure.objects.filter(lies_in(others)).order_by()
            keys = there.annotate(said=Cast("pk", CharField())).values("said")
            condition |= Q(key__in=keys)
        return Q(kind=self.name) & condition

    def finds_all(self, user: Any) -> bool:
        return Sight.of(user).everything

    def found(self, keys: Collection[Any], user: Any) -> Iterable[Any]:
        readable = self.visible_to(user).filter(pk__in=keys)
        return readable.select_related("commune__department", "commune__successor__department")

    def sitemaps(self) -> Mapping[str, Sitemap[Any]]:
        return {self.name: StructureSitemap()}

    def account_pages(self) -> Sequence[SitePage]:
        about = "Les chiffres de votre territoire, et vos vues."
        return [SitePage("Pilotage", reverse("steering:figures"), about)]


class Operators(Kind):
    """Who carries the DLA, for search: the pages of territories lead to them."""

    name = "operators"
    title = "DLA"
    this = "cette structure porteuse"
    model = Operator
    page = "structures:operator"
    changes_with_the_year = True

    def visible_to(self, user: Any) -> QuerySet[Any]:
        return Operator.objects.all()

    def text(self, row: Operator) -> str:
        said = [row.name, row.get_kind_display(), row.welcome, row.town_line, row.contact_person]
        return "\n".join(filter(None, said))

    def card(self, row: Operator) -> Card:
        return Card(row.name, row.get_absolute_url(), sort=row.get_kind_display())

    def index_cards(self, keys: Collection[Any]) -> Iterable[IndexCard]:
        return index_cards.of_operators(keys)

    def followed(self) -> Mapping[type[Model], Callable[[Collection[Any]], Iterable[Any]]]:
        def of_agreements(keys: Collection[Any]) -> Iterable[Any]:
            return Agreement.objects.filter(pk__in=keys).values_list("operator", flat=True)

        def in_territories(keys: Collection[Any]) -> Iterable[Any]:
            there = Q(territory__in=keys) | Q(territory__successor__in=keys)
            return Agreement.objects.filter(there).values_list("operator", flat=True)

        return {Agreement: of_agreements, Territory: in_territories}


def structure_pages(
    kind: PublishedKind, working: Any, data: Mapping[str, Any], user: Any
) -> Iterable[Surface]:
    """Yields the pages of the structures that a content speaks of (`surfaces.declare_pages`)."""
    if not kind.has("structures"):
        return
    spoken_of = Structure.objects.filter(pk__in=data["structures"]).select_related("merged_into")
    shown = {structure.merged_into or structure for structure in spoken_of}
    words = named(Structure, [structure.pk for structure in shown], user)
    for structure in sorted(shown, key=lambda one: (one.sort_key, one.pk)):
        readers = kind.readers(data)
        name, url = f"Fiche d’une structure {RESERVED}", ""
        if structure.pk in words:
            name, url = f"Fiche de «\u00a0{structure.name}\u00a0»", structure.get_absolute_url()
        if not structure.is_public:
            name += ", pour qui peut la voir"
            readers["Visiteurs"] = False
        yield Surface(name, url, readers, "Structures", at_field("structures"))
