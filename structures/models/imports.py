"""What was imported, by whom and line by line: it makes an import told, resumed and undone."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from structures.models.structure import Structure
from structures.models.support import Support


def private_storage() -> Storage:
    return storages["private"]


class ImportRun(models.Model):
    """One file, read once. `cursor` rows are behind it: each batch of rows moves it in its own
    transaction, so that a run that was killed goes on where it stood."""

    class Format(models.TextChoices):
        NETWORK = "reseau", "Tableur du réseau"
        RNA = "rna", "Répertoire national des associations (RNA)"
        SIRENE = "sirene", "Base Sirene de l’Insee"
        ESS = "ess", "Liste d’ESS France"

    class State(models.TextChoices):
        PREPARED = "preparee", "À préparer"
        RUNNING = "cours", "En cours"
        DONE = "finie", "Terminée"
        STOPPED = "arretee", "Arrêtée"
        UNDOING = "retour", "Annulation en cours"
        UNDONE = "defaite", "Annulée"

    format = models.CharField("format", max_length=10, choices=Format)
    file_name = models.CharField("fichier", max_length=255)
    # These are of the file's bytes (SHA-256), and of how its columns were understood.
    fingerprint = models.CharField(max_length=64, editable=False)
    mapping = models.JSONField(default=dict, blank=True, editable=False)
    # It is kept until the run ends; the command reads the file where it is.
    upload = models.FileField(storage=private_storage, upload_to="imports/", blank=True)

    is_trial = models.BooleanField("essai à blanc", default=False)
    state = models.CharField("état", max_length=10, choices=State, default=State.RUNNING)
    problem = models.TextField("ce qui l’a arrêtée", blank=True)
    rows = models.PositiveIntegerField("lignes du fichier", default=0)
    cursor = models.PositiveIntegerField(default=0, editable=False)
    created = models.PositiveIntegerField("créées", default=0)
    updated = models.PositiveIntegerField("modifiées", default=0)
    unchanged = models.PositiveIntegerField("inchangées", default=0)
    refused = models.PositiveIntegerField("refusées", default=0)
    left_out = models.PositiveIntegerField("écartées", default=0)

    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name="par",
        null=True,
        blank=True,
        related_name="+",
    )
    started_at = models.DateTimeField("le", default=timezone.now)
    moved_at = models.DateTimeField(auto_now=True)
    ended_at = models.DateTimeField("finie le", null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField("annulée le", null=True, blank=True)
    # The last structure that undoing has come to.
    undo_cursor = models.BigIntegerField(default=0, editable=False)
    # Its lines were forgotten with time: it can no longer be undone.
    is_forgotten = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = "import"
        ordering = ["-started_at", "-id"]
        default_permissions = ("view",)
        permissions = [("import_structures", "Peut importer des structures")]
        indexes = [models.Index(name="structures_runs_of_file", fields=["fingerprint"])]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_running(self) -> bool:
        return self.state == self.State.RUNNING

    @property
    def can_be_undone(self) -> bool:
        return (
            not self.is_trial
            and not self.is_forgotten
            and self.state in (self.State.DONE, self.State.STOPPED, self.State.UNDOING)
        )

    @property
    def percent(self) -> int:
        return min(100, self.cursor * 100 // self.rows) if self.rows else 0


class ImportLine(models.Model):
    """What became of one line of a file. `memory` is what undoing needs."""

    class Outcome(models.TextChoices):
        CREATED = "creee", "créée"
        UPDATED = "modifiee", "modifiée"
        UNCHANGED = "inchangee", "inchangée"
        REFUSED = "refusee", "refusée"
        LEFT_OUT = "ecartee", "écartée"
        KEPT = "gardee", "gardée à l’annulation"

    # There are millions of rows, which are forgotten with time: no key is checked for them.
    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="lines", db_index=False)
    number = models.PositiveIntegerField("ligne")
    outcome = models.CharField("résultat", max_length=10, choices=Outcome)
    structure = models.ForeignKey(
        Structure,
        models.DO_NOTHING,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    support = models.ForeignKey(
        Support,
        models.DO_NOTHING,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    made_structure = models.BooleanField(default=False)
    made_support = models.BooleanField(default=False)
    # A trial, which writes no structure, knows by this that it has met one already.
    identity = models.CharField(max_length=255, blank=True)
    revision = models.BigIntegerField(default=0)
    # {"structure": {field: [before, after]}, "support": the same, "former": key of an identity}
    memory = models.JSONField(null=True)
    # [[column, sentence], …]
    remarks = models.JSONField(null=True)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="structures_import_line", fields=["run", "number"])
        ]
        indexes = [
            models.Index(
                name="structures_import_of",
                fields=["run", "structure"],
                condition=Q(structure__isnull=False),
            ),
            models.Index(name="structures_import_outcome", fields=["run", "outcome", "number"]),
            models.Index(
                name="structures_import_identity",
                fields=["run", "identity"],
                condition=~Q(identity=""),
            ),
        ]

    def __str__(self) -> str:
        return f"Ligne {self.number}"


class ColumnMapping(models.Model):
    """How the columns of a spreadsheet with these headings were understood the last time."""

    fingerprint = models.CharField(max_length=64, unique=True)
    headings = models.JSONField()
    # {"columns": {heading: field}, "constants": {field: value of every line}}
    choices = models.JSONField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        default_permissions = ()
        ordering = [F("changed_at").desc()]

    def __str__(self) -> str:
        return ", ".join(self.headings)
