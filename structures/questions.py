"""What an address asks of the register: which of its values exist, what the others are told to be,
and the answer to a question of which nothing is known.

`Directory` asks it once, for the page, the map, the figures, the exports and the pilot's room.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.http import QueryDict

from publishing.filter_values import (
    MOST_REPORTED,
    MOST_VALUES,
    Values,
    excerpt,
    not_known,
    values_of,
)
from structures.nomenclature import FIRST_YEAR, LAST_YEAR
from structures.register.axes import FILTERED, Axis
from structures.register.communes import Flags
from structures.register.selection import Selection
from territories.models import Level, Territory, key_of
from territories.unknown_codes import (
    Replacement,
    UnknownCode,
    explain_unknown_code,
    explain_unknown_key,
)
from territories.widgets import Posted, keys_of

LEVELS = {
    "region": (Level.REGION,),
    "departement": (Level.DEPARTMENT,),
    "epci": (Level.EPCI,),
    # Communes share their codes with arrondissements municipaux and former communes.
    "commune": (Level.COMMUNE, Level.MUNICIPAL, Level.FORMER),
}
NAME_OF_LEVEL = {level: name for name, levels in LEVELS.items() for level in levels}
# The form's own box of territories, whose choices become codes in the address.
TYPED = "territoire"
# Near a commune: its code in the address, its key in the form; and within so many kilometres.
NEAR, RADIUS = "pres", "rayon"
RADII = (10, 20, 50, 100)

# The values of these axes are addresses, which may have changed.
ADDRESSED: dict[str, Any] = {
    column.filter.name: related
    for model, column in FILTERED
    if column.filter and (related := model._meta.get_field(column.name).related_model)
}
# A support may be of any of these years. Those that none is of are known too: they give nothing.
YEARS = frozenset(str(year) for year in range(FIRST_YEAR, LAST_YEAR + 1))
NOUNS = {
    "region": "la région",
    "departement": "le département",
    "epci": "l’intercommunalité",
    "commune": "la commune",
    TYPED: "le territoire",
    NEAR: "la commune",
    RADIUS: "la distance",
    **{column.filter.name: column.filter.noun for _, column in FILTERED if column.filter},
    "accompagnement": "le filtre d’accompagnement",
    "pays": "l’étendue",
    "frontieres": "les frontières",
}


class NoSelection(Selection):
    """A selection of nobody, whatever else is asked: no value of one of the filters is known."""

    def flags(self, *, but: str = "") -> Flags:
        return np.zeros(len(self.columns), dtype=bool)


@dataclass(frozen=True)
class Missing:
    """A value that an address sent and that nothing answers to."""

    name: str
    value: str
    reason: str
    explained: UnknownCode = field(default_factory=UnknownCode)


def axis_values(sent: QueryDict, axis: Axis) -> Values:
    model = ADDRESSED.get(axis.name)
    moved = model.objects.today if model is not None else None
    known: Container[str] = YEARS if axis.name == "annee" else axis.labels
    return values_of(sent.getlist(axis.name), known, moved)


def labels_of(axis: Axis, chosen: Iterable[str]) -> dict[str, str]:
    """Returns labels of its values, and of what is chosen beyond those that somebody has."""
    labels = {value: str(label) for value, label in axis.labels.items()}
    return labels | {value: value for value in chosen if value not in labels}


def missing_of(name: str, values: Values) -> list[Missing]:
    noun = NOUNS.get(name, "la valeur")
    return [
        Missing(name, value, not_known(noun, value)) for value in values.unknown[:MOST_REPORTED]
    ]


def reserved(sent: QueryDict, labels: Mapping[str, str]) -> list[Missing]:
    """Returns what the person may not ask, whatever the value: it is told of none whether it
    exists. `labels` are by parameter."""
    return [
        Missing(
            name,
            value,
            f"Le filtre «\u00a0{label}\u00a0» est réservé aux membres du réseau, pour leurs "
            "territoires.",
        )
        for name, label in labels.items()
        for value in dict.fromkeys(sent.getlist(name))
        if value
    ][:MOST_REPORTED]


@dataclass(frozen=True)
class AskedTerritories:
    """The territories that are asked for: today's, by key, without those that lie in another of
    them; and what was not found."""

    territories: tuple[Territory, ...]
    missing: tuple[Missing, ...]

    @property
    def gives_nothing(self) -> bool:
        return bool(self.missing) and not self.territories


def asked_territories(sent: QueryDict, posted: Posted, answers: Sequence[Any]) -> AskedTerritories:
    """Returns those asked for by code (`region=84`), by key (`territoire=region-84`), or typed
    (`posted`, and the `answers` that its words may mean): together they are one filter."""
    by_code = [
        (name, code, tuple(key_of(level, code.upper()) for level in levels))
        for name, levels in LEVELS.items()
        for code in dict.fromkeys(sent.getlist(name))
        if code
    ][: 4 * MOST_VALUES]
    chosen = [(TYPED, key, (key,)) for key in keys_of(posted)[:MOST_VALUES]]
    wanted = [*by_code, *chosen]
    safe = [key for _, _, keys in wanted for key in keys if "\x00" not in key]
    found = Territory.objects.select_related("successor__department", "department").in_bulk(safe)
    territories: dict[str, Territory] = {}
    missing: list[Missing] = []
    for name, value, keys in wanted:
        # A former commune's code may be that of another commune of today, which comes first.
        territory = next((found[key] for key in keys if key in found), None)
        if territory is None:
            missing.append(_missing(name, value))
        elif territory.today.level not in NAME_OF_LEVEL:
            reason = f"Les structures ne se cherchent pas par «\u00a0{territory.label}\u00a0»."
            missing.append(Missing(name, value, reason))
        else:
            territories[territory.today.pk] = territory.today
    if posted.typed:
        missing.append(_typed(TYPED, posted.typed, answers))
    lineages = {key: territory.lineage() - {key} for key, territory in territories.items()}
    around = set().union(*lineages.values()) if lineages else set()
    kept = tuple(t for key, t in sorted(territories.items()) if key not in around)
    return AskedTerritories(kept, tuple(missing[:MOST_REPORTED]))


def asked_commune(
    sent: QueryDict, posted: Posted, answers: Sequence[Any]
) -> tuple[Territory | None, list[Missing]]:
    """Returns today's commune near which one asks, by code, by key or typed as for
    `asked_territories`, the last one if there are several; and what was not found."""
    codes = [value for value in dict.fromkeys(keys_of(posted)) if value][:MOST_VALUES]
    wanted = {
        value: (value, *(key_of(level, value.upper()) for level in LEVELS["commune"]))
        for value in codes
    }
    safe = [key for keys in wanted.values() for key in keys if "\x00" not in key]
    related = ("successor__department", "department")
    found = Territory.objects.select_related(*related).in_bulk(safe)
    commune, missing = None, []
    for value, keys in wanted.items():
        territory = next((found[key].today for key in keys if key in found), None)
        if territory is None:
            missing.append(_missing(NEAR, value))
        elif territory.level not in LEVELS["commune"]:
            reason = f"«\u00a0{territory.label}\u00a0» n’est pas une commune."
            missing.append(Missing(NEAR, value, reason))
        elif territory.longitude is None:
            reason = f"Le portail ne sait pas où se trouve «\u00a0{territory.label}\u00a0»."
            missing.append(Missing(NEAR, value, reason))
        else:
            commune = territory
    if posted.typed:
        missing.append(_typed(NEAR, posted.typed, answers))
    return commune, missing[:MOST_REPORTED]


def _missing(name: str, value: str) -> Missing:
    explained = (
        explain_unknown_key(value)
        if name == TYPED
        else explain_unknown_code(LEVELS.get(name, LEVELS["commune"])[0], value.upper())
    )
    return Missing(name, value, explained.sentence or not_known(NOUNS[name], value), explained)


def _typed(name: str, typed: str, answers: Sequence[Any]) -> Missing:
    exact = any(answer.exact for answer in answers)
    if exact:
        reason = f"Plusieurs territoires répondent à «\u00a0{excerpt(typed)}\u00a0»."
    elif answers:
        reason = f"Aucun territoire ne s’appelle exactement «\u00a0{excerpt(typed)}\u00a0»."
    else:
        reason = f"Aucun territoire ne répond à «\u00a0{excerpt(typed)}\u00a0»."
    ways = tuple(Replacement(answer.label, (answer.territory.today,)) for answer in answers)
    return Missing(f"{name}_q", typed, reason, UnknownCode(replacements=ways[:MOST_REPORTED]))
