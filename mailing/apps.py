from typing import ClassVar

from django.apps import AppConfig
from django.core.checks import register

from mailing import checks


class MailingConfig(AppConfig):
    """Mails that wait to leave, on the first floor beside publishing. The room knows nothing of
    what they say."""

    name = "mailing"
    verbose_name = "Courriels"
    group_rights: ClassVar = {"equipe-nationale": {"message": "view change"}}

    def ready(self) -> None:
        register(checks.check_settings, checks.TAG)
