"""Cleans one file in this process, whose memory and time are bounded: see `media.cleaning.sandbox`.

Reads the file at the first path and writes it at the second; says on its output, in JSON, what is
hidden and what was removed, or why the file is refused. Ends with the process whose number it is
given first, which started it.
"""

import json
import sys
from pathlib import Path

from processes.lifeline import end_with_parent
from processes.limits import limit

# A tree of XML of the largest part that is read whole takes two thirds of this.
MEMORY = 1536 * 1024 * 1024
SECONDS = 60
LARGEST_FILE = 256 * 1024 * 1024


def main() -> None:
    parent, given, written, extension, title = sys.argv[1:]
    end_with_parent(int(parent))
    limit(memory=MEMORY, seconds=SECONDS, largest_file=LARGEST_FILE)

    from media.cleaning.files import clean
    from media.cleaning.findings import NO_ROOM, Refused

    try:
        with Path(given).open("rb") as source, Path(written).open("w+b") as target:
            found = clean(source, target, extension, title)
        said: dict[str, object] = {"hidden": found.sentences(), "removed": found.removed()}
    except Refused as refused:
        said = {"refused": str(refused)}
    except OSError:  # the rest was still to be written when the file was closed
        said = {"refused": NO_ROOM}
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main()
