"""RSS and Atom of the agenda (`contents.feeds`)."""

from __future__ import annotations

from datetime import datetime

from django.utils.feedgenerator import Atom1Feed

from contents.feeds import ContentFeed
from events.dates.wording import place_words, state_words, when_words
from events.models import EventPublication, PublishedEventQuerySet, State
from events.site.filters import EventFilter


class EventFeed(ContentFeed):
    name = "Événements"
    about = "Les événements du réseau du Dispositif local d’accompagnement."
    filter_class = EventFilter
    list_view = "events:list"
    feed_view = "events:rss"
    length = 50

    def newest_first(self, rows: PublishedEventQuerySet) -> PublishedEventQuerySet:
        """Sorts by announcement: the agenda has first what comes first."""
        return rows.order_by("-live_from", "-id")

    def item_title(self, item: EventPublication) -> str:
        state = state_words(item)
        return f"{state}\u00a0: {item.title}" if item.state != State.PLANNED else item.title

    def item_description(self, item: EventPublication) -> str:
        about = f"{when_words(item)}. {place_words(item)}."
        return f"{about[:1].upper()}{about[1:]} {item.standfirst}"

    def item_guid(self, item: EventPublication) -> str:
        """Returns a name that stays when the address changes, so that nobody gets the event
        twice."""
        return f"urn:uuid:{item.event.uid}"

    def item_updateddate(self, item: EventPublication) -> datetime:
        return max(filter(None, [item.live_from, item.event.state_changed_at]))


class EventAtomFeed(EventFeed):
    feed_type = Atom1Feed
    feed_view = "events:atom"
