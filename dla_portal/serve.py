"""`make run`: makes everything ready that is not, then becomes the production server.

One process does it all, because starting Django is what takes time: settings completed, database
migrated, static files collected if any changed, demonstration data, then `exec` of the
server that production runs (`dla_portal.production`).
"""

import argparse
import hashlib
import os
import secrets
import signal
import sys
from pathlib import Path

import environ

from dla_portal.production import refuse_taken, refuse_unwritable, refuse_unwritable_folders
from processes.outputs import lose_rather_than_fail

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
ADDRESS = "127.0.0.1"
DRAIN = 3  # seconds: whoever stops it waits


def main() -> None:
    parser = argparse.ArgumentParser(prog="make run")
    parser.add_argument("--port", type=int, default=8000)
    port: int = parser.parse_args().port

    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C prints no traceback
    lose_rather_than_fail()
    refuse_taken(ADDRESS, port, say=f"make run PORT={port + 1}")
    refuse_unwritable(VAR_DIR, "la base et les fichiers du portail")
    _complete_environment(port)

    import django

    django.setup()
    refuse_unwritable_folders()
    _migrate()
    _load_territories()
    _collect_static_files()
    _load_demonstration()
    _become_server(port)


def _complete_environment(port: int) -> None:
    """Sets what the environment and `.env` leave unsaid, for a portal that only this machine
    sees."""
    environ.Env.read_env(BASE_DIR / ".env")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dla_portal.settings")
    os.environ.setdefault("SITE_URL", f"http://{ADDRESS}:{port}")
    os.environ.setdefault("DEMO", "true")
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    if not os.environ.get("SECRET_KEY"):
        os.environ["SECRET_KEY"] = _kept_secret(BASE_DIR / ".env")


def _kept_secret(path: Path) -> str:
    """Returns the secret key, made once and added to `.env`, readable by its owner only: signed
    links and sessions outlive a restart, and `manage.py` works beside the server."""
    secret = secrets.token_urlsafe(50)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a", encoding="ascii") as file:
            file.write(f"SECRET_KEY={secret}\n")
    except OSError as error:
        sys.exit(f"{path} ne peut pas être écrit ({error.strerror})\u202f: il y faut un secret.")
    return secret


def _migrate() -> None:
    """Asks for the plan first: `migrate` with nothing to do still rereads every permission."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print("Préparation de la base de données…", flush=True)
        call_command("migrate", verbosity=0)


def _load_territories() -> None:
    """Loads the geography once for each year's files."""
    from django.core.management import call_command

    from territories.loading import is_loaded

    if not is_loaded():
        print("Chargement des territoires…", flush=True)
        call_command("load_territories", verbosity=0)


def _collect_static_files() -> None:
    """Collects static files when a file came, went or changed, since compressing takes seconds."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    seen = hashlib.sha256()
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: found[0]):
            status = Path(storage.path(name)).stat()
            seen.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    fingerprint = VAR_DIR / "static.fingerprint"
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if manifest.exists() and fingerprint.exists() and fingerprint.read_text() == seen.hexdigest():
        return
    print("Préparation des fichiers statiques…", flush=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    fingerprint.write_text(seen.hexdigest())


def _load_demonstration() -> None:
    """Loads the demonstration where it is asked for; a database with real content is served as it
    is."""
    from django.conf import settings
    from django.core.management import CommandError, call_command

    if not settings.DEMO:
        return
    try:
        call_command("demo")
        call_command("demo", accounts=True)
    except CommandError as refusal:
        print(refusal, flush=True)


def _become_server(port: int) -> None:
    from django.conf import settings
    from django.db import connections

    connections.close_all()
    print(f"\nPortail DLA\u00a0: {settings.SITE_URL}/ (Ctrl-C pour arrêter)", flush=True)
    os.chdir(BASE_DIR)
    # Its timer prints the mails: no server of mails is needed to try them.
    options = [f"--host={ADDRESS}", f"--port={port}", f"--drain={DRAIN}"]
    os.execv(sys.executable, [sys.executable, "-m", "dla_portal.production", *options])


if __name__ == "__main__":
    main()
