"""Supports: the courses of support that operators give to structures."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from publishing.fields import FrenchCharField, FrenchTextField
from spelling.fields import LineField
from structures.models.operator import Operator, ResourceCentre
from structures.models.revision import Revised, RevisedQuerySet
from structures.models.structure import RecordedAgreement, Structure
from structures.nomenclature import FIRST_YEAR, LAST_YEAR, JobsDefinition, Mode, Phase
from structures.sight import Sight

# The columns of a story, in the order in which it is told.
STORY = ("story_need", "story_done", "story_change")


class SupportQuerySet(RevisedQuerySet):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keeps those of the person's territories. They see nobody else's, public though the
        structure may be."""
        reach = Structure.objects.current().filter(Sight.of(user).reach())
        return self.filter(structure__in=reach)

    def telling_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keeps those whose story this person reads as everybody does: the structure is public, and
        agreed to these very words."""
        shown = Structure.objects.visible_to(user).filter(consent__isnull=False)
        return self.agreed().filter(structure__in=shown.order_by())

    def told(self) -> Self:
        """Keeps those whose story is whole, whoever may read it."""
        told = self
        for name in STORY:
            told = told.exclude(**{name: ""})
        return told

    def agreed(self) -> Self:
        """Keeps those of which the structure agreed to the story as it is now: a word that changes,
        whoever writes it, is another story."""
        same = {name: OuterRef(name) for name in (*STORY, "structure")}
        in_force = StoryAgreement.objects.filter(support=OuterRef("pk"), withdrawn_on=None, **same)
        return self.told().filter(Exists(in_force.order_by()))


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
    # What came of it, in three lines (`STORY`).
    story_need = FrenchCharField(
        "le besoin",
        max_length=300,
        blank=True,
        help_text="Ce qui amenait la structure, en une phrase ou deux, dans ses mots.",
    )
    story_done = FrenchCharField(
        "ce qui a été fait",
        max_length=300,
        blank=True,
        help_text="Avec qui, pendant combien de temps, sur quoi.",
    )
    story_change = FrenchCharField(
        "ce qui a changé",
        max_length=300,
        blank=True,
        help_text="Ce que la structure fait ou peut depuis, qu’elle ne pouvait pas avant.",
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

    @property
    def story(self) -> tuple[str, ...]:
        """The need, what was done, what changed."""
        return tuple(getattr(self, name) for name in STORY)

    @property
    def has_story(self) -> bool:
        return all(self.story)

    def story_agreement(self) -> StoryAgreement | None:
        """Returns the agreement in force to the story as it is now."""
        same = dict(zip(STORY, self.story, strict=True), structure=self.structure_id)
        return self.story_agreements.filter(withdrawn_on=None, **same).first()

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


class StoryAgreement(RecordedAgreement):
    """That a structure agreed to these words about one of its supports. It holds while the words
    stay.
    `services.record_story_agreement` and `end_story_agreements` are its only writers."""

    support = models.ForeignKey(Support, models.CASCADE, related_name="story_agreements")
    # A support that was written down for another structure is not theirs to tell.
    structure = models.ForeignKey(Structure, models.CASCADE, related_name="+")
    story_need = FrenchCharField("le besoin", max_length=300)
    story_done = FrenchCharField("ce qui a été fait", max_length=300)
    story_change = FrenchCharField("ce qui a changé", max_length=300)

    class Meta(RecordedAgreement.Meta):
        verbose_name = "accord pour un récit"
        verbose_name_plural = "accords pour des récits"
        constraints = [
            models.UniqueConstraint(
                name="structures_one_story_agreement_in_force",
                fields=["support"],
                condition=Q(withdrawn_on=None),
                violation_error_message="Ce récit a déjà un accord en vigueur.",
            ),
            models.CheckConstraint(
                name="structures_story_withdrawn_after_given",
                condition=Q(withdrawn_on=None) | Q(withdrawn_on__gte=F("given_on")),
                violation_error_message="Un accord ne peut être retiré avant d’avoir été donné.",
            ),
        ]

    def __str__(self) -> str:
        return f"Accord pour un récit, du {self.given_on:%d/%m/%Y}"

    @property
    def story(self) -> tuple[str, ...]:
        return tuple(getattr(self, name) for name in STORY)
