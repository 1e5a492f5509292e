from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = "Recherche"

    def ready(self) -> None:
        from publishing.kinds import when_declared
        from search.writing import follow_kind

        when_declared(follow_kind)
        post_migrate.connect(write_index, sender=self)


def write_index(*, using: str, **_: Any) -> None:
    """Writes the index where none was written as words are read now: rows that migrations write are
    told to nobody, and a release may read words in another way."""
    from django.db import connections

    from search import rebuilding

    tables = connections[using].introspection.table_names()
    if "search_entry" in tables and not rebuilding.is_of_today():
        rebuilding.rebuild()
