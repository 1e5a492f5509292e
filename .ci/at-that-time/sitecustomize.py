"""Read by each Python that `.ci/at` begins, before anything else.

libfaketime 0.9.10 either refuses the way in which Python sleeps or makes its locks wait for ever,
as the clock of delays is left alone or not. It is left alone, and sleeping is waiting for nothing.
"""

import select
import time


def _sleep(seconds: float) -> None:
    select.select((), (), (), seconds)


time.sleep = _sleep
