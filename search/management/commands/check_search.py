from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.rebuilding import compare

MOST_NAMED = 20


class Command(BaseCommand):
    help = "Compare l’index de recherche avec les fiches et les pages, et dit ce qui diffère."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--most", type=int, help="au plus tant d’entrées de chaque genre")

    def handle(self, *args: Any, **options: Any) -> None:
        drift = compare(most=options["most"])
        for words, entries in (
            ("manquent", drift.missing),
            ("disent autre chose", drift.stale),
            ("sont de trop", drift.gone),
        ):
            if entries:
                named = ", ".join(f"{kind} {key}" for kind, key in entries[:MOST_NAMED])
                more = ", …" if len(entries) > MOST_NAMED else ""
                self.stderr.write(f"{len(entries)} entrées {words}\u00a0: {named}{more}")
        if drift:
            raise CommandError("L’index a dérivé\u00a0: lancez «\u00a0rebuild_search\u00a0».")
        self.stdout.write(f"L’index dit ce que disent les {drift.compared} fiches et pages.")
