"""What the database itself refuses, what follows from a commune, and consent."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from audit.models import Entry
from structures.identifiers import compact, is_rna, is_siren, is_siret
from structures.models import ConsentText, Revision, Structure, Support
from structures.services import (
    keep_former_identity,
    record_consent,
    refresh_territories,
    withdraw_consent,
)
from territories.models import Territory
from tests.factories import StructureFactory, SupportFactory, UserFactory, siret_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "rna", ["W751234567", "W2A1234567", "W9M1234567", "0751001234", "W381000000"]
)
def test_rna_of_every_department_is_accepted(rna: str) -> None:
    assert is_rna(rna)


@pytest.mark.parametrize("rna", ["W75123456", "751234567", "W75123456A", "0751111234", ""])
def test_other_numbers_are_no_rna(rna: str) -> None:
    assert not is_rna(rna)


def test_la_poste_has_establishments() -> None:
    assert is_siret("35600000000048") and is_siret("35600000009075")
    assert not is_siret("35600000000049")


def test_a_mistyped_number_is_told_in_french() -> None:
    structure = Structure(name="Les Tilleuls", siret="12345678900011", rna="W12")
    with pytest.raises(ValidationError) as refusal:
        structure.full_clean()
    assert "Siret n’est pas valide" in str(refusal.value)
    assert "RNA n’est pas valide" in str(refusal.value)


def test_numbers_are_kept_without_spaces_and_the_siren_follows_the_siret() -> None:
    siret = siret_of(1)
    structure = StructureFactory(siret=f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}")
    assert structure.siret == siret
    assert structure.siren == siret[:9] and is_siren(structure.siren)
    assert compact(" w751.234-567 ") == "W751234567"


@pytest.mark.parametrize(
    "values",
    [
        {"siret": "12"},
        {"siren": "123456789", "siret": siret_of(3)},
        {"siren": "12345678A"},
        {"rna": "W1"},
        {"created_on": date(2020, 5, 1), "closed_on": date(2019, 5, 1)},
    ],
)
def test_the_database_refuses_what_no_form_would_write(values: dict[str, Any]) -> None:
    structure = StructureFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Structure.objects.filter(pk=structure.pk).update(**values)


@pytest.mark.parametrize(
    "values",
    [
        {"year": 1999},
        {"started_on": date(2025, 5, 1), "ended_on": date(2025, 4, 1)},
        {"planned_start": date(2025, 5, 1), "planned_end": date(2025, 4, 1)},
        {"jobs": 12},
        {"jobs_definition": "etp"},
        {"group": "Six théâtres"},
    ],
)
def test_the_database_refuses_supports_that_cannot_be(values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        SupportFactory(**values)


def test_two_structures_do_not_share_a_siret_and_many_may_have_none() -> None:
    StructureFactory.create_batch(2)
    StructureFactory(siret=siret_of(2))
    with pytest.raises(IntegrityError), transaction.atomic():
        StructureFactory(siret=siret_of(2))


def test_codes_follow_the_commune(geography: Any) -> None:
    grenoble = Territory.objects.get(pk="commune-38185")
    structure = StructureFactory(commune=grenoble)
    assert structure.department_code == "38"
    assert structure.region_code == "84"
    assert structure.commune_code == "38185"
    assert structure.epci_code == "200040715"


def test_codes_are_refreshed_with_the_geography(geography: Any) -> None:
    grenoble = Territory.objects.get(pk="commune-38185")
    structure = StructureFactory(commune=grenoble)
    Structure.objects.filter(pk=structure.pk).update(epci_code="000000000", region_code="82")
    before = Revision.objects.get(pk=1).number
    assert refresh_territories(anyway=True) == 1
    structure.refresh_from_db()
    assert (structure.epci_code, structure.region_code) == ("200040715", "84")
    assert Revision.objects.get(pk=1).number > before
    assert refresh_territories(anyway=True) == 0


def test_a_support_is_of_the_year_in_which_it_starts() -> None:
    support = Support(structure=StructureFactory(), started_on=date(2024, 11, 3))
    support.full_clean()
    support.save()
    assert support.year == 2024


def test_consent_says_who_when_and_which_text() -> None:
    structure, staff = StructureFactory(), UserFactory()
    text = ConsentText.objects.get(version="1")
    consent = record_consent(
        structure=structure,
        text=text,
        given_by="Sa présidente",
        given_on=date(2026, 2, 3),
        by=staff,
    )
    structure.refresh_from_db()
    assert structure.is_public
    assert (consent.text, consent.given_by, consent.recorded_by) == (text, "Sa présidente", staff)
    assert "03/02/2026" in Entry.objects.latest("id").detail
    with pytest.raises(ValidationError):
        record_consent(
            structure=structure, text=text, given_by="X", given_on=date(2026, 2, 4), by=staff
        )


def test_consent_withdrawn_stays_as_a_proof_and_hides_the_structure() -> None:
    structure, staff = StructureFactory(public=True), UserFactory()
    withdraw_consent(structure=structure, by=staff)
    structure.refresh_from_db()
    assert not structure.is_public
    proof = structure.consents.get()
    assert proof.withdrawn_on is not None and proof.withdrawn_by == staff


def test_what_a_structure_was_called_is_kept() -> None:
    structure = StructureFactory(name="Les Tilleuls", siret=siret_of(4))
    was = Structure.objects.get(pk=structure.pk)
    structure.name = "Les Grands Tilleuls"
    structure.save()
    assert keep_former_identity(was=was, now=structure) is not None
    assert structure.former_identities.get().name == "Les Tilleuls"
    assert keep_former_identity(was=structure, now=structure) is None


def test_every_way_of_writing_takes_a_revision() -> None:
    def revisions() -> list[int]:
        return sorted(Structure.objects.values_list("revision", flat=True))

    first, second = StructureFactory.create_batch(2)
    assert revisions() == [first.revision, second.revision]
    Structure.objects.filter(pk=first.pk).update(size="01")
    assert revisions()[-1] == Revision.objects.get(pk=1).number
    made = [Structure(name="Une", slug="une"), Structure(name="Deux", slug="deux")]
    for structure in made:
        structure.complete()
    Structure.objects.bulk_create(made)
    assert revisions()[-2:] == [Revision.objects.get(pk=1).number] * 2
    Structure.objects.filter(pk=second.pk).delete()
    assert Revision.objects.get(pk=1).anew == Revision.objects.get(pk=1).number
