"""The protected copy of the register: what figures are counted over for whoever may not see the
supports. It is a type of its own, made once a month and kept; nothing else of the register reaches
these figures."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from io import BytesIO
from typing import Any

import numpy as np
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from structures.models import FiguresEdition, Revision
from structures.register import arrays as register
from structures.register.communes import CommuneIndex, commune_index
from structures.register.counted import Counted
from structures.register.displacement import Draws, counted_on, exchanged_jobs, operators
from structures.register.precision import Error, errors

# The kinds of the arrays that are kept, by name: none says who a structure is, or where it says so
# itself.
OF_STRUCTURES = {
    name: kind
    for name, kind in register.STRUCTURE_KINDS.items()
    if name not in ("id", "place", "is_public")
}
OF_SUPPORTS = {
    name: kind
    for name, kind in register.SUPPORT_KINDS.items()
    if name not in ("support_id", "support_of")
}


@dataclass(frozen=True)
class Edition(Counted):
    """A protected copy, in which structures have no name and no number, only ranks."""

    as_of: date | None = None
    # Honest readers lose so much, as measured when it was made.
    precision: list[Error] = field(default_factory=list)


def draws() -> Draws:
    """Returns draws that are the same on every process, and as long as the secret lasts."""
    secret = settings.FIGURES_SECRET or settings.SECRET_KEY
    return Draws(salted_hmac("structures.register.editions", "draws", secret=secret).digest())


# --- Making ---------------------------------------------------------------------------------------


def protected(columns: Counted, drawn: Draws, as_of: date | None = None) -> Edition:
    """Returns the altered copy of the register as it is."""
    supported, on = counted_on(columns, drawn)
    of_supported = np.zeros(len(columns), dtype=bool)
    of_supported[supported] = True
    at = np.flatnonzero(of_supported[columns.structure_at])
    rank = np.searchsorted(supported, columns.structure_at[at])
    kept: dict[str, Any] = {name: getattr(columns, name)[on] for name in OF_STRUCTURES}
    kept |= {name: getattr(columns, name)[at] for name in OF_SUPPORTS}
    kept["jobs"] = exchanged_jobs(columns, at, drawn)
    kept["operator"] = operators(columns, at, on[rank])
    return Edition(
        places=columns.places,
        id=np.arange(len(on), dtype=np.int64),
        place=columns.place[on],
        support_of=rank.astype(np.int64),
        theme_bits=dict(columns.theme_bits),
        as_of=as_of,
        **kept,
    )


def renew(*, again: bool = False) -> FiguresEdition | None:
    """Makes this month's edition, where there is none yet; with `again`, one in place of the one
    there is (after an error, or for another demonstration). Returns None where nothing was made."""
    today = timezone.localdate()
    if not (again or _is_due(today)):
        return None
    columns = register.current()
    if not len(columns.support_of):
        return None
    edition = protected(columns, draws(), today)
    content = _written(edition, errors(columns, edition))
    with transaction.atomic():
        # The second of two processes at once finds the edition of the first.
        Revision.objects.select_for_update().get(pk=1)
        if not (again or _is_due(today)):
            return None
        FiguresEdition.objects.all().delete()
        return FiguresEdition.objects.create(as_of=today, content=content)


def _is_due(today: date) -> bool:
    last = FiguresEdition.objects.values_list("as_of", flat=True).first()
    return last is None or last.replace(day=1) < today.replace(day=1)


def _written(edition: Edition, precision: list[Error]) -> bytes:
    """Returns the edition as it is kept: places are written by key, since their numbers are each
    process's own."""
    keys = ["", *edition.places.number_of]
    used, place = np.unique(edition.place, return_inverse=True)
    head = {
        "as_of": edition.as_of.isoformat() if edition.as_of else None,
        "places": [keys[number] for number in used.tolist()],
        "theme_bits": list(edition.theme_bits.items()),
        "precision": [error.as_row() for error in precision],
    }
    arrays: dict[str, Any] = {
        name: getattr(edition, name).astype(kind)
        for name, kind in {**OF_STRUCTURES, **OF_SUPPORTS}.items()
    }
    arrays["head"] = np.frombuffer(json.dumps(head).encode(), dtype=np.uint8)
    arrays["place"] = place.astype(np.int32)
    arrays["support_of"] = edition.support_of.astype(np.int32)
    written = BytesIO()
    np.savez_compressed(written, **arrays)
    return written.getvalue()


# --- Reading --------------------------------------------------------------------------------------


def current() -> Edition:
    """Returns the latest edition, read once a process; one that holds nothing, where none was
    made."""
    latest = FiguresEdition.objects.values_list("pk", "made_at").first()
    return _read(latest, commune_index())


@lru_cache(maxsize=2)
def _read(latest: tuple[int, datetime] | None, where: CommuneIndex) -> Edition:
    if latest is None:
        return _nothing(where)
    kept = FiguresEdition.objects.filter(pk=latest[0]).values_list("content", flat=True).first()
    if kept is None:
        return _nothing(where)
    with np.load(BytesIO(bytes(kept)), allow_pickle=False) as arrays:
        head = json.loads(arrays["head"].tobytes())
        numbers = np.array([where.number_of.get(key, 0) for key in head["places"]], np.int32)
        kept_arrays = {name: arrays[name] for name in (*OF_STRUCTURES, *OF_SUPPORTS)}
        return Edition(
            places=where,
            id=np.arange(len(arrays["place"]), dtype=np.int64),
            place=numbers[arrays["place"]] if len(numbers) else arrays["place"],
            support_of=arrays["support_of"].astype(np.int64),
            theme_bits=dict(head["theme_bits"]),
            as_of=date.fromisoformat(head["as_of"]) if head["as_of"] else None,
            precision=[Error.of_row(row) for row in head["precision"]],
            **kept_arrays,
        )


def _nothing(where: CommuneIndex) -> Edition:
    arrays: dict[str, Any] = {
        name: np.zeros(0, dtype=kind) for name, kind in {**OF_STRUCTURES, **OF_SUPPORTS}.items()
    }
    none = np.zeros(0, dtype=np.int64)
    return Edition(places=where, id=none, place=none, support_of=none, theme_bits={}, **arrays)
