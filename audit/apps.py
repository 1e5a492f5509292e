from typing import ClassVar

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "audit"
    verbose_name = "Journal"
    group_rights: ClassVar = {"equipe-nationale": {"entry": "view"}}

    def ready(self) -> None:
        from audit import sign_in_receivers

        sign_in_receivers.connect()
