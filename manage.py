#!/usr/bin/env python
import os
import sys

from django.core.management import execute_from_command_line

from processes.outputs import EXIT_LOST, lose_rather_than_fail, something_was_lost

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dla_portal.settings")
    # What is done does not depend on whether what is said can be written; the status does.
    lose_rather_than_fail()
    execute_from_command_line(sys.argv)
    if something_was_lost():
        sys.stderr.write("Fait, mais tout ce que la commande avait à dire n’a pas pu être écrit.\n")
        sys.exit(EXIT_LOST)
