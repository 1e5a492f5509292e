"""What a person may do, in words: compared before and after, for the audit trail."""

from __future__ import annotations

from accounts.models import User
from audit.models import Action
from audit.services import record

SCOPE = "périmètre"
LONGEST_SCOPE = 400

Rights = dict[str, str]


def rights_of(person: User | None) -> Rights:
    """Returns the rights as the database has them now; none for an account that is not saved
    yet."""
    if person is None or person.pk is None:
        return {}
    person = User.objects.get(pk=person.pk)
    groups = person.groups.order_by("name").values_list("name", flat=True)
    return {
        "rôle": person.get_role_display(),
        SCOPE: str(person.scope),
        "groupes": ", ".join(groups) or "aucun",
        "actif": _yes(person.is_active),
        "accès à l’administration": _yes(person.is_staff),
        "tous les droits": _yes(person.is_superuser),
    }


def record_changes(*, person: User, before: Rights, by: User | None) -> None:
    """Notes in the trail what was and what is; nothing when nothing changed. `by` is None for the
    server."""
    after = rights_of(person)
    changed = [
        f"{name}\u00a0: {before[name]} → {now}" if name in before else f"{name}\u00a0: {now}"
        for name, now in after.items()
        if before.get(name) != now and name != SCOPE
    ]
    details = ["\u202f; ".join(changed) + "."] if changed else []
    if before.get(SCOPE) != after[SCOPE]:
        details.append(_scope_change(before.get(SCOPE, ""), after[SCOPE]))
    # The scope has a line of its own: it may be long, and must hide nothing.
    for detail in details:
        record(action=Action.RIGHT_CHANGED, by=by, target=person, detail=detail)


def _scope_change(before: str, after: str) -> str:
    whole = f"{SCOPE}\u00a0: {before} → {after}." if before else f"{SCOPE}\u00a0: {after}."
    if len(whole) <= LONGEST_SCOPE:
        return whole
    was, now = before.split(", "), after.split(", ")
    given = [name for name in now if name not in was]
    taken = [name for name in was if name and name not in now]
    counts = f"{len(given)} territoires donnés, {len(taken)} retirés → {len(now)} en tout"
    return f"{SCOPE}\u00a0: {counts}\u202f; {', '.join([*given, *taken])}."


def _yes(answer: bool) -> str:
    return "oui" if answer else "non"
