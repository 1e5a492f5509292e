"""The time zones of France, whose they are, and hours in words, which mails never say without."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.dateformat import format as formatted

from territories.models import Territory

NBSP = "\u00a0"


class Zone(models.TextChoices):
    PARIS = "Europe/Paris", "Paris (France métropolitaine)"
    GUADELOUPE = "America/Guadeloupe", "Guadeloupe, Saint-Martin, Saint-Barthélemy"
    MARTINIQUE = "America/Martinique", "Martinique"
    GUYANE = "America/Cayenne", "Guyane"
    REUNION = "Indian/Reunion", "La Réunion"
    MAYOTTE = "Indian/Mayotte", "Mayotte"
    MIQUELON = "America/Miquelon", "Saint-Pierre-et-Miquelon"
    NOUMEA = "Pacific/Noumea", "Nouvelle-Calédonie"
    TAHITI = "Pacific/Tahiti", "Polynésie française (Tahiti)"
    WALLIS = "Pacific/Wallis", "Wallis-et-Futuna"


# The words follow "heure": "10 h, heure de La Réunion".
_OF_ZONE = {
    Zone.PARIS: "de Paris",
    Zone.GUADELOUPE: "de la Guadeloupe",
    Zone.MARTINIQUE: "de la Martinique",
    Zone.GUYANE: "de la Guyane",
    Zone.REUNION: "de La Réunion",
    Zone.MAYOTTE: "de Mayotte",
    Zone.MIQUELON: "de Saint-Pierre-et-Miquelon",
    Zone.NOUMEA: "de Nouméa",
    Zone.TAHITI: "de Tahiti",
    Zone.WALLIS: "de Wallis",
}
# The zone is that of the region in which a territory lies; all others are on the clock of Paris.
_OF_REGION = {
    "region-01": Zone.GUADELOUPE,
    "region-977": Zone.GUADELOUPE,
    "region-978": Zone.GUADELOUPE,
    "region-02": Zone.MARTINIQUE,
    "region-03": Zone.GUYANE,
    "region-04": Zone.REUNION,
    "region-06": Zone.MAYOTTE,
    "region-975": Zone.MIQUELON,
    "region-988": Zone.NOUMEA,
    "region-987": Zone.TAHITI,
    "region-986": Zone.WALLIS,
}


def zone_for(territories: Iterable[Territory]) -> Zone:
    """Returns the clock of whoever works there; that of Paris for several clocks, or for no
    territory."""
    zones = {_OF_REGION.get(place.today.region_id or "", Zone.PARIS) for place in territories}
    return zones.pop() if len(zones) == 1 else Zone.PARIS


def zone_words(zone: str) -> str:
    """Returns "heure de La Réunion"."""
    return f"heure {_OF_ZONE[Zone(zone)]}"


def clock_words(at: datetime) -> str:
    """Returns "9 h 30", as French writes hours."""
    minutes = f"{NBSP}{at.minute:02}" if at.minute else ""
    return f"{at.hour}{NBSP}h{minutes}"


def date_words(day: date) -> str:
    """Returns "1er mars 2026"."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number}{NBSP}{formatted(day, 'F Y')}"


def moment_words(at: datetime, zone: str) -> str:
    """Returns "12 décembre 2026 à 17 h 38, heure de la Martinique"."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{date_words(local)} à {clock_words(local)}, {zone_words(zone)}"
