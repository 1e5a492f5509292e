from django.apps import AppConfig


class EventsConfig(AppConfig):
    """Floor 2: events, sessions, speakers, registrations. Comes with its own issue."""

    name = "events"
    verbose_name = "Événements"
