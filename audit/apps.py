from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "audit"
    verbose_name = "Journal"

    def ready(self) -> None:
        from audit import doors

        doors.connect()
