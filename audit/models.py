"""Who did what: an act is one row, which is written once and never changed."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone

ERASED = "compte effacé"


class Action(models.TextChoices):
    SIGNED_IN = "signed_in", "Connexion"
    SIGN_IN_FAILED = "sign_in_failed", "Connexion refusée"
    SIGNED_OUT = "signed_out", "Déconnexion"
    PASSWORD_CHANGED = "password_changed", "Mot de passe changé"
    FACTOR_ADDED = "factor_added", "Seconde vérification ajoutée"
    FACTOR_REMOVED = "factor_removed", "Seconde vérification retirée"
    CREATED = "created", "Création"
    CHANGED = "changed", "Modification"
    DELETED = "deleted", "Suppression"
    SUBMITTED = "submitted", "Proposition à la relecture"
    RETURNED = "returned", "Renvoi en brouillon"
    PUBLISHED = "published", "Publication"
    SCHEDULED = "scheduled", "Programmation"
    UNSCHEDULED = "unscheduled", "Programmation annulée"
    ARCHIVED = "archived", "Archivage"
    REOPENED = "reopened", "Sortie des archives"
    RESTORED = "restored", "Version restaurée"
    IMPORTED = "imported", "Import"
    EXPORTED = "exported", "Export"
    INVITED = "invited", "Invitation"
    INVITATION_CANCELLED = "invitation_cancelled", "Invitation annulée"
    INVITATION_ACCEPTED = "invitation_accepted", "Invitation acceptée"
    ACCESS_REQUESTED = "access_requested", "Demande d’accès"
    ACCESS_GRANTED = "access_granted", "Accès accordé"
    ACCESS_REFUSED = "access_refused", "Accès refusé"
    RIGHT_CHANGED = "right_changed", "Droits changés"
    DATA_DOWNLOADED = "data_downloaded", "Données personnelles remises"
    ACCOUNT_ERASED = "account_erased", "Compte effacé"


# A form that was opened before does not show these.
WRITES = (
    Action.CREATED,
    Action.CHANGED,
    Action.DELETED,
    Action.SUBMITTED,
    Action.RETURNED,
    Action.PUBLISHED,
    Action.SCHEDULED,
    Action.UNSCHEDULED,
    Action.ARCHIVED,
    Action.REOPENED,
    Action.RESTORED,
    Action.IMPORTED,
    Action.RIGHT_CHANGED,
)


class Entry(models.Model):
    """One act. It says that something was changed, never what was written: no content, no value
    of a field, no password. The person and the thing are kept in words too, so that the line still
    reads once they are gone; erasing an account replaces its name (`services.forget`).
    """

    Action = Action

    at = models.DateTimeField("date", default=timezone.now, db_index=True, editable=False)
    # It is empty where the portal itself acted, or someone who is not signed in.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name="par",
        null=True,
        editable=False,
        related_name="+",
    )
    actor_label = models.CharField("par", max_length=320, blank=True, editable=False)
    action = models.CharField("action", max_length=24, choices=Action, editable=False)
    target_type = models.ForeignKey(
        ContentType,
        models.SET_NULL,
        verbose_name="nature",
        null=True,
        editable=False,
        related_name="+",
    )
    target_id = models.CharField(max_length=64, blank=True, editable=False)
    target_label = models.CharField("sur", max_length=200, blank=True, editable=False)
    detail = models.CharField("précision", max_length=500, blank=True, editable=False)
    # It is kept of refused sign-ins only, to see an attack, and forgotten after 30 days.
    address = models.GenericIPAddressField("adresse réseau", null=True, editable=False)

    # The page in the admin where the thing can be read, if it still can: the admin sets it for one
    # page.
    target_url = ""

    class Meta:
        verbose_name = "ligne du journal"
        verbose_name_plural = "lignes du journal"
        ordering = ["-id"]
        default_permissions = ("view",)
        indexes = [
            models.Index(name="audit_action", fields=["action", "-id"]),
            models.Index(name="audit_actor", fields=["actor", "-id"]),
            models.Index(name="audit_target", fields=["target_type", "target_id"]),
        ]

    def __str__(self) -> str:
        when = f"{timezone.localtime(self.at):%d/%m/%Y %H:%M}"
        return f"{self.get_action_display()} le {when}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Writes the entry once. Raises TypeError for one that is written already."""
        if not self._state.adding:
            raise TypeError("An entry of the audit trail is written once.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Raises TypeError: entries go by their age only, through `audit.services.purge`."""
        raise TypeError("An entry of the audit trail goes by its age only: audit.services.purge.")

    @property
    def who(self) -> str:
        return self.actor_label or "le portail, ou une personne non connectée"


class ClockReading(models.Model):
    """What the clock said when old things were last forgotten, on one row (`audit.clock`)."""

    at = models.DateTimeField()
    # The first says since when the clock is not believed, the second when it last was not.
    doubted_since = models.DateTimeField(null=True)
    doubted_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="audit_clockreading_doubted",
                condition=Q(doubted_since__isnull=True) ^ Q(doubted_at__isnull=False),
                violation_error_message="Un doute sur l’horloge a un début et un dernier instant.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
