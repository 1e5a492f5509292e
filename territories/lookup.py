"""Finds territories by code, postal code or name, as people type them.

Exact first, then what begins like it, then what has a word that begins like it; only when there is
nothing of all this, names that resemble it. Each way reads one range of one index.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from django.db import connection
from django.db.models import Case, Q, QuerySet, When
from rapidfuzz import process
from rapidfuzz.distance import OSA

from spelling.folding import folded
from territories.models import Geography, Level, LookupKey, Territory
from territories.names import compared

LIMIT = 20
# Nobody types more; what is longer is compared by its beginning.
LONGEST_QUERY = 100
# One name may have so many bearers: there are 30 "Saint-Martin" of all kinds, and room for more.
MOST_NAMESAKES = 40
# So many former communes may be one now: the page stays full without them.
SAME_SUCCESSOR = 5
FIRST_LETTERS = 2
CODE = re.compile(r"[0-9]+[ab]?[0-9]*")
# It sorts after every character of a key.
AFTER_ALL = "\U0010ffff"


@dataclass(frozen=True)
class Found:
    """A territory of today that answers a query, and the words to show it with."""

    territory: Territory
    # It was found by this former commune, if by one.
    former: Territory | None = None
    # It bears the very name or code that was typed.
    exact: bool = False

    @property
    def label(self) -> str:
        if self.former is not None and self.former.name != self.territory.name:
            return f"{self.former.name} → {self.territory.name}"
        return self.territory.name

    @property
    def detail(self) -> str:
        """What tells it from its namesakes: "commune, Isère (38)", "région (84)", "ancienne
        commune, Ain (01)"."""
        kind = self.territory.get_kind_display()
        if self.former is not None:
            kind = self.former.get_kind_display()
        department = self.territory.department
        if department is None or department == self.territory:
            return f"{kind} ({self.territory.code})"
        return f"{kind}, {department.name} ({department.code})"


def find(query: str, *, levels: Collection[Level] = (), limit: int = LIMIT) -> list[Found]:
    """Returns at most `limit` territories of today, best first: exactness, level, population.

    `levels` keeps only some; a former commune counts as a commune. An empty query finds nothing.
    """
    typed = query.replace("\x00", "")[:LONGEST_QUERY].strip()
    key = compared(typed)
    if not key:
        return []
    keys = LookupKey.objects.order_by("exactness", "rank")
    if levels:
        keys = keys.filter(territory__level__in=_with_former(levels))
    whole = keys.filter(key=key, exactness=LookupKey.Exactness.WHOLE)
    bearers = list(_territories(whole, MOST_NAMESAKES))
    others: dict[str, None] = {}
    if len(key) >= FIRST_LETTERS:
        for prefix in _prefixes(typed, key):
            if len({*bearers, *others}) >= limit:
                break
            others |= _territories(keys.filter(_begins(prefix)), limit)
    # Names are in our letters: a word in others resembles none of them.
    if not bearers and not others and key.isascii() and not CODE.fullmatch(key):
        others = _territories(_near(keys, key), limit)
    return _answers(typed, bearers, others)[:limit]


def exact(query: str, *, levels: Collection[Level] = ()) -> list[Found]:
    """Returns only the territories that bear that very code or name, as `find` orders them."""
    return [found for found in find(query, levels=levels) if found.exact]


def resolve(level: Level, code: str) -> Territory | None:
    """Returns today's territory of that level and code, which may be the successor of a former
    one."""
    territory = (
        Territory.objects.select_related("successor")
        .filter(level=level, code=code.replace("\x00", "").upper())
        .first()
    )
    return territory and territory.today


def _territories(keys: QuerySet[LookupKey], most: int) -> dict[str, None]:
    """Returns the keys' territories, each once, in their order."""
    # The same territory may answer by its name, a word of it and its codes.
    found = dict.fromkeys(keys.values_list("territory_id", flat=True)[: most * 3])
    return dict(islice(found.items(), most + SAME_SUCCESSOR))


def _answers(typed: str, bearers: Iterable[str], others: Iterable[str]) -> list[Found]:
    """Returns those that bear the very name, then the others; today's territory of each, once."""
    # The order of the model is left out: it costs as much to write in SQL as all the rest.
    territories = (
        Territory.objects.order_by()
        .select_related("department", "successor__department")
        .in_bulk([*bearers, *others])
    )

    def distance(found: Found) -> tuple[bool, bool, bool]:
        """Ranks today's names before former ones; "Rivière" is nearer to Rivière than La Rivière
        is, and "Abbécourt" to Abbécourt than Abbecourt."""
        named = found.former or found.territory
        if typed.lower() == named.code.lower():
            return (found.former is not None, False, False)
        return (
            found.former is not None,
            folded(typed) != folded(named.name),
            _spelt(typed) != _spelt(named.name),
        )

    # The sort is stable: among names written alike, level and population still decide.
    answers = sorted((_answer(territories[pk], exact=True) for pk in bearers), key=distance)
    answers += [_answer(territories[pk], exact=False) for pk in others]
    once: dict[str, Found] = {}
    for answer in answers:
        once.setdefault(answer.territory.pk, answer)
    return list(once.values())


def _spelt(name: str) -> str:
    return name.lower().replace("'", "’")


def _answer(territory: Territory, *, exact: bool) -> Found:
    if territory.successor is None:
        return Found(territory, exact=exact)
    return Found(territory.successor, former=territory, exact=exact)


def _with_former(levels: Collection[Level]) -> set[Level]:
    return {*levels, *([Level.FORMER] if Level.COMMUNE in levels else [])}


def _begins(prefix: str) -> Q:
    """Keeps keys with that prefix, as a range of the index. PostgreSQL's index compares bytes only
    for LIKE; SQLite's LIKE does not use an index.

    PostgreSQL's index compares bytes only for LIKE; SQLite's LIKE does not use an index.
    """
    if connection.vendor == "sqlite":
        return Q(key__gte=prefix, key__lt=prefix + AFTER_ALL)
    return Q(key__startswith=prefix)


def _prefixes(typed: str, key: str) -> list[str]:
    """Returns prefixes in which a last word may be the beginning of another: "saint la" of
    Saint-Lary, "bourg e" of Bourg-en-Bresse, where whole words are left out of comparisons."""
    words = folded(typed).split()
    before = compared(" ".join(words[:-1])) if len(words) > 1 else ""
    prefixes = [key]
    if (before and before != " ".join(words[:-1])) or len(words) > 1:
        prefixes.insert(0, f"{before} {words[-1]}".strip())
        if len(words[-1]) <= 2:
            prefixes.append(before)
    return [prefix for prefix in dict.fromkeys(prefixes) if len(prefix) >= FIRST_LETTERS]


# --- Resemblance ---------------------------------------------------------------------------------


def _near(keys: QuerySet[LookupKey], key: str) -> QuerySet[LookupKey]:
    names = _resembling(key)
    nearest_first = Case(
        *(When(key=name, then=place) for place, name in enumerate(names)), default=len(names)
    )
    return keys.filter(key__in=names, exactness=LookupKey.Exactness.WHOLE).order_by(
        nearest_first, "rank"
    )


def _resembling(key: str) -> list[str]:
    """Returns names within a few typing errors, the nearest first; then those that begin so."""
    allowed = 1 if len(key) < 6 else 2 if len(key) < 12 else 3
    names = _known_names(_geography_in_force())
    near = process.extract(key, names, scorer=OSA.distance, score_cutoff=allowed, limit=LIMIT)
    if not near and len(key) >= 5:
        beginnings = [name[: len(key)] for name in names]
        near = [
            (names[index], distance, index)
            for _, distance, index in process.extract(
                key, beginnings, scorer=OSA.distance, score_cutoff=allowed, limit=LIMIT
            )
        ]
    return [name for name, _, _ in near]


def _geography_in_force() -> str:
    return Geography.objects.values_list("fingerprint", flat=True).first() or ""


@lru_cache(maxsize=1)
def _known_names(fingerprint: str) -> tuple[str, ...]:
    """Returns every compared name, the most populated first: 3 MB a process, read once a
    geography."""
    rows = (
        LookupKey.objects.filter(exactness=LookupKey.Exactness.WHOLE)
        .order_by("rank")
        .values_list("key", flat=True)
    )
    return tuple(dict.fromkeys(key for key in rows if not key[0].isdigit()))
