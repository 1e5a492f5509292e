"""Checks, when the portal starts, of what in the settings would keep mails from leaving."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

from mailing import senders

logger = logging.getLogger(__name__)

TAG = "mail"
SMTPS_PORT = 465


def check_settings(**kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = [
        Error(
            f"{name} ne peut pas servir d’expéditeur\u00a0: {fault}.",
            hint=f"Valeur lue\u00a0: {getattr(settings, name)!r}. Aucun courriel ne partirait.",
            id="mailing.E001",
        )
        for name, fault in senders.faults().items()
    ]
    if not settings.EMAIL_BACKEND.endswith("smtp.Backend"):
        return found
    if not settings.EMAIL_HOST:
        found.append(
            Error(
                "EMAIL_URL ne nomme aucun serveur de courriel.",
                hint="smtp+tls://utilisateur:motdepasse@serveur:587",
                id="mailing.E002",
            )
        )
    if settings.EMAIL_PORT == SMTPS_PORT and not settings.EMAIL_USE_SSL:
        found.append(
            Warning(
                "EMAIL_URL\u00a0: au port 465 le chiffrement commence aussitôt, ce que smtp+tls:// "
                "et smtps:// ne font pas.",
                hint="smtp+ssl://utilisateur:motdepasse@serveur:465",
                id="mailing.W001",
            )
        )
    return found


def log_faults() -> None:
    """Logs the faults, in a process that runs no checks of its own."""
    for fault in check_settings():
        logger.log(fault.level, "%s", fault)
