"""Questions that a person asks again, under a name of theirs."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from publishing.fields import FrenchCharField


class SavedView(models.Model):
    """A name for an address of the pilot's room: what it shows is asked anew each time."""

    MOST = 50

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = FrenchCharField("nom", max_length=80)
    query = models.CharField("adresse", max_length=2000)
    created_at = models.DateTimeField("enregistrée le", auto_now_add=True)

    class Meta:
        verbose_name = "vue enregistrée"
        verbose_name_plural = "vues enregistrées"
        ordering = ["name"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="structures_view_name",
                fields=["user", "name"],
                violation_error_message="Vous avez déjà une vue de ce nom.",
            )
        ]

    def __str__(self) -> str:
        return self.name
