"""Whose clock is which, and hours in words."""

import csv
from datetime import UTC, datetime

import pytest

from territories.models import Territory, key_of
from territories.sources import DATA
from territories.zones import Zone, moment_words, zone_for, zone_words

AT = datetime(2026, 12, 12, 21, 38, tzinfo=UTC)


def within(region: str) -> Territory:
    return Territory(region_id=key_of("region", region))


def overseas() -> list[str]:
    """Returns codes of the regions and collectivities where people live."""
    with (DATA / "regions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [r["code"] for r in rows if r["kind"].endswith("_om") and int(r["population"] or 0)]


def test_each_overseas_territory_has_its_clock_and_no_other_has() -> None:
    zones = {zone_for([within(code)]) for code in overseas()}
    assert zones == set(Zone) - {Zone.PARIS}
    assert all(zone_for([within(code)]) == Zone.PARIS for code in ("11", "84", "94"))


def test_of_no_territory_or_of_several_clocks_it_is_paris() -> None:
    assert zone_for([]) == Zone.PARIS
    assert zone_for([within("02"), within("01")]) == Zone.PARIS
    assert zone_for([within("01"), within("977")]) == Zone.GUADELOUPE


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        (Zone.PARIS, "12 décembre 2026 à 22 h 38, heure de Paris"),
        (Zone.MARTINIQUE, "12 décembre 2026 à 17 h 38, heure de la Martinique"),
        (Zone.REUNION, "13 décembre 2026 à 1 h 38, heure de La Réunion"),
        (Zone.TAHITI, "12 décembre 2026 à 11 h 38, heure de Tahiti"),
    ],
)
def test_a_moment_says_whose_clock_it_is_told_on(zone: Zone, words: str) -> None:
    assert moment_words(AT, zone).replace("\u00a0", " ") == words


def test_every_zone_has_words() -> None:
    assert len({zone_words(zone) for zone in Zone}) == len(Zone)
