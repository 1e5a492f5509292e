"""`make bench`, or `python -m benchmarks article_page` for one of them."""

import sys

from benchmarks import (
    article_page,
    disclosure,
    events,
    search,
    startup,
    structure_import,
    structures,
    territories,
    territory_pages,
)
from benchmarks.harness import Result, table

BENCHMARKS = {
    "article_page": article_page.measure,
    "disclosure": disclosure.measure,
    "events": events.measure,
    "search": search.measure,
    "startup": startup.measure,
    "structure_import": structure_import.measure,
    "structures": structures.measure,
    "territories": territories.measure,
    "territory_pages": territory_pages.measure,
}


def main(names: list[str]) -> int:
    unknown = set(names) - set(BENCHMARKS)
    if unknown:
        print(f"inconnu : {', '.join(sorted(unknown))} ; choix : {', '.join(BENCHMARKS)}")
        return 2
    results: list[Result] = []
    for name in names or BENCHMARKS:
        print(f"mesure : {name}…", file=sys.stderr)
        results += BENCHMARKS[name]()
    print(table(results))
    return 0 if all(result.reached for result in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
