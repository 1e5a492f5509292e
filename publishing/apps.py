from django.apps import AppConfig


class PublishingConfig(AppConfig):
    """The publishing life shared by articles, events and what comes after them. No tables."""

    name = "publishing"
    verbose_name = "Publication"
