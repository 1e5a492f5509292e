"""What pages of structures show: tables of figures, the identity of one structure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format

from spelling.folding import folded
from structures.models import Structure
from structures.register.axes import Axis
from structures.register.figures import FigureRow, Figures
from structures.register.precision import SIZES

# The length of a bar, in units of its drawing.
BAR = 100
# Before these letters « de » is elided.
ELIDED = tuple("aeiouy")


@dataclass(frozen=True)
class Bar:
    row: FigureRow
    # The length of the bar is 0 to BAR; None where the number is masked.
    length: int
    share: int | None


@dataclass(frozen=True)
class Table:
    name: str
    label: str
    bars: tuple[Bar, ...]
    # A structure may count in several rows: they do not add up to the total.
    overlaps: bool
    is_ordered: bool
    # The table is for those who see the supports, whatever it holds.
    is_reserved: bool = False

    @property
    def lines(self) -> list[Bar]:
        """The rows that are drawn: masked ones have their place in an order, elsewhere in a
        list."""
        return [bar for bar in self.bars if self.is_ordered or bar.row.structures is not None]

    @property
    def masked(self) -> list[str]:
        lines = self.lines
        return [bar.row.label for bar in self.bars if bar not in lines]


def table_of(figures: Figures, axis: Axis) -> Table:
    reserved = figures.is_reserved(axis)
    return Table(
        axis.name,
        axis.label,
        () if reserved else bars(figures.by(axis), figures.total().structures),
        overlaps=axis.of_supports,
        is_ordered=axis.name in ("annee", "taille", "etape"),
        is_reserved=reserved,
    )


@dataclass(frozen=True)
class Tables:
    shown: tuple[Table, ...]
    # The names of those that are for whoever sees the supports.
    reserved: str

    def __iter__(self) -> Iterator[Table]:
        return iter(self.shown)

    @property
    def parts(self) -> list[tuple[str, str]]:
        """The address of each in its page, and its title."""
        return [(f"par-{table.name}", table.label) for table in self.shown]


def figure_tables(figures: Figures, axes: Iterable[Axis]) -> Tables:
    """Returns one table an axis, years first; where figures are exact, those that hold
    something."""
    years_first = sorted(axes, key=lambda axis: axis.name != "annee")
    tables = [table_of(figures, axis) for axis in years_first]
    labels = [table.label for table in tables if table.is_reserved]
    return Tables(
        tuple(table for table in tables if table.bars),
        ", ".join([*labels[:1], *(label[0].lower() + label[1:] for label in labels[1:])]),
    )


@dataclass(frozen=True)
class PrecisionRow:
    label: str
    # These are hundredths, by size; None where too few counts are of that size.
    means: tuple[float | None, ...]


@dataclass(frozen=True)
class Precision:
    """How far the figures of an edition are from the exact ones."""

    sizes: tuple[str, ...]
    rows: tuple[PrecisionRow, ...]


def precision_of(figures: Figures) -> Precision:
    found = figures.edition.precision if figures.edition else []
    by_table: dict[str, dict[int, float]] = {}
    for error in found:
        by_table.setdefault(error.table, {})[error.size] = error.mean
    return Precision(
        tuple(
            f"{size} à {following - 1}" if following else f"{size} et plus"
            for size, following in zip(SIZES, (*SIZES[1:], None), strict=True)
        ),
        tuple(
            PrecisionRow(table, tuple(means.get(size) for size in SIZES))
            for table, means in by_table.items()
        ),
    )


def bars(rows: list[FigureRow], total: int | None) -> tuple[Bar, ...]:
    most = max((row.structures or 0 for row in rows), default=0)
    return tuple(
        Bar(
            row,
            round((row.structures or 0) * BAR / most) if most else 0,
            round(row.structures * 100 / total) if row.structures and total else None,
        )
        for row in rows
    )


def near_words(name: str) -> str:
    """
    >>> near_words("Annecy"), near_words("Le Havre"), near_words("Les Abymes"), near_words("Lyon")
    ('près d’Annecy', 'près du Havre', 'près des Abymes', 'près de Lyon')
    """
    for article, contracted in (("Le ", "du "), ("Les ", "des ")):
        if name.startswith(article):
            return f"près {contracted}{name.removeprefix(article)}"
    return f"près d’{name}" if folded(name)[:1] in ELIDED else f"près de {name}"


def distance_words(kilometres: float | None) -> str:
    """Returns how far it is, as a list says it: "à 13 km", "sur place"; empty where it is not
    known."""
    if kilometres is None:
        return ""
    if kilometres == 0:
        return "sur place"
    return f"à {number_format(max(1, round(kilometres)), force_grouping=True)}\u00a0km"


def identity(structure: Structure) -> list[tuple[str, str]]:
    """Returns terms and what they are, without those that are unknown."""
    facts = [
        ("Famille", structure.get_family_display()),
        ("Forme juridique", structure.legal_form_label),
        ("Secteur", structure.sector.name if structure.sector else ""),
        ("Effectif", structure.get_size_display() if structure.size != "NN" else ""),
        ("Numéro d’établissement (Siret)", _spaced(structure.siret or "", 3, 3, 3, 5)),
        (
            "Numéro d’entreprise (Siren)",
            "" if structure.siret else _spaced(structure.siren or "", 3, 3, 3),
        ),
        ("Numéro d’association (RNA)", structure.rna or ""),
    ]
    return [(term, fact) for term, fact in facts if fact]


def _spaced(number: str, *lengths: int) -> str:
    parts, at = [], 0
    for length in lengths:
        parts.append(number[at : at + length])
        at += length
    return "\u202f".join(part for part in parts if part)


def organisation(structure: Structure, url: str) -> dict[str, Any]:
    """Returns the data of schema.org: what the page says of it, nothing more."""
    described: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NGO" if structure.family == "association" else "Organization",
        "name": structure.name,
        "url": url,
    }
    optional = {
        "alternateName": structure.short_name,
        "description": structure.description,
        "email": structure.email,
        "telephone": structure.phone,
        "sameAs": structure.website,
        "foundingDate": structure.created_on.isoformat() if structure.created_on else "",
        "taxID": structure.siret or structure.siren or "",
    }
    described |= {name: value for name, value in optional.items() if value}
    if structure.commune is not None:
        described["address"] = {
            "@type": "PostalAddress",
            "streetAddress": structure.address,
            "postalCode": structure.postal_code,
            "addressLocality": structure.commune.today.name,
            "addressCountry": "FR",
        }
    return described
