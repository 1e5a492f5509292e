"""Reads addresses of guests as an organiser has them: typed, copied from a mail or from a
spreadsheet."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.names import check_name, check_organisation
from spelling.addresses import compared_address, stored_address
from spelling.lines import one_line

MOST_GUESTS = 2_000
# Keyboards of Asia type these where others type the signs that part a list.
FULL_WIDTH = str.maketrans("\uff20\uff0c\uff1b\uff1c\uff1e", "@,;<>")


@dataclass(frozen=True)
class Guest:
    email: str
    first_name: str = ""
    last_name: str = ""
    organisation: str = ""


def read_guests(text: str) -> list[Guest]:
    """Returns the guests, one a line, or between semicolons or commas as mail programs copy them:
    an address alone, "Marie Durand <marie@…>", or cells of a spreadsheet (first name, last name,
    address, organisation) between tabs, or semicolons as in a CSV file. An address twice is one
    guest.

    Raises ValidationError, with one sentence a line that cannot be read.
    """
    guests: dict[str, Guest] = {}
    errors = []
    text = text.translate(FULL_WIDTH)
    for number, line in enumerate(text.splitlines(), start=1):
        separator = _separator_of_cells(line)
        pieces = [line] if separator else _parted(line)
        for piece in filter(one_line, map(str.strip, pieces)):
            try:
                guest = _guest_in_cells(piece, separator) if separator else _guest(piece)
            except ValidationError as error:
                errors.append(f"Ligne {number}\u00a0: {error.messages[0]}")
            else:
                guests.setdefault(guest.email, guest)
    if errors:
        raise ValidationError(errors)
    if len(guests) > MOST_GUESTS:
        raise ValidationError(
            f"Au plus {MOST_GUESTS} personnes à la fois\u00a0: il y en a {len(guests)}."
        )
    return list(guests.values())


def _separator_of_cells(line: str) -> str:
    """Returns what parts cells; empty for a line that is no row of a table. Semicolons part cells
    where one of these has an address, and addresses where several have."""
    if "\t" in line:
        return "\t"
    cells = [cell for cell in line.split(";") if cell.strip(' "')]
    return ";" if len(cells) > 1 and sum("@" in cell for cell in cells) == 1 else ""


def _parted(line: str) -> list[str]:
    """Parts a line between semicolons, and between the commas that come after an address: one in a
    name, as directories write it, parts nothing."""
    pieces = []
    for part in line.split(";"):
        kept = ""
        for bit in part.split(","):
            kept = f"{kept},{bit}" if kept else bit
            if "@" in bit:
                pieces.append(kept)
                kept = ""
        pieces.append(kept)
    return pieces


def _guest(piece: str) -> Guest:
    """Reads an address with or without a name before it."""
    if found := re.fullmatch(r"(.*)<([^<>]*)>\W*", piece):
        name, address = found[1], found[2]
    else:
        words = piece.split()
        at = next((place for place, word in enumerate(words) if "@" in word), len(words) - 1)
        name, address = " ".join(words[:at]), " ".join(words[at:])
    return _checked(address, name, piece)


def _guest_in_cells(line: str, separator: str) -> Guest:
    cells = next(csv.reader([line], delimiter=separator), [])
    cells = [cell.strip() for cell in cells]
    at = next((i for i, cell in enumerate(cells) if "@" in cell), -1)
    address = cells.pop(at) if at >= 0 else ""
    first, last, organisation, *_ = [*cells, "", "", ""]
    guest = _checked(address, "", line)
    first, last, organisation = map(one_line, (first, last, organisation))
    check_name(first)
    check_name(last)
    check_organisation(organisation)
    return Guest(guest.email, first[:80], last[:80], organisation[:160])


def _checked(address: str, name: str, written: str) -> Guest:
    shown = one_line(written)[:80]
    try:
        stored = stored_address(address)
    except ValidationError as refused:
        reason = refused.messages[0]
        raise ValidationError(f"«\u00a0{shown}\u00a0»\u00a0: {reason}") from None
    try:
        validate_email(stored)
    except ValidationError:
        raise ValidationError(
            f"«\u00a0{shown}\u00a0» ne contient pas d’adresse électronique valable."
        ) from None
    name = one_line(name).strip(" ,\"'")
    # Directories join the two names of people so.
    name = re.sub(r"(?<=\w{2})\.(?=[^\W\d_]{2,}$)", " ", name)
    check_name(name)
    if "," in name:  # directories write the last name first
        last, _, first = name.partition(",")
    else:
        first, _, last = name.partition(" ")
    return Guest(compared_address(stored), first.strip()[:80], last.strip()[:80])
