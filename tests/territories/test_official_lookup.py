"""A pass over all the communes of France, by name, by postal code and in each way people write
them, and the cost of looking up.

Slow (the whole geography is loaded), and worth it: this is what "correct on 99 %" means. Each way
of writing is asked of a part of the communes, and of all of them with `EVERY_COMMUNE=1` (an hour);
`pytest -s` prints the table.
"""

import csv
import os
import random
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from structures.importing.communes import Communes
from territories import lookup
from territories.lookup import LIMIT, find
from territories.models import Geography, Level, LookupKey, Territory, TerritoryQuerySet
from territories.sources import DATA
from tests.engines import Thing, sample
from tests.putting_back import made_once

# One test process is enough: the other one need not load the geography.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("official geography")]


@pytest.fixture(scope="module")
def official_geography(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Loads the geography once: the transaction of each test stands within this one."""

    def load() -> None:
        call_command("load_territories", verbosity=0)

    yield from made_once(django_db_blocker, load)


@pytest.fixture(scope="module")
def rows(official_geography: None, django_db_blocker: Any) -> dict[str, Territory]:
    with django_db_blocker.unblock():
        whole = Territory.objects.order_by().select_related("department", "successor__department")
        return whole.in_bulk()


@pytest.fixture
def rows_at_hand(rows: dict[str, Territory], monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes the rows of what was found from memory, by primary key; which geography is in force is
    asked once.

    Django spends two thirds of a look-up on the query that reads them, mostly writing it. What is
    found, and in which order, is still asked of the database, 39,000 times.
    """
    newest = Geography.objects.get().fingerprint
    monkeypatch.setattr(lookup, "_fingerprint", lambda: newest)
    monkeypatch.setattr(
        TerritoryQuerySet, "in_bulk", lambda self, keys: {key: rows[key] for key in keys}
    )


def communes() -> list[dict[str, str]]:
    with Path(DATA / "communes.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["kind"] == "commune"]


def test_every_commune_is_found_by_its_name(rows_at_hand: None) -> None:
    bearers: dict[str, set[str]] = defaultdict(set)
    for row in communes():
        bearers[row["name"]].add(f"commune-{row['code']}")
    missed = []
    asked = in_turn(sorted(bearers.items()), 0, 3)
    for name, keys in asked:
        # The first answer counts for a name that one commune bears, the first page for a shared
        # one. Asking for no more than that spares looking for names that only begin so, which come
        # after.
        found = find(name, limit=1 if len(keys) == 1 else LIMIT)
        missed += [(name, key) for key in keys - {answer.territory.pk for answer in found}]
    count = sum(len(keys) for _, keys in asked)
    print(f"{len(missed)} of {count} communes not found by their name: {missed[:40]}")  # noqa: T201  # for `pytest -s`
    assert len(missed) < 0.001 * count


def test_postal_code_gives_all_its_communes_first(rows_at_hand: None) -> None:
    """Half of the postal codes are also the code of Insee of another commune, which comes after."""
    bearers = defaultdict(set)
    with Path(DATA / "communes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            level = Level.COMMUNE if row["kind"] == "commune" else Level.MUNICIPAL
            for code in row["postal_codes"].split():
                bearers[code].add(f"{level}-{row['code']}")
    missed = []
    for code, keys in sample(bearers.items(), one_in=20):
        found = [answer.territory.pk for answer in find(code, limit=len(keys))]
        missed += [(code, key) for key in keys - set(found)]
    assert missed == []


# --- Ways of writing ------------------------------------------------------------------------------

CsvRow = dict[str, str]
EVERY_COMMUNE = bool(os.environ.get("EVERY_COMMUNE"))
SEED = 17


def named(file: str) -> dict[str, str]:
    with Path(DATA / file).open(encoding="utf-8", newline="") as rows:
        return {row["code"]: row["name"] for row in csv.DictReader(rows)}


DEPARTMENTS, REGIONS = named("departments.csv"), named("regions.csv")


def plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def postal_code(row: CsvRow) -> str:
    return row["postal_codes"].partition(" ")[0]


def cedex(row: CsvRow) -> str:
    """Returns a postal code that no place has, of the same department."""
    code = postal_code(row)
    return f"{code[:3]}99" if code.startswith(("97", "98")) else f"{code[:2]}999"


def joined(name: str) -> str:
    return plain(name).lower().replace("-", "").replace("'", "").replace(" ", "")


WRITINGS: dict[str, Callable[[CsvRow], str]] = {
    "SAINT MARTIN D HERES": lambda r: plain(r["name"]).upper().replace("-", " ").replace("'", " "),
    "saintmartindheres": lambda r: joined(r["name"]),
    "Saint Martin dHères": lambda r: r["name"].replace("'", "").replace("-", " "),
    "St-Martin": lambda r: r["name"].replace("Sainte-", "Ste-").replace("Saint-", "St-"),
    "ROMANS S/ISERE": lambda r: (
        r["name"].upper().replace("-SUR-", " S/").replace("-SOUS-", " S/S ")
    ),
    "Romans/Isère": lambda r: r["name"].replace("-sur-", "/"),
    "grenoble 38": lambda r: f"{r['name'].lower()} {r['department']}",
    "Grenoble (38)": lambda r: f"{r['name']} ({r['department']})",
    "38 Grenoble": lambda r: f"{r['department']} {r['name']}",
    "38 - Grenoble": lambda r: f"{r['department']} - {r['name']}",
    "grenoble département 38": lambda r: f"{r['name']} département {r['department']}",
    "grenoble isere": lambda r: plain(f"{r['name']} {DEPARTMENTS[r['department']]}").lower(),
    "Grenoble (Isère)": lambda r: f"{r['name']} ({DEPARTMENTS[r['department']]})",
    "Isère Grenoble": lambda r: f"{DEPARTMENTS[r['department']]} {r['name']}",
    "Grenoble, Auvergne-Rhône-Alpes": lambda r: f"{r['name']}, {REGIONS[r['region']]}",
    "Grenoble, Isère, …, France": lambda r: (
        f"{r['name']}, {DEPARTMENTS[r['department']]}, {REGIONS[r['region']]}, France"
    ),
    "Grenoble France": lambda r: f"{r['name']} France",
    "Grenoble 38000": lambda r: f"{r['name']} {postal_code(r)}",
    "38000 grenoble": lambda r: f"{postal_code(r)} {r['name'].lower()}",
    "F-38000 GRENOBLE": lambda r: f"F-{postal_code(r)} {r['name'].upper()}",
    "38185 Grenoble (Insee)": lambda r: f"{r['code']} {r['name']}",
    "GRENOBLE CEDEX 9": lambda r: f"{r['name'].upper()} CEDEX 9",
    "38999 GRENOBLE CEDEX": lambda r: f"{cedex(r)} {r['name'].upper()} CEDEX",
    "commune de Grenoble": lambda r: f"commune de {r['name']}",
    "ville de grenoble": lambda r: f"ville de {r['name'].lower()}",
    "Mairie d'Échirolles": lambda r: f"Mairie d'{r['name']}",
    "DLA Grenoble": lambda r: f"DLA {r['name']}",
}


def drop(name: str, place: int, letter: str) -> str:
    return name[:place] + name[place + 1 :]


def double(name: str, place: int, letter: str) -> str:
    return name[: place + 1] + name[place:]


def swap(name: str, place: int, letter: str) -> str:
    place = max(place, 1)
    return name[: place - 1] + name[place] + name[place - 1] + name[place + 1 :]


def replaced(name: str, place: int, letter: str) -> str:
    return name[:place] + letter + name[place + 1 :]


def added(name: str, place: int, letter: str) -> str:
    return name[:place] + letter + name[place:]


SLIPS = {
    "une lettre oubliée": drop,
    "une lettre doublée": double,
    "deux lettres échangées": swap,
    "une lettre pour une autre": replaced,
    "une lettre de trop": added,
}


def unique() -> list[CsvRow]:
    """Returns the communes whose name no other bears, in an order that chance gives."""
    rows = [row for row in communes() if postal_code(row)]
    bearers = Counter(row["name"] for row in rows)
    alone = [row for row in rows if bearers[row["name"]] == 1]
    random.Random(SEED).shuffle(alone)
    return alone


def in_turn(rows: Sequence[Thing], place: int, of: int) -> list[Thing]:
    """Returns those on which one way of writing among several is tried."""
    return list(rows) if EVERY_COMMUNE else sample(rows[place::of], one_in=10)


def told(kind: str, right: int, asked: int) -> str:
    return f"{kind:36}{100 * right / asked:7.2f} % of {asked}"


def test_unique_name_written_with_anything_comes_first(rows_at_hand: None) -> None:
    rows = unique()
    table, poor = [], []
    for place, (kind, write) in enumerate(WRITINGS.items()):
        asked = in_turn(rows, place, 2 * len(WRITINGS))
        wrong = [
            (write(row), row["name"])
            for row in asked
            if [f.territory.pk for f in find(write(row), limit=1)] != [f"commune-{row['code']}"]
        ]
        table.append(told(kind, len(asked) - len(wrong), len(asked)))
        if len(wrong) > max(0.01 * len(asked), 1):
            poor.append((kind, wrong[:10]))
    print("\n" + "\n".join(table))  # noqa: T201  # for `pytest -s`
    assert poor == []


def test_shared_name_written_with_its_department_comes_first(rows_at_hand: None) -> None:
    rows = [row for row in communes() if postal_code(row)]
    bearers = Counter(row["name"] for row in rows)
    here = Counter((row["name"], row["department"]) for row in rows)
    shared = [r for r in rows if bearers[r["name"]] > 1 and here[r["name"], r["department"]] == 1]
    kinds = ("grenoble 38", "Grenoble (Isère)", "38000 grenoble")
    for place, kind in enumerate(kinds):
        asked = in_turn(shared, place, 4 * len(kinds))
        wrong = [
            WRITINGS[kind](row)
            for row in asked
            if [f.territory.pk for f in find(WRITINGS[kind](row), limit=1)]
            != [f"commune-{row['code']}"]
        ]
        print(told(f"nom partagé, {kind}", len(asked) - len(wrong), len(asked)))  # noqa: T201  # for `pytest -s`
        assert len(wrong) <= max(0.01 * len(asked), 1), wrong[:20]


def test_unique_name_with_one_error_is_among_the_first_three(rows_at_hand: None) -> None:
    rows = unique()
    dice = random.Random(SEED)
    table, poor = [], []
    for place, (kind, slip) in enumerate(SLIPS.items()):
        asked = in_turn(rows, place, 90)
        wrong = []
        for row in asked:
            name = row["name"]
            typed = slip(name, dice.randrange(len(name)), dice.choice("abcdefghijklmnopqrstuvwxyz"))
            if f"commune-{row['code']}" not in [f.territory.pk for f in find(typed)[:3]]:
                wrong.append((typed, name))
        table.append(told(kind, len(asked) - len(wrong), len(asked)))
        # A part of the communes is drawn: so many more may be missed by chance.
        if len(wrong) > 0.05 * len(asked) + 5:
            poor.append((kind, wrong[:10]))
    print("\n" + "\n".join(table))  # noqa: T201  # for `pytest -s`
    assert poor == []


ORDINALS = [
    "premier", "deuxième", "troisième", "quatrième", "cinquième", "sixième", "septième",
    "huitième", "neuvième", "dixième", "onzième", "douzième", "treizième", "quatorzième",
    "quinzième", "seizième", "dix-septième", "dix-huitième", "dix-neuvième", "vingtième",
]  # fmt: skip
ROMANS = [
    "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV",
    "XVI", "XVII", "XVIII", "XIX", "XX",
]  # fmt: skip
CITIES = {"Paris": (20, "75", "751"), "Lyon": (9, "69", "6938"), "Marseille": (16, "13", "132")}


def ordinal(number: int) -> str:
    return "1er" if number == 1 else f"{number}e"


ARRONDISSEMENTS: tuple[Callable[[str, int], str], ...] = (
    lambda city, n: f"{city.lower()} {n}",
    lambda city, n: f"{city} {n:02d}",
    lambda city, n: f"{city.upper()} {n}",
    lambda city, n: f"{city} {ordinal(n)}",
    lambda city, n: f"{city} {n}ème",
    lambda city, n: f"{city} ({ordinal(n)})",
    lambda city, n: f"{city}-{n}",
    lambda city, n: f"{city.lower()}{n}",
    lambda city, n: f"{city} {ROMANS[n - 1]}",
    lambda city, n: f"{city} {ROMANS[n - 1]}e",
    lambda city, n: f"{city} {ORDINALS[n - 1]}",
    lambda city, n: f"{ordinal(n)} arrondissement de {city}",
    lambda city, n: f"{city} {ordinal(n)} arrondissement",
    lambda city, n: f"{city} {n}ème arr.",
    lambda city, n: f"arrondissement {n} {city.lower()}",
    lambda city, n: f"{ordinal(n)} {city}",
    lambda city, n: f"Mairie du {ordinal(n)} arrondissement de {city}",
    lambda city, n: f"{city.upper()} CEDEX {n:02d}",
    lambda city, n: f"{CITIES[city][1]}{n:03d} {city.upper()}",
    lambda city, n: f"{city} {CITIES[city][1]}{n:03d}",
    lambda city, n: f"{CITIES[city][1]}{n:03d}",
)


def test_arrondissements_are_found_in_every_form(rows_at_hand: None) -> None:
    wrong = []
    for city, (most, _, prefix) in CITIES.items():
        for number in range(1, most + 1):
            code = f"{prefix}{number}" if city == "Lyon" else f"{prefix}{number:02d}"
            for write in ARRONDISSEMENTS:
                typed = write(city, number)
                if [f.territory.code for f in find(typed, limit=1)] != [code]:
                    wrong.append(typed)
    assert wrong == []


KINDS_OF_EPCI = {
    "CC": ("communauté de communes", "com com", "cc"),
    "CA": ("communauté d’agglomération", "agglo", "ca"),
    "CU": ("communauté urbaine", "agglomération", "cu"),
    "ME": ("métropole", "métropole", "agglo"),
}


def test_intercommunalites_are_found_by_kind_and_short_name(rows_at_hand: None) -> None:
    with Path(DATA / "epcis.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    short = {
        row["siren"]: row["name"].partition(" ")[2] if row["kind"] != "ME" else row["name"]
        for row in rows
    }
    bearers = Counter(name.lower() for name in short.values())
    alone = [row for row in rows if bearers[short[row["siren"]].lower()] == 1]
    asked = sample(alone, one_in=10)
    for form in range(3):
        wrong = [
            typed
            for row in asked
            for typed in [f"{KINDS_OF_EPCI[row['kind']][form]} {short[row['siren']]}"]
            if [f.territory.pk for f in find(typed, limit=1)] != [f"epci-{row['siren']}"]
        ]
        assert len(wrong) <= 0.01 * len(asked), wrong[:20]


def test_import_reads_every_commune_and_never_another(official_geography: None) -> None:
    """An arrondissement is read where a city is written with its postal code."""
    places = Communes()
    for kind in ("F-38000 GRENOBLE", "Grenoble (38)", "ROMANS S/ISERE", "38999 GRENOBLE CEDEX"):
        unread = []
        for row in communes():
            if not postal_code(row) or row["name"] in CITIES:
                continue
            code = postal_code(row) if kind == "ROMANS S/ISERE" else ""
            match = places.find(postal_code=code, name=WRITINGS[kind](row))
            if match.key is None:
                unread.append(row["name"])
            elif match.key != f"commune-{row['code']}":
                pytest.fail(f"{WRITINGS[kind](row)} is not {match.key}")
        # Namesakes of one department are left to whoever imports.
        print(told(f"import, {kind}", len(communes()) - len(unread), len(communes())))  # noqa: T201  # for `pytest -s`
        assert len(unread) < 0.01 * len(communes()), unread[:20]


@pytest.mark.parametrize(
    ("write", "first"),
    [
        ("{name}", 5),  # regions overseas come before their departments
        ("département {name}", 0),
        ("dept {code}", 0),
        ("{code}", 0),
        ("{code} - {name}", 5),
        ("DLA {name}", 5),
        ("conseil départemental de {name}", 0),
    ],
)
def test_departments_are_found(rows_at_hand: None, write: str, first: int) -> None:
    wrong = [
        name
        for code, name in DEPARTMENTS.items()
        if [f.territory.pk for f in find(write.format(code=code, name=name), limit=1)]
        != [f"departement-{code}"]
    ]
    assert len(wrong) <= first, wrong


def test_regions_of_today_and_before_are_found(rows_at_hand: None) -> None:
    today = {name: code for code, name in REGIONS.items() if len(code) == 2}
    names = today | {
        "idf": "11", "paca": "93", "aura": "84", "hdf": "32", "nord pas de calais": "32",
        "picardie": "32", "alsace": "44", "champagne ardenne": "44", "Midi-Pyrénées": "76",
        "Languedoc Roussillon": "76", "poitou-charentes": "75", "limousin": "75",
        "haute normandie": "28", "Franche-Comté": "27",
    }  # fmt: skip
    for name, code in names.items():
        for typed in (name, f"région {name}", f"Région : {name.upper()}"):
            assert [f.territory.pk for f in find(typed, limit=1)] == [f"region-{code}"], typed


def test_communes_are_found_by_their_former_names(rows_at_hand: None) -> None:
    with Path(DATA / "communes_renamed.csv").open(encoding="utf-8", newline="") as file:
        rows = sample(list(csv.DictReader(file)), one_in=10)
    missed = [
        row["name"]
        for row in rows
        if f"commune-{row['code']}"
        not in [f.territory.pk for f in find(f"{row['name']} {row['code'][:2]}", limit=3)]
        and not row["code"].startswith("97")
    ]
    assert len(missed) <= 0.01 * len(rows), missed[:20]
    found = find("Châlons-sur-Marne")[0]
    assert (found.label, found.exact) == ("Châlons-sur-Marne → Châlons-en-Champagne", True)


def test_beginnings_are_ranked_by_population(rows_at_hand: None) -> None:
    for typed, meant in (
        ("gren", "Grenoble"), ("montp", "Montpellier"), ("saint et", "Saint-Étienne"),
        ("marsei", "Marseille"), ("toul", "Toul"), ("renn", "Rennes"), ("bord", "Bordeaux"),
        ("st malo", "Saint-Malo"), ("aix", "Aix-en-Provence"),
    ):  # fmt: skip
        assert meant in [found.label for found in find(typed)[:3]], typed


def test_error_that_makes_another_name_hides_nothing(rows_at_hand: None) -> None:
    found = find("heres")
    assert (found[0].label, found[0].exact) == ("Hères", True)
    assert [f.label for f in found[:3] if f.resembles] == ["Hyères"]


def test_rows_at_hand_change_nothing_to_answers(
    official_geography: None, request: pytest.FixtureRequest
) -> None:
    def described(typed: str) -> list[tuple[str, str, str, bool]]:
        return [(f.territory.pk, f.label, f.detail, f.exact) for f in find(typed)]

    sample = sorted(row["name"] for row in communes())[::200]
    read = {name: described(name) for name in sample}
    request.getfixturevalue("rows_at_hand")

    assert {name: described(name) for name in sample} == read


def test_every_code_of_today_leads_to_its_own_territory(official_geography: None) -> None:
    """Every former commune leads to one of today."""
    assert not Territory.objects.filter(successor__vanished_on__isnull=False).exists()
    codes = Territory.objects.today().values_list("pk", "code")
    known = set(
        LookupKey.objects.filter(exactness=LookupKey.Exactness.WHOLE).values_list(
            "territory", "key"
        )
    )
    collectivities = {f"region-{n}" for n in (975, 977, 978, 984, 986, 987, 988, 989)}
    assert {
        pk for pk, code in codes if (pk, code.lower()) not in known
    } == collectivities  # their department tells them


def test_look_ups_read_ranges_of_an_index(official_geography: None) -> None:
    """No way of looking up scans all of the 250,000 keys."""
    for typed in ("grenoble", "saint", "38000", "heres", "saint m", "grenobel 38", "saint m 38"):
        with CaptureQueriesContext(connection) as queries:
            find(typed)
        for query in queries:
            if LookupKey._meta.db_table in query["sql"]:
                plan = _plan(query["sql"])
                assert "territories_lookup" in plan, plan
                assert "SCAN territories_lookupkey" not in plan, plan
                assert "Seq Scan on territories_lookupkey" not in plan, plan


def _plan(sql: str) -> str:
    prefix = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
    with connection.cursor() as cursor:
        cursor.execute(prefix + sql.replace("%", "%%") if "%" in sql else prefix + sql)
        return "\n".join(str(row) for row in cursor.fetchall())
