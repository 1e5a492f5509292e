"""A term is found by each of its names, and no name calls two terms."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from glossary.models import Term, TermName
from glossary.naming import key_of
from tests.factories import TermFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ess() -> Term:
    return TermFactory(
        term="ESS",
        expansion="économie sociale et solidaire",
        other_forms="économie sociale\néco sociale et solidaire",
        slug="ess",
    )


@pytest.mark.parametrize(
    "text",
    [
        "ESS", "ess", " E.S.S. ", "E.S.S", "«\u00a0ESS\u00a0»", "économie sociale et solidaire",
        "ECONOMIE SOCIALE ET SOLIDAIRE", "économies sociales et solidaires", "Économie sociale",
        "éco sociale et solidaire",
    ],
)  # fmt: skip
def test_is_found_by_each_of_its_names(ess: Term, text: str) -> None:
    assert Term.objects.named(text) == ess


@pytest.mark.parametrize(
    "text", ["", "?", "\x00", "l’ESS", "ESS en Isère", "essai", "économie", "🙂", "x" * 10_000]
)
def test_is_not_found_by_what_says_more_or_less(ess: Term, text: str) -> None:
    assert Term.objects.named(text) is None


def test_what_is_no_plural_is_no_plural() -> None:
    assert key_of("ESS des SIAE") == "ess des siae"
    assert key_of("Les baux") == key_of("le bau").replace("le", "les")


def test_names_follow_the_term_whatever_way_it_is_written(ess: Term) -> None:
    ess.other_forms = "tiers secteur"
    ess.save()
    assert Term.objects.named("tiers secteurs") == ess
    assert Term.objects.named("économie sociale") is None

    Term.objects.filter(pk=ess.pk).update(other_forms="tiers-secteur\nentraide")
    assert Term.objects.named("Entraide") == ess
    assert Term.objects.named("Tiers secteur") == ess

    (made,) = Term.objects.bulk_create([Term(term="ACI", definition="Un atelier.", slug="aci")])
    assert Term.objects.named("aci") == made

    ess.delete()
    assert Term.objects.named("ESS") is None
    assert TermName.objects.count() == 1


def test_spellings_are_all_told_in_one_query(ess: Term, django_assert_num_queries: object) -> None:
    TermFactory(term="Mutualisation")
    with django_assert_num_queries(1):  # type: ignore[operator]  # a fixture
        told = {term.term: names for term, names in Term.objects.spellings()}
    assert told == {
        "ESS": [
            "ESS", "économie sociale et solidaire", "économie sociale", "éco sociale et solidaire",
        ],
        "Mutualisation": ["Mutualisation"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("term", "E.S.S."),
        ("expansion", "Économie sociale et solidaire"),
        ("other_forms", "autre chose\néconomies sociales"),
    ],
)
def test_a_name_of_another_term_is_refused(ess: Term, column: str, text: str) -> None:
    other = TermFactory.build(**{"slug": "autre", column: text})
    with pytest.raises(ValidationError) as refused:
        other.full_clean()
    assert list(refused.value.message_dict) == [column]
    assert "déjà une façon d’écrire «\u00a0ESS\u00a0»" in refused.value.message_dict[column][0]
    with pytest.raises(IntegrityError), transaction.atomic():
        other.save()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"term": "?!"}, "ne contient ni lettre ni chiffre"),
        ({"other_forms": "ok\n…"}, "ne contient ni lettre ni chiffre"),
        ({"other_forms": "a" * 201}, "200 signes au plus"),
        ({"expansion": "ﷺ" * 60}, "200 signes au plus"),
        ({"source_url": "https://www.insee.fr/"}, "Nommez la source"),
        ({"source": "Insee", "source_url": "javascript:alert(1)"}, "URL valide"),
        ({"definition": ""}, "ne peut pas être vide"),
    ],
)
def test_what_is_no_term_is_refused(values: dict[str, str], said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        TermFactory.build(**values).full_clean()
    assert said in str(refused.value)


def test_repeats_itself_without_harm(ess: Term) -> None:
    ess.other_forms = "ess\nE.S.S.\nEconomie sociale et solidaire"
    ess.full_clean()
    ess.save()
    assert Term.objects.named("ess") == ess


def test_an_editor_adds_a_term_and_is_told_what_is_taken(ess: Term, client: Client) -> None:
    client.force_login(UserFactory(group="Rédaction"))
    values = {
        "term": "CRESS",
        "expansion": "chambre régionale de l'économie sociale et solidaire",
        "definition": "Elle représente les entreprises de l’ESS dans une région.",
        "slug": "cress",
        "other_forms": "éco sociale et solidaire",
        "source": "",
        "source_url": "",
    }
    refused = client.post(reverse("admin:glossary_term_add"), values).content.decode()
    assert "déjà une façon d’écrire" in refused

    client.post(reverse("admin:glossary_term_add"), values | {"other_forms": ""})
    added = Term.objects.get(slug="cress")
    assert added.expansion == "chambre régionale de l’économie sociale et solidaire"
    found = client.get(reverse("admin:glossary_term_changelist"), {"q": "regionale"})
    assert "CRESS" in found.content.decode()
