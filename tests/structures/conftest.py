"""Fixtures and helpers that tests of structures share."""

import random
from datetime import date
from typing import Any

from structures.models import Operator, ResourceCentre, Sector, Support
from structures.nomenclature import LEGAL_FORMS, Approval, Family, JobsDefinition, Mode, Phase, Size
from territories.models import Level, Territory
from tests.factories import OperatorFactory, StructureFactory, SupportFactory
from themes.models import Theme

WORDS = ("Atelier", "Théâtre", "Régie", "Ressourcerie", "du Lac", "Saint-Éloi", "l’Œillet", "Club")


def scatter(seed: int, structures: int = 60) -> list[Any]:
    """Scatters structures and supports of all kinds over the small geography, the same for a
    seed."""
    draw = random.Random(seed)
    communes = list(
        Territory.objects.filter(level__in=[Level.COMMUNE, Level.MUNICIPAL]).order_by("id")
    )
    sectors, themes = list(Sector.objects.all()[:4]), list(Theme.objects.all()[:5])
    operators = list(Operator.objects.all()) or OperatorFactory.create_batch(3)
    centres = list(ResourceCentre.objects.all()[:2])
    made: list[Any] = []
    for number in range(structures):
        structure = StructureFactory(
            name=f"{draw.choice(WORDS)} {draw.choice(WORDS)} {number}",
            commune=draw.choice([*communes[:12], None]),
            sector=draw.choice([*sectors, None]),
            family=draw.choice(Family.values),
            legal_form=draw.choice(["", *list(LEGAL_FORMS)[:3]]),
            size=draw.choice(Size.values[:4]),
            approvals=" ".join(value for value in Approval.values if draw.random() < 0.2),
            closed_on=draw.choice([None, None, None, date(2024, 5, 1)]),
            public=draw.random() < 0.4,
        )
        for _ in range(draw.choice([0, 1, 1, 2, 4])):
            has_jobs = draw.random() < 0.7
            support = Support.objects.create(
                structure=structure,
                operator=draw.choice([*operators, None]),
                resource_centre=draw.choice([*centres, None]),
                year=draw.randint(2019, 2025),
                phase=draw.choice(Phase.values),
                mode=draw.choice(Mode.values),
                jobs=draw.randint(0, 40) if has_jobs else None,
                jobs_definition=draw.choice(JobsDefinition.values) if has_jobs else "",
            )
            support.themes.set(draw.sample(themes, draw.randint(0, 3)))
        made.append(structure)
    absorbed = [structure for structure in made if not structure.is_public][:2]
    for structure in absorbed:
        structure.merged_into = made[-1]
        structure.save()
    return made


def supported(key: str, number: int, **values: Any) -> list[Any]:
    """Makes as many structures of that commune, each with a support that has these values."""
    structures = StructureFactory.create_batch(number, commune=Territory.objects.get(pk=key))
    for structure in structures:
        SupportFactory(structure=structure, **values)
    return structures
