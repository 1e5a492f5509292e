"""Who has what open: this is the one table of what several people do at once."""

from __future__ import annotations

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models


class Presence(models.Model):
    """Somebody has a form of the admin open, and was heard of at that moment."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.CharField(max_length=64)
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "user"], name="editing_presence_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}\u00a0: {self.content_type} {self.object_id}"
