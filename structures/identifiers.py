"""Siren, Siret and RNA numbers, which are always text, since leading zeros matter."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from stdnum import luhn
from stdnum.fr import siret

from spelling.characters import BLANK, JOINERS, SHAPING, UNSEEN

# It matches "W" and the prefecture's characters, or the form of before 2009. No library knows those
# of Corsica and of overseas.
RNA = re.compile(r"W\d[A-Z0-9]\d{7}|0\d{3}00\d{4}")
# These are spaces of any kind, and what is copied with a number without being seen.
SEPARATORS = re.compile(rf"[{BLANK}.\-{UNSEEN}{SHAPING}{JOINERS}]+")


def compact(value: str) -> str:
    """Returns the number as it is stored: "832 019 456 00012" is 83201945600012.

    >>> compact("w751 234 567")
    'W751234567'
    """
    return SEPARATORS.sub("", value).upper()


def is_siren(value: str) -> bool:
    return len(value) == 9 and _is_digits(value) and bool(luhn.is_valid(value))


def is_siret(value: str) -> bool:
    """Says whether it is a Siret, those of La Poste included, which have a rule of their own."""
    if len(value) != 14 or not _is_digits(value):
        return False
    # The library's whole rule costs ten times more, and a file has a million of them.
    return is_siren(value[:9]) and bool(luhn.is_valid(value) or siret.is_valid(value))


def _is_digits(value: str) -> bool:
    return value.isascii() and value.isdigit()


def is_rna(value: str) -> bool:
    return RNA.fullmatch(value) is not None


def validate_siren(value: str) -> None:
    if not is_siren(value):
        raise ValidationError(
            "Ce numéro Siren n’est pas valide\u00a0: il a 9 chiffres, dont le dernier vérifie les "
            "autres. Recopiez-le depuis l’annuaire des entreprises."
        )


def validate_siret(value: str) -> None:
    if not is_siret(value):
        raise ValidationError(
            "Ce numéro Siret n’est pas valide\u00a0: il a 14 chiffres (le Siren, puis 5 chiffres "
            "de l’établissement). Recopiez-le depuis l’annuaire des entreprises."
        )


def validate_rna(value: str) -> None:
    if not is_rna(value):
        raise ValidationError(
            "Ce numéro RNA n’est pas valide\u00a0: il s’écrit W suivi de 9 caractères "
            "(W751234567). Il figure sur le récépissé de déclaration de l’association."
        )
