"""What is kept of people who let an operator name them: how it is exported for them, and forgotten
with their account (`publishing.kinds.PersonalData`)."""

from __future__ import annotations

from typing import Any

from spelling.folding import folded
from structures.models import Operator


def _naming(person: Any) -> list[Operator]:
    """Returns the operators of this person's territories that give their name. A namesake
    elsewhere is somebody else."""
    names = {
        folded(f"{person.first_name} {person.last_name}").strip(),
        folded(f"{person.last_name} {person.first_name}").strip(),
    } - {""}
    named = Operator.objects.exclude(contact_name="").order_by("pk")
    return [
        operator
        for operator in named
        if folded(operator.contact_name).strip() in names
        and any(map(person.scope.holds, operator.concerned_territories()))
    ]


def export_contacts(person: Any) -> list[dict[str, Any]]:
    return [
        {
            "structure porteuse": operator.name,
            "nom": operator.contact_name,
            "fonction": operator.contact_role,
            "accepté le": operator.contact_agreed_on,
        }
        for operator in _naming(person)
    ]


def forget_contacts(person: Any) -> None:
    """Takes the name out; the function stays, which is nobody's."""
    keys = [operator.pk for operator in _naming(person)]
    Operator.objects.filter(pk__in=keys).update(contact_name="", contact_agreed_on=None)
