from django.apps import AppConfig


class EventsConfig(AppConfig):
    """Above structures: events from programme to memory, and places at them."""

    name = "events"
    verbose_name = "Événements"

    def ready(self) -> None:
        from django.contrib.auth.models import AnonymousUser

        from events.models import EventPublication
        from publishing.links import reserved_page

        def is_seen(slug: str) -> bool:
            visible = EventPublication.objects.visible_to(AnonymousUser())
            been = EventPublication.objects.been(slug=slug).values("event")
            return visible.filter(event__in=been).exists()

        reserved_page("events:detail", "cet événement", is_seen)
