"""The cards by which structures, and those who carry the DLA, are searched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator

from django.utils import timezone

from publishing.audiences import Audience
from publishing.index_cards import OF_A_TERRITORY, PUBLIC_WEIGHTS, IndexCard
from structures.models import Operator, Sector, Structure
from structures.models.structure import FormerIdentity
from structures.nomenclature import Approval, Family
from structures.sight import COLUMNS
from territories.models import Level, key_of

# An import writes thousands of structures: their cards are made of columns, not of instances.
TOLD = (
    "pk", "name", "short_name", "siren", "siret", "rna", "family", "sector", "approvals",
    "description", "consent", *COLUMNS.values(),
)  # fmt: skip
DEPARTMENT = list(COLUMNS).index(Level.DEPARTMENT)
# Nobody searches for what is neither this nor that.
FAMILIES = {family.value: str(family.label) for family in Family if family != Family.OTHER}
APPROVALS = {approval.value: f"{approval.label} {approval.in_plain_words}" for approval in Approval}


def of_structures(keys: Collection[int]) -> Iterator[IndexCard]:
    """Yields cards of those of these structures that were not found to be another one. Supports are
    confidential: nothing of them is there."""
    sectors = dict(Sector.objects.values_list("pk", "name"))
    former: defaultdict[int, list[tuple[str, str, str]]] = defaultdict(list)
    identities = FormerIdentity.objects.filter(structure__in=keys).order_by("pk")
    for pk, *identity in identities.values_list("structure", "name", "siret", "rna"):
        former[pk].append((identity[0], identity[1], identity[2]))
    rows = Structure._base_manager.filter(pk__in=keys, merged_into=None)
    for row in rows.values_list(*TOLD):
        pk, name, short_name, siren, siret, rna, family, sector, approvals, description = row[:10]
        consent, *codes = row[10:]
        earlier = former.get(pk, [])
        numbers = [siren, siret, rna, *(number for _, *both in earlier for number in both)]
        yield IndexCard(
            key=pk,
            title=name,
            names=[one for one in (short_name, *(was for was, *_ in earlier)) if one],
            numbers=[number for number in numbers if number],
            lead=[
                FAMILIES.get(family, ""),
                sectors.get(sector, ""),
                *(APPROVALS.get(approval, "") for approval in approvals.split()),
            ],
            body=description,
            audience=OF_A_TERRITORY if consent is None else Audience.PUBLIC,
            territories=[
                key_of(level, code) for level, code in zip(COLUMNS, codes, strict=True) if code
            ],
            codes=dict(zip(COLUMNS.values(), codes, strict=True)),
            weight=_weight(codes[DEPARTMENT], is_public=consent is not None),
        )


def _weight(department: str, *, is_public: bool) -> int:
    """Returns the department as a number, the same for all that filters count together: a hundred
    thousand structures are then counted without being read."""
    return int(department or "0", 36) + (0 if is_public else PUBLIC_WEIGHTS)


def of_operators(keys: Collection[int]) -> Iterator[IndexCard]:
    """Yields cards of those of these operators that carry the DLA this year."""
    year = timezone.localdate().year
    for row in Operator.objects.filter(pk__in=keys).prefetch_related("agreements__territory"):
        carried = [one.territory for one in row.agreements.all() if one.is_in_force(year)]
        names = [f"DLA {place.name}" for place in carried]
        yield IndexCard(
            key=row.pk,
            title=row.name,
            names=names,
            lead=[row.get_kind_display(), "dispositif local d’accompagnement", row.town],
            body="\n".join(filter(None, [row.welcome, row.contact_person])),
            territories=[place.pk for place in carried],
        )
