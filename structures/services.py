"""Writes that span several rows: consents, and the yearly geography."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from audit.models import Action
from audit.services import record
from structures.models import Consent, ConsentText, Revision, Structure
from structures.models.structure import FormerIdentity, place_codes
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
    if given_on > timezone.localdate():
        raise ValidationError({"given_on": "Cette date est à venir\u00a0: vérifiez-la."})
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
    consent.withdrawn_on = max(timezone.localdate(), consent.given_on)
    consent.withdrawn_by = by
    consent.save(update_fields=["withdrawn_on", "withdrawn_by"])
    structure.consent = locked.consent = None
    locked.save(update_fields=["consent"])
    record(action=Action.CHANGED, by=by, target=structure, detail="Accord pour paraître retiré.")


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
