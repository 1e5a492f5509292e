"""Names of territories that the official files do not give: for short, and of former
times. (Those of communes are in `communes_renamed.csv`.)"""

from __future__ import annotations

from collections.abc import Iterator

from territories.former_regions import FORMER_REGIONS
from territories.models import Level, key_of

# What people call them besides their names.
USUAL: dict[str, tuple[str, ...]] = {
    "region-11": ("IDF", "Région parisienne"),
    "region-24": ("CVL",),
    "region-27": ("BFC",),
    "region-32": ("HDF",),
    "region-44": ("Alsace Champagne-Ardenne Lorraine", "ACAL"),
    "region-52": ("PDL",),
    "region-75": ("Aquitaine Limousin Poitou-Charentes", "ALPC"),
    "region-76": ("Languedoc-Roussillon Midi-Pyrénées",),
    "region-84": ("AURA", "ARA"),
    # Its number until 1976, and still that of its postal codes.
    "region-94": ("20",),
    "region-93": ("PACA", "Région Sud"),
    "epci-200046977": ("Grand Lyon",),
    "epci-200093201": ("MEL",),
    "departement-973": ("Guyane française",),
    "departement-974": ("Île de la Réunion",),
}

# Those of the 20th century, by the codes of departments.
RENAMED_DEPARTMENTS = {
    "04": "Basses-Alpes",  # until 1970
    "17": "Charente-Inférieure",  # until 1941
    "22": "Côtes-du-Nord",  # until 1990
    "44": "Loire-Inférieure",  # until 1957
    "64": "Basses-Pyrénées",  # until 1969
    "76": "Seine-Inférieure",  # until 1955
}


def former_names(regions_of_departments: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yields keys of territories with a name of former times; a former region is told by the region
    that holds its departments (`regions_of_departments`: codes of both)."""
    for code, name in RENAMED_DEPARTMENTS.items():
        yield key_of(Level.DEPARTMENT, code), name
    for name, departments in FORMER_REGIONS.values():
        for region in dict.fromkeys(
            regions_of_departments[d] for d in departments if d in regions_of_departments
        ):
            yield key_of(Level.REGION, region), name
