"""Events, as the rest of the portal knows them (`publishing.kinds`)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from contents.index_cards import content_card, followed_by_contents, rows_to_index, with_documents
from events import demonstration
from events.dates.wording import place_words
from events.models import (
    Event,
    EventPublication,
    EventSeries,
    Format,
    Invitation,
    Registration,
)
from events.programme import quality, rendering
from events.registrations import due, personal_data
from events.site import structured_data
from events.site.event_page import event_page
from events.templatetags.event_dates import dates, state, town
from publishing.audiences import Audience
from publishing.choosing import RESERVED, named
from publishing.index_cards import IndexCard
from publishing.kinds import Card, Done, PersonalData, PublishedKind, SitePage
from publishing.remarks import Link, Remark, at_field
from publishing.richtext import plain_text
from publishing.surfaces import Surface, both, people
from themes.models import Theme

FOLLOWED_ONLINE = (Format.ONLINE, Format.HYBRID)
TOLD_BY_CARDS = (
    "title", "slug", "audience", "audience_roles", "starts_at", "ends_at", "first_day", "time_zone",
    "format", "capacity", "event__state", "event__postponed_day", "commune__name",
)  # fmt: skip


class Events(PublishedKind):
    name = "events"
    title = "Événements"
    this = "cet événement"
    all_words = "Tout l’agenda"
    working_copy = Event
    model = EventPublication
    page = "events:detail"
    list_page = "events:list"
    document_page = "events:document"
    menu_rank = 20
    template = "events/detail.html"
    preview_page = "events:shared_preview"
    preview_note = (
        "Aperçu d’un événement qui n’est pas publié. Ce lien expire ; merci de ne pas le diffuser."
    )
    first_title = "Événements à venir"
    while_first = "s’il est parmi les prochains"
    is_timely = True
    everywhere = Q(format__in=FOLLOWED_ONLINE)
    personal_data = (
        PersonalData(
            Registration,
            section="inscriptions à des événements",
            export=personal_data.export_registrations,
            forget=personal_data.forget_registrations,
        ),
        PersonalData(
            Invitation,
            section="invitations à des événements",
            export=personal_data.export_invitations,
            forget=personal_data.forget_invitations,
        ),
    )

    def publication_of(self, working: Event, data: Mapping[str, Any]) -> EventPublication:
        return rendering.publication_of(working, data)

    def page_context(self, request: HttpRequest, publication: Any, **extra: Any) -> dict[str, Any]:
        return event_page(request, publication, **extra)

    def remarks(self, working: Event, data: Mapping[str, Any], *, reader: Any) -> list[Remark]:
        return quality.remarks(working, data, reader=reader)

    def links(self, working: Event, data: Mapping[str, Any]) -> list[Link]:
        return quality.links(data)

    def first_shown(self, user: Any) -> QuerySet[Any]:
        return EventPublication.objects.visible_to(user).coming().for_lists()

    def first_cards(self, user: Any) -> QuerySet[Any]:
        coming = EventPublication.objects.visible_to(user).coming().next_first()
        return coming.select_related("event", "commune").only(*TOLD_BY_CARDS)

    def completed(self, rows: Iterable[EventPublication]) -> list[EventPublication]:
        """Sorts them as `next_first` does, and counts the places taken where they are counted."""
        found = sorted(rows, key=lambda row: (row.awaits_day, row.starts_at, row.pk))
        limited = [row.event_id for row in found if row.capacity is not None]
        taken = Registration.objects.taken(limited) if limited else {}
        for row in found:
            row.taken = taken.get(row.event_id, 0)
        return found

    def is_everywhere(self, data: Mapping[str, Any]) -> bool:
        return data["format"] in FOLLOWED_ONLINE

    def all_shown(self, user: Any) -> QuerySet[Any]:
        shown = EventPublication.objects.visible_to(user).for_lists()
        return shown.order_by("-starts_at", "-id")

    def all_url(self, **chosen: str) -> str:
        """Shows past ones too where something is chosen: the bare agenda has its own view of
        them."""
        return self.list_url(**({"quand": "tous"} if chosen else {}), **chosen)

    def card(self, row: EventPublication) -> Card:
        return Card(
            title=row.title,
            url=row.get_absolute_url(),
            when=dates(row),
            sort=town(row),
            state=state(row),
            reserved_to=row.reserved_to,
        )

    def summary(self, row: EventPublication) -> str:
        return row.standfirst

    def text(self, row: EventPublication) -> str:
        """Leaves out the link for those who have a place and, before the event ends, what is to be
        kept in mind of it."""
        return "\n".join(filter(None, [row.title, row.standfirst, place_words(row), *_body(row)]))

    def index_cards(self, keys: Collection[Any]) -> Iterable[IndexCard]:
        rows = rows_to_index(EventPublication, keys).select_related("event", "series", "commune")
        cards = [
            content_card(
                row,
                lead=[row.series.name if row.series else "", place_words(row)],
                body="\n".join(filter(None, _body(row))),
                day=row.first_day,
                ends_at=None if row.awaits_day else row.ends_at,
            )
            for row in rows
        ]
        contents = {row.pk: row.content.get("documents", []) for row in rows}
        return with_documents([(card, contents[card.key]) for card in cards])

    def followed(self) -> Mapping[type[Model], Callable[[Collection[Any]], Iterable[Any]]]:
        def of_series(keys: Collection[Any]) -> Iterable[Any]:
            rows = EventPublication._base_manager.filter(series__in=keys)
            return rows.values_list("pk", flat=True)

        return {**followed_by_contents(EventPublication), EventSeries: of_series}

    def beyond(self, user: Any) -> Q | None:
        """Those to which this person is invited by name."""
        if not user.is_authenticated:
            return None
        invited = self.visible_to(user).filter(audience=Audience.INVITED)
        keys = [str(key) for key in invited.values_list("pk", flat=True)]
        return Q(kind=self.name, key__in=keys) if keys else None

    def found(self, keys: Collection[Any], user: Any) -> Iterable[Any]:
        readable = self.visible_to(user).filter(pk__in=keys)
        return self.completed(
            readable.select_related("event", "commune").only(*TOLD_BY_CARDS, "standfirst")
        )

    def structured_data(self, row: EventPublication) -> dict[str, Any]:
        return structured_data.event(row)

    def readers(self, data: Mapping[str, Any]) -> dict[str, bool]:
        readers = super().readers(data)
        if data["audience"] == Audience.INVITED:
            readers["Personnes invitées"] = True
        return readers

    def territories(self, data: Mapping[str, Any]) -> list[Any]:
        """Adds the town where it takes place."""
        return [*super().territories(data), *filter(None, [data["commune"]])]

    def own_pages(self, data: Mapping[str, Any]) -> Iterable[Surface]:
        readers, machines = self.readers(data), self.machines(data)
        page = reverse(self.page, args=[data["slug"]])
        yield Surface("Page de l’événement", page, readers, "Adresse", at_field("slug"))
        yield Surface("Agenda, en liste et par mois", self.list_url(), readers)
        themes = list(Theme.objects.filter(pk__in=data["themes"]))
        for theme in themes:
            name = f"Agenda de «\u00a0{theme}\u00a0»"
            address = self.list_url(theme=theme.slug)
            yield Surface(name, address, readers, "Thématiques", at_field("themes"))
        for series in EventSeries.objects.filter(pk=data["series"]):
            name = f"Pages des autres éditions de «\u00a0{series}\u00a0»"
            yield Surface(name, "", readers, "Série", at_field("series"))
        query = f"?theme={themes[0].slug}" if themes else ""
        calendar = reverse("events:calendar") + query
        yield Surface("Calendriers abonnés (.ics)", calendar, machines, is_for_machines=True)
        feed = reverse("events:rss") + query
        yield Surface(
            "Flux RSS et Atom", feed, machines, "Public", at_field("audience"), is_for_machines=True
        )

    def load_demonstration(self, *, editor: Any, publisher: Any) -> int:
        return demonstration.load(editor=editor, publisher=publisher)

    def account_pages(self) -> Sequence[SitePage]:
        about = "Vos inscriptions, et l’adresse de votre agenda."
        return [SitePage("Mes événements", reverse("events:own"), about)]

    def make_due(self) -> Done:
        done = due.run()
        return Done(
            {
                "places données depuis la liste d’attente": done.promoted,
                "changements annoncés": done.announced,
                "rappels": done.reminded,
                "avis demandés": done.thanked,
                "invitations écrites": done.invited,
            },
            failed=done.failed,
        )

    def forget_old(self) -> Mapping[str, int]:
        return {"invitations et inscriptions anciennes": due.purge()}


def _body(row: EventPublication) -> list[str]:
    """Returns what the page says below its place, a text for each part of it. A publication of a
    former release may lack what this one reads."""
    content = row.content
    names = ["description", "practical", "access_provisions"]
    if row.has_ended:
        names.append("takeaways")
    said = [plain_text(content.get(name, "")) for name in names]
    for session in content.get("sessions", []):
        said += [session["title"], session["room"], plain_text(session["abstract"])]
        said += [f"{s['name']} {s['role']} {s['organisation']}" for s in session["speakers"]]
    return said + [resource["title"] for resource in content.get("resources", [])]


def event_page_of(
    kind: PublishedKind, working: Any, data: Mapping[str, Any], user: Any
) -> Iterable[Surface]:
    """Yields the page of the event that a content reports on (`surfaces.declare_pages`)."""
    key = data.get("event")
    event = Event.objects.filter(pk=key).first() if key else None
    if event is None:
        return
    page: Any = EventPublication.objects.live_of(event)
    shown = page or event
    name, url = f"Page d’un événement {RESERVED}", ""
    if words := named(Event, [event.pk], user).get(event.pk):
        name = f"Page de l’événement «\u00a0{words}\u00a0»"
        url = page.get_absolute_url() if page else ""
    if page is None:
        name += ", une fois publiée"
    readers = both(kind.readers(data), people(shown.audience, shown.audience_roles))
    if shown.audience == Audience.INVITED:
        name += ", pour les personnes invitées"
        readers = {**kind.readers(data), "Visiteurs": False}
    yield Surface(name, url, readers, "Événement", at_field("event"))
