"""RSS and Atom of the agenda: the same filters as the page, and always as a visitor sees it.

A feed reader has no session, and what one person's reader fetched may be shown to another.
"""

from __future__ import annotations

from datetime import datetime, time

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed

from events.dates.wording import place_words, state_words, when_words
from events.models import EventPublication, State
from events.site.filters import EventFilter
from publishing.asked import reasons
from publishing.structured_data import absolute

FEED_LENGTH = 50


class EventFeed(Feed[EventPublication, EventFilter]):
    feed_type: type[SyndicationFeed] = Rss201rev2Feed
    view_name = "events:rss"
    language = "fr"

    def get_object(self, request: HttpRequest) -> EventFilter:
        events = EventPublication.objects.visible_to(AnonymousUser()).for_lists()
        return EventFilter(request.GET, queryset=events)

    def title(self, obj: EventFilter) -> str:
        name = f"{settings.PORTAL_NAME} – Événements"
        chips = ", ".join(chip.label for chip in obj.chips(""))
        if obj.gives_nothing:
            return f"{name}\u00a0: filtre inconnu"
        return f"{name}\u00a0: {chips}" if chips else name

    def description(self, obj: EventFilter) -> str:
        """With what is not known: a reader that was answered an error would drop the feed."""
        about = "Les événements du réseau du Dispositif local d’accompagnement."
        unknown = reasons(obj.unknown(""))
        if obj.gives_nothing:
            return f"{unknown} Ce flux est donc vide."
        return f"{about} {unknown}".strip()

    subtitle = description

    def link(self, obj: EventFilter) -> str:
        return absolute(reverse("events:list") + obj.query(obj.chosen(), obj.missing))

    def feed_url(self, obj: EventFilter) -> str:
        return absolute(reverse(self.view_name) + obj.query(obj.chosen(), obj.missing))

    def items(self, obj: EventFilter) -> list[EventPublication]:
        """Those announced last: a reader shows what is new, not what comes first."""
        return list(obj.qs.order_by("-live_from", "-id")[:FEED_LENGTH])

    def item_title(self, item: EventPublication) -> str:
        state = state_words(item)
        return f"{state}\u00a0: {item.title}" if item.state != State.PLANNED else item.title

    def item_description(self, item: EventPublication) -> str:
        about = f"{when_words(item)}. {place_words(item)}."
        return f"{about[:1].upper()}{about[1:]} {item.standfirst}"

    def item_link(self, item: EventPublication) -> str:
        return absolute(item.get_absolute_url())

    def item_guid(self, item: EventPublication) -> str:
        """Stays when the address changes, so that nobody gets the event twice."""
        return f"urn:uuid:{item.event.uid}"

    item_guid_is_permalink = False

    def item_pubdate(self, item: EventPublication) -> datetime:
        """Noon in Paris, so that no time zone moves the day."""
        return timezone.make_aware(datetime.combine(item.published_on, time(12)))

    def item_updateddate(self, item: EventPublication) -> datetime:
        return max(filter(None, [item.live_from, item.event.state_changed_at]))

    def item_categories(self, item: EventPublication) -> list[str]:
        return [theme.name for theme in item.themes.all()]


class EventAtomFeed(EventFeed):
    feed_type = Atom1Feed
    view_name = "events:atom"
