from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from articles.importing import DocumentRefused
from articles.services import ImportReport, import_document
from media.storage import NotStored


class Command(BaseCommand):
    help = "Turns documents (.docx, .html, .md, .txt) into drafts, and says what it recognised."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path)

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        refused = 0
        for file in files:
            try:
                with file.open("rb") as content:
                    self._say(file, import_document(name=file.name, content=content, by=None))
            except OSError as error:
                refused += 1
                self.stderr.write(f"{file} : illisible ({error.strerror}).")
            except (DocumentRefused, NotStored) as error:
                refused += 1
                self.stderr.write(f"{file} : {error}")
        if refused:
            raise CommandError(f"{refused} document(s) refusé(s) sur {len(files)}.")

    def _say(self, file: Path, report: ImportReport) -> None:
        address = reverse("admin:articles_article_change", args=[report.article.pk])
        self.stdout.write(self.style.SUCCESS(f"{file} → {settings.SITE_URL}{address}"))
        for heading, sentences in (
            ("Reconnu", report.recognised),
            ("Non reconnu, à vérifier", report.unrecognised),
            ("Écarté", report.discarded),
        ):
            if sentences:
                self.stdout.write(f"  {heading} :")
                for sentence in sentences:
                    self.stdout.write(f"  - {sentence}")
