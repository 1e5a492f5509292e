from typing import Any, ClassVar

from django.apps import AppConfig
from django.core.signals import request_finished
from django.db.models.signals import post_migrate


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = "Recherche"
    group_rights: ClassVar = {
        "redaction": {
            "synonym": "view add change delete",
            "chosenanswer": "view add change delete",
            "missedsearch": "view",
        },
        "equipe-nationale": {"missedsearch": "delete"},
    }

    def ready(self) -> None:
        from database.written import follow
        from glossary.models import Term
        from publishing.kinds import when_declared
        from publishing.surfaces import declare_pages
        from search import missed
        from search.models import ChosenAnswer, Synonym
        from search.models.words import stamp_vocabulary, write_keys
        from search.surfaces import result_pages
        from search.writing import follow_kind

        when_declared(follow_kind)
        for model in (Synonym, Term):
            follow(model, "vocabulary", stamp_vocabulary)
        follow(ChosenAnswer, "keys", write_keys)
        request_finished.connect(missed.write_due, dispatch_uid="searches without result")
        declare_pages(result_pages)
        post_migrate.connect(write_index, sender=self)


def write_index(*, using: str, **_: Any) -> None:
    """Writes the index where none was written as words are read now, and again what comes with the
    portal: rows that migrations write are told to nobody, and a release may read words in another
    way."""
    from django.db import connections

    from search import rebuilding

    if "search_indexstate" not in connections[using].introspection.table_names():
        return  # a migration to a state without it
    if rebuilding.is_of_today():
        rebuilding.rewrite_what_comes_with_the_portal()
    else:
        rebuilding.rebuild()
