"""The article page without any page cache, against the textbook's, per second of processor."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.harness import Result, compared
from benchmarks.servers import Server, portal_command, textbook_command

REQUESTS = 400


@contextmanager
def demonstration() -> Iterator[dict[str, str]]:
    """Yields the environment of a portal with the demonstration content, in a database of its
    own."""
    with TemporaryDirectory(prefix="portal-bench-") as scratch:
        environment = {
            "DATABASE_URL": os.environ.get(
                "BENCH_DATABASE_URL", f"sqlite:///{scratch}/bench.sqlite3"
            ),
            "MEDIA_ROOT": f"{scratch}/media",
            "SITE_URL": "http://127.0.0.1:8000",
            "SECRET_KEY": "for-benchmarks-only-0123456789-abcdefghijklmnopqrstuvwxyz",
            "DEBUG": "false",
            "DEMO": "true",
        }
        for command in (
            ["migrate", "-v0"],
            ["load_territories", "-v0"],
            ["collectstatic", "-v0", "--noinput"],
            ["demo"],
        ):
            subprocess.run(
                [sys.executable, "manage.py", *command],
                env={**os.environ, **environment},
                cwd=Path(__file__).parent.parent,
                check=True,
                stdout=subprocess.DEVNULL,
            )
        yield environment


def measure() -> list[Result]:
    with (
        demonstration() as environment,
        Server(portal_command(), environment) as portal,
        Server(textbook_command(), environment) as textbook,
    ):
        path = longest_article(portal)
        return [
            compared(
                f"page d’article {path}",
                "requêtes/s de processeur",
                figure=lambda: portal.requests_per_cpu_second(path, REQUESTS),
                baseline=lambda: textbook.requests_per_cpu_second(path, REQUESTS),
                at_least=3,
            )
        ]


def longest_article(portal: Server) -> str:
    """Returns the address, among those that the feed names, of the article whose page weighs
    most."""
    feed = portal.get("/articles/flux.rss").decode()
    paths = re.findall(r"<link>https?://[^/]+(/articles/[^<?]+/)</link>", feed)
    return max(paths, key=lambda path: len(portal.get(path)))
