from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from accounts.retention import purge as purge_joining
from accounts.sessions import forget_ended as forget_ended_sessions
from audit.services import purge as purge_trail
from editing.presence import forget_old as forget_presences
from events import due as due_events
from mailing import services as mailing
from structures.duplicates import find_duplicates
from structures.importing.runs import purge as purge_imports
from structures.register import editions
from structures.services import refresh_territories

# Seconds; the next run goes on.
SEARCHED_FOR = 60


class Command(BaseCommand):
    help = (
        "All that time makes due. Safe to run twice, or at once from two machines. Publications "
        "need none of it: they appear and disappear by their own dates."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--soon",
            action="store_true",
            help="only what people wait for: places, letters, mails",
        )

    def handle(self, *args: Any, soon: bool, **options: Any) -> None:
        # First: somebody waits for it. Mails last of these, since events write some.
        failed = self._events()
        self._mails()
        if not soon:
            self._keep_house()
        if failed:
            raise CommandError(f"Événements en échec\u00a0: {failed} (voir le journal du serveur).")

    def _keep_house(self) -> None:
        call_command("clearsessions")
        for what, number in (
            ("présences dans l’éditeur", forget_presences()),
            ("sessions finies", forget_ended_sessions()),
            ("demandes d’accès et invitations", purge_joining()),
            ("lignes du journal", purge_trail()),
            ("rapports d’import", purge_imports()),
            ("invitations et inscriptions anciennes", due_events.purge()),
            ("courriels anciens", mailing.purge()),
        ):
            self.stdout.write(f"Oublié\u00a0: {what}, {number}.")
        if moved := refresh_territories():
            self.stdout.write(f"Territoires des structures mis à jour\u00a0: {moved}.")
        if edition := editions.renew():
            self.stdout.write(f"{edition}.")
        if pairs := find_duplicates(seconds=SEARCHED_FOR).pairs:
            self.stdout.write(f"Doublons possibles à examiner\u00a0: {pairs}.")

    def _events(self) -> int:
        done = due_events.run()
        for what, number in (
            ("places données depuis la liste d’attente", done.promoted),
            ("changements annoncés", done.told),
            ("rappels", done.reminded),
            ("avis demandés", done.thanked),
            ("invitations écrites", done.invited),
        ):
            if number:
                self.stdout.write(f"Événements\u00a0: {what}, {number}.")
        return done.failed

    def _mails(self) -> None:
        report = mailing.deliver_due()
        for what, number in (
            ("envoyés", report.sent),
            ("à réessayer", report.retried),
            ("en échec", report.failed),
            ("incertains, à examiner", report.doubtful),
        ):
            if number:
                self.stdout.write(f"Courriels {what}\u00a0: {number}.")
