#!/usr/bin/env python
import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    try:
        execute_from_command_line(sys.argv)
    except Exception as error:
        from database.failures import reason

        if not (why := reason(error)):
            raise
        # What is told is why, not where: the next run will do it.
        said = str(error).partition("\n")[0]
        sys.stderr.write(f"Base de données indisponible\u00a0: {why} ({said}).\n")
        sys.exit(os.EX_TEMPFAIL)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dla_portal.settings")
    main()
