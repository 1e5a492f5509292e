"""Finds territories by code, postal code or name, as people type them.

What is typed has a few readings (`territories.reading`): the first that some place answers is
meant. Then what begins like it, or has a word that begins like it, then names that resemble it.
Each way reads one range of one index.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from django.db.models import Case, QuerySet, When

from database.prefixes import begins
from spelling.folding import folded
from territories.models import Geography, Level, LookupKey, Territory, people_of
from territories.names import LEFT_OUT, Spelling, compared_words, in_one_word, words_of
from territories.reading import Areas, Reading, departments_of_postal_code, readings
from territories.resembling import resembling

LIMIT = 20
# Nobody types more; what is longer is compared by its beginning.
LONGEST_QUERY = 100
# One postal code holds 46 communes at most, and one name has 30 bearers, "Saint-Martin".
MOST_NAMESAKES = 60
# So many former communes may be one now: the page stays full without them.
SAME_SUCCESSOR = 5
FIRST_LETTERS = 2
MOST_WORDS = 8
# A name that resembles what was typed hides behind its bearers if it is so much more populated.
HIDDEN_BY = 3
# What is shorter is the beginning of a name rather than an error in one.
FEWEST_LETTERS = 4
# So many come before the likeliest name that resembles what was typed.
BEFORE_LIKELIEST = 2

Exactness = LookupKey.Exactness


@dataclass(frozen=True)
class Found:
    """A territory of today that answers a query, and the words to show it with."""

    territory: Territory
    # It was found by this former commune, if by one.
    former: Territory | None = None
    # It was found by this name of former times, if by one.
    former_name: str = ""
    # It bears the very name or code that was typed, where it was said to be.
    exact: bool = False
    # Its name only resembles what was typed.
    resembles: bool = False

    @property
    def label(self) -> str:
        was = self.former_name or (self.former.name if self.former else "")
        if was and was != self.territory.name:
            return f"{was} → {self.territory.name}"
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


@dataclass(frozen=True)
class _Bearer:
    """A row of the look-up, with what tells where its territory is."""

    territory: str
    key: str
    exactness: int
    rank: int
    level: str
    kind: str
    code: str
    departments: frozenset[str]
    postal_codes: tuple[str, ...]


def find(
    query: str,
    *,
    levels: Collection[Level] = (),
    limit: int = LIMIT,
    with_errors: bool = True,
) -> list[Found]:
    """Returns at most `limit` territories of today, best first: exactness, level, population.

    `levels` keeps only some; a former commune counts as a commune. An empty query finds nothing.
    Without errors, names that only resemble what was typed are not looked for.
    """
    typed = query.replace("\x00", "")[:LONGEST_QUERY].strip()
    if not words_of(typed):
        return []
    fingerprint = _fingerprint()
    areas = _areas(fingerprint)
    said = list(readings(typed, areas))
    keys = LookupKey.objects.order_by("exactness", "rank")
    if levels:
        keys = keys.filter(territory__level__in=_with_former(levels))
    rows = _bearers(keys, said, areas)
    meant, bearers = _first_answered(said, rows)
    asked = [meant] if meant else said
    begun: dict[str, str] = {}
    for prefix, reading in _prefixes(said[0], asked):
        if len({*(row.territory for row in bearers), *begun}) >= limit:
            break
        begun |= _territories(_where(keys, reading).filter(begins("key", prefix)), limit)
    near: dict[str, str] = {}
    if (
        with_errors
        and limit > len(bearers)
        and (not bearers or _hides_better(meant, bearers, fingerprint))
    ):
        narrowed = [reading for reading in asked if reading.departments is not None]
        near = _near(keys, narrowed[-1:] if begun and narrowed else asked, fingerprint)
    ways = _Ways(
        typed,
        meant,
        {row.territory: row.key for row in bearers},
        begun,
        near,
        {row.territory: row.key for row in ([] if bearers else _in_part(said, rows))},
    )
    return ways.answers()[:limit]


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


# --- Who bears what was typed ---------------------------------------------------------------------


def _bearers(keys: QuerySet[LookupKey], said: list[Reading], areas: Areas) -> list[_Bearer]:
    """Returns those that bear a name or code of any reading, the surest and largest first."""
    wanted = {key for r in said for key in (r.key, *in_one_word(r.joined), r.code) if key}
    wanted |= set(_partial_names(said[0]))
    rows = keys.filter(key__in=wanted, exactness__lte=Exactness.SHORT).values_list(
        "territory_id",
        "key",
        "exactness",
        "rank",
        "territory__level",
        "territory__kind",
        "territory__code",
        "territory__department_id",
        "territory__region_id",
        "territory__departments",
        "territory__postal_codes",
    )
    return [
        _Bearer(
            territory=pk,
            key=key,
            exactness=exactness,
            rank=rank,
            level=level,
            kind=kind,
            code=code,
            departments=frozenset(several.split())
            or (
                areas.of_region.get(region or "", frozenset())
                if level == Level.REGION
                else frozenset({department.rpartition("-")[2]} if department else ())
            ),
            postal_codes=tuple(postal_codes.split()),
        )
        for (
            pk, key, exactness, rank, level, kind, code, department, region, several, postal_codes,
        ) in rows
    ]  # fmt: skip


def _first_answered(
    said: list[Reading], rows: list[_Bearer]
) -> tuple[Reading | None, list[_Bearer]]:
    """Returns the first reading that someone answers, and who."""
    for reading in said:
        if answering := _answering(reading, rows):
            return reading, answering
    return None, []


def _answering(reading: Reading, rows: list[_Bearer]) -> list[_Bearer]:
    if reading.code and (not reading.words or reading.words == (reading.code,)):
        return _once(row for row in rows if row.key == reading.code)
    here = [
        row
        for row in rows
        if (not reading.levels or row.level in reading.levels)
        and reading.may_lie_in(row.departments)
        and (not reading.code or _lies_at(row, reading.code))
    ]
    if reading.code and reading.is_of_city:
        municipal = [row for row in here if row.level == Level.MUNICIPAL]
        if there := [row for row in municipal if row.key == reading.code]:
            return _once(there)
    for exactness, keys in (
        (Exactness.WHOLE, (reading.key,)),
        (Exactness.JOINED, in_one_word(reading.joined)),
        (Exactness.SHORT, (reading.key,)),
    ):
        # The short name of an intercommunalité is often that of its town.
        if exactness == Exactness.SHORT and Level.EPCI not in reading.levels:
            continue
        named = [row for row in here if row.key in keys and row.exactness <= exactness]
        if reading.code:
            there = [row for row in named if reading.code in (*row.postal_codes, row.code)]
            named = there or named
        if named:
            named.sort(key=lambda row: bool(reading.kinds) and row.kind not in reading.kinds)
            return _once(named)
    return []


def _lies_at(row: _Bearer, code: str) -> bool:
    """Says whether it may have that postal code, one of CEDEX included, or code of Insee."""
    return (
        code == row.code
        or code in row.postal_codes
        or not departments_of_postal_code(code).isdisjoint(row.departments)
    )


def _once(rows: Iterable[_Bearer]) -> list[_Bearer]:
    first: dict[str, _Bearer] = {}
    for row in rows:
        first.setdefault(row.territory, row)
    return list(first.values())[:MOST_NAMESAKES]


def _in_part(said: list[Reading], rows: list[_Bearer]) -> Iterator[_Bearer]:
    """Yields what answers a part only of what was typed: the name in another place, some of its
    words, or the place that was said."""
    keys = [key for r in said if r.words for key in (r.key, *in_one_word(r.joined))]
    keys += _partial_names(said[0])
    keys += [reading.code for reading in said if reading.code]
    for key in dict.fromkeys(keys):
        yield from (r for r in rows if r.key == key and r.exactness <= Exactness.JOINED)
    told = {d for r in said if r.code for d in departments_of_postal_code(r.code)}
    yield from (r for r in rows if r.level == Level.DEPARTMENT and r.code in told)


def _partial_names(reading: Reading) -> list[str]:
    """Returns compared names made of the first words, or of the last, the longest first: of
    « Grenoble gare » and « CCAS de Voiron »."""
    words = reading.words[:MOST_WORDS]
    counts = range(len(words) - 1, 0, -1)
    parts = [compared_words(part) for n in counts for part in (words[:n], words[-n:])]
    return [key for key in parts if len(key) > FIRST_LETTERS and key not in LEFT_OUT]


# --- What begins like it --------------------------------------------------------------------------


def _territories(keys: QuerySet[LookupKey], most: int) -> dict[str, str]:
    """Returns the keys' territories, each once, in their order, with the first key of each."""
    # The same territory may answer by its name, a word of it and its codes.
    found: dict[str, str] = {}
    for territory, key in keys.values_list("territory_id", "key")[: most * 3]:
        found.setdefault(territory, key)
    return dict(islice(found.items(), most + SAME_SUCCESSOR))


def _with_former(levels: Collection[Level]) -> set[Level]:
    return {*levels, *([Level.FORMER] if Level.COMMUNE in levels else [])}


def _where(keys: QuerySet[LookupKey], reading: Reading) -> QuerySet[LookupKey]:
    """Keeps keys of territories that lie where the reading says."""
    if reading.levels:
        keys = keys.filter(territory__level__in=reading.levels)
    departments = reading.departments
    if reading.code and reading.words and reading.words != (reading.code,):
        told = departments_of_postal_code(reading.code)
        departments = told if departments is None else departments & told
    if departments is not None:
        keys = keys.filter(territory__department__code__in=departments)
    return keys


def _prefixes(literal: Reading, said: list[Reading]) -> Iterator[tuple[str, Reading]]:
    """Yields prefixes in which a last word may be the beginning of another: "saint la" of
    Saint-Lary, "bourg e" of Bourg-en-Bresse, where whole words are left out of comparisons."""
    once = set()
    for reading in dict.fromkeys([literal, *said]):
        words = reading.words
        if not words or (words[-1].isdigit() and reading is not literal):
            continue
        for prefix in _beginnings(words):
            if len(prefix) >= FIRST_LETTERS and (mark := (prefix, reading.departments)) not in once:
                once.add(mark)
                yield prefix, reading


def _beginnings(words: tuple[str, ...]) -> Iterator[str]:
    before, last = words[:-1], words[-1]
    if any(word not in LEFT_OUT for word in before):
        yield f"{compared_words(before)} {last}"
        if len(last) <= 2 and not last.isdigit():
            yield compared_words(before)
    yield compared_words(words)
    if before:
        yield from in_one_word("".join(words))


# --- What resembles it ----------------------------------------------------------------------------


def _near(keys: QuerySet[LookupKey], said: list[Reading], fingerprint: str) -> dict[str, str]:
    """Returns territories whose names resemble what was typed, where it was said to be, the nearest
    first."""
    found: dict[str, tuple[int, int, str]] = {}
    for reading in _unlike(said):
        likely = resembling((reading.joined, reading.key.replace(" ", "")), fingerprint)
        if not likely:
            continue
        rank = {
            key: (near.distance, place)
            for place, near in enumerate(likely)
            for key in in_one_word(near.name)
        }
        nearest_first = Case(
            *(When(key=name, then=place) for name, (_, place) in rank.items()), default=len(rank)
        )
        here = _where(keys, reading).filter(key__in=rank, exactness__lte=Exactness.JOINED)
        for territory, key in _territories(here.order_by(nearest_first, "rank"), LIMIT).items():
            mark = (*rank[key], key)
            found[territory] = min(found.get(territory, mark), mark)
    ranked = sorted(found, key=lambda territory: found[territory][:2])
    # Thirty places called Saint-Rémy would hide the other names.
    first_of_name = {found[territory][2]: territory for territory in reversed(ranked)}
    ranked.sort(key=lambda territory: first_of_name[found[territory][2]] != territory)
    return {territory: found[territory][2] for territory in ranked}


def _unlike(said: list[Reading]) -> list[Reading]:
    """Returns the literal reading, and the one that takes most words for where it is."""
    named = [reading for reading in said if reading.words]
    return list(dict.fromkeys([*named[:1], *named[-1:]]))


def _hides_better(meant: Reading | None, bearers: list[_Bearer], fingerprint: str) -> bool:
    """Says whether a name that resembles that of the bearers is so much more populated that it may
    be what was meant, with an error that made it theirs."""
    if meant is None or meant.code or len(meant.joined) < FEWEST_LETTERS:
        return False
    people = max(people_of(row.rank) for row in bearers)
    return any(
        near.people > max(people, 1) * HIDDEN_BY
        for near in resembling((meant.joined,), fingerprint, errors=1)
    )


# --- Answers --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Ways:
    """What was found, keys by territory, in each of the ways."""

    typed: str
    meant: Reading | None
    bearers: dict[str, str]
    begun: dict[str, str]
    near: dict[str, str]
    in_part: dict[str, str]

    def answers(self) -> list[Found]:
        # The order of the model is left out: it costs as much to write in SQL as all the rest.
        territories = (
            Territory.objects.order_by()
            .select_related("department", "successor__department")
            .in_bulk([*self.bearers, *self.begun, *self.near, *self.in_part])
        )

        def told(ways: dict[str, str], **said: bool) -> list[Found]:
            return [_answer(territories[pk], key, **said) for pk, key in ways.items()]

        # The sort is stable: among names written alike, level and population still decide.
        bearers = sorted(told(self.bearers, exact=True), key=self._distance)
        begun, near = told(self.begun), told(self.near, resembles=True)
        if bearers:
            largest = max(found.territory.population for found in bearers)
            near = [f for f in near if f.territory.population > max(largest, 1) * HIDDEN_BY]
            answers = [*bearers[:BEFORE_LIKELIEST], *near[:1], *bearers[BEFORE_LIKELIEST:], *begun]
        else:
            answers = [*begun[:BEFORE_LIKELIEST], *near[:1], *begun[BEFORE_LIKELIEST:], *near[1:]]
        once: dict[str, Found] = {}
        for answer in [*answers, *told(self.in_part)]:
            once.setdefault(answer.territory.pk, answer)
        return list(once.values())

    def _distance(self, found: Found) -> tuple[bool, bool, bool]:
        """Ranks today's names before former ones; "Rivière" is nearer to Rivière than La Rivière
        is, and "Abbécourt" to Abbécourt than Abbecourt. A postal code comes before a code."""
        if self.meant is not None and self.meant.code:
            there = self.meant.code in found.territory.postal_codes.split()
            return (not there, found.former is not None, False)
        named = found.former_name or (found.former or found.territory).name
        words = folded(" ".join(self.meant.words)) if self.meant else ""
        return (
            found.former is not None or bool(found.former_name),
            " ".join(words_of(named)) != words
            and self.typed.lower() != found.territory.code.lower(),
            _spelt(named) not in _spelt(self.typed),
        )


def _spelt(name: str) -> str:
    return name.lower().replace("'", "’")


def _answer(
    territory: Territory, key: str, *, exact: bool = False, resembles: bool = False
) -> Found:
    """Returns today's territory, with the name of former times by which it was found, if by one."""
    today, former, name = territory, None, ""
    if territory.successor is not None:
        today, former = territory.successor, territory
    if territory.former_names and key not in Spelling(territory.name):
        names = territory.former_names.splitlines()
        name = next((name for name in names if key in Spelling(name)), "")
    return Found(today, former, name, exact=exact, resembles=resembles)


@lru_cache(maxsize=1)
def _areas(fingerprint: str) -> Areas:
    """Reads what regions and departments are called, once a geography."""
    return Areas.of(
        Territory.objects.today().filter(level__in=(Level.REGION, Level.DEPARTMENT)).order_by("pk")
    )


def areas_in_force() -> Areas:
    """Returns what regions and departments are called today."""
    return _areas(_fingerprint())


def _fingerprint() -> str:
    return Geography.objects.values_list("fingerprint", flat=True).first() or ""
