"""Who else has the same form open, and who saved since it was opened."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.text import get_text_list

from audit.models import Action, Entry
from audit.services import writes_on
from editing.models import Presence
from editing.saves import MOST_READ, saves_in

# A page asks every few seconds, and says when it closes; without a word, it is thought closed.
HEARD_WITHIN = timedelta(seconds=45)
KEPT = timedelta(days=1)
# The acts in words: "Ana Martin vient…"
DID = {
    Action.SUBMITTED: "de proposer à la relecture",
    Action.RETURNED: "de renvoyer en brouillon",
    Action.PUBLISHED: "de publier",
    Action.SCHEDULED: "de programmer",
    Action.UNSCHEDULED: "d’annuler la programmation",
    Action.ARCHIVED: "d’archiver",
    Action.REOPENED: "de sortir des archives",
    Action.RESTORED: "de restaurer une version",
}


def _of(model: type[models.Model], key: Any) -> dict[str, Any]:
    target = ContentType.objects.get_for_model(model, for_concrete_model=False)
    return {"content_type": target, "object_id": str(key)[:64]}


def arrive(model: type[models.Model], key: Any, *, user: Any) -> None:
    now, place = timezone.now(), _of(model, key)
    if not Presence.objects.filter(user=user, **place).update(seen_at=now):
        # Two tabs that open at once are one person.
        Presence.objects.bulk_create(
            [Presence(user=user, seen_at=now, **place)], ignore_conflicts=True
        )


def leave(model: type[models.Model], key: Any, *, user: Any) -> None:
    """Notes that the page was closed; another tab of the same person says again that they are
    there."""
    Presence.objects.filter(user=user, **_of(model, key)).delete()


def was_there(model: type[models.Model], key: Any, *, user: Any) -> bool:
    """Says whether that person had it open lately."""
    return Presence.objects.filter(user=user, **_of(model, key)).exists()


def others(model: type[models.Model], key: Any, *, user: Any) -> list[str]:
    now = timezone.now()
    # A sight in the future counts for none: the clock was ahead then, and has been set.
    lately = (now - HEARD_WITHIN, now + HEARD_WITHIN)
    there = Presence.objects.filter(seen_at__range=lately, **_of(model, key))
    rows = there.exclude(user=user).select_related("user").order_by("pk")
    return [str(presence.user) for presence in rows]


def others_sentence(names: list[str]) -> str:
    if not names:
        return ""
    have = "ont" if len(names) > 1 else "a"
    return f"{get_text_list(names, 'et')} {have} aussi ce contenu ouvert."


def last_write(model: type[models.Model], key: Any) -> int:
    """Returns the number of the last act on that row; 0 if there was none. Acts on a row have
    growing numbers, since whoever writes it holds it."""
    return writes_on(model, key).values_list("pk", flat=True).first() or 0


def last_act() -> int:
    """Returns the number of the last act on anything."""
    return Entry.objects.values_list("pk", flat=True).first() or 0


def news_since(model: type[models.Model], key: Any, seen: int, *, user: Any) -> str:
    """Says in a sentence what happened to the row since a form of it was opened; empty for
    nothing."""
    entries = list(writes_on(model, key).filter(pk__gt=seen)[:MOST_READ])
    if not entries:
        return ""
    saves = saves_in(entries, user=user)
    if entries[0].action == Action.DELETED:
        return (
            f"{saves.subject} supprimé cette fiche {saves.when}\u00a0: gardez cette page ouverte "
            "et copiez ce que vous avez saisi."
        )
    did = DID.get(Action(entries[0].action), "d’enregistrer")
    comes = "viennent" if " et " in saves.who else "vient"
    start = (
        f"Vous venez {did} dans un autre onglet, {saves.when}."
        if saves.are_ones_own
        else f"{saves.who} {comes} {did}, {saves.when}."
    )
    return f"{start} Continuez\u00a0: à l’enregistrement, vous saurez ce qui diffère."


def forget_old() -> int:
    return Presence.objects.filter(seen_at__lt=timezone.now() - KEPT).delete()[0]
