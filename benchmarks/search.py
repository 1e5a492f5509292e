"""Search at 200,000 structures and 10,000 articles on both databases: the page of results with all
its counts, how the index is written, and what it weighs.

`python -m benchmarks.search STRUCTURES ARTICLES` is the part that runs in a process of its own, on
the database that `DATABASE_URL` names, and prints its figures as JSON.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.harness import Result
from benchmarks.structures import WORDS
from tests.throwaway_postgres import throwaway_postgres

SEED = 1901
STRUCTURES, ARTICLES = 200_000, 10_000
# Milliseconds for 95 pages of results of 100, all counts and excerpts included.
GOALS = {"PostgreSQL": 60, "SQLite": 100}
# Half of the rows hold « association »; each of the others is held by less.
QUERIES = (
    "association", "asso sportive", "théâtre", "gouvernance", "ressourcerie lyon", "grenoble",
    "financement emploi", "club 4217", "jardin partagé", "comment financer un premier emploi",
    '"diagnostic partagé"', "association -sportive", "mutualisation", "isère", "38000",
    "governance", "ateliers", "numérique solidaire", "association&genre=articles",
    "association&territoire=departement-38", "association&theme=gouvernance",
)  # fmt: skip
ROUNDS = 8


def measure() -> list[Result]:
    results: list[Result] = []
    with throwaway_postgres() as url:
        results += _results("PostgreSQL", url)
    with TemporaryDirectory(prefix="portal-bench-") as scratch:
        results += _results("SQLite", f"sqlite:///{Path(scratch) / 'search.sqlite3'}")
    return results


def _results(engine: str, url: str) -> list[Result]:
    output = subprocess.run(
        [sys.executable, "-m", "benchmarks.search", str(STRUCTURES), str(ARTICLES)],
        env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    figures: dict[str, float] = json.loads(output.splitlines()[-1])

    def result(name: str, unit: str, figure: float, goal: float) -> Result:
        ratio = figure / goal
        said = f"{name}, {engine}"
        return Result(said, unit, figure, goal, ratio, (ratio, ratio), "≤ 1", ratio <= 1)

    return [
        result("recherche\u00a0: page de résultats, p95", "ms", figures["page_p95"], GOALS[engine]),
        result("recherche\u00a0: le mot de la moitié", "ms", figures["half"], GOALS[engine]),
        result("recherche\u00a0: index récrit", "s", figures["rebuild"], 300),
        result("recherche\u00a0: index", "Mo", figures["megabytes"], 1_000),
    ]


# --- In its own process ---------------------------------------------------------------------------


def _run(structures: int, articles: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from territories.loading import load

    call_command("migrate", verbosity=0)
    load()
    write(structures, articles)
    from search.rebuilding import rebuild

    start = time.perf_counter()
    rebuild()
    figures = {"rebuild": time.perf_counter() - start}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")
            cursor.execute(
                "SELECT pg_total_relation_size('search_entry')"
                " + pg_total_relation_size('search_wordkey')"
            )
        else:
            cursor.execute("SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'search%'")
        figures["megabytes"] = float(cursor.fetchone()[0] or 0) / 1e6
    client = Client()

    def page(query: str) -> float:
        start = time.perf_counter()
        answer = client.get(f"/recherche/?q={query}")
        assert answer.status_code == 200, query
        return (time.perf_counter() - start) * 1000

    for query in QUERIES:
        page(query)
    times = {query: [page(query) for _ in range(ROUNDS)] for query in QUERIES}
    every = [spent for each in times.values() for spent in each]
    figures["page_p95"] = statistics.quantiles(every, n=20)[-1]
    figures["half"] = statistics.median(times["association"])
    figures |= {f"q {query}": round(statistics.median(each), 1) for query, each in times.items()}
    print(json.dumps(figures, ensure_ascii=False))


# --- Rows -----------------------------------------------------------------------------------------

SUBJECTS = (
    "gouvernance", "emploi", "financement", "numérique solidaire", "mutualisation", "bénévolat",
    "diagnostic partagé", "modèle économique", "transition écologique", "parentalité",
)  # fmt: skip
SENTENCES = (
    "Le conseil d’administration de l’association a pris le temps de décider. ",
    "Un premier emploi se prépare, avec les financeurs et la commune. ",
    "L’accompagnement a commencé par un diagnostic partagé avec les salariés. ",
    "Mutualiser un poste entre trois structures demande de la confiance. ",
    "Les bénévoles du club et de la ressourcerie tiennent la caisse le samedi. ",
)


def write(structures: int, articles: int) -> None:
    """Writes rows that look like those of the network: names of structures, a public one in two;
    articles of some four hundred words."""
    from benchmarks.structures import _bulk, _write
    from structures.models import Consent, ConsentText, Structure

    _write(structures, 1)
    now = datetime.now(UTC)
    dice = random.Random(SEED)
    text = ConsentText.objects.create(version="bench", body="Accord.")
    names = ("Association", "Association sportive", "Théâtre", "Ressourcerie", "Club", "Jardin")

    def consents() -> Iterator[list[Any]]:
        for pk in range(1, structures + 1):
            yield [pk, pk, text.pk, "Présidente", date(2026, 1, 1), now]

    _bulk(
        Consent._meta.db_table,
        ("id", "structure_id", "text_id", "given_by", "given_on", "recorded_at"),
        consents(),
    )
    from django.db import connection

    with connection.cursor() as cursor:
        # Half of them are associations, by their names or in law.
        cursor.execute("UPDATE structures_structure SET consent_id = id, family = 'association'")
        cursor.execute("UPDATE structures_structure SET family = 'cooperative' WHERE id % 2 = 1")
        for place, name in enumerate(names[:2]):
            cursor.execute(
                "UPDATE structures_structure SET name = %s || ' ' || name WHERE id %% 8 = %s",
                [name, 2 * place],
            )
    assert Structure.objects.exclude(consent=None).count() == structures
    _write_articles(articles, dice, now)


def _write_articles(count: int, dice: random.Random, now: datetime) -> None:
    from articles.models import Article, ArticleType, ArticleVersion, Publication
    from themes.models import Theme

    types = list(ArticleType.objects.all())
    themes = list(Theme.objects.all())
    made = Article.objects.bulk_create(
        Article(title=f"Article {n}", slug=f"article-{n}", standfirst="", type=types[0])
        for n in range(count)
    )
    versions = ArticleVersion.objects.bulk_create(
        ArticleVersion(article=article, data={}, action=ArticleVersion.Action.PUBLISHED)
        for article in made
    )

    def publication(n: int) -> Publication:
        subject, other = dice.sample(SUBJECTS, 2)
        html = "".join(f"<p>{dice.choice(SENTENCES)}{other} {n}</p>" for _ in range(30))
        return Publication(
            article=made[n],
            version=versions[n],
            type=types[n % len(types)],
            title=f"{subject.capitalize()} et {other} à {WORDS[n % 8]} {n}",
            slug=f"article-{n}",
            standfirst=f"Ce que {subject} change pour une association de terrain.",
            audience="public",
            published_on=(now - timedelta(days=n % 4000)).date(),
            live_from=now - timedelta(days=n % 4000 + 1),
            reading_minutes=3,
            content={"body": [{"html": html}], "people": [], "attachments": [], "documents": []},
        )

    published = Publication.objects.bulk_create([publication(n) for n in range(count)], 500)
    through = Publication.themes.through
    through.objects.bulk_create(
        through(publication=row, theme=themes[row.pk % len(themes)]) for row in published
    )


if __name__ == "__main__":
    _run(int(sys.argv[1]), int(sys.argv[2]))
