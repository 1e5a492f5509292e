"""The timer beside the server: what people wait for, every few seconds, for as long as it lives.

`dla_portal.production` starts it, and starts it again when it ends. What nobody waits for is for a
timer of the system (`run_due`, docs/operations.md).
"""

import logging
import signal
import sys
import time
from types import FrameType

from processes.lifeline import end_with
from processes.outputs import lose_rather_than_fail

EVERY = 10  # seconds

logger = logging.getLogger(__name__)


def main() -> None:
    end_with(int(sys.argv[1]))
    lose_rather_than_fail()
    told_to_stop = False

    def stop(number: int, frame: FrameType | None) -> None:
        """Once what is being done is done: a mail cut off in the middle is a doubtful one."""
        nonlocal told_to_stop
        told_to_stop = True

    import django
    from django.core.management import call_command
    from django.db import close_old_connections

    django.setup()
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while not told_to_stop:
        try:
            call_command("run_due", soon=True)
        except Exception:
            # The database is busy, or a mail server is not there: the next time will do.
            logger.exception("run_due")
        close_old_connections()
        again = time.monotonic() + EVERY
        while not told_to_stop and time.monotonic() < again:
            time.sleep(0.2)


if __name__ == "__main__":
    main()
