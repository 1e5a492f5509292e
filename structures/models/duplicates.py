"""Structures that may be one and the same, and those that a person found to be so."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from structures.models.structure import Structure
from structures.sight import Sight


class DuplicatePairQuerySet(models.QuerySet["DuplicatePair"]):
    def waiting(self) -> Self:
        return self.filter(state=DuplicatePair.State.WAITING)

    def changeable_by(self, user: Any) -> Self:
        """Keeps those whose two structures lie in the person's territories."""
        return self.filter(both_in_reach(user, "first", "second"))


def both_in_reach(user: Any, *names: str) -> Q:
    """Asks it a row at a time, through the primary key: those that wait are few, structures are
    many."""
    condition = Q()
    if Sight.of(user).everything:
        return condition
    mine = Structure.objects.changeable_by(user).order_by()
    for name in names:
        condition &= Q(Exists(mine.filter(pk=OuterRef(f"{name}_id"))))
    return condition


class DuplicatePair(models.Model):
    """Two structures that may be one: flagged for a person, never merged by the portal itself. What
    was decided stays, so that the same two are not asked about again."""

    class Reason(models.TextChoices):
        NUMBER = "numero", "Même Siret ou même RNA"
        SIREN = "siren", "Même Siren"
        NAME = "nom", "Nom proche, même commune"
        PERSON = "personne", "Signalé par quelqu’un"

    class State(models.TextChoices):
        WAITING = "attente", "À examiner"
        DISMISSED = "distinctes", "Deux structures distinctes"
        MERGED = "reunies", "Réunies"

    # The lower key comes first: each two are one row.
    first = models.ForeignKey(Structure, models.CASCADE, related_name="+")
    second = models.ForeignKey(Structure, models.CASCADE, related_name="+")
    reason = models.CharField("ce qui les rapproche", max_length=10, choices=Reason)
    score = models.PositiveSmallIntegerField("ressemblance", default=100)
    state = models.CharField("état", max_length=10, choices=State, default=State.WAITING)
    found_at = models.DateTimeField("signalé le", default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name="examiné par",
        null=True,
        blank=True,
        related_name="+",
    )
    decided_at = models.DateTimeField("examiné le", null=True, blank=True)

    objects: ClassVar[Any] = DuplicatePairQuerySet.as_manager()

    class Meta:
        verbose_name = "doublon possible"
        verbose_name_plural = "doublons possibles"
        ordering = ["-score", "id"]
        default_permissions = ("view",)
        permissions = [("merge_structure", "Peut réunir des structures")]
        constraints = [
            models.UniqueConstraint(name="structures_pair_once", fields=["first", "second"]),
            models.CheckConstraint(
                name="structures_pair_in_order", condition=Q(first__lt=F("second"))
            ),
        ]
        indexes = [models.Index(name="structures_pairs", fields=["state", "-score", "id"])]

    def __str__(self) -> str:
        return f"{self.first} / {self.second}"

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING


class DuplicateSearch(models.Model):
    """How far the search has come, on one row. A pass reads what was written after revision `done`,
    up to `target`; it may be stopped anywhere, and goes on from `cursor`."""

    class Stage(models.TextChoices):
        IDLE = ""
        NUMBERS = "numeros"
        NAMES = "noms"

    done = models.BigIntegerField(default=0)
    target = models.BigIntegerField(default=0)
    stage = models.CharField(max_length=10, choices=Stage, blank=True)
    # It is the last structure's key among numbers, the last commune's code among names.
    cursor = models.CharField(max_length=20, blank=True)
    moved_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.done}/{self.target}"


class Merge(models.Model):
    """One structure found to be another. `memory` is what undoing needs (`structures.merging`)."""

    kept = models.ForeignKey(
        Structure, models.CASCADE, verbose_name="fiche gardée", related_name="merges"
    )
    absorbed = models.ForeignKey(
        Structure, models.CASCADE, verbose_name="fiche réunie", related_name="+"
    )
    memory = models.JSONField(editable=False)
    merged_at = models.DateTimeField("réunies le", default=timezone.now)
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name="par",
        null=True,
        blank=True,
        related_name="+",
    )
    undone_at = models.DateTimeField("défaite le", null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name="défaite par",
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = "réunion de fiches"
        verbose_name_plural = "réunions de fiches"
        ordering = ["-merged_at", "-id"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.absorbed} → {self.kept}"
