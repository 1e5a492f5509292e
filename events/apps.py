from django.apps import AppConfig


class EventsConfig(AppConfig):
    """Above structures: events from programme to memory, and places at them."""

    name = "events"
    verbose_name = "Événements"
