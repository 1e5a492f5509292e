"""The protected copy of the register, as it was on one day."""

from __future__ import annotations

from django.db import models


class FiguresEdition(models.Model):
    """What people without sight read their figures from: a copy in which some supports are counted
    on other structures (`register.displacement`), kept as arrays. It is renewed once a month at
    most, so that what is written from one day to the next cannot be subtracted."""

    as_of = models.DateField("arrêtée au", unique=True)
    made_at = models.DateTimeField("établie le", auto_now_add=True)
    # `register.editions` writes and reads it.
    content = models.BinaryField(editable=False)

    class Meta:
        verbose_name = "édition des chiffres"
        verbose_name_plural = "éditions des chiffres"
        ordering = ["-as_of"]
        get_latest_by = "as_of"

    def __str__(self) -> str:
        return f"Chiffres arrêtés au {self.as_of:%d/%m/%Y}"
