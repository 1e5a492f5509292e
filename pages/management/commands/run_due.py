import logging
import signal
import threading
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections
from django.utils import timezone

from accounts.retention import purge as purge_joining
from accounts.sessions import forget_ended as forget_ended_sessions
from audit.clock import Clock
from audit.clock import read as read_clock
from audit.services import purge as purge_trail
from editing.presence import forget_old as forget_presences
from mailing import services as mailing
from media.texts import read_missing
from publishing.kinds import declared
from search.missed import forget_old as forget_missed_searches
from search.rebuilding import make_due as keep_index
from structures.duplicates import find_duplicates
from structures.importing.runs import purge as purge_imports
from structures.register import editions
from structures.services import refresh_territories

logger = logging.getLogger(__name__)

# A search, or the reading of documents, takes so many seconds; the next run goes on.
SEARCHED_FOR = READ_FOR = 60
DOUBTED = (
    "L’horloge dit {now:%d/%m/%Y}, et disait {clock.last:%d/%m/%Y} au dernier passage\u00a0: rien "
    "n’a été oublié, car ce qui est supprimé ne revient pas. Vérifiez-la. Si elle est juste, "
    "lancez «\u00a0run_due --anyway\u00a0»\u00a0; sinon tout reprend de soi-même dès qu’elle "
    "l’est, ou le {clock.doubted_until:%d/%m/%Y}."
)
# `--watch` waits for so many seconds: between two looks at the mails, at what else is due soon, and
# the longest between two looks while the mail server, or the portal itself, is in trouble.
LOOKS_EVERY = 1
SOON_EVERY = 60
LONGEST_IN_TROUBLE = 30
LONGEST_AFTER_AN_ERROR = 4


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
            "--watch",
            action="store_true",
            help="the same for ever: mails within seconds, the rest each minute; SIGTERM ends it "
            "between two mails",
        )
        parser.add_argument(
            "--anyway",
            action="store_true",
            help="forgets what is old even if the clock has jumped: somebody made sure it is right",
        )

    def handle(self, *args: Any, soon: bool, watch: bool, anyway: bool, **options: Any) -> None:
        if watch:
            self._watch()
            return
        # Imports come first, since somebody waits for them. Mails come last, since events write
        # some.
        failed = self._contents()
        self._mails()
        trouble = [f"{words} (voir le journal du serveur)." for words in failed]
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
            ("recherches sans résultat", forget_missed_searches()),
            *(pair for kind in declared() for pair in kind.forget_old().items()),
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
        if read := sum(1 for _ in read_missing(seconds=READ_FOR)):
            self.stdout.write(f"Documents lus pour la recherche\u00a0: {read}.")
        for what, number in keep_index().items() if clock.is_believed else ():
            if number:
                self.stdout.write(f"Recherche\u00a0: {what}, {number}.")

    def _contents(self) -> list[str]:
        """Does what is due in each kind of content; returns what failed, in words."""
        failed = []
        for kind in declared():
            done = kind.make_due()
            for what, number in done.counts.items():
                if number:
                    self.stdout.write(f"{kind.title}\u00a0: {what}, {number}.")
            if done.failed:
                failed.append(f"{kind.title} en échec\u00a0: {done.failed}")
        return failed

    def _watch(self) -> None:
        """Watches until it is told to stop. A database that goes away, or whatever else raises, is
        logged and tried again."""
        with _stop_signal() as stopping:
            soon, pause = time.monotonic(), LOOKS_EVERY
            while not stopping.is_set():
                try:
                    if time.monotonic() >= soon:
                        soon = time.monotonic() + SOON_EVERY
                        self._contents()
                    in_trouble = self._mails(stopped=stopping.is_set)
                    pause = min(2 * pause, LONGEST_IN_TROUBLE) if in_trouble else LOOKS_EVERY
                except Exception:
                    logger.exception("run_due --watch")
                    pause = min(2 * pause, LONGEST_AFTER_AN_ERROR)
                close_old_connections()
                stopping.wait(pause)

    def _mails(self, stopped: Callable[[], bool] = lambda: False) -> bool:
        """Says whether the server, or the portal's settings, let none leave."""
        report = mailing.deliver_due(stopped=stopped)
        for what, number in (
            ("envoyés", report.sent),
            ("à réessayer", report.retried),
            ("en échec", report.failed),
            ("incertains, à examiner", report.doubtful),
        ):
            if number:
                self.stdout.write(f"Courriels {what}\u00a0: {number}.")
        self.stdout.flush()
        return report.in_trouble


@contextmanager
def _stop_signal() -> Iterator[threading.Event]:
    """Yields an event that the first SIGTERM or SIGINT sets; the second ends the process where it
    is."""
    stopping = threading.Event()
    former: dict[signal.Signals, Any] = {}

    def stop(number: int, frame: Any) -> None:
        stopping.set()
        for each in former:
            signal.signal(each, signal.SIG_DFL)

    if threading.current_thread() is threading.main_thread():
        for each in (signal.SIGTERM, signal.SIGINT):
            former[each] = signal.signal(each, stop)
    try:
        yield stopping
    finally:
        for each, handler in former.items():
            signal.signal(each, handler)
