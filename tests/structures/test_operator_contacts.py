"""What an operator says of how to reach it: an address with its town, and whom to ask for."""

from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import personal_data
from structures.models import Agreement, Operator
from territories.models import Territory
from tests.factories import OperatorFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]


def of_isere(**said: Any) -> Operator:
    operator: Operator = OperatorFactory(name="La Ligue de l’Isère", **said)
    department = Territory.objects.get(pk="departement-38")
    Agreement.objects.create(operator=operator, territory=department, first_year=2020)
    return operator


def posted(operator: Operator, **changed: str) -> Any:
    client = Client()
    client.force_login(UserFactory(group="Équipe nationale"))
    values = {
        "name": operator.name,
        "kind": operator.kind,
        "slug": operator.slug,
        "agreements-TOTAL_FORMS": "0",
        "agreements-INITIAL_FORMS": "0",
        **changed,
    }
    url = reverse("admin:structures_operator_change", args=[operator.pk])
    return client.post(url, values)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"address": "12 rue de l’Exemple"}, "une rue seule ne suffit pas"),
        ({"postal_code": "3800", "town": "Grenoble"}, "cinq chiffres"),
        ({"contact_name": "Camille Durand"}, "a accepté que son nom soit public"),
        (
            {
                "contact_name": "Camille Durand",
                "contact_agreed_on": f"{timezone.localdate() + timedelta(days=2):%d/%m/%Y}",
            },
            "Ce jour est à venir",
        ),
    ],
)
def test_the_form_says_what_is_missing(changed: dict[str, str], said: str) -> None:
    operator = of_isere()
    assert said in posted(operator, **changed).content.decode()
    operator.refresh_from_db()
    assert not operator.town and not operator.contact_name


def test_a_name_that_is_taken_back_takes_its_agreement_away() -> None:
    operator = of_isere(contact_name="Camille Durand", contact_agreed_on=date(2026, 1, 15))
    answer = posted(operator, contact_agreed_on="15/01/2026", contact_role="l’accueil")
    assert answer.status_code == 302
    operator.refresh_from_db()
    assert operator.contact_agreed_on is None
    assert operator.contact_person == "l’accueil"


def test_no_name_is_kept_without_the_day_of_the_agreement() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        OperatorFactory(contact_name="Camille Durand")
    with pytest.raises(ValidationError):
        OperatorFactory.build(contact_name="Camille Durand").full_clean()


# --- Personal data --------------------------------------------------------------------------------


def named(*keys: str) -> tuple[Operator, Any]:
    """Returns the operator of the Isère, which names somebody, and an account of that name, of
    these territories."""
    operator = of_isere(
        contact_name="Durand Camille",
        contact_role="chargée de mission",
        contact_agreed_on=date(2026, 1, 15),
    )
    territories = [Territory.objects.get(pk=key) for key in keys]
    person = UserFactory(first_name="Camille", last_name="Durand", territories=territories)
    return operator, person


def test_whoever_is_named_finds_it_among_their_data() -> None:
    operator, person = named("departement-38")
    told = personal_data.everything_about(person)["contact public d’une structure porteuse"]
    assert [row["structure porteuse"] for row in told] == [operator.name]


@pytest.mark.parametrize(
    ("key", "left"), [("departement-38", ""), ("departement-69", "Durand Camille")]
)
def test_an_erased_account_is_named_no_more(key: str, left: str) -> None:
    """A namesake of another department is somebody else."""
    operator, person = named(key)
    personal_data.erase(person=person, by=None)
    operator.refresh_from_db()
    assert operator.contact_name == left
    assert operator.contact_role == "chargée de mission"


# --- From the former addresses --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "street", "town_line"),
    [
        ("12 rue de l’Exemple\n38000 Grenoble", "12 rue de l’Exemple", "38000 Grenoble"),
        ("12 rue de l’Exemple, 38000 Grenoble", "12 rue de l’Exemple", "38000 Grenoble"),
        (
            "Bât. B\r\nBP 12345\r\n38021 GRENOBLE CEDEX 1\r\n",
            "Bât. B\r\nBP 12345",
            "38021 GRENOBLE CEDEX 1",
        ),
        ("97400 Saint-Denis", "", "97400 Saint-Denis"),
        ("12 rue de l’Exemple", "12 rue de l’Exemple", ""),
        ("Rue X, BP 12345 Grenoble", "Rue X, BP 12345 Grenoble", ""),
    ],
)
def test_the_migration_takes_towns_out_of_addresses(
    address: str, street: str, town_line: str
) -> None:
    operator = of_isere(address=address)
    migration = import_module("structures.migrations.0010_operator_contacts")
    migration.towns_apart(apps, None)
    operator.refresh_from_db()
    assert (operator.address, operator.town_line) == (street, town_line)
    migration.towns_back(apps, None)
    operator.refresh_from_db()
    assert operator.address.split() == address.replace(",", "").split() or not town_line
