"""What a person may do, in words: compared before and after, for the audit trail."""

from __future__ import annotations

from accounts.models import User
from audit.models import Action
from audit.services import record

Rights = dict[str, str]


def rights_of(person: User | None) -> Rights:
    """As the database has them now. Of an account to come, none."""
    if person is None or person.pk is None:
        return {}
    person = User.objects.get(pk=person.pk)
    groups = person.groups.order_by("name").values_list("name", flat=True)
    return {
        "rôle": person.get_role_display(),
        "périmètre": str(person.scope),
        "groupes": ", ".join(groups) or "aucun",
        "actif": _yes(person.is_active),
        "accès à l’administration": _yes(person.is_staff),
        "tous les droits": _yes(person.is_superuser),
    }


def record_changes(*, person: User, before: Rights, by: User) -> None:
    """One line with what was and what is; none when nothing changed."""
    after = rights_of(person)
    changed = [
        f"{name}\u00a0: {before[name]} → {now}" if name in before else f"{name}\u00a0: {now}"
        for name, now in after.items()
        if before.get(name) != now
    ]
    if changed:
        record(
            action=Action.RIGHT_CHANGED,
            by=by,
            target=person,
            detail="\u202f; ".join(changed) + ".",
        )


def _yes(answer: bool) -> str:
    return "oui" if answer else "non"
