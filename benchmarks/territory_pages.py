"""Pages of territories: what each costs in processor time, on the whole geography of France.

The page of a department was the dearest of the portal. The baseline is the textbook's page of an
article (`benchmarks.textbook`), which asks of a database what pages commonly do.
"""

from __future__ import annotations

from functools import partial

from benchmarks.article_page import demonstration, longest_article
from benchmarks.harness import Result, compared
from benchmarks.servers import Server, portal_command, textbook_command

REQUESTS = 200
PAGES = {
    "commune": "/territoires/commune/38563/",
    "intercommunalité": "/territoires/epci/200040715/",
    "département": "/territoires/departement/38/",
    "département, une initiale": "/territoires/departement/62/?lettre=s",
    "région": "/territoires/region/84/",
}


def measure() -> list[Result]:
    with (
        demonstration() as environment,
        Server(portal_command(), environment) as portal,
        Server(textbook_command(), environment) as textbook,
    ):
        article = partial(_milliseconds, textbook, longest_article(portal))
        return [
            compared(
                f"page de territoire : {level}",
                "ms de processeur",
                figure=partial(_milliseconds, portal, path),
                baseline=article,
                at_most=2.5,
            )
            for level, path in PAGES.items()
        ]


def _milliseconds(server: Server, path: str) -> float:
    return 1000 / server.requests_per_cpu_second(path, REQUESTS)
