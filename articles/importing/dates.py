"""Dates as French editors write them, and the lines that carry nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from articles.importing.wording import fold

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv jan", "fevrier fevr fev", "mars mar", "avril avr", "mai", "juin",
            "juillet juil", "aout", "septembre sept sep", "octobre oct", "novembre nov",
            "decembre dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
SHOWN_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip

_DATE = (
    r"(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\s+)?"
    r"(?P<{0}>\d{{1,2}}(?:\s*er)?\s+[^\W\d_]{{3,9}}\.?\s+\d{{4}}"
    r"|\d{{1,2}}\s?[/.-]\s?\d{{1,2}}\s?[/.-]\s?\d{{4}}|\d{{4}}-\d{{2}}-\d{{2}}(?:T[\d:.]+(?:Z|[+-][\d:]+)?)?)"
)
_PREPOSITION = r"\s*(?::|,|\s)\s*(?:le\s+|du\s+)?"
_UPDATED = re.compile(
    r"(?:date\s+de\s+)?(?:derni[eè]re\s+)?(?:mise?s?\s+[aà]\s+jour|modifi[eé]e?s?|actualis[eé]e?s?|modification"
    r"|actualisation|maj)" + _PREPOSITION + _DATE.format("day"),
    re.IGNORECASE,
)
_PUBLISHED = re.compile(
    r"(?:(?:article\s+)?(?:publi[eé]e?s?|mise?\s+en\s+ligne|paru[e]?|post[eé]e?)|date\s+de\s+"
    r"(?:publication|parution|mise\s+en\s+ligne)|publication|date)"
    + _PREPOSITION
    + _DATE.format("day"),
    re.IGNORECASE,
)
_ALONE = re.compile(r"^\s*(?:le\s+)?" + _DATE.format("day") + r"\s*\.?\s*$", re.IGNORECASE)
_SEPARATORS = " \t\u00a0\u202f-–—|·•,;./()[]"
LONGEST_DATE_LINE = 200


@dataclass(frozen=True)
class DateLine:
    """The dates of one line, and what that line said besides."""

    published_on: date | None
    updated_on: date | None
    remainder: str
    impossible: tuple[str, ...] = ()


def parse_date(text: str) -> date | None:
    """Reads ``1er mars 2021``, ``01/03/2021`` and ``2021-03-01``; returns None for what no calendar
    holds."""
    text = text.strip()
    if iso := re.match(r"(\d{4})-(\d{2})-(\d{2})", text):
        year, month, day = (int(part) for part in iso.groups())
    elif digits := re.match(r"(\d{1,2})\s?[/.-]\s?(\d{1,2})\s?[/.-]\s?(\d{4})", text):
        day, month, year = (int(part) for part in digits.groups())
    elif words := re.match(r"(\d{1,2})(?:\s*er)?\s+([^\W\d_]+)\.?\s+(\d{4})", text):
        day, month, year = int(words[1]), _MONTHS.get(fold(words[2]), 0), int(words[3])
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_date_line(text: str) -> DateLine | None:
    """Returns the dates of a line that says when an article was published or updated; None for any
    other.

    "Publié le 22 décembre 2020 - Mise à jour le 04 janvier 2021" gives both. A sentence of the
    body that mentions a date is left alone: at most a few words may remain besides the dates.
    """
    if len(text) > LONGEST_DATE_LINE:
        return None
    rest = text
    found: dict[str, date | None] = {"updated": None, "published": None}
    impossible: list[str] = []
    for key, pattern in (("updated", _UPDATED), ("published", _PUBLISHED)):
        if match := pattern.search(rest):
            found[key] = parse_date(match["day"])
            if found[key] is None:
                impossible.append(match["day"])
            rest = f"{rest[: match.start()]} {rest[match.end() :]}"
    remainder = " ".join(rest.strip(_SEPARATORS).split())
    if not (found["published"] or found["updated"] or impossible) or len(remainder.split()) > 6:
        return None
    return DateLine(found["published"], found["updated"], remainder, tuple(impossible))


def read_lone_date(text: str) -> date | None:
    """Returns the date of a line that holds a date and nothing else."""
    match = _ALONE.match(text) if len(text) <= LONGEST_DATE_LINE else None
    return parse_date(match["day"]) if match else None


def shown(day: date) -> str:
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {SHOWN_MONTHS[day.month - 1]} {day.year}"
