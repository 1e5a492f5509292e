"""Cells become values: what people and files write becomes what the portal holds.

Each raises `Unclear`, with a French sentence for the report, on what it cannot understand; blank
cells are None or the empty text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django.utils import timezone

from spelling.addresses import stored_address
from spelling.folding import folded
from spelling.lines import one_line
from structures.identifiers import compact, is_rna, is_siren, is_siret
from structures.nomenclature import FIRST_YEAR, Size

NOTHING_BEFORE = date(1000, 1, 1)
DIGITS = re.compile(r"\D+")
ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
FRENCH = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?:[T ].*)?")
WHOLE = re.compile(r"(\d+)(?:[.,]0+)?")
INSEE_CODE = re.compile(r"\d[\dAB]\d{3}")
_email = EmailValidator()
_url = URLValidator(schemes=["http", "https"])

# The largest number of employees of each of Insee's bands.
BANDS = (
    (0, Size.NONE), (2, Size.FROM_1), (5, Size.FROM_3), (9, Size.FROM_6), (19, Size.FROM_10),
    (49, Size.FROM_20), (99, Size.FROM_50), (199, Size.FROM_100), (249, Size.FROM_200),
    (499, Size.FROM_250), (999, Size.FROM_500), (1999, Size.FROM_1000), (4999, Size.FROM_2000),
    (9999, Size.FROM_5000),
)  # fmt: skip
SIZES_BY_LABEL = {folded(label): value for value, label in Size.choices}


class Unclear(Exception):
    """The sentence says what is wrong with a cell."""


def text(cell: str, longest: int = 250) -> str:
    """Reads one line, cut at what the portal holds."""
    said = one_line(cell)
    return said if len(said) <= longest else f"{said[: longest - 1].rstrip()}…"


def short_text(longest: int) -> Callable[[str], str]:
    """Returns a reader of cells of which the portal holds that many signs."""
    return lambda cell: text(cell, longest)


def whole_text(longest: int) -> Callable[[str], str]:
    """Returns a reader of words that are agreed to as they are, and so never cut. It raises
    Unclear."""

    def read(cell: str) -> str:
        said = one_line(cell)
        if len(said) > longest:
            raise Unclear(f"{len(said)} signes, pour {longest} au plus")
        return said

    return read


def paragraphs(cell: str) -> str:
    lines = map(one_line, cell.splitlines())
    return "\n".join(line for line in lines if line)


def siren(cell: str) -> str:
    """Reads a Siren: spreadsheets take the zeros that it begins with. Raises Unclear."""
    number = _number(cell)
    if not number:
        return ""
    number = number.zfill(9)
    if not is_siren(number):
        raise Unclear(f"le Siren {number} n’est pas valide")
    return number


def siret(cell: str) -> str:
    """Reads a Siret. Raises Unclear."""
    number = _number(cell)
    if not number:
        return ""
    number = number.zfill(14) if len(number) > 9 else number
    if not is_siret(number):
        raise Unclear(f"le Siret {number} n’est pas valide")
    return number


def rna(cell: str) -> str:
    """Reads a number of the RNA. Raises Unclear."""
    number = compact(cell)
    if not number:
        return ""
    if not is_rna(number):
        raise Unclear(f"le numéro RNA {number[:20]} n’est pas valide")
    return number


def _number(cell: str) -> str:
    if not cell or cell.isspace():
        return ""
    if cell.isdigit() and cell.isascii():
        return cell
    if match := re.fullmatch(r"(\d(?:[.,]\d+)?)[eE]\+?(\d+)", cell.strip()):
        raise Unclear(
            f"le tableur a arrondi ce numéro ({match[0]})\u00a0: mettez la colonne au format texte "
            "et saisissez-le à nouveau"
        )
    number = compact(cell)
    return number[:-2] if number.endswith(",0") else number


@lru_cache(50_000)
def day(cell: str) -> date | None:
    """Reads a day: `0001-01-01` and its like mean none, in the official files. Raises Unclear."""
    said = cell.strip()
    if not said:
        return None
    if match := ISO.fullmatch(said):
        year, month, number = match.groups()
    elif match := FRENCH.fullmatch(said):
        number, month, year = match.groups()
    elif len(said) == 8 and said.isdigit():
        year, month, number = said[:4], said[4:6], said[6:]
    else:
        raise Unclear(f"«\u00a0{said[:30]}\u00a0» n’est pas une date\u00a0: écrivez 31/12/2025")
    if int(year) == 0 or int(month) == 0 or int(number) == 0:
        return None
    try:
        value = date(int(year), int(month), int(number))
    except ValueError as error:
        raise Unclear(f"le {said[:30]} n’existe pas au calendrier") from error
    return value if value >= NOTHING_BEFORE else None


def whole(cell: str) -> int | None:
    """Reads a whole number. Raises Unclear."""
    said = "".join(cell.split())
    if not said:
        return None
    match = WHOLE.fullmatch(said)
    if match is None or len(match[1]) > 9:
        raise Unclear(f"«\u00a0{said[:30]}\u00a0» n’est pas un nombre entier")
    return int(match[1])


def year(cell: str) -> int | None:
    """Reads the year of a support: the scheme exists since FIRST_YEAR. Raises Unclear."""
    number = whole(cell)
    if number is None:
        return None
    latest = timezone.localdate().year + 1
    if not FIRST_YEAR <= number <= latest:
        raise Unclear(f"l’année {number} n’est pas entre {FIRST_YEAR} et {latest}")
    return number


def email(cell: str) -> str:
    """Reads an address, in lower case; of several, the first. Raises Unclear."""
    if not cell or cell.isspace():
        return ""
    try:
        said = stored_address(cell)
    except ValidationError:
        said = re.split(r"[;,\s/]+", cell.strip())[0]
    try:
        said = stored_address(said).lower()
        if said:
            _email(said)
    except ValidationError as error:
        raise Unclear(
            f"«\u00a0{one_line(said)[:60]}\u00a0» n’est pas une adresse de courriel"
        ) from error
    return said


def website(cell: str) -> str:
    """Reads the address of a site. Raises Unclear."""
    said = cell.strip()
    if not said:
        return ""
    address = said if "://" in said else f"https://{said}"
    scheme, _, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    address = f"{scheme.lower()}://{host.lower()}{slash}{path}"
    try:
        _url(address)
    except ValidationError as error:
        raise Unclear(f"«\u00a0{said[:60]}\u00a0» n’est pas une adresse de site") from error
    if len(address) > 200:
        raise Unclear("adresse de site trop longue")
    return address


def phone(cell: str) -> str:
    """Reads a number: "476123456", whose zero a spreadsheet took, is "04 76 12 34 56"."""
    digits = DIGITS.sub("", cell)
    if not digits:
        return ""
    if len(digits) == 11 and digits.startswith("33"):
        digits = f"0{digits[2:]}"
    if len(digits) == 9 and not digits.startswith("0"):
        digits = f"0{digits}"
    if len(digits) == 10:
        return " ".join(digits[at : at + 2] for at in range(0, 10, 2))
    return text(cell, 30)


def postal_code(cell: str) -> str:
    said = cell.strip()
    if said.isdigit() and len(said) in (4, 5):
        return said.zfill(5)
    found = WHOLE.fullmatch(said)
    return found[1].zfill(5) if found and len(found[1]) in (4, 5) else ""


def insee_code(cell: str) -> str:
    said = cell.strip().upper()
    if len(said) == 4 and said.isdigit():
        said = f"0{said}"
    return said if INSEE_CODE.fullmatch(said) else ""


def band(cell: str) -> str:
    """Reads Insee's code of a band of employees."""
    said = cell.strip().upper()
    return said if said in Size.values and said != Size.UNKNOWN else ""


def size(cell: str) -> str:
    """Reads the band of a number of employees, or of its label ("3 à 5 salariés")."""
    said = cell.strip()
    if not said or said.upper() == Size.UNKNOWN:
        return ""
    if label := SIZES_BY_LABEL.get(folded(said)):
        return label
    # Nobody who counts people writes "00" to "03".
    if len(said) == 2 and said.startswith("0") and said in Size.values:
        return said
    count = whole(said) or 0
    return next((code for most, code in BANDS if count <= most), Size.FROM_10000).value
