"""Two structures that are one are merged here: what is kept of each, and how to take it back.

The kept one takes the supports, the former identities and the values that were chosen; the other
stays as a row that points at it, out of every list, with the numbers that were not chosen and its
own proofs of consent. `Merge.memory` holds what it takes to undo.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.text import capfirst

from audit.models import Action
from audit.services import record
from publishing.fields import SeveralField
from structures.columns import STRUCTURE, fields_of
from structures.models import (
    Consent,
    DuplicatePair,
    Merge,
    StoryAgreement,
    Structure,
    Support,
)
from structures.models.structure import FormerIdentity
from structures.nomenclature import Size
from structures.services import end_story_agreements

State = DuplicatePair.State


def field_named(name: str) -> Any:
    return Structure._meta.get_field(name)


@dataclass(frozen=True)
class Part:
    """A part of a structure that is chosen together, from one of the two."""

    name: str
    label: str
    fields: tuple[str, ...]

    def values(self, structure: Structure) -> dict[str, Any]:
        """Returns the values as the memory keeps them."""
        values: dict[str, Any] = {}
        for name in self.fields:
            attname = field_named(name).attname
            value = getattr(structure, attname)
            values[attname] = value.isoformat() if isinstance(value, date) else value
        return values

    def write(self, structure: Structure, values: dict[str, Any]) -> None:
        for name in self.fields:
            field = field_named(name)
            setattr(structure, field.attname, field.to_python(values[field.attname]))

    def shown(self, structure: Structure) -> str:
        said = []
        for name in self.fields:
            display = getattr(structure, f"get_{name}_display", None)
            value = display() if display and getattr(structure, name) else getattr(structure, name)
            if isinstance(field := field_named(name), SeveralField):
                value = ", ".join(field.labels.get(key, key) for key in str(value).split())
            if name == "commune" and value is not None:
                value = value.label
            if isinstance(value, date):
                value = f"{value:%d/%m/%Y}"
            said.append(str(value or ""))
        return ", ".join(value for value in said if value)

    def is_blank(self, structure: Structure) -> bool:
        if self.name == "size":
            return structure.size == Size.UNKNOWN
        return not any(self.values(structure).values())


# These are chosen as one, since one without the others would be false.
TOGETHER = (
    Part("siret", "Siret et Siren", ("siret", "siren")),
    Part("legal", "Famille et forme juridique", ("family", "legal_form")),
    Part("place", "Commune et adresse", ("address", "postal_code", "commune")),
)


def _parts() -> Iterable[Part]:
    """Yields every column of structures, in the order of their table."""
    together = {name: part for part in TOGETHER for name in part.fields}
    for field in fields_of(Structure, STRUCTURE):
        yield together.get(field.name) or Part(
            field.name, capfirst(field.verbose_name), (field.name,)
        )


PARTS = tuple(dict.fromkeys(_parts()))
UNIQUE = ("siret", "rna")


def fuller(one: Structure, other: Structure) -> Structure:
    """Returns which of the two is better kept: the one that says more, else the newer."""

    def worth(structure: Structure) -> tuple[int, Any]:
        said = sum(not part.is_blank(structure) for part in PARTS)
        return said, structure.changed_at

    return max(one, other, key=worth)


def likelier_to_stay(one: Structure, other: Structure) -> Structure:
    """Returns the one whose address readers know, else the one that says more."""
    if one.is_public != other.is_public:
        return one if one.is_public else other
    return fuller(one, other)


def better_side(part: Part, one: Structure, other: Structure) -> Structure:
    """Returns whose value of that part is proposed."""
    blank = part.is_blank(one), part.is_blank(other)
    if blank == (False, True):
        return one
    if blank == (True, False):
        return other
    if part.name == "siret" and bool(one.siret) != bool(other.siret):
        return one if one.siret else other
    return fuller(one, other)


def loses(was: Structure, now: Structure) -> bool:
    """Says whether a name or a number of before is no longer said: what was blank loses nothing."""
    return was.name != now.name or any(
        getattr(was, name) and getattr(was, name) != getattr(now, name) for name in UNIQUE
    )


@dataclass(frozen=True)
class ConsentAfter:
    """What becomes of the two structures' consents: the last word of the organisation counts."""

    consent: Consent | None
    # This one ends, since the other structure withdrew its own after it.
    refused: Consent | None
    sentence: str


def consent_after(*, kept: Structure, absorbed: Structure) -> ConsentAfter:
    if kept.consent is not None and absorbed.consent is not None:
        return ConsentAfter(
            kept.consent,
            None,
            f"Elle sera publique, par l’accord du {kept.consent.given_on:%d/%m/%Y}. L’autre accord "
            "reste comme preuve.",
        )
    consent = kept.consent or absorbed.consent
    if consent is None:
        return ConsentAfter(
            None, None, "Elle restera confidentielle\u00a0: aucun accord n’est en vigueur."
        )
    silent = absorbed if kept.consent else kept
    if silent.consents.filter(withdrawn_on__gte=consent.given_on).exists():
        return ConsentAfter(
            None,
            consent,
            f"Elle sera confidentielle\u00a0: l’accord du {consent.given_on:%d/%m/%Y} prend fin, "
            "parce qu’un accord a été retiré depuis sur l’autre fiche.",
        )
    return ConsentAfter(
        consent, None, f"Elle sera publique, par l’accord du {consent.given_on:%d/%m/%Y}."
    )


# --- Merging --------------------------------------------------------------------------------------


@transaction.atomic
def merge(*, kept: Structure, absorbed: Structure, taken: Collection[str], by: Any) -> Merge:
    """Merges one structure into the other. `taken` names the parts whose value is the absorbed
    one's. Raises ValidationError."""
    both = _locked(kept, absorbed)
    kept, absorbed = both[kept.pk], both[absorbed.pk]
    if kept.merged_into_id or absorbed.merged_into_id:
        raise ValidationError("L’une de ces fiches vient d’être réunie avec une autre.")
    parts = [part for part in PARTS if part.name in taken]
    was_kept, was_absorbed = _copy(kept), _copy(absorbed)
    consents = consent_after(kept=kept, absorbed=absorbed)
    memory: dict[str, Any] = {
        "kept": {part.name: part.values(kept) for part in parts},
        "absorbed": {name: getattr(absorbed, name) for name in UNIQUE},
        "consents": [kept.consent_id, absorbed.consent_id],
        "refused": consents.refused and consents.refused.pk,
    }

    # What only one row may hold goes first: numbers and the consent leave before they arrive.
    for name in set(UNIQUE) & {part.name for part in parts}:
        setattr(absorbed, name, None)
    absorbed.consent = None
    absorbed.merged_into = kept
    absorbed.save()
    for part in parts:
        part.write(kept, part.values(was_absorbed))
    memory["stories"] = []
    if consents.refused is not None:
        consents.refused.withdraw(by=by)
        theirs = StoryAgreement.objects.filter(structure__in=[kept, absorbed])
        memory["stories"] = end_story_agreements(theirs, by=by)
    elif consents.consent is not None and consents.consent.structure_id == absorbed.pk:
        Consent.objects.filter(pk=consents.consent.pk).update(structure=kept)
    kept.consent = consents.consent
    # What was there before is as it was; what is taken was valid where it comes from.
    kept.validate_constraints()
    kept.save()

    memory["after"] = {part.name: part.values(kept) for part in parts}
    memory["consent_after"] = kept.consent_id
    memory |= _move(kept, absorbed)
    memory["remembered"] = [
        FormerIdentity.objects.create(
            structure=kept, name=was.name, siret=was.siret or "", rna=was.rna or ""
        ).pk
        for was in (was_kept, was_absorbed)
        if loses(was, kept)
    ]
    memory["pairs"] = _decide_pairs(kept, absorbed, by=by)
    done = Merge.objects.create(kept=kept, absorbed=absorbed, memory=memory, merged_by=by)
    for target, other in ((kept, absorbed), (absorbed, kept)):
        record(
            action=Action.CHANGED,
            by=by,
            target=target,
            detail=f"Réunie avec «\u00a0{other}\u00a0».",
        )
    return done


def _move(kept: Structure, absorbed: Structure) -> dict[str, list[int]]:
    """Moves everything that hangs on the absorbed one, and returns it by key."""
    supports = Support.objects.filter(structure=absorbed)
    identities = FormerIdentity.objects.filter(structure=absorbed)
    earlier = Structure.objects.filter(merged_into=absorbed)
    moved = {
        "supports": list(supports.values_list("pk", flat=True)),
        "identities": list(identities.values_list("pk", flat=True)),
        "earlier": list(earlier.values_list("pk", flat=True)),
    }
    if moved["supports"]:
        supports.update(structure=kept)
    # What one of them agreed to have told, the one that they are agreed to.
    StoryAgreement.objects.filter(structure=absorbed).update(structure=kept)
    identities.update(structure=kept)
    if moved["earlier"]:
        earlier.update(merged_into=kept)
    return moved


def _decide_pairs(kept: Structure, absorbed: Structure, *, by: Any) -> list[int]:
    """Decides the pairs of the absorbed one, which waits nowhere any more."""
    of_absorbed = DuplicatePair.objects.filter(Q(first=absorbed) | Q(second=absorbed))
    theirs = Q(first=kept) | Q(second=kept)
    ended = of_absorbed.filter(Q(state=State.WAITING) | theirs)
    keys = list(ended.values_list("pk", flat=True))
    DuplicatePair.objects.filter(pk__in=keys).update(
        state=State.MERGED, decided_by=by, decided_at=timezone.now()
    )
    return keys


@transaction.atomic
def dismiss(*, pair: DuplicatePair, by: Any) -> None:
    """Notes that they are two structures: nobody is asked about them again."""
    pair.state, pair.decided_by, pair.decided_at = State.DISMISSED, by, timezone.now()
    pair.save()
    detail = f"N’est pas «\u00a0{pair.second}\u00a0»\u00a0: deux structures distinctes."
    record(action=Action.CHANGED, by=by, target=pair.first, detail=detail)


# --- Undoing --------------------------------------------------------------------------------------


@transaction.atomic
def undo(*, merge: Merge, by: Any) -> list[str]:
    """Puts back what nobody changed since, and says what it could not. Raises ValidationError where
    there is nothing to undo."""
    both = _locked(merge.kept, merge.absorbed)
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    kept, absorbed = both[merge.kept_id], both[merge.absorbed_id]
    if merge.undone_at is not None:
        raise ValidationError("Cette réunion est déjà défaite.")
    if kept.merged_into is not None:
        raise ValidationError(
            f"«\u00a0{kept}\u00a0» a été réunie depuis avec «\u00a0{kept.merged_into}\u00a0»"
            "\u00a0: défaites d’abord cette réunion."
        )
    if absorbed.merged_into_id != kept.pk:
        raise ValidationError("Ces deux fiches ne sont plus réunies.")
    memory = merge.memory
    left = _restore_values(kept, memory)
    kept.save()
    absorbed.merged_into = None
    left += _restore_numbers(absorbed, memory)
    absorbed.save()
    left += _restore_consents(kept, absorbed, memory, by=by)
    left += _bring_back(kept, absorbed, memory)
    DuplicatePair.objects.filter(pk__in=memory["pairs"], state=State.MERGED).update(
        state=State.WAITING, decided_by=None, decided_at=None
    )
    merge.undone_at, merge.undone_by = timezone.now(), by
    merge.save()
    for target, other in ((kept, absorbed), (absorbed, kept)):
        detail = f"Réunion avec «\u00a0{other}\u00a0» défaite."
        record(action=Action.CHANGED, by=by, target=target, detail=detail)
    return left


def _restore_values(kept: Structure, memory: dict[str, Any]) -> list[str]:
    left = []
    for part in PARTS:
        if part.name not in memory["kept"]:
            continue
        if part.values(kept) == memory["after"][part.name]:
            part.write(kept, memory["kept"][part.name])
        else:
            left.append(
                f"«\u00a0{part.label}\u00a0» de «\u00a0{kept}\u00a0» a changé depuis\u00a0: laissé "
                "tel quel."
            )
    return left


def _restore_numbers(absorbed: Structure, memory: dict[str, Any]) -> list[str]:
    left = []
    for name in UNIQUE:
        number = memory["absorbed"][name]
        if not number or getattr(absorbed, name):
            continue
        if Structure.objects.filter(**{name: number}).exists():
            label = field_named(name).verbose_name
            left.append(
                f"«\u00a0{absorbed}\u00a0» ne retrouve pas son {label} {number}\u00a0: une autre "
                "fiche le porte."
            )
        else:
            setattr(absorbed, name, number)
    return left


def _restore_consents(
    kept: Structure, absorbed: Structure, memory: dict[str, Any], *, by: Any
) -> list[str]:
    """Gives each its own consents again; what was withdrawn since stays withdrawn."""
    unchanged = kept.consent_id == memory["consent_after"]
    own = dict(zip((kept.pk, absorbed.pk), memory["consents"], strict=True))
    if own == {kept.pk: kept.consent_id, absorbed.pk: None}:
        return []
    if unchanged:
        kept.consent = None
        kept.save(update_fields=["consent"])
        Consent.objects.filter(pk=memory["refused"]).update(withdrawn_on=None, withdrawn_by=None)
        # A story that was agreed to anew since keeps its newer agreement.
        again = StoryAgreement.objects.filter(withdrawn_on=None, support=OuterRef("support"))
        ended = StoryAgreement.objects.filter(~Exists(again), pk__in=memory.get("stories", []))
        ended.update(withdrawn_on=None, withdrawn_by=None)
    left = []
    for structure in (kept, absorbed):
        consent = Consent.objects.filter(pk=own[structure.pk]).first()
        if consent is None:
            continue
        Consent.objects.filter(pk=consent.pk).update(structure=structure)
        if unchanged:
            structure.consent = consent
            structure.save(update_fields=["consent"])
        elif structure is absorbed:
            if consent.withdrawn_on is None:
                consent.withdraw(by=by)
            left.append(
                f"L’accord de «\u00a0{absorbed}\u00a0» n’est pas rétabli\u00a0: celui de la fiche "
                "réunie a été retiré ou changé depuis."
            )
    return left


def _bring_back(kept: Structure, absorbed: Structure, memory: dict[str, Any]) -> list[str]:
    supports = Support.objects.filter(pk__in=memory["supports"], structure=kept)
    stories = StoryAgreement.objects.filter(support__in=supports, structure=kept)
    stories.update(structure=absorbed)
    back = supports.update(structure=absorbed) if supports.exists() else 0
    FormerIdentity.objects.filter(pk__in=memory["identities"], structure=kept).update(
        structure=absorbed
    )
    FormerIdentity.objects.filter(pk__in=memory["remembered"], structure=kept).delete()
    earlier = Structure.objects.filter(pk__in=memory["earlier"], merged_into=kept)
    if memory["earlier"]:
        earlier.update(merged_into=absorbed)
    left = []
    if missing := len(memory["supports"]) - back:
        left.append(
            f"Accompagnements de «\u00a0{absorbed}\u00a0» supprimés ou déplacés depuis, qui ne "
            f"reviennent pas\u00a0: {missing}."
        )
    return left


def _locked(*structures: Structure) -> dict[int, Structure]:
    """Returns the two fresh from the database, held in the order of their keys."""
    keys = [structure.pk for structure in structures]
    rows = Structure.objects.select_for_update().filter(pk__in=keys).order_by("pk")
    return {row.pk: row for row in rows}


def _copy(structure: Structure) -> Structure:
    copy: Structure = Structure.objects.get(pk=structure.pk)
    return copy
