"""Reads structures from a file: see docs/operations.md."""

import csv
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError

from publishing.spreadsheets import safe_cells
from structures.importing import network, runs
from structures.importing.reading import FileRefused, Source, examine
from structures.importing.undoing import undo
from structures.models import ImportRun

MOST_SHOWN = 20


class Command(BaseCommand):
    help = (
        "Importe ou met à jour des structures, et leurs accompagnements, depuis un fichier CSV ou "
        "XLSX. Interrompu, il reprend où il en était quand on le relance. Sort avec le code 1 si "
        "une ligne a été refusée."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, nargs="?")
        parser.add_argument("--format", choices=ImportRun.Format.values)
        parser.add_argument(
            "--dry-run", action="store_true", help="dit ce qui se passerait, sans rien écrire"
        )
        parser.add_argument(
            "--report", metavar="FILE", help="rapport ligne par ligne, en CSV (- pour l’afficher)"
        )
        parser.add_argument(
            "--column",
            metavar="INTITULÉ=CHAMP",
            action="append",
            default=[],
            help="pour « reseau » : ce que contient une colonne ; un champ vide l’ignore",
        )
        parser.add_argument(
            "--constant",
            metavar="CHAMP=VALEUR",
            action="append",
            default=[],
            help="pour « reseau » : ce qui vaut pour toutes les lignes (year=2025)",
        )
        parser.add_argument(
            "--anew",
            action="store_true",
            help="recommence un import interrompu au lieu de reprendre",
        )
        parser.add_argument(
            "--undo", metavar="N", type=int, help="annule l’import de ce numéro, sans fichier"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["undo"] is not None:
            self._undo(options["undo"])
            return
        if options["file"] is None or options["format"] is None:
            raise CommandError("Donnez un fichier et son --format.")
        file: Path = options["file"]
        try:
            source = examine(file)
            mapping = self._mapping(source, options)
        except OSError as error:
            raise CommandError(f"{file}\u00a0: illisible ({error.strerror}).") from error
        except FileRefused as refusal:
            raise CommandError(f"{file}\u00a0: {refusal}") from refusal
        run = runs.begin(
            source=source,
            file_name=file.name,
            format=options["format"],
            mapping=mapping,
            is_trial=options["dry_run"],
            anew=options["anew"],
        )
        print_progress = self._print_progress if options["verbosity"] > 0 else None
        if run.cursor and print_progress:
            self.stderr.write(f"Reprise de l’import {run.pk} après {run.cursor} lignes.")
        try:
            runs.advance(run, source, on_batch=print_progress)
        except runs.MovedElsewhere as error:
            raise CommandError(
                "Un autre processus avance cet import\u00a0: laissez-le finir."
            ) from error
        if options["report"]:
            self._report(run, options["report"])
        self._conclude(run, options)

    def _mapping(self, source: Source, options: dict[str, Any]) -> dict[str, Any]:
        if options["format"] != ImportRun.Format.NETWORK:
            if options["column"] or options["constant"]:
                raise CommandError("--column et --constant ne vont qu’avec --format reseau.")
            return {}
        table = source.table()
        headings = table.headings
        table.close()
        proposed = network.propose(headings)
        for said in options["column"]:
            heading, _, field = said.rpartition("=")
            if heading not in headings:
                there = ", ".join(headings)
                raise CommandError(
                    f"Pas de colonne «\u00a0{heading}\u00a0»\u00a0; il y a\u00a0: {there}."
                )
            self._check_field(field, network.BY_NAME, "")
            for other in [h for h, f in proposed["columns"].items() if f == field or h == heading]:
                del proposed["columns"][other]
            if field:
                proposed["columns"][heading] = field
        for said in options["constant"]:
            field, _, value = said.partition("=")
            self._check_field(field, network.CONSTANTS)
            proposed["constants"][field] = value
        if problems := network.problems(proposed):
            raise CommandError(" ".join(problems))
        if options["verbosity"] > 0:
            for heading in headings:
                field = proposed["columns"].get(heading)
                label = network.BY_NAME[field].label if field else "ignorée"
                self.stderr.write(f"  {heading} → {label}")
        return proposed

    def _check_field(self, field: str, known: Any, *others: str) -> None:
        if field not in known and field not in others:
            raise CommandError(f"Champ inconnu\u00a0: {field}. Il y a\u00a0: {', '.join(known)}.")

    def _print_progress(self, run: ImportRun) -> None:
        self.stderr.write(f"{run.cursor} lignes\u00a0: {runs.summary(run)}.")

    def _report(self, run: ImportRun, name: str) -> None:
        if name == "-":
            self._write(run, self.stdout)  # type: ignore[arg-type]  # it writes as a file does
            return
        try:
            with Path(name).open("w", encoding="utf-8", newline="") as file:
                self._write(run, file)
        except OSError as error:
            raise CommandError(
                f"{name}\u00a0: le rapport ne peut pas être écrit ({error.strerror})."
            ) from error

    def _write(self, run: ImportRun, file: TextIO) -> None:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow(runs.REPORT)
        writer.writerows(safe_cells(row) for row in runs.report(run))

    def _conclude(self, run: ImportRun, options: dict[str, Any]) -> None:
        refused = runs.report(run, "refusee")
        if run.refused and not options["report"]:
            for _, (number, _, column, reason) in zip(range(MOST_SHOWN), refused, strict=False):
                where = f", {column}" if column else ""
                self.stderr.write(f"Ligne {number}{where}\u00a0: {reason}.")
            if run.refused > MOST_SHOWN:
                self.stderr.write("…\u00a0: la suite avec --report.")
        what = "Essai à blanc, rien n’a été écrit" if run.is_trial else f"Import {run.pk}"
        if options["verbosity"] > 0:
            self.stdout.write(f"{what}\u00a0: {runs.summary(run)}.")
        if run.state == ImportRun.State.STOPPED:
            raise CommandError(f"Arrêté\u00a0: {run.problem}")
        if run.refused:
            sys.exit(1)

    def _undo(self, number: int) -> None:
        run = ImportRun.objects.filter(pk=number).first()
        if run is None:
            raise CommandError(f"Pas d’import n° {number}.")
        if not run.can_be_undone:
            raise CommandError(f"L’import {number} ne peut pas (ou plus) être annulé.")
        undo(run)
        kept = list(runs.report(run, "gardee"))
        self.stdout.write(f"Import {number} annulé\u00a0; {len(kept)} lignes gardées.")
        for line, _, column, reason in kept[:MOST_SHOWN]:
            self.stdout.write(f"  Ligne {line}, {column}\u00a0: {reason}.")
