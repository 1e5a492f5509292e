"""Reads the text inside the documents that are there already: see docs/operations.md."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from media.models import Document, DocumentText
from media.texts import read_missing


class Command(BaseCommand):
    help = (
        "Lit le texte des documents déjà là, pour que la recherche le trouve, page par page. "
        "Relancé, il ne lit que ce qui reste à lire."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--again", action="store_true", help="relit aussi les documents déjà lus"
        )

    def handle(self, *args: Any, again: bool, **options: Any) -> None:
        read = 0
        for document in read_missing(again=again):
            read += 1
            text = document.text
            if text.state != DocumentText.State.WHOLE and text.is_expected:
                self.stdout.write(
                    f"Document {document.pk}, «\u00a0{document}\u00a0»\u00a0: "
                    f"{text.get_state_display()}."
                )
        missing = Document.objects.filter(text=None).count()
        self.stdout.write(f"Documents lus\u00a0: {read}. Restent à lire\u00a0: {missing}.")
