"""Cleans pictures and documents that are there already, as if they were sent today: see
docs/operations.md."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from media.models import Document, Image
from media.services import clean_again, clean_image_again
from media.storage import NotStored


class Command(BaseCommand):
    help = (
        "Nettoie de nouveau les images et documents déjà là, et dit ce qu’ils cachent. Un document "
        "qui cache quelque chose n’est plus donné aux lecteurs tant que personne n’a dit, dans "
        "l’administration, que c’est voulu. Relancé, il ne refait que ce qui reste à faire."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="dit ce qui se passerait, sans rien écrire"
        )

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        changed = missing = 0
        for media in self._all():
            is_image = isinstance(media, Image)
            label = f"{'Image' if is_image else 'Document'} {media.pk}, « {media} »"
            try:
                if isinstance(media, Image):
                    changed += clean_image_again(media, write=not dry_run)
                else:
                    changed += clean_again(media, write=not dry_run)
            except OSError:
                missing += 1
                self.stderr.write(f"{label} : le fichier manque, ou ne peut pas être lu.")
            except ValidationError as refused:
                self.stderr.write(f"{label} : {' '.join(refused.messages)}")
            except NotStored as refusal:  # the next ones would not be written either
                raise CommandError(f"{label}\u00a0: {refusal}") from refusal
            if isinstance(media, Document):
                self._tell(label, media)
        would = "à nettoyer" if dry_run else "nettoyés"
        self.stdout.write(f"Fichiers {would} : {changed}. Fichiers qui manquent : {missing}.")

    def _all(self) -> Any:
        """Yields all rows, whose keys are read first: a file that is replaced must not disturb the
        reading."""
        for model in (Image, Document):
            for pk in list(model._default_manager.order_by("pk").values_list("pk", flat=True)):
                if media := model._default_manager.filter(pk=pk).first():
                    yield media

    def _tell(self, label: str, document: Document) -> None:
        if not document.hidden:
            return
        state = "retenu" if document.is_held else "publié tel quel, c’est voulu"
        self.stdout.write(f"{label} ({state}) :")
        for sentence in document.hidden:
            self.stdout.write(f"  - {sentence}")
