from typing import ClassVar

from django.apps import AppConfig

ORGANISING = {"event": "publish_event organise_event delete", "eventseries": "add change"}


class EventsConfig(AppConfig):
    """Above structures: events from programme to memory, and places at them."""

    name = "events"
    verbose_name = "Événements"
    group_rights: ClassVar = {
        "contribution": {
            "event": "view add change",
            "eventseries": "view",
            "speaker": "view add change",
            "session": "view add change delete",
            "question": "view add change delete",
            "resource": "view add change delete",
        },
        "redaction": ORGANISING,
        "animation-regionale": ORGANISING,
        "equipe-nationale": {"eventseries": "delete", "speaker": "delete"},
    }

    def ready(self) -> None:
        from django.contrib.auth.models import AnonymousUser

        from events.models import Event, EventPublication, Speaker
        from events.programme import rendering, sharing
        from events.registrations import personal_data
        from media.models import Document, Image
        from publishing.freezing import declare_publication
        from publishing.links import reserved_page
        from publishing.sharing import declare_use

        personal_data.declare()
        declare_publication(Event, rendering.publication_of)
        declare_use(Document, sharing.DOCUMENTS)
        declare_use(Image, sharing.IMAGES)
        declare_use(Speaker, sharing.SPEAKERS)

        def is_seen(slug: str) -> bool:
            visible = EventPublication.objects.visible_to(AnonymousUser())
            been = EventPublication.objects.been(slug=slug).values("event")
            return visible.filter(event__in=been).exists()

        reserved_page("events:detail", "cet événement", is_seen)
