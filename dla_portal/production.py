"""The portal's server: in production, and at the end of `make run`.

    python -m dla_portal.production [--host … --port … | --socket …] [--workers N]

One process reads the whole portal once and starts the others: the workers, which answer, and the
timer, which sends what waits. Whichever of them ends is started again, at once, since nothing has
to be read anew. When that one process ends, however it ends, all of them do: what then starts it
again (a unit of systemd, a person) finds the port free.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import logging
import os
import signal
import socket
import sys
import tempfile
import threading
import time
from _thread import start_new_thread
from collections import deque
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import MPServer

from processes.lifeline import end_with_parent
from processes.outputs import lose_rather_than_fail
from processes.watchdog import Watched

BASE_DIR = Path(__file__).resolve().parent.parent
THREADS = 2  # each worker has so many, which answer
# These are seconds. Workers are started so far apart; once that many were started within as many
# seconds, one cannot start, and must take neither a processor nor the disk of logs.
PAUSE, BURST, LONG_PAUSE = 0.1, 20, 1.0
TIMER_PAUSE = 2
TIMER_STOPS_WITHIN = 5

logger = logging.getLogger(__name__)


def main() -> None:
    master = os.getpid()
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # no traceback, as long as nothing serves
    lose_rather_than_fail()
    chosen = _arguments().parse_args()
    hung_up_on = signal.getsignal(signal.SIGHUP)
    os.chdir(BASE_DIR)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dla_portal.settings")
    if chosen.socket is None:
        refuse_taken(chosen.host, chosen.port, say="choisissez-en un autre avec --port")
    else:
        refuse_taken_socket(chosen.socket)
    _read_the_portal()
    refuse_unwritable_folders()

    server = _server(chosen)
    timer = Timer(master)

    @server.on_startup
    def begin() -> None:
        # A terminal that closes ends what runs in it; granian would start its workers anew.
        if hung_up_on is signal.SIG_DFL:
            signal.signal(signal.SIGHUP, server.signal_handler_interrupt)
        else:
            signal.signal(signal.SIGHUP, hung_up_on)
        if chosen.timer:
            timer.start()

    @server.on_shutdown
    def end() -> None:
        timer.stop()
        if server.interrupt_signal:
            server.interrupt_children.clear()  # it was told to end, which is no failure

    # A worker that has not yet heard how to end well ends all the same.
    os.register_at_fork(after_in_child=partial(signal.signal, signal.SIGTERM, signal.SIG_DFL))
    try:
        server.serve(target_loader=partial(_loaded, master))
    except Exception:
        # A process could not be made, for instance. Half a server is worse than one that is started
        # again.
        logger.exception("The server cannot go on")
        os._exit(1)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m dla_portal.production")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--socket", type=Path, help="a Unix socket, in place of host and port")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument(
        "--drain",
        type=int,
        default=30,
        help="seconds that requests have to end, once it is told to",
    )
    parser.add_argument(
        "--no-timer",
        dest="timer",
        action="store_false",
        help="where something else runs `run_due --watch`",
    )
    return parser


# --- Before it starts -----------------------------------------------------------------------------


def refuse_taken(host: str, port: int, *, say: str) -> None:
    """Refuses to start on a port that is taken. Workers share theirs with whoever allows it: nobody
    else would notice."""
    if not 0 < port < 65_536:
        sys.exit(f"Il n’y a pas de port {port}\u202f: {say}.")
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            sys.exit(f"Le port {port} est déjà pris\u202f: {say}.")
        sys.exit(f"Impossible d’écouter sur {host}, port {port} ({error.strerror})\u202f: {say}.")


def refuse_taken_socket(path: Path) -> None:
    """Removes what a server that was killed left there."""
    if not path.exists():
        refuse_unwritable(path.absolute().parent, "la socket (--socket)")
        return
    say = "choisissez un autre chemin avec --socket"
    if not path.is_socket():
        sys.exit(f"{path} n’est pas une socket\u202f: {say}.")
    with socket.socket(socket.AF_UNIX) as probe:
        if probe.connect_ex(str(path)) != errno.ECONNREFUSED:
            sys.exit(f"{path} sert déjà à un autre programme\u202f: {say}.")
    path.unlink()


def refuse_unwritable_folders() -> None:
    from django.conf import settings

    database = settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        refuse_unwritable(Path(database["NAME"]).parent, "le dossier de la base (DATABASE_URL)")
    for name in ("public", "private"):
        refuse_unwritable(Path(settings.MEDIA_ROOT) / name, "les fichiers déposés (MEDIA_ROOT)")


def refuse_unwritable(folder: Path, what: str) -> None:
    """Refuses to start with a folder that cannot be written; makes it where it is missing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        sys.exit(
            f"{folder}, pour {what}, n’est pas un dossier où le portail peut écrire "
            f"({error.strerror})\u202f: vérifiez le chemin et les droits."
        )


def _read_the_portal() -> None:
    """Reads all of the portal, so that a worker that starts has nothing left to read; and says what
    the checks find, which is no reason not to answer (a sender's address that is not one)."""
    from django.core.checks import CRITICAL
    from django.core.management.base import BaseCommand

    import_module("dla_portal.wsgi")
    BaseCommand().check(fail_level=CRITICAL)


# --- The workers ----------------------------------------------------------------------------------


def _server(chosen: argparse.Namespace) -> Server:
    return Server(
        "dla_portal.wsgi:application",
        address=chosen.host,
        port=chosen.port,
        uds=chosen.socket,
        uds_permissions=0o660,
        interface=Interfaces.WSGI,
        workers=chosen.workers,
        blocking_threads=THREADS,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=max(1, chosen.drain),
        log_level=LogLevels.warning,
    )


def _loaded(master: int, target: str) -> Watched:
    """Returns the application. Each worker calls it as it starts."""
    end_with_parent(master)
    os.setsid()  # what the terminal says (Ctrl-C), it says to the one process that decides
    watched = Watched(import_module("dla_portal.wsgi").application, threads=THREADS)
    watched.watch()
    return watched


class Server(MPServer):
    """granian's server, made not to give up: that one stops altogether when a worker ends twice
    within 5.5 seconds, and may not notice one that ends while it starts another."""

    starts: ClassVar[deque[float]] = deque(maxlen=BURST)

    def _respawn_workers(
        self, workers: list[int], spawn_target: Any, target_loader: Any, delay: float = 0
    ) -> None:
        super()._respawn_workers(workers, spawn_target, target_loader, delay)
        self.starts.append(time.monotonic())
        is_burst = len(self.starts) == BURST and self.starts[-1] - self.starts[0] < BURST
        time.sleep(LONG_PAUSE if is_burst else PAUSE)
        self.respawned_wrks.clear()
        known = self.interrupt_children
        known += [one.idx for one in self.wrks if not one.is_alive() and one.idx not in known]
        if known:
            self.main_loop_interrupt.set()

    def signal_handler_interrupt(self, *args: Any, **kwargs: Any) -> None:
        """Leaves the event to another thread: what this interrupts may hold the event's lock, as a
        first signal does while a second one comes."""
        self.interrupt_signal = True
        start_new_thread(self.main_loop_interrupt.set, ())


# --- The timer ------------------------------------------------------------------------------------


class Timer:
    """The process that sends what waits, for as long as this one lives."""

    def __init__(self, master: int) -> None:
        self._command = [sys.executable, "-m", "dla_portal.timer", str(master)]
        self._stopping = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="timer", daemon=True)
        self._pid: int | None = None

    def start(self) -> None:
        self._keeper.start()

    def _keep(self) -> None:
        while not self._stopping.is_set():
            # `subprocess` is not used: workers that are forked meanwhile would hold the pipe that
            # it reads.
            try:
                self._pid = os.posix_spawn(sys.executable, self._command, os.environ, setpgroup=0)
            except OSError as error:
                logger.error("The timer cannot be started: %s", error)
                self._stopping.wait(TIMER_PAUSE)
                continue
            _, status = os.waitpid(self._pid, 0)
            self._pid = None
            if not self._stopping.wait(TIMER_PAUSE):
                code = os.waitstatus_to_exitcode(status)
                logger.error("The timer ended (status %s) and is started again", code)

    def stop(self) -> None:
        """Waits for what it is doing, but not for long: it ends with this process in any case."""
        self._stopping.set()
        if self._pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGTERM)
        if self._keeper.is_alive():
            self._keeper.join(TIMER_STOPS_WITHIN)


if __name__ == "__main__":
    main()
