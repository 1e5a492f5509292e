"""The demonstration: the same everywhere, plainly fictitious, in the shares of the network."""

import hashlib
import re
from collections import Counter
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from structures import demonstration
from structures.identifiers import is_rna, is_siret
from structures.models import Agreement, Consent, Operator, Structure, Support
from tests.factories import StructureFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]


def digest() -> str:
    rows = [
        *Structure.objects.order_by("slug").values_list("slug", "name", "siret", "commune", "size"),
        *Support.objects.order_by("structure__slug", "year", "pk").values_list(
            "structure__slug", "year", "phase", "jobs"
        ),
        *Consent.objects.order_by("structure__slug").values_list("structure__slug", "given_on"),
    ]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def test_is_the_same_each_time_and_grows() -> None:
    assert demonstration.load(1_200) == 1_200
    first = digest()
    assert demonstration.load(1_200) == 0
    assert digest() == first
    Support.objects.all().delete()
    Structure.objects.update(consent=None)
    Consent.objects.all().delete()
    Structure.objects.all().delete()
    demonstration.load(1_000)
    demonstration.load(1_200)
    assert Structure.objects.count() == 1_200
    assert len(set(Structure.objects.values_list("name", flat=True))) == 1_200


def test_nobody_takes_it_for_real() -> None:
    demonstration.load(400)
    for structure in Structure.objects.all():
        assert "démo" in structure.name
        assert structure.email.endswith(".example")
        assert structure.siret is None or (
            is_siret(structure.siret) and structure.siret[:2] == "00"
        )
        assert structure.rna is None or (is_rna(structure.rna) and structure.rna.startswith("W0Z"))
        assert re.match(r"(01 99 00|02 61 91|03 53 01|04 65 71|05 36 49) ", structure.phone)
    assert all("démo" in operator.name for operator in Operator.objects.all())


def test_follows_the_shares_of_the_network() -> None:
    demonstration.load(1_000)
    families = Counter(Structure.objects.values_list("family", flat=True))
    assert 0.92 < families["association"] / 1_000 < 0.98
    small = Structure.objects.filter(size__in=["00", "01", "02", "03"]).count()
    assert 0.6 < small / 1_000 < 0.8
    public = Structure.objects.exclude(consent=None).count()
    assert 0.25 < public / 1_000 < 0.45
    assert Consent.objects.exclude(withdrawn_on=None).exists()
    years = Counter(Support.objects.values_list("year", flat=True))
    assert min(years) == 2002
    for support in Support.objects.exclude(started_on=None).exclude(ended_on=None):
        assert support.started_on <= support.ended_on
    # Every department of the small geography has somebody to call, today and always.
    assert Agreement.objects.filter(territory="departement-38", last_year=None).exists()
    assert min(Agreement.objects.values_list("first_year", flat=True)) == 2002


def test_leaves_real_structures_alone(settings: Any) -> None:
    settings.DEMO = True
    StructureFactory(name="Une vraie")
    with pytest.raises(CommandError, match="vrais"):
        call_command("demo")
    assert Structure.objects.count() == 1
