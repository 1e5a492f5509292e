from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from territories import loading
from territories.sources import DATA, Refused

MOST_VANISHED_SHOWN = 20


class Command(BaseCommand):
    help = (
        "Charge la géographie officielle (régions, départements, arrondissements, "
        "intercommunalités, communes)\u00a0: relançable, tout ou rien."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "directory",
            nargs="?",
            type=Path,
            default=DATA,
            help="dossier des fichiers (par défaut, ceux du portail)",
        )
        parser.add_argument(
            "--date",
            type=date.fromisoformat,
            help="jour dont les fichiers donnent l’état, AAAA-MM-JJ (par défaut, celui de la "
            "dernière fusion de communes qu’ils contiennent)",
        )
        parser.add_argument(
            "--if-changed",
            action="store_true",
            help="ne fait rien si ces fichiers sont déjà ceux de la base",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        directory: Path = options["directory"]
        if options["if_changed"] and loading.is_loaded(directory):
            return
        try:
            report = loading.load(directory, on=options["date"])
        except Refused as refusal:
            raise CommandError(f"Rien n’a été changé.\n{refusal}") from refusal
        if options["verbosity"] < 1:
            return
        self.stdout.write(
            f"Géographie au {report.date:%d/%m/%Y}\u00a0: {report.created} territoires ajoutés, "
            f"{report.updated} mis à jour, {report.unchanged} inchangés, "
            f"{len(report.vanished)} disparus."
        )
        for territory in report.vanished[:MOST_VANISHED_SHOWN]:
            self.stdout.write(f"  {territory.label} → {territory.today.label}")
