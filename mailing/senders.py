"""The addresses that the portal writes from, as the headers of a mail can hold them."""

from __future__ import annotations

import unicodedata
from email.errors import HeaderParseError, ObsoleteHeaderDefect
from email.headerregistry import HeaderRegistry
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

# Django's own mails to administrators leave from the second.
SETTINGS = ("DEFAULT_FROM_EMAIL", "SERVER_EMAIL")
# These are categories of Unicode: controls, formats, halves of a sign, separators of lines and
# paragraphs.
UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def fault_of(address: str) -> str:
    """Says in French why nothing can be sent from that address; empty if all is well. It is one
    address as RFC 5322 has it, with or without a name: `Portail <a@b.fr>`. The name may have
    accents, and other signs in quotes; the part before the @ may not.

    One address as RFC 5322 has it, with or without a name: `Portail <a@b.fr>`. The name may have
    accents, and other signs in quotes; the part before the @ may not.
    """
    if any(unicodedata.category(character) in UNSEEN for character in address):
        return "un retour à la ligne ou un signe invisible s’y trouve"
    try:
        header: Any = HeaderRegistry()("From", address)
        found = header.addresses
        defects = [each for each in header.defects if not isinstance(each, ObsoleteHeaderDefect)]
    except (HeaderParseError, ValueError, IndexError):
        return "ce n’est pas une adresse"
    if len(found) != 1 or (defects and found[0].username.isascii()):
        return (
            "ce n’est pas une adresse, ou son nom doit être entre guillemets à cause d’une "
            'virgule ou d’un autre signe\u00a0: "Portail, DLA" <portail@exemple.fr>'
        )
    if not found[0].username.isascii():
        return "la partie avant le @ a un accent ou un autre signe qu’une adresse n’a pas"
    try:
        validate_email(found[0].addr_spec)
    except ValidationError:
        return "ce n’est pas une adresse"
    return ""


def faults() -> dict[str, str]:
    """Returns the faults by setting; of two that are the same, the first."""
    names = {getattr(settings, name): name for name in reversed(SETTINGS)}
    return {name: fault for address, name in names.items() if (fault := fault_of(address))}


def fault_of_settings() -> str:
    """Returns a sentence if nothing can leave because of the address that mails leave from."""
    fault = fault_of(settings.DEFAULT_FROM_EMAIL)
    return f"Réglage DEFAULT_FROM_EMAIL du portail\u00a0: {fault}." if fault else ""
