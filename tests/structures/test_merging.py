"""Two structures become one and keep everything; then they are two again."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from audit.models import Entry
from structures import duplicates, services
from structures.merging import consent_after, fuller, merge, undo
from structures.models import ConsentText, DuplicatePair, Merge, Revision, Structure
from structures.models.structure import FormerIdentity
from tests.factories import StructureFactory, SupportFactory, UserFactory, siret_of

pytestmark = pytest.mark.django_db


def fresh(structure: Structure) -> Structure:
    return Structure.objects.get(pk=structure.pk)


def joined(kept: Structure, absorbed: Structure, *taken: str) -> Merge:
    return merge(kept=kept, absorbed=absorbed, taken=taken, by=None)


def state(*structures: Structure) -> list[Any]:
    """Returns all that is said of them, but for revisions and dates of change."""
    rows = []
    for structure in map(fresh, structures):
        fields = {
            field.attname: getattr(structure, field.attname)
            for field in Structure._meta.concrete_fields
            if field.name not in ("revision", "changed_at")
        }
        rows.append(
            (
                fields,
                sorted(structure.supports.values_list("pk", flat=True)),
                sorted(structure.former_identities.values_list("name", "siret", "rna")),
                sorted(structure.consents.values_list("pk", "withdrawn_on", "withdrawn_by")),
            )
        )
    return rows


def agree(structure: Structure, day: date) -> None:
    services.record_consent(
        structure=structure,
        text=ConsentText.objects.get(version="1"),
        given_by="La présidence",
        given_on=day,
        by=None,
    )


def two() -> tuple[Structure, Structure]:
    kept = StructureFactory(name="Les Amis du Lac", rna="W381000001", email="a@lac.example")
    absorbed = StructureFactory(
        name="Association Les Amis du Lac",
        siret=siret_of(1),
        phone="01 99 00 12 34",
        created_on=date(1999, 5, 4),
        approvals="esus",
    )
    FormerIdentity.objects.create(structure=absorbed, name="Le Lac", until=date(2010, 1, 1))
    for structure in (kept, absorbed, absorbed):
        SupportFactory(structure=structure)
    return kept, absorbed


def test_everything_goes_to_the_one_that_stays() -> None:
    kept, absorbed = two()
    staff = UserFactory()
    before = Revision.objects.get(pk=1).number
    merge(kept=kept, absorbed=absorbed, taken=["siret", "phone", "created_on"], by=staff)
    kept, absorbed = fresh(kept), fresh(absorbed)
    assert (kept.name, kept.siret, kept.siren) == ("Les Amis du Lac", siret_of(1), siret_of(1)[:9])
    assert (kept.rna, kept.phone, kept.created_on) == (
        "W381000001",
        "01 99 00 12 34",
        date(1999, 5, 4),
    )
    assert kept.approvals == ""  # it was not chosen
    assert kept.supports.count() == 3
    assert {row.name for row in kept.former_identities.all()} == {
        "Le Lac",
        "Association Les Amis du Lac",
    }
    assert (absorbed.merged_into, absorbed.siret, absorbed.supports.count()) == (kept, None, 0)
    assert all(row.revision > before for row in (kept, absorbed, *kept.supports.all()[:2]))
    told = Entry.objects.filter(actor=staff, detail__startswith="Réunie avec")
    assert {entry.target_id for entry in told} == {str(kept.pk), str(absorbed.pk)}


def test_undoing_puts_back_all_that_was() -> None:
    kept, absorbed = two()
    pair = duplicates.flag(one=kept, other=absorbed)
    before = state(kept, absorbed)
    done = joined(kept, absorbed, "name", "siret", "phone", "created_on", "approvals", "rna")
    assert fresh(kept).rna is None  # the one that was chosen has none
    pair.refresh_from_db()
    assert pair.state == DuplicatePair.State.MERGED
    assert undo(merge=done, by=UserFactory()) == []
    assert state(kept, absorbed) == before
    pair.refresh_from_db()
    assert pair.is_waiting
    with pytest.raises(ValidationError, match="déjà défaite"):
        undo(merge=done, by=None)


def test_undoing_leaves_what_somebody_changed_since_and_says_so() -> None:
    kept, absorbed = two()
    gone = absorbed.supports.all()[0]
    done = joined(kept, absorbed, "phone", "siret")
    kept = fresh(kept)
    kept.phone = "01 99 00 99 99"
    kept.siret = kept.siren = None
    kept.save()
    StructureFactory(name="Autre", siret=siret_of(1))
    added = SupportFactory(structure=kept)
    gone.delete()

    left = undo(merge=done, by=None)

    kept, absorbed = fresh(kept), fresh(absorbed)
    assert kept.phone == "01 99 00 99 99"
    assert added in kept.supports.all() and kept.supports.count() == 2
    assert absorbed.supports.count() == 1
    assert absorbed.siret is None and absorbed.siren == siret_of(1)[:9]
    for what in ("Téléphone", "Siret et Siren", f"ne retrouve pas son Siret {siret_of(1)}", ": 1."):
        assert any(what in sentence for sentence in left), what


def test_merges_are_undone_the_last_first() -> None:
    first, second, third = StructureFactory.create_batch(3)
    support = SupportFactory(structure=first)
    before = state(first, second, third)
    one, two = joined(second, first), joined(third, second)
    assert fresh(first).merged_into == third  # it is one step, whatever came between
    support.refresh_from_db()
    assert support.structure == third
    with pytest.raises(ValidationError, match="défaites d’abord"):
        undo(merge=one, by=None)
    for done in (two, one):
        done.refresh_from_db()
        assert undo(merge=Merge.objects.get(pk=done.pk), by=None) == []
    assert state(first, second, third) == before


def test_what_was_merged_is_not_merged_again() -> None:
    first, second, third = StructureFactory.create_batch(3)
    joined(first, second)
    for kept, absorbed in ((third, second), (second, third)):
        with pytest.raises(ValidationError):
            joined(kept, absorbed)


def test_values_that_cannot_be_together_are_refused() -> None:
    kept = StructureFactory(closed_on=date(2010, 1, 1))
    absorbed = StructureFactory(created_on=date(2015, 1, 1), siret=siret_of(3))
    before = state(kept, absorbed)
    with pytest.raises(ValidationError, match="La fermeture précède"):
        joined(kept, absorbed, "created_on", "siret")
    assert state(kept, absorbed) == before


def test_other_pairs_of_the_one_that_goes_wait_no_more() -> None:
    kept, absorbed, other = StructureFactory.create_batch(3)
    pair = duplicates.flag(one=absorbed, other=other)
    done = joined(kept, absorbed)
    pair.refresh_from_db()
    assert not pair.is_waiting
    undo(merge=done, by=None)
    pair.refresh_from_db()
    assert pair.is_waiting


def test_fuller_one_is_proposed() -> None:
    bare = StructureFactory(name="Une")
    full = StructureFactory(name="Deux", phone="01 99 00 12 34", siret=siret_of(2))
    assert fuller(bare, full) == fuller(full, bare) == full


# --- Consent --------------------------------------------------------------------------------------

LONG_AGO, LATER = date(2024, 1, 10), date(2025, 6, 1)


def scene(name: str) -> tuple[Structure, Structure, bool]:
    """Returns (kept, absorbed, whether they are public together)."""
    kept, absorbed = StructureFactory(name="Gardée"), StructureFactory(name="Réunie")
    match name:
        case "none":
            return kept, absorbed, False
        case "kept":
            agree(kept, LONG_AGO)
        case "absorbed":
            agree(absorbed, LONG_AGO)
        case "both":
            agree(kept, LONG_AGO)
            agree(absorbed, LATER)
        case "withdrawn on the other since":
            agree(absorbed, LONG_AGO)
            agree(kept, LONG_AGO)
            services.withdraw_consent(structure=kept, by=None)
            return kept, absorbed, False
        case "withdrawn on the absorbed since":
            agree(absorbed, LONG_AGO)
            services.withdraw_consent(structure=absorbed, by=None)
            agree(kept, LONG_AGO)
            return kept, absorbed, False
        case "withdrawn on the other before":
            agree(kept, LONG_AGO)
            services.withdraw_consent(structure=kept, by=None)
            kept.consents.update(withdrawn_on=LATER - timedelta(days=1))
            agree(absorbed, LATER)
    return kept, absorbed, True


SCENES = [
    "none",
    "kept",
    "absorbed",
    "both",
    "withdrawn on the other since",
    "withdrawn on the absorbed since",
    "withdrawn on the other before",
]


@pytest.mark.parametrize("name", SCENES)
def test_last_word_on_consent_counts_and_comes_back(name: str) -> None:
    kept, absorbed, public = scene(name)
    proofs = kept.consents.count() + absorbed.consents.count()
    before = state(kept, absorbed)
    said = consent_after(kept=kept, absorbed=absorbed).sentence
    assert ("sera publique" in said) == public

    done = joined(kept, absorbed)
    assert (fresh(kept).is_public, fresh(absorbed).is_public) == (public, False)
    assert kept.consents.count() + absorbed.consents.count() == proofs

    assert undo(merge=done, by=None) == []
    assert state(kept, absorbed) == before


@pytest.mark.parametrize("name", ["absorbed", "both"])
def test_consent_withdrawn_after_the_merge_stays_withdrawn(name: str) -> None:
    kept, absorbed, _ = scene(name)
    done = joined(kept, absorbed)
    services.withdraw_consent(structure=fresh(kept), by=None)
    left = undo(merge=done, by=None)
    assert "n’est pas rétabli" in left[0]
    assert not fresh(kept).is_public and not fresh(absorbed).is_public
    agree(fresh(absorbed), timezone.localdate())  # nothing stands in the way of another
    assert fresh(absorbed).is_public
