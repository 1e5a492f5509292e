"""What people type to find a structure: a number, a name, a commune, or a name in a commune."""

from __future__ import annotations

from django.db import connection
from django.db.models import BooleanField, Func, Q, QuerySet, Value

from spelling.folding import folded
from spelling.lines import one_line
from structures.identifiers import compact, is_rna
from structures.models import Structure
from structures.models.structure import FormerIdentity
from territories.lookup import exact
from territories.models import Level

LONGEST = 120
# A Siren or Siret begins with so many digits; fewer are too many structures, or a commune's code.
FEWEST_DIGITS = 5
SIREN, SIRET = 9, 14
# So many words at the end may be those of a commune.
LONGEST_COMMUNE = 4
MOST_WORDS = 8
LEVELS = (Level.COMMUNE, Level.MUNICIPAL)


class HoldsWords(Func):
    """A lookup of PostgreSQL, in the words of the index `structures_words`."""

    template = "to_tsvector('simple', %(expressions)s)"
    arg_joiner = ") @@ to_tsquery('simple', "
    output_field = BooleanField()


def search(structures: QuerySet[Structure], typed: str) -> QuerySet[Structure]:
    """Returns those that answer; all of them when nothing is typed."""
    typed = one_line(typed[:LONGEST])
    if not typed:
        return structures
    return structures.filter(_by_number(compact(typed)) or _by_words(folded(typed).split()))


def _by_number(number: str) -> Q | None:
    """Returns those of that number, which may be a former one; none where what is typed is no
    number."""
    if is_rna(number):
        return Q(rna=number) | _formerly(rna=number)
    if not number.isdecimal() or not number.isascii() or len(number) < FEWEST_DIGITS:
        return None
    if len(number) > SIRET:
        return Q(pk__in=[])
    if len(number) == SIRET:
        return Q(siret=number) | _formerly(siret=number)
    column = "siren" if len(number) <= SIREN else "siret"
    # It is a range, which both databases read in the index: LIKE would not be on either.
    begins = Q(**{f"{column}__gte": number, f"{column}__lt": _after(number)})
    if len(number) == FEWEST_DIGITS and (codes := _communes(number)):
        return Q(commune_code__in=codes)
    return begins


def _after(digits: str) -> str:
    return digits[:-1] + chr(ord(digits[-1]) + 1)


def _formerly(**number: str) -> Q:
    return Q(
        pk__in=list(FormerIdentity.objects.filter(**number).values_list("structure", flat=True))
    )


def _by_words(words: list[str]) -> Q:
    if not words:
        return Q(pk__in=[])
    words = words[:MOST_WORDS]
    answers = _named(words)
    if codes := _communes(" ".join(words)):
        answers |= Q(commune_code__in=codes)
    for count in range(1, min(LONGEST_COMMUNE, len(words) - 1) + 1):
        if codes := _communes(" ".join(words[-count:])):
            answers |= Q(commune_code__in=codes) & _named(words[:-count])
    return answers


def _named(words: list[str]) -> Q:
    """Returns structures in whose name each of these words begins one."""
    if connection.vendor == "postgresql":
        query = " & ".join(f"{word}:*" for word in words)
        return Q(HoldsWords("search_key", Value(query)))
    condition = Q()
    for word in words:
        condition &= Q(search_key__startswith=word) | Q(search_key__contains=f" {word}")
    return condition


def _communes(typed: str) -> list[str]:
    """Returns today's communes that bear that very name or code; an arrondissement counts in its
    own."""
    found = [answer.territory for answer in exact(typed, levels=LEVELS)]
    return sorted({(place.commune_id or place.pk).rpartition("-")[2] for place in found})
