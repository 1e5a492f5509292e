"""What a process that meets files of strangers may take, before the system kills it."""

from __future__ import annotations

import resource


def limit(*, memory: int, seconds: int, largest_file: int) -> None:
    """Bounds this process, for good: bytes of memory, seconds of processor, bytes of any file that
    it writes. Nothing of its memory is written where it dies."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
