from typing import Any

from django.core.management.base import BaseCommand

from search.rebuilding import rebuild


class Command(BaseCommand):
    help = "Récrit tout l’index de recherche, à côté de ce que les lecteurs trouvent."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Index de recherche récrit\u00a0: {rebuild()} entrées.")
