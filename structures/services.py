"""Writes that span several rows: consents, agreements to stories, and the yearly geography."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from audit.models import Action
from audit.services import record
from structures.models import (
    Consent,
    ConsentText,
    Revision,
    StoryAgreement,
    Structure,
    Support,
)
from structures.models.structure import FormerIdentity, place_codes
from structures.models.support import STORY
from territories.models import Geography, Territory

# One statement writes so many rows.
BATCH = 2_000


@transaction.atomic
def record_consent(
    *, structure: Structure, text: ConsentText, given_by: str, given_on: date, by: Any
) -> Consent:
    """Records a consent: from now on everybody sees the structure. Raises ValidationError, in
    French."""
    locked = Structure.objects.select_for_update().get(pk=structure.pk)
    if locked.consent_id is not None:
        raise ValidationError("Cette structure a déjà donné son accord\u00a0: retirez-le d’abord.")
    if locked.merged_into_id is not None:
        raise ValidationError("Cette fiche a été réunie avec une autre\u00a0: donnez l’accord là.")
    consent = Consent(
        structure=locked, text=text, given_by=given_by, given_on=given_on, recorded_by=by
    )
    consent.full_clean()
    consent.save()
    structure.consent = locked.consent = consent
    locked.save(update_fields=["consent"])
    record(
        action=Action.CHANGED,
        by=by,
        target=structure,
        detail=f"Accord pour paraître sur le site, donné le {given_on:%d/%m/%Y} ({text}).",
    )
    return consent


@transaction.atomic
def withdraw_consent(*, structure: Structure, by: Any) -> None:
    """Withdraws the consent: from now on the public no longer sees it. It does nothing where there
    is none."""
    locked = Structure.objects.select_for_update().get(pk=structure.pk)
    consent = locked.consent
    if consent is None:
        return
    consent.withdraw(by=by)
    structure.consent = locked.consent = None
    locked.save(update_fields=["consent"])
    end_story_agreements(StoryAgreement.objects.filter(structure=locked), by=by)
    record(action=Action.CHANGED, by=by, target=structure, detail="Accord pour paraître retiré.")


@transaction.atomic
def record_story_agreement(
    *, support: Support, story: Sequence[str], given_by: str, given_on: date, by: Any
) -> StoryAgreement:
    """Records that the structure agreed to `story`, the three lines that it was shown: from now on
    its public page tells them. Raises ValidationError, in French."""
    locked = Support.objects.select_for_update(of=["self"]).get(pk=support.pk)
    if not locked.has_story:
        raise ValidationError("Il manque une ligne au récit\u00a0: écrivez-la d’abord.")
    if tuple(story) != locked.story:
        raise ValidationError(
            "Le récit a changé depuis que cette page est ouverte\u00a0: relisez-le avec la "
            "structure."
        )
    if locked.story_agreement() is not None:
        raise ValidationError("Ce récit a déjà un accord en vigueur.")
    # An agreement to other words is one no more.
    end_story_agreements(locked.story_agreements.all(), by=by)
    agreement = StoryAgreement(
        support=locked,
        structure=locked.structure,
        given_by=given_by,
        given_on=given_on,
        recorded_by=by,
        **dict(zip(STORY, locked.story, strict=True)),
    )
    agreement.full_clean()
    agreement.save()
    record(
        action=Action.CHANGED,
        by=by,
        target=locked,
        detail=f"Accord de la structure pour ce récit, donné le {given_on:%d/%m/%Y}.",
    )
    return agreement


@transaction.atomic
def end_story_agreements(agreements: QuerySet[StoryAgreement], *, by: Any) -> list[int]:
    """Ends those of these agreements that are in force: from now on nobody reads the stories on the
    site. Returns their keys."""
    in_force = agreements.filter(withdrawn_on=None).select_related("support")
    ended = list(in_force.select_for_update(of=["self"]))
    for agreement in ended:
        agreement.withdraw(by=by)
        detail = "Accord de la structure pour ce récit retiré."
        record(action=Action.CHANGED, by=by, target=agreement.support, detail=detail)
    return [agreement.pk for agreement in ended]


def keep_former_identity(*, was: Structure, now: Structure) -> FormerIdentity | None:
    """Keeps a name or a number that changes, so that what it was stays readable on the
    trajectory."""
    before = (was.name, was.siret or "", was.rna or "")
    if before == (now.name, now.siret or "", now.rna or ""):
        return None
    name, siret, rna = before
    return FormerIdentity.objects.create(structure=now, name=name, siret=siret, rna=rna)


def refresh_territories(*, anyway: bool = False) -> int:
    """Copies today's codes again beside every structure, after the official geography changed;
    returns how many rows were wrong. It is safe to run twice, or to be stopped half-way."""
    geography = Geography.objects.values_list("fingerprint", flat=True).first() or ""
    revision = Revision.objects.get(pk=1)
    if revision.geography == geography and not anyway:
        return 0
    communes = Structure.objects.order_by().exclude(commune=None).values_list("commune", flat=True)
    changed = 0
    keys = sorted(communes.distinct())
    for start in range(0, len(keys), BATCH):
        places = Territory.objects.select_related("successor").in_bulk(keys[start : start + BATCH])
        for key, place in places.items():
            codes = place_codes(place)
            there = Structure.objects.filter(commune=key)
            stale = there.exclude(**codes)
            if stale.exists():
                with transaction.atomic():
                    changed += stale.update(**codes)
    Revision.objects.filter(pk=1).update(geography=geography)
    return changed
