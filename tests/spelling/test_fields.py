"""Columns hold the stored form, and are asked for it, whichever way is taken."""

import pytest

from accounts.models import User
from structures.models import Operator
from tests.factories import OperatorFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_title_has_its_form_by_update_and_lookups() -> None:
    carrier = OperatorFactory(name="Ligue")
    Operator.objects.filter(pk=carrier.pk).update(name="L'E\u0301lan\u200b")

    carrier.refresh_from_db()
    assert carrier.name == "L’Élan"
    for asked in (
        {"name": "L'Élan\u200b"},
        {"name__in": ["L’E\u0301lan"]},
        {"name__icontains": "E\u0301lan\u200b"},
    ):
        assert Operator.objects.filter(**asked).exists(), asked


def test_part_of_a_name_is_found_however_it_is_composed() -> None:
    person = UserFactory(last_name="Rene\u0301")

    assert User.objects.get(last_name__icontains="ne\u0301") == person
    assert User.objects.get(last_name__icontains="\u200bRen") == person
