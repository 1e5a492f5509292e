from typing import ClassVar

from django.apps import AppConfig


class GlossaryConfig(AppConfig):
    name = "glossary"
    verbose_name = "Glossaire"
    group_rights: ClassVar = {
        "contribution": {"term": "view"},
        "redaction": {"term": "add change"},
        "equipe-nationale": {"term": "delete"},
    }

    def ready(self) -> None:
        from glossary.kinds import Glossary
        from publishing.kinds import declare

        declare(Glossary())
