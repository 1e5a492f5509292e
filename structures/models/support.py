"""Supports: the courses of support that operators give to structures."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import F, Q

from publishing.fields import FrenchCharField, FrenchTextField
from spelling.fields import LineField
from structures.models.operator import Operator, ResourceCentre
from structures.models.revision import Revised, RevisedQuerySet
from structures.models.structure import Structure
from structures.nomenclature import FIRST_YEAR, LAST_YEAR, JobsDefinition, Mode, Phase
from structures.sight import Sight


class SupportQuerySet(RevisedQuerySet):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keeps those of the person's territories. They see nobody else's, public though the
        structure may be."""
        reach = Structure.objects.current().filter(Sight.of(user).reach())
        return self.filter(structure__in=reach)


class Support(Revised):
    """One course of support that a DLA operator gives to one structure. A collective one is a row
    for each structure of the group, with the same `group`."""

    structure = models.ForeignKey(
        Structure, models.PROTECT, verbose_name="structure", related_name="supports"
    )
    operator = models.ForeignKey(
        Operator,
        models.PROTECT,
        verbose_name="structure porteuse",
        null=True,
        blank=True,
        related_name="supports",
    )
    resource_centre = models.ForeignKey(
        ResourceCentre,
        models.SET_NULL,
        verbose_name="centre de ressources associé",
        null=True,
        blank=True,
        related_name="+",
    )
    reference = LineField(
        "référence",
        max_length=60,
        null=True,
        blank=True,
        unique=True,
        help_text="Numéro du dossier chez la structure porteuse, s’il en a un.",
        error_messages={"unique": "Un autre accompagnement porte déjà cette référence."},
    )
    title = FrenchCharField("objet", max_length=200, blank=True)
    year = models.PositiveSmallIntegerField(
        "année", blank=True, help_text="Année de l’accueil, celle des bilans."
    )
    phase = models.PositiveSmallIntegerField("étape", choices=Phase, default=Phase.WELCOME)
    mode = models.CharField("modalité", max_length=10, choices=Mode, default=Mode.INDIVIDUAL)
    group = FrenchCharField(
        "action collective",
        max_length=120,
        blank=True,
        help_text="Le même nom pour toutes les structures d’un accompagnement collectif.",
    )
    themes = models.ManyToManyField(
        "themes.Theme", verbose_name="thématiques", blank=True, related_name="+"
    )
    planned_start = models.DateField("début prévu", null=True, blank=True)
    planned_end = models.DateField("fin prévue", null=True, blank=True)
    started_on = models.DateField("début", null=True, blank=True)
    ended_on = models.DateField("fin", null=True, blank=True)
    jobs = models.PositiveIntegerField("emplois concernés", null=True, blank=True)
    jobs_definition = models.CharField(
        "au sens de", max_length=10, choices=JobsDefinition, blank=True
    )
    notes = FrenchTextField(
        "notes",
        blank=True,
        help_text="Confidentielles\u00a0: lues dans l’administration seulement.",
    )

    objects: ClassVar[Any] = SupportQuerySet.as_manager()

    class Meta:
        verbose_name = "accompagnement"
        ordering = ["-year", "-id"]
        constraints = [
            models.CheckConstraint(
                name="structures_support_year",
                condition=Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR),
                violation_error_message="Le DLA existe depuis 2002\u00a0: donnez l’année de "
                "l’accueil, ou une date de début.",
            ),
            models.CheckConstraint(
                name="structures_support_dates",
                condition=Q(started_on=None) | Q(ended_on=None) | Q(ended_on__gte=F("started_on")),
                violation_error_message="La fin de l’accompagnement précède son début.",
            ),
            models.CheckConstraint(
                name="structures_support_planned",
                condition=Q(planned_start=None)
                | Q(planned_end=None)
                | Q(planned_end__gte=F("planned_start")),
                violation_error_message="La fin prévue précède le début prévu.",
            ),
            models.CheckConstraint(
                name="structures_support_jobs",
                condition=Q(jobs=None) ^ ~Q(jobs_definition=""),
                violation_error_message="Un nombre d’emplois se donne avec sa définition.",
            ),
            models.CheckConstraint(
                name="structures_support_group",
                condition=Q(mode=Mode.COLLECTIVE) | Q(group=""),
                violation_error_message="Une action collective va avec la modalité « collectif ».",
            ),
        ]
        indexes = [models.Index(name="structures_support_of", fields=["structure", "-year"])]

    def __str__(self) -> str:
        return self.title or f"Accompagnement de {self.year}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._say_year()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        self._say_year()
        self.reference = self.reference or None

    def _say_year(self) -> None:
        start: date | None = self.started_on or self.planned_start
        given: int | None = self.year
        if given is None and start is not None:
            self.year = start.year
