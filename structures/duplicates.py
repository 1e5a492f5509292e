"""Finds structures that may be one and the same, for a person to look at.

Three ways to resemble: a Siret or RNA that one has and another had; the same Siren where one of
them has no Siret; a near name in the same commune. Numbers that contradict each other settle it:
two Siret are two establishments, two RNA two associations.

The search follows the revisions: a pass reads what was written since the last one, in steps that
each remember where they stopped. A step holds at most `BATCH` structures, or one commune.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from time import monotonic
from typing import Any

from django.db import transaction
from django.db.models import Q
from rapidfuzz import fuzz

from spelling.folding import folded
from structures.models import DuplicatePair, DuplicateSearch, Revision, Structure
from structures.models.structure import FormerIdentity
from territories.models import Level, Territory, key_of

Reason = DuplicatePair.Reason
Stage = DuplicateSearch.Stage

BATCH = 2_000
COMMUNES = 200
# One without Siret is compared with so many establishments of its Siren.
MOST_ESTABLISHMENTS = 200

# Two names are near from so many hundredths on.
NEAR = 88
# A single letter makes another name of one word or so.
SHORTEST = 6
# A word that so many names of the commune hold tells nothing about any of them.
FREQUENT = 40
NEIGHBOURS = 4
# What names begin with, and what joins their words.
# fmt: off
TELLS_NOTHING = frozenset((
    "association", "associations", "asso", "assoc", "ass", "club", "comite", "federation",
    "union", "amicale", "groupement", "societe", "cooperative", "scop", "scic", "sarl", "sas",
    "sa", "cuma", "mutuelle", "fondation", "collectif", "centre", "maison", "departemental",
    "departementale", "regional", "regionale", "local", "locale", "francais", "francaise",
    "l", "d", "le", "la", "les", "un", "une", "de", "du", "des", "a", "au", "aux", "en", "et",
    "ou", "pour", "par", "sur", "dans", "avec",
))
# fmt: on


@dataclass(frozen=True)
class Outcome:
    """The outcome of a search that was given some time."""

    pairs: int
    finished: bool


@dataclass(frozen=True, slots=True)
class Named:
    """A structure of a commune, by what tells it from others."""

    pk: int
    words: tuple[str, ...]
    siren: str | None
    siret: str | None
    rna: str | None
    is_new: bool

    @property
    def digits(self) -> set[str]:
        return {word for word in self.words if word.isdigit()}

    def may_be(self, other: Named) -> bool:
        return not (
            contradict(self.siren, other.siren)
            or contradict(self.siret, other.siret)
            or contradict(self.rna, other.rna)
        )


def contradict(one: str | None, other: str | None) -> bool:
    return bool(one and other and one != other)


Found = dict[tuple[int, int], tuple[str, int]]


def find_duplicates(*, seconds: float = 60) -> Outcome:
    """Goes on searching for that many seconds; `finished` says that nothing is left that was
    written before. It is safe to stop anywhere, and to run from two machines at once: the slower
    one's step is dropped.
    """
    deadline = monotonic() + seconds
    pairs = 0
    while True:
        search, _ = DuplicateSearch.objects.get_or_create(pk=1)
        if search.stage == Stage.IDLE:
            newest = Revision.objects.values_list("number", flat=True).get(pk=1)
            if newest == search.done:
                return Outcome(pairs, finished=True)
            _advance(search, stage=Stage.NUMBERS, cursor="", target=newest)
        elif search.stage == Stage.NUMBERS:
            pairs += _numbers_step(search)
        else:
            pairs += _names_step(search, deadline)
        if monotonic() > deadline:
            return Outcome(pairs, finished=False)


@transaction.atomic
def flag(*, one: Structure, other: Structure) -> DuplicatePair:
    """Two structures that a person takes for one. What was said of them before is asked again."""
    first, second = sorted((one, other), key=lambda structure: structure.pk)
    pair, made = DuplicatePair.objects.get_or_create(
        first=first, second=second, defaults={"reason": Reason.PERSON}
    )
    if not made and not pair.is_waiting:
        pair.state, pair.reason = DuplicatePair.State.WAITING, Reason.PERSON
        pair.decided_by = pair.decided_at = None
        pair.save()
    return pair


# --- Steps ----------------------------------------------------------------------------------------


def _new(search: DuplicateSearch) -> Any:
    written = Structure.objects.current().order_by()
    return written.filter(revision__gt=search.done, revision__lte=search.target)


def _advance(search: DuplicateSearch, *, found: Found | None = None, **where: Any) -> int:
    """Writes what a step found and where it stopped, unless another machine did that step."""
    with transaction.atomic():
        same = DuplicateSearch.objects.filter(
            pk=1, stage=search.stage, cursor=search.cursor, target=search.target
        )
        if not same.update(**where):
            return 0
        return _keep(found or {})


def _keep(found: Found) -> int:
    pairs = sorted(found)
    made = 0
    for start in range(0, len(pairs), BATCH):
        asked = pairs[start : start + BATCH]
        known = set(
            DuplicatePair.objects.filter(first__in={first for first, _ in asked}).values_list(
                "first_id", "second_id"
            )
        )
        rows = [
            DuplicatePair(first_id=pair[0], second_id=pair[1], reason=reason, score=score)
            for pair in asked
            if pair not in known
            for reason, score in [found[pair]]
        ]
        # One may have been deleted since it was read.
        alive = set(
            Structure.objects.filter(
                pk__in={key for row in rows for key in (row.first_id, row.second_id)}
            ).values_list("pk", flat=True)
        )
        rows = [row for row in rows if {row.first_id, row.second_id} <= alive]
        made += len(DuplicatePair.objects.bulk_create(rows, ignore_conflicts=True))
    return made


def _numbers_step(search: DuplicateSearch) -> int:
    rows = list(
        _new(search)
        .filter(pk__gt=int(search.cursor or 0))
        .order_by("pk")
        .values_list("pk", "siren", "siret", "rna")[:BATCH]
    )
    if not rows:
        return _advance(search, stage=Stage.NAMES, cursor="")
    found: Found = {}
    for one, other in _by_former_numbers(rows):
        _add(found, one, other, Reason.NUMBER, 100)
    for one, other, score in _by_siren({siren for _, siren, _, _ in rows if siren}):
        _add(found, one, other, Reason.SIREN, score)
    return _advance(search, found=found, cursor=str(rows[-1][0]))


def _names_step(search: DuplicateSearch, deadline: float) -> int:
    codes = list(
        _new(search)
        .filter(commune_code__gt=search.cursor)
        .order_by("commune_code")
        .values_list("commune_code", flat=True)
        .distinct()[:COMMUNES]
    )
    if not codes:
        return _advance(search, stage=Stage.IDLE, cursor="", done=search.target)
    communes = Territory.objects.in_bulk([key_of(Level.COMMUNE, code) for code in codes])
    found: Found = {}
    last = codes[-1]
    for code, rows in groupby(_rows_of(codes), key=itemgetter(0)):
        place = communes.get(key_of(Level.COMMUNE, code))
        common = TELLS_NOTHING | set(folded(place.name).split() if place else [])
        named = [
            Named(pk, significant(key, common), siren, siret, rna, revision > search.done)
            for _, pk, key, siren, siret, rna, revision in rows
        ]
        for one, other, score in near_names(named):
            _add(found, one, other, Reason.NAME, score)
        if monotonic() > deadline:
            last = code
            break
    return _advance(search, found=found, cursor=last)


def _rows_of(codes: list[str]) -> Iterator[tuple[Any, ...]]:
    rows = Structure.objects.current().filter(commune_code__in=codes).order_by("commune_code")
    columns = ("commune_code", "pk", "search_key", "siren", "siret", "rna", "revision")
    return iter(rows.values_list(*columns).iterator(BATCH))


def _add(found: Found, one: int, other: int, reason: str, score: int) -> None:
    found.setdefault((min(one, other), max(one, other)), (reason, score))


# --- Numbers --------------------------------------------------------------------------------------


def _by_former_numbers(rows: list[tuple[int, Any, Any, Any]]) -> Iterator[tuple[int, int]]:
    """Finds whoever has, or had, a number that another one has or had."""
    keys = [row[0] for row in rows]
    own = {"siret": {row[2] for row in rows if row[2]}, "rna": {row[3] for row in rows if row[3]}}
    past = FormerIdentity.objects.order_by().filter(structure__merged_into=None)
    had = past.filter(structure__in=keys).exclude(siret="", rna="").values_list("siret", "rna")
    for place, name in enumerate(("siret", "rna")):
        numbers = {row[place] for row in had if row[place]} | own[name]
        bearers: dict[str, set[int]] = defaultdict(set)
        former = past.filter(**{f"{name}__in": numbers}).values_list(name, "structure_id")
        for number, key in former:
            bearers[number].add(key)
        present = Structure.objects.current().order_by().filter(**{f"{name}__in": set(bearers)})
        for number, key in present.values_list(name, "pk"):
            bearers[number].add(key)
        for several in bearers.values():
            first, *others = sorted(several)
            yield from ((first, other) for other in others)


def _by_siren(sirens: set[str]) -> Iterator[tuple[int, int, int]]:
    """Finds each structure without Siret, and the likeliest of those that share its Siren."""
    same = Structure.objects.current().order_by()
    without = set(same.filter(siren__in=sirens, siret=None).values_list("siren", flat=True))
    for siren in sorted(without):
        group = list(
            same.filter(siren=siren)
            .order_by("siret", "pk")
            .values("pk", "siret", "rna", "commune_code", "search_key")[:MOST_ESTABLISHMENTS]
        )
        for row in group:
            others = [
                other
                for other in group
                if other is not row and not contradict(row["rna"], other["rna"])
            ]
            if row["siret"] is None and others:
                likeliest = max(others, key=lambda other: _likeness(row, other))
                yield row["pk"], likeliest["pk"], 95 if _likeness(row, likeliest)[0] else 90


def _likeness(row: dict[str, Any], other: dict[str, Any]) -> tuple[bool, float]:
    here = bool(row["commune_code"]) and row["commune_code"] == other["commune_code"]
    return here, fuzz.token_sort_ratio(row["search_key"], other["search_key"])


# --- Names ----------------------------------------------------------------------------------------


def significant(search_key: str, common: Iterable[str] = TELLS_NOTHING) -> tuple[str, ...]:
    """Returns the words that tell a name from others, each once; all of them where there are no
    others.

    >>> significant("association les amis du lac")
    ('amis', 'lac')
    """
    words = dict.fromkeys(search_key.split())
    return tuple(word for word in words if word not in common) or tuple(words)


def near_names(rows: list[Named]) -> Iterator[tuple[int, int, int]]:
    """Yields names of one commune that resemble each other, with how much; at least one of the two
    is new.

    A name is compared with those that share a rare word, and with its neighbours in alphabetical
    order, spaces left out: a few dozens each, however large the commune.
    """
    keys = [(" ".join(sorted(row.words)), "".join(row.words)) for row in rows]
    holders: dict[str, list[int]] = defaultdict(list)
    for index, row in enumerate(rows):
        for word in row.words:
            if len(word) > 2:
                holders[word].append(index)
    order = sorted(range(len(rows)), key=lambda index: keys[index][1])
    places = {index: place for place, index in enumerate(order)}
    for index, row in enumerate(rows):
        if not row.is_new:
            continue
        candidates: set[int] = set()
        for word in row.words:
            if 1 < len(block := holders.get(word, [])) <= FREQUENT:
                candidates.update(block)
        place = places[index]
        candidates.update(order[max(0, place - NEIGHBOURS) : place + NEIGHBOURS + 1])
        for other in candidates:
            # Two that are new are compared once.
            if other == index or (rows[other].is_new and other < index):
                continue
            score = _resemblance(keys[index], keys[other])
            if score and row.may_be(rows[other]) and row.digits == rows[other].digits:
                yield row.pk, rows[other].pk, score


def _resemblance(one: tuple[str, str], other: tuple[str, str]) -> int:
    """Returns how much two names resemble each other, each as its words in order of the alphabet,
    and as one word. What has no word is like nothing."""
    if not one[0] or not other[0]:
        return 0
    if one[0] == other[0]:
        return 100
    if one[1] == other[1]:  # "tiers lieu" and "tierslieu"
        return 99
    if min(len(one[0]), len(other[0])) < SHORTEST:
        return 0
    return min(round(fuzz.ratio(one[0], other[0], score_cutoff=NEAR)), 99)


def waiting_for(user: Any) -> Any:
    """Returns the queue of whoever may merge, in their territories."""
    if not user.has_perm("structures.merge_structure"):
        return DuplicatePair.objects.none()
    return (
        DuplicatePair.objects.waiting()
        .filter(Q(first__merged_into=None, second__merged_into=None))
        .changeable_by(user)
    )
