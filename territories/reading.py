"""What people mean by what they write of a place: a name, and whatever says where it is.

« Grenoble (38) », « 38021 GRENOBLE CEDEX 1 », « mairie de Voiron », « lyon 3e », « agglo Limoges »,
« département de l’Isère »: each text has a few readings, the most literal first, which the look-up
asks of the database and the import of its own tables. Nothing here knows which places exist, but
for regions and departments (`Areas`), by which people tell namesakes apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from territories.models import Kind, Level, Territory
from territories.names import LEFT_OUT, compared_words, words_of
from territories.usual_names import USUAL

# Paris has the most.
CITIES = {"paris": "75", "lyon": "69", "marseille": "13"}
MOST_ARRONDISSEMENTS = 20
# A name of a region has so many words, articles included.
LONGEST_AREA = 7
# « Grenoble, Isère, Auvergne-Rhône-Alpes »: nobody says where more often.
MOST_AREAS = 3

Words = tuple[str, ...]

_FIVE_DIGITS = re.compile(r"\b(\d{2})[ \u00a0\u202f](\d{3})\b")
# « Rochelle (La) » is how lists write it.
_ARTICLE_LAST = re.compile(r"^(.+?)\s*[(,]\s*(l[’']|la|le|les)\s*\)?$", re.IGNORECASE)
_ORDINAL = re.compile(r"\d(?:er|ère|e|[eè]me|nde?)\b", re.IGNORECASE)
_BRACKETED = re.compile(r"\(\s*(\d{1,3}|2[ab])\s*\)", re.IGNORECASE)
_CITY_JOINED = re.compile(r"(paris|lyon|marseille)(\d{1,2})(?:e|er|eme)?")
_BETWEEN_WORDS = re.compile(r"(?<=\w)\s*/\s*(?=\w)")
_POSTAL = re.compile(r"\d{5}")
_DEPARTMENT = re.compile(r"\d{1,3}|2[ab]")
_ROMAN = re.compile(r"(x{0,2})(ix|iv|v?i{0,3})(?:e|er|eme)?")
_ORDINALS = (
    "premier deuxieme troisieme quatrieme cinquieme sixieme septieme huitieme neuvieme dixieme "
    "onzieme douzieme treizieme quatorzieme quinzieme seizieme - - - vingtieme"
)
ORDINALS = {word: number for number, word in enumerate(_ORDINALS.split(), 1)} | {"second": 2}

_TEENS = re.compile(r"\bdix (septieme|huitieme|neuvieme)\b")

# Words that come between a kind and a name.
PREPOSITIONS = frozenset({"de", "d", "du", "des"})
MUNICIPAL_WORDS = frozenset(
    {"arrondissement", "arrondissements", "arr", "arrdt", "arrondt", "ardt", "municipal", "no", "n"}
)
COUNTRIES = (("france", "metropolitaine"), ("en", "france"), ("france",), ("fr",))
# They come before the number of an address: « CS 20113 ».
BOXES = frozenset({"bp", "cs", "tsa"})

COMMUNES = frozenset({Level.COMMUNE, Level.MUNICIPAL, Level.FORMER})
_KINDS: dict[str, tuple[frozenset[Level], frozenset[Kind]]] = {
    phrase: (frozenset(levels), frozenset(kinds))
    for phrases, levels, kinds in (
        ("communaute de communes,com de com,comcom,com com,cdc,cc", {Level.EPCI}, {Kind.CC}),
        (
            "communaute d agglomeration,communaute d agglo,agglomeration,agglo,ca",
            {Level.EPCI},
            {Kind.CA, Kind.CU, Kind.METROPOLIS},
        ),
        ("communaute urbaine,cu", {Level.EPCI}, {Kind.CU}),
        ("metropole,eurometropole", {Level.EPCI}, {Kind.METROPOLIS, Kind.CU, Kind.CA}),
        ("etablissement public territorial,ept", {Level.EPCI}, {Kind.EPT}),
        ("communaute,interco,intercommunalite,epci", {Level.EPCI}, set()),
        ("region,reg,conseil regional", {Level.REGION}, set()),
        (
            "departement,dept,dpt,dep,conseil departemental,conseil general",
            {Level.DEPARTMENT},
            set(),
        ),
        ("arrondissement", {Level.ARRONDISSEMENT}, set()),
        (
            "commune,commune nouvelle,commune deleguee,ville,mairie,municipalite,hotel de ville,"
            "village,canton,cne",
            COMMUNES,
            set(),
        ),
    )
    for phrase in phrases.split(",")
}
KINDS = {tuple(phrase.split()): said for phrase, said in _KINDS.items()}
LONGEST_KIND = max(map(len, KINDS))
# What people look for is said before where: « DLA Isère ».
LOOKED_FOR = frozenset({"dla"})


@dataclass(frozen=True)
class Areas:
    """Codes of departments by the names and numbers of what holds them: « isere », « reunion »,
    « bretagne », « idf », « nord pas calais »."""

    by_name: dict[str, frozenset[str]]
    # By the keys of regions.
    of_region: dict[str, frozenset[str]]
    codes: frozenset[str]

    @classmethod
    def of(cls, territories: Iterable[Territory]) -> Areas:
        """Reads them from regions and departments of today."""
        areas = list(territories)
        departments = [area for area in areas if area.level == Level.DEPARTMENT]
        of_region: dict[str, frozenset[str]] = {}
        for department in departments:
            region = department.region_id or ""
            of_region[region] = of_region.get(region, frozenset()) | {department.code}
        by_name: dict[str, frozenset[str]] = {}
        for area in areas:
            held = of_region.get(area.pk, frozenset())
            if area.level == Level.DEPARTMENT:
                held = frozenset({area.code})
            for name in (area.name, *USUAL.get(area.pk, ()), *area.former_names.splitlines()):
                key = compared_words(words_of(name))
                by_name[key] = by_name.get(key, frozenset()) | held
        return cls(by_name, of_region, frozenset(department.code for department in departments))

    def numbered(self, word: str) -> frozenset[str] | None:
        """Returns the department of that number, « 1 » and « 01 » alike; « 20 » is Corsica's."""
        if not _DEPARTMENT.fullmatch(word):
            return None
        code = word.upper().zfill(2)
        if code == "20":
            return frozenset({"2A", "2B"}) & self.codes or None
        return frozenset({code}) if code in self.codes else None

    def named(self, words: Words) -> frozenset[str] | None:
        return self.by_name.get(compared_words(words))


@dataclass(frozen=True)
class Reading:
    """The words of a name, and what is said besides. What is not said is empty, but for
    `departments` (codes), which is None."""

    words: Words
    levels: frozenset[Level] = frozenset()
    kinds: frozenset[Kind] = frozenset()
    departments: frozenset[str] | None = None
    # Five digits: a postal code, or a code of Insee.
    code: str = ""

    @property
    def key(self) -> str:
        return compared_words(self.words)

    @property
    def joined(self) -> str:
        return "".join(self.words)

    @property
    def is_of_city(self) -> bool:
        """Says whether it names a city that has arrondissements."""
        return self.key in CITIES

    def may_lie_in(self, departments: Iterable[str]) -> bool:
        """Says whether a place of these departments (codes) may be meant."""
        return self.departments is None or not self.departments.isdisjoint(departments)


def readings(text: str, areas: Areas) -> Iterator[Reading]:
    """Yields what a text may mean, the most literal first, each once."""
    texts = [text]
    if "/" in text:
        # « Villeneuve/Lot », and also « Grenoble / Isère ».
        texts.append(_BETWEEN_WORDS.sub(" sur ", text))
    known = set()
    for written in texts:
        for reading in _readings(written, areas):
            if (reading.words or reading.code) and reading not in known:
                known.add(reading)
                yield reading


def departments_of_postal_code(code: str) -> frozenset[str]:
    """Returns codes of the departments that its first digits tell, even where no place has it (the
    codes of CEDEX)."""
    if code.startswith("20"):
        return frozenset({"2A", "2B"})
    # Saint-Barthélemy and Saint-Martin kept postal codes of Guadeloupe.
    if code.startswith("971"):
        return frozenset({"971", "977", "978"})
    return frozenset({code[:3] if code.startswith(("97", "98")) else code[:2]})


def _readings(text: str, areas: Areas) -> Iterator[Reading]:
    text = _ARTICLE_LAST.sub(r"\2 \1", _FIVE_DIGITS.sub(r"\1\2", text))
    literal = words_of(text)
    yield Reading(literal, code=literal[0] if _is_code(literal) else "")
    words, cedex, code = _without_post(literal)
    while words and words[0] in LOOKED_FOR:
        words = words[1:]
    for name in dict.fromkeys([words, _without_country(words)]):
        yield from _named(Reading(name, code=code), areas, cedex, _Numbers.of(text))


def _named(reading: Reading, areas: Areas, cedex: str, numbers: _Numbers) -> Iterator[Reading]:
    yield from _municipal(reading, cedex, numbers)
    for placed in _placed(reading, areas):
        for of_kind in _of_kind(placed):
            yield from _municipal(of_kind, cedex, numbers)
            yield of_kind
        yield from _municipal(placed, cedex, numbers)
        yield placed


def _without_country(words: Words) -> Words:
    """« Voiron, France » says no more than « Voiron »; Belloy-en-France does."""
    for country in COUNTRIES:
        if len(words) > len(country) and words[-len(country) :] == country:
            return words[: -len(country)]
    return words


def _is_code(words: Words) -> bool:
    return len(words) == 1 and _POSTAL.fullmatch(words[0]) is not None


def _without_post(words: Words) -> tuple[Words, str, str]:
    """Returns the words without what only La Poste reads, the number of a CEDEX, and the first
    five digits."""
    kept: list[str] = []
    cedex = code = ""
    previous = ""
    for word in words:
        if previous == "cedex" and word.isdigit() and len(word) <= 2:
            cedex = word
        elif previous in BOXES and word.isdigit():
            kept.pop()
        elif _POSTAL.fullmatch(word) and not code:
            code = word
            if kept and kept[-1] in ("f", "fr"):
                kept.pop()
        elif word != "cedex":
            kept.append(word)
        previous = word
    return tuple(kept), cedex, code


def _placed(reading: Reading, areas: Areas, most: int = MOST_AREAS) -> Iterator[Reading]:
    """Yields the name with all its words, then with those at an end that name an area taken as
    where it is."""
    yield reading
    if not most:
        return
    words = reading.words
    for side in (-1, 0):
        if len(words) > 1 and (numbered := areas.numbered(words[side])):
            rest = words[:-1] if side else words[1:]
            yield from _placed(
                _within(reading, _without_area_word(rest), numbered), areas, most - 1
            )
    for count in range(min(len(words) - 1, LONGEST_AREA), 0, -1):
        for rest, area in ((words[:-count], words[-count:]), (words[count:], words[:count])):
            if held := areas.named(area):
                yield from _placed(
                    _within(reading, _without_area_word(rest), held), areas, most - 1
                )


def _within(reading: Reading, words: Words, departments: frozenset[str]) -> Reading:
    """Narrows it: « Grenoble, Isère, Rhône-Alpes » says where twice."""
    known = reading.departments
    both = departments if known is None else known & departments
    return replace(reading, words=words, departments=both)


_AREA_WORDS = frozenset({"departement", "dept", "dpt", "dep", "region", "reg"})


def _without_area_word(words: Words) -> Words:
    """« Voiron, département 38 », « Voiron (département de l’Isère) »."""
    while len(words) > 1 and (words[-1] in PREPOSITIONS or words[-1] in _AREA_WORDS):
        words = words[:-1]
    return words


def _of_kind(reading: Reading) -> Iterator[Reading]:
    """Yields the name without the words at an end that say what kind of territory it is."""
    words = reading.words
    for count in range(min(len(words) - 1, LONGEST_KIND), 0, -1):
        for rest, phrase in ((words[count:], words[:count]), (words[:-count], words[-count:])):
            if said := KINDS.get(phrase):
                while len(rest) > 1 and rest[0] in PREPOSITIONS:
                    rest = rest[1:]
                levels, kinds = said
                yield replace(reading, words=rest, levels=levels, kinds=kinds)


@dataclass(frozen=True)
class _Numbers:
    """How the numbers of a text are written."""

    are_ordinals: bool
    are_in_brackets: bool

    @classmethod
    def of(cls, text: str) -> _Numbers:
        return cls(bool(_ORDINAL.search(text)), bool(_BRACKETED.search(text)))

    def tell_department(self, words: list[str], place: int) -> bool:
        """Says whether a number beside a city is that of its department: « Marseille (13) » is
        written as « Grenoble (38) » is, and « 13 Marseille » as « 38 Grenoble » is."""
        if self.are_ordinals or any(word in MUNICIPAL_WORDS for word in words):
            return False
        departments = {CITIES[word] for word in words if word in CITIES}
        return (self.are_in_brackets or place == 0) and words[place] in departments


def _municipal(reading: Reading, cedex: str, written: _Numbers) -> Iterator[Reading]:
    """Yields the arrondissement of Paris, Lyon or Marseille that is meant, if one may be."""
    city, numbers = "", {int(cedex)} if cedex else set()
    words = _TEENS.sub(lambda teen: str(10 + ORDINALS[teen[1]]), " ".join(reading.words)).split()
    for place, word in enumerate(words):
        if word in CITIES and not city:
            city = word
        elif joined := _CITY_JOINED.fullmatch(word):
            city = joined[1]
            numbers.add(int(joined[2]))
        elif (number := _number(word)) is not None:
            if written.tell_department(words, place):
                return
            numbers.add(number)
        elif word not in MUNICIPAL_WORDS and word not in LEFT_OUT:
            return
    if city and len(numbers) == 1 and 1 <= min(numbers) <= MOST_ARRONDISSEMENTS:
        yield replace(
            reading,
            words=(city, str(min(numbers)), "arrondissement"),
            levels=frozenset({Level.MUNICIPAL}),
            departments=None,
        )


def _number(word: str) -> int | None:
    if word.isascii() and word.isdigit() and len(word) <= 2:
        return int(word)
    if word in ORDINALS:
        return ORDINALS[word]
    if roman := _ROMAN.fullmatch(word):
        ones = {"": 0, "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8}
        return 10 * len(roman[1]) + (9 if roman[2] == "ix" else ones[roman[2]]) or None
    return None
