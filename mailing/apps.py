from django.apps import AppConfig


class MailingConfig(AppConfig):
    """First floor, beside publishing: mails that wait to leave. Knows nothing of what they say."""

    name = "mailing"
    verbose_name = "Courriels"
