from typing import ClassVar

from django.apps import AppConfig

ORGANISING = {"event": "publish_event organise_event delete", "eventseries": "add change"}


class EventsConfig(AppConfig):
    """Events from programme to memory, and places at them, above structures."""

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
        from events.kinds import Events, event_page_of
        from events.models import Speaker
        from events.programme import sharing
        from media.models import Document, Image
        from publishing.kinds import declare
        from publishing.sharing import declare_use
        from publishing.surfaces import declare_pages

        declare(Events())
        declare_pages(event_page_of)
        declare_use(Document, sharing.DOCUMENTS)
        declare_use(Image, sharing.IMAGES)
        declare_use(Speaker, sharing.SPEAKERS)
