"""The timer of `make run`: what people wait for, every few seconds, as long as the server lives.

In production a timer of the system runs `run_due` (docs/operations.md).
"""

import logging
import os
import time

EVERY = 10  # seconds

logger = logging.getLogger(__name__)


def main() -> None:
    server = os.getppid()

    import django
    from django.core.management import call_command
    from django.db import close_old_connections

    django.setup()
    try:
        while os.getppid() == server:
            try:
                call_command("run_due", soon=True)
            except Exception:
                # The database is busy, or a mail server is not there: the next time will do.
                logger.exception("run_due")
            close_old_connections()
            _wait(server)
    except KeyboardInterrupt:
        pass


def _wait(server: int) -> None:
    """Not longer than the server: whoever stops it stops this."""
    for _ in range(EVERY):
        if os.getppid() != server:
            return
        time.sleep(1)


if __name__ == "__main__":
    main()
