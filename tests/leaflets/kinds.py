from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from publishing import snapshots
from publishing.kinds import Card, Done, PersonalData, PublishedKind, SitePage
from publishing.remarks import Link, Remark, at_field
from publishing.surfaces import Surface
from tests.leaflets.models import Leaflet, LeafletReader, PublishedLeaflet

SAME = ("title", "slug", "audience", "standfirst", "published_on", "updated_on")


def lent_to(person: Any) -> list[dict[str, Any]]:
    lent = LeafletReader.objects.filter(user=person).select_related("leaflet")
    return [{"feuillet": one.leaflet.title} for one in lent]


def forget(person: Any) -> None:
    LeafletReader.objects.filter(user=person).delete()


class Leaflets(PublishedKind):
    name = "leaflets"
    title = "Feuillets"
    this = "ce feuillet"
    all_words = "Tous les feuillets"
    working_copy = Leaflet
    model = PublishedLeaflet
    page = "leaflets:detail"
    list_page = "leaflets:list"
    menu_rank = 25
    first_title = "Feuillets"
    while_first = "tant qu’il est parmi les plus récents"
    template = "pages/page.html"
    preview_page = "leaflets:shared_preview"
    preview_note = "Aperçu d’un feuillet."
    personal_data = (PersonalData(LeafletReader, "feuillets prêtés", lent_to, forget),)

    def publication_of(self, working: Leaflet, data: Mapping[str, Any]) -> PublishedLeaflet:
        values, _, _ = snapshots.split(Leaflet, SAME, data)
        values["audience_roles"] = data["audience_roles"]
        values["published_on"] = values["published_on"] or timezone.localdate()
        return PublishedLeaflet(leaflet=working, **values)

    def page_context(self, request: HttpRequest, publication: Any, **extra: Any) -> dict[str, Any]:
        page = {"title": publication.title, "body": publication.standfirst}
        address = {"canonical_url": "", "description": "", "updated_on": publication.published_on}
        return {"page": page, "breadcrumbs": [], **address, **extra}

    def remarks(self, working: Leaflet, data: Mapping[str, Any], *, reader: Any) -> list[Remark]:
        return [] if data["standfirst"] else [Remark("", "Un feuillet nu.", at_field("standfirst"))]

    def links(self, working: Leaflet, data: Mapping[str, Any]) -> list[Link]:
        return []

    def card(self, row: PublishedLeaflet) -> Card:
        return Card(row.title, row.get_absolute_url(), sort="Feuillet", reserved_to=row.reserved_to)

    def text(self, row: PublishedLeaflet) -> str:
        return f"{row.title}\n{row.standfirst}"

    def structured_data(self, row: PublishedLeaflet) -> dict[str, Any]:
        return {"@type": "CreativeWork", "name": row.title}

    def own_pages(self, data: Mapping[str, Any]) -> Iterable[Surface]:
        page = reverse(self.page, args=[data["slug"]])
        yield Surface("Page du feuillet", page, self.readers(data), "Adresse", at_field("slug"))
        yield Surface("Liste des feuillets", self.list_url(), self.readers(data))

    def site_map(self, user: Any) -> Sequence[SitePage]:
        return [SitePage("Le dernier feuillet", self.list_url(dernier="oui"))]

    def account_pages(self) -> Sequence[SitePage]:
        return [SitePage("Mes feuillets", self.list_url(), "Ceux qui vous sont prêtés.")]

    def make_due(self) -> Done:
        return Done({"rappels": LeafletReader.objects.filter(reminded=False).update(reminded=True)})

    def forget_old(self) -> Mapping[str, int]:
        return {"prêts finis": LeafletReader.objects.filter(is_over=True).delete()[0]}
