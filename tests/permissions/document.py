"""Prints the matrix as docs/permissions.md: `python -m tests.permissions.document`."""

from __future__ import annotations

import os
from itertools import groupby
from pathlib import Path

PATH = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"

INTRODUCTION = """\
# Qui peut voir, qui peut faire

Cette page est écrite par les tests (`make permissions`), qui posent chacune de ces questions au
portail lui-même : elle ne peut pas dire autre chose que ce qu’il fait.

Trois choses décident des droits d’une personne :

- son **rôle** dans le réseau : ce qu’elle lit (la rédaction et l’animation nationale lisent tout) ;
- ses **groupes** : ce qu’elle fait dans l’administration ;
- son **périmètre** (des territoires, ou la France entière) : où elle le fait.

« ARA » est la région Auvergne-Rhône-Alpes, dont fait partie l’Isère. « oui » : permis ; case vide :
refusé, par la même réponse qu’à une adresse qui n’existe pas quand le contenu est réservé.
"""


def document() -> str:
    from tests.permissions.matrix import RULES
    from tests.permissions.world import PEOPLE

    lines = [INTRODUCTION]
    names = [person.name for person in PEOPLE]
    for surface, rules in groupby(RULES, key=lambda rule: rule.surface):
        lines += [
            f"## {surface}",
            "",
            "| | " + " | ".join(names) + " |",
            "|---|" + "---|" * len(names),
        ]
        for rule in rules:
            cells = ["oui" if person in rule.allowed else "" for person in PEOPLE]
            lines.append(f"| {rule.action} | " + " | ".join(cells) + " |")
        lines.append("")
    return "\n".join(lines)


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    PATH.write_text(document(), encoding="utf-8")


if __name__ == "__main__":
    main()
