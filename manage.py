#!/usr/bin/env python
import os
import secrets
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from processes.outputs import EXIT_LOST, lose_rather_than_fail, something_was_lost

# What these write is code: they sign nothing, and need no secret that lasts.
OF_CODE = ("makemigrations", "makemessages", "compilemessages", "startapp")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dla_portal.settings")
    if sys.argv[1:2] and sys.argv[1] in OF_CODE and not os.environ.get("SECRET_KEY"):
        os.environ["SECRET_KEY"] = secrets.token_urlsafe(50)
    try:
        _ = settings.INSTALLED_APPS
    except ImproperlyConfigured as error:
        # Django goes on without settings, and ends in whatever lacks them first.
        sys.stderr.write(f"{error}\n")
        sys.exit(os.EX_CONFIG)
    # What is done does not depend on whether what is said can be written; the status does.
    lose_rather_than_fail()
    try:
        execute_from_command_line(sys.argv)
    except Exception as error:
        from database.failures import unavailability

        if not (why := unavailability(error)):
            raise
        # What is told is why, not where: the next run will do it.
        said = str(error).partition("\n")[0]
        sys.stderr.write(f"Base de données indisponible\u00a0: {why} ({said}).\n")
        sys.exit(os.EX_TEMPFAIL)
    if something_was_lost():
        sys.stderr.write("Fait, mais tout ce que la commande avait à dire n’a pas pu être écrit.\n")
        sys.exit(EXIT_LOST)


if __name__ == "__main__":
    main()
