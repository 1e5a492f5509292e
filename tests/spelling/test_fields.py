"""Columns hold the stored form, and are asked for it, whichever way is taken."""

from io import StringIO

import pytest
from django.contrib.auth.management.commands import changepassword
from django.core.exceptions import ValidationError
from django.core.management import call_command

from accounts.models import User
from events.registrations.guest_list import read_guests
from spelling.fields import EmailAddressFormField
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


@pytest.mark.parametrize(
    "asked",
    [
        {"email__startswith": "Marie@café.example"},
        {"email__istartswith": "\u200bmarie"},
        {"email__endswith": "@CAFÉ.example."},
        {"email__iendswith": "@café.example"},
        {"email__contains": "e@café.example"},
        {"email__icontains": "marie@café.example."},
        {"email__icontains": "@xn--caf-dma.example."},
    ],
    ids=str,
)
def test_part_of_an_address_is_found_as_it_is_read(asked: dict[str, str]) -> None:
    person = UserFactory(email="Marie@xn--caf-dma.example")

    assert User.objects.filter(**asked).get() == person


def test_password_is_changed_by_whatever_signs_in(monkeypatch: pytest.MonkeyPatch) -> None:
    person = UserFactory(email="Marie@exemple.fr")
    monkeypatch.setattr(changepassword.Command, "_get_pass", lambda *_, **__: "Trois-Pommes-Bleues")

    call_command("changepassword", "\u200bMARIE@Exemple.FR", stdout=StringIO())

    person.refresh_from_db()
    assert person.check_password("Trois-Pommes-Bleues")


def test_guests_are_parted_by_full_width_signs() -> None:
    assert [guest.email for guest in read_guests("Ana；Be；a＠exemple.fr\nb＠x.fr，c＠x.fr")] == [
        "a@exemple.fr", "b@x.fr", "c@x.fr"
    ]  # fmt: skip


@pytest.mark.parametrize("typed", ["marie@", "marie(at)exemple.fr", ".marie@exemple.fr"])
def test_refused_address_says_what_to_write(typed: str) -> None:
    with pytest.raises(ValidationError, match="comme prenom"):
        EmailAddressFormField().clean(typed)
