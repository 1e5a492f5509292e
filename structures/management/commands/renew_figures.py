from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from structures.register import editions


class Command(BaseCommand):
    help = (
        "This month's edition of the figures that people without sight read, where there is none "
        "yet. `run_due` does the same."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--again",
            action="store_true",
            help="replace this month's, after an error in the register: two compared tell more",
        )

    def handle(self, *args: Any, again: bool, **options: Any) -> None:
        edition = editions.renew(again=again)
        self.stdout.write(
            f"{edition}." if edition else "Rien à faire\u00a0: l’édition du mois est là."
        )
