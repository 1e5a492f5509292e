"""Reads one file in this process, whose memory and time are bounded: see `media.reading.process`.

Writes each page as it is read, in JSON, one a line: `[number, text]`, or `[number, null]` for a
page whose text is no language; at the end `true`, or `false` where something was left out. Ends
with the process whose number it is given first, which started it.
"""

import json
import sys
from pathlib import Path

from processes.lifeline import end_with_parent
from processes.limits import limit

MEMORY = 1024 * 1024 * 1024
SECONDS = 20
LARGEST_FILE = 32 * 1024 * 1024


def main() -> None:
    parent, given, written, extension, hides = sys.argv[1:]
    end_with_parent(int(parent))
    limit(memory=MEMORY, seconds=SECONDS, largest_file=LARGEST_FILE)

    from media.reading.bounds import Bounded
    from media.reading.files import pages
    from media.reading.garbling import is_garbled

    read = Bounded(pages(Path(given), extension, hides=hides == "hides"))
    # What was written of it is there even if the next page kills this process.
    with Path(written).open("w", encoding="utf-8", errors="replace", buffering=1) as target:
        for number, text in read:
            # Other formats hold letters, not drawings of them.
            said = [number, None if extension == "pdf" and is_garbled(text) else text]
            target.write(json.dumps(said, ensure_ascii=False) + "\n")
        target.write(json.dumps(read.is_whole) + "\n")


if __name__ == "__main__":
    main()
