"""Who else saved since a form was opened: the trail of what was done tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.text import get_text_list

from audit.models import Entry
from audit.services import writes_on

MOST_READ = 20
ONESELF = "Vous, dans un autre onglet"
SOMEBODY = "Quelqu’un, ou un traitement du portail"


@dataclass(frozen=True)
class Saves:
    """Who saved, and when. `who` is "Camille Martin et Vous, dans un autre onglet"; `at` is the
    moment of the last save, if it is known."""

    who: str
    at: datetime | None
    are_ones_own: bool = False

    @property
    def when(self) -> str:
        """Returns "à 14:32", with the day where it is another."""
        if self.at is None:
            return ""
        local = timezone.localtime(self.at)
        day = "" if local.date() == timezone.localdate() else f"le {local:%d/%m/%Y} "
        return f"{day}à {local:%H:%M}"

    @property
    def subject(self) -> str:
        """Returns "Camille Martin a", "Vous avez" or "Camille Martin et Ali Ba ont"."""
        if self.are_ones_own:
            return f"{self.who}, avez"
        return f"{self.who} ont" if " et " in self.who else f"{self.who} a"


def saves_since(model: type[models.Model], keys: Any, seen: int, *, user: Any) -> Saves:
    """Returns the saves of one row, or of several, since the act of number `seen`: the last that
    was known when the form was opened."""
    rows = keys if isinstance(keys, list) else [keys]
    entries = list(writes_on(model, *rows)[:MOST_READ])
    return saves_in([one for one in entries if one.pk > seen] or entries[:1], user=user)


def saves_in(entries: list[Entry], *, user: Any) -> Saves:
    if not entries:
        return Saves(SOMEBODY, None)
    names = dict.fromkeys(
        str(entry.actor) if entry.actor else SOMEBODY
        for entry in entries
        if entry.actor_id != user.pk
    )
    at = entries[0].at
    if not names:
        return Saves(ONESELF, at, are_ones_own=True)
    return Saves(get_text_list(list(names), "et"), at)
