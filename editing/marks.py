"""The mark that a form carries: what it showed when it was opened, signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core import signing
from django.http import HttpRequest

from editing.merging import Merge
from editing.saves import Saves
from editing.shown import Pairs, Shown, as_json, from_json

MARK = "shown_at_opening"
EVERY = "keep_every"
CHOICE = "keep:"
# One sentence tells so many of the values that were taken from the other save.
MOST_TOLD = 12


@dataclass
class Opened:
    """What a form says that it showed, and the last act that was known then."""

    shown: Shown
    seen: int
    pending: dict[str, Pairs] = field(default_factory=dict)


@dataclass
class MergeReport:
    """What the page says of the other save: the collisions, and what was taken from it."""

    merge: Merge
    saves: Saves
    mark: str = ""

    @property
    def asks(self) -> bool:
        return any(not one.is_told_only for one in self.merge.collisions)

    @property
    def column(self) -> str:
        """Returns who and when: "Ana Martin, à 14:32"."""
        return ", ".join(filter(None, (self.saves.who, self.saves.when)))

    @property
    def sentence(self) -> str:
        """Returns "Ana Martin a enregistré à 14:32, pendant que vous écriviez"."""
        when = f" {self.saves.when}" if self.saves.at else ""
        return f"{self.saves.subject} enregistré{when}, pendant que vous écriviez"

    @property
    def taken_sentence(self) -> str:
        taken = "\u202f; ".join(self.merge.taken[:MOST_TOLD])
        if (more := len(self.merge.taken) - MOST_TOLD) > 0:
            taken += f"\u202f; et {more} autres endroits" if more > 1 else "\u202f; et un autre"
        return f"{self.sentence}. C’est gardé avec ce que vous avez saisi\u00a0: {taken}."


REFUSAL = (
    "Ce que vous avez saisi n’est pas encore enregistré\u00a0: choisissez ci-dessus ce qu’il faut "
    "garder, puis enregistrez de nouveau."
)


def _salt(request: HttpRequest, model: Any, key: Any) -> str:
    """Returns a salt of one person and one row: nothing else can be signed for it."""
    return f"editing:{model._meta.label_lower}:{key}:{request.user.pk}"


def seal(
    request: HttpRequest,
    model: Any,
    key: Any,
    shown: Shown,
    seen: int,
    pending: Mapping[str, Pairs] | None = None,
) -> str:
    held = [seen, as_json(shown), pending or {}]
    return signing.dumps(held, salt=_salt(request, model, key), compress=True)


def unseal(request: HttpRequest, model: Any, key: Any) -> Opened | None:
    """Returns what the form showed. None of a form without its mark: it was written by a program,
    which knows what it overwrites. A mark that was tampered with stands for a form that showed
    nothing."""
    mark = request.POST.get(MARK)
    if mark is None:
        return None
    try:
        seen, shown, pending = signing.loads(mark, salt=_salt(request, model, key))
    except signing.BadSignature:
        return Opened(Shown(), 0)
    waiting = {name: [(end, value) for end, value in pairs] for name, pairs in pending.items()}
    return Opened(from_json(shown), seen, waiting)


def choices(request: HttpRequest) -> dict[str, str]:
    """Returns what was chosen, by key of a collision: "mine" or "theirs"."""
    return {
        name.removeprefix(CHOICE): str(request.POST[name])
        for name in request.POST
        if name.startswith(CHOICE)
    }
