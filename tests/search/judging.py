"""What was judged right (`judged.toml`), and how near to it the order of what is found comes."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log2
from pathlib import Path
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict

from accounts.models import User
from publishing.kinds import declared
from search import facets
from search.filters import Filters
from search.finding import find
from search.french.queries import asked
from search.models import Entry
from spelling.folding import folded

JUDGED = Path(__file__).with_name("judged.toml")
# The first page is all that most people read.
READ = 10
# Every so many queries are kept aside while ranking is tuned.
ASIDE = 3


@dataclass(frozen=True)
class Judged:
    """A query of `judged.toml`."""

    kind: str
    typed: str
    best: str
    who: str
    is_aside: bool

    @cached_property
    def grades(self) -> dict[str, int]:
        """The grade of each id, or of each class of structures."""
        pairs = (one.rpartition("=") for one in self.best.split())
        return {name: int(grade) for name, _, grade in pairs}

    @property
    def name(self) -> str:
        return f"{self.typed} [{self.who}]" if self.who else self.typed


def judged_queries() -> list[Judged]:
    with JUDGED.open("rb") as file:
        kinds = tomllib.load(file)
    return [
        Judged(kind, line["typed"], line["best"], line.get("as", ""), at % ASIDE == ASIDE - 1)
        for kind, lines in kinds.items()
        for at, line in enumerate(lines)
    ]


class Shelves:
    """The entries of the index by the ids of `judged.toml`, and back."""

    def __init__(self) -> None:
        self.ids: dict[int, str] = {}
        self._structures: list[Entry] = []
        slugs = {kind.name: _slugs(kind.model) for kind in declared()}
        for entry in Entry.objects.defer("body").order_by("pk"):
            self.ids[entry.pk] = f"{entry.kind}:{slugs[entry.kind].get(entry.key, entry.key)}"
            if entry.kind == "structures":
                self._structures.append(entry)

    @cached_property
    def known(self) -> set[str]:
        return set(self.ids.values())

    def members(self, name: str) -> set[str]:
        """Returns the ids of a class of structures, `structures@commune-33063~creche`, or of one
        row. Raises KeyError where there is none."""
        if ":" in name:
            found = {name} & self.known
        else:
            where_and_kind, _, said = name.partition("~")
            _, _, where = where_and_kind.partition("@")
            found = {
                self.ids[entry.pk]
                for entry in self._structures
                if (not where or _lies_in(entry, where))
                and said.replace("+", " ") in folded(entry.title)
            }
        if not found:
            raise KeyError(name)
        return found


def _slugs(model: Any) -> dict[str, str]:
    names = {field.name for field in model._meta.concrete_fields}
    if "slug" not in names:
        return {}
    return {str(pk): slug for pk, slug in model._base_manager.values_list("pk", "slug")}


def _lies_in(entry: Entry, territory: str) -> bool:
    if territory.startswith("commune-"):
        return entry.commune_code == territory.removeprefix("commune-")
    return territory in facets.read(entry.facets).territories


def found_by(typed: str, user: Any) -> list[int]:
    """Returns the shelf marks of what is found, the best first."""
    return [entry.pk for entry in find(asked(typed), Filters(QueryDict()), user).entries]


class Readers:
    """Who asks: a visitor, or an account of the demonstration."""

    def __init__(self) -> None:
        self._known: dict[str, Any] = {"": AnonymousUser()}

    def __getitem__(self, who: str) -> Any:
        if who not in self._known:
            self._known[who] = User.objects.get(email=f"{who}@demo.example")
        return self._known[who]


@dataclass(frozen=True)
class Answer:
    """The first ids that a judged query found, with the grade of each (0 for what was not judged),
    and the grades that the best order would give."""

    judged: Judged
    ids: tuple[str, ...]
    grades: tuple[int, ...]
    ideal: tuple[int, ...]

    @property
    def reciprocal_rank(self) -> float:
        """Of the first of the very best."""
        ranks = (1 / rank for rank, grade in enumerate(self.grades, 1) if grade == self.ideal[0])
        return next(ranks, 0.0)

    @property
    def ndcg(self) -> float:
        return _gain(self.grades) / _gain(self.ideal)


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / log2(rank + 1) for rank, grade in enumerate(grades, 1))


def answers(queries: Iterable[Judged]) -> list[Answer]:
    """Asks each query as its reader. Raises KeyError where a judgement names what is not there."""
    shelves, readers = Shelves(), Readers()
    visible: dict[str, set[str]] = {}
    found = []
    for one in queries:
        user = readers[one.who]
        if one.who not in visible:
            keys = Entry.objects.visible_to(user).values_list("pk", flat=True)
            visible[one.who] = {shelves.ids[pk] for pk in keys}
        grades: dict[str, int] = {}
        for name, grade in one.grades.items():
            for member in shelves.members(name) & visible[one.who]:
                grades[member] = max(grade, grades.get(member, 0))
        if not grades:
            raise KeyError(one.best)
        ids = tuple(shelves.ids[pk] for pk in found_by(one.typed, user)[:READ])
        found.append(
            Answer(
                judged=one,
                ids=ids,
                grades=tuple(grades.get(name, 0) for name in ids),
                ideal=tuple(sorted(grades.values(), reverse=True)[:READ]),
            )
        )
    return found


@dataclass(frozen=True)
class Figures:
    """Of some answers: their number, mean reciprocal rank, mean nDCG of the first ten, and the
    share of those without result."""

    count: int
    mrr: float
    ndcg: float
    without: float


def figures(some: Sequence[Answer]) -> Figures:
    def mean(of: Callable[[Answer], float]) -> float:
        return sum(map(of, some)) / len(some)

    return Figures(
        len(some),
        mean(lambda one: one.reciprocal_rank),
        mean(lambda one: one.ndcg),
        mean(lambda one: not one.ids),
    )


def by_kind(some: Iterable[Answer]) -> Mapping[str, list[Answer]]:
    kinds: defaultdict[str, list[Answer]] = defaultdict(list)
    for one in some:
        kinds[one.judged.kind].append(one)
    return kinds


def table(some: Sequence[Answer]) -> str:
    """Returns the figures by kind of query, of those kept aside, and of all."""
    rows = dict(by_kind(some))
    rows["(tuned on)"] = [one for one in some if not one.judged.is_aside]
    rows["(kept aside)"] = [one for one in some if one.judged.is_aside]
    rows["all"] = list(some)
    lines = [f"{'':18}{'queries':>8}{'MRR':>7}{'nDCG@10':>9}{'none':>7}"]
    for name, answered in rows.items():
        of = figures(answered)
        lines.append(f"{name:18}{of.count:8}{of.mrr:7.3f}{of.ndcg:9.3f}{of.without:7.1%}")
    return "\n".join(lines)
