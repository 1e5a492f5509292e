from argparse import ArgumentParser
from typing import Any

from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.retention import purge as purge_joining
from accounts.sessions import forget_ended as forget_ended_sessions
from audit.clock import Clock
from audit.clock import read as read_clock
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
DOUBTED = (
    "L’horloge dit {now:%d/%m/%Y}, et disait {clock.last:%d/%m/%Y} au dernier passage\u00a0: rien "
    "n’a été oublié, car ce qui est supprimé ne revient pas. Vérifiez-la. Si elle est juste, "
    "lancez «\u00a0run_due --anyway\u00a0»\u00a0; sinon tout reprend de soi-même dès qu’elle "
    "l’est, ou le {clock.doubted_until:%d/%m/%Y}."
)


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
        parser.add_argument(
            "--anyway",
            action="store_true",
            help="forgets what is old even if the clock has jumped: somebody made sure it is right",
        )

    def handle(self, *args: Any, soon: bool, anyway: bool, **options: Any) -> None:
        # First: somebody waits for it. Mails last of these, since events write some.
        failed = self._events()
        self._mails()
        trouble = []
        if failed:
            trouble.append(f"Événements en échec\u00a0: {failed} (voir le journal du serveur).")
        if not soon:
            clock = read_clock(timezone.now(), believe=anyway)
            if clock.went_back:
                # What is counted until a moment that is now far away would keep people out.
                cache.clear()
            if clock.is_believed:
                self._forget()
            else:
                trouble.append(DOUBTED.format(clock=clock, now=timezone.now()))
            self._keep_house(clock)
        if trouble:
            raise CommandError("\n".join(trouble))

    def _forget(self) -> None:
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

    def _keep_house(self, clock: Clock) -> None:
        if moved := refresh_territories():
            self.stdout.write(f"Territoires des structures mis à jour\u00a0: {moved}.")
        if clock.is_believed and (edition := editions.renew()):
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
