"""The queue of duplicates, the comparison, the merge and its undoing, as pages."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from structures import duplicates
from structures.models import DuplicatePair, Merge, Structure
from territories.models import Territory
from tests.factories import StructureFactory, SupportFactory, UserFactory, siret_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]

QUEUE = reverse("admin:structures_duplicatepair_changelist")
SEARCH = reverse("admin:structures_duplicatepair_search")


def place(key: str) -> Territory:
    return Territory.objects.get(pk=key)


def signed_in(group: str = "Équipe nationale", *keys: str) -> Client:
    client = Client()
    territories = [place(key) for key in keys]
    client.force_login(UserFactory(group=group, territories=territories))
    return client


@pytest.fixture
def pair() -> DuplicatePair:
    grenoble = place("commune-38185")
    first = StructureFactory(name="Les Amis du Lac", commune=grenoble, phone="01 99 00 12 34")
    second = StructureFactory(
        name="Association Les Amis du Lac", commune=grenoble, siret=siret_of(1), public=True
    )
    for structure in (first, second):
        SupportFactory(structure=structure)
    return duplicates.flag(one=first, other=second)


def page_of(pair: DuplicatePair) -> str:
    return reverse("admin:structures_duplicatepair_change", args=[pair.pk])


def test_search_fills_the_queue_and_the_dashboard() -> None:
    client = signed_in()
    for name in ("Les Amis du Lac", "Amis du lac"):
        StructureFactory(name=name, commune=place("commune-38185"))
    answer = client.post(SEARCH, follow=True).content.decode()
    assert "1 nouvelle paire dans tout le pays" in answer
    assert "Les Amis du Lac / Amis du lac" in answer
    dashboard = client.get(reverse("admin:index")).content.decode()
    assert "Doublons possibles" in dashboard
    assert page_of(DuplicatePair.objects.get()) in dashboard
    assert client.get(SEARCH).status_code == 405


def test_comparison_says_what_differs_and_what_will_happen(pair: DuplicatePair) -> None:
    page = signed_in().get(page_of(pair)).content.decode()
    assert page.count("2025 – Accueil") == 2
    assert "Elle sera publique, par l’accord du 15/01/2026" in page
    assert "(vide)" in page
    assert "Grenoble (Isère)" in page


def test_what_is_proposed_is_the_fuller_of_each() -> None:
    one = StructureFactory(name="Une", phone="01 99 00 12 34")
    other = StructureFactory(name="Deux", siret=siret_of(2), email="x@deux.example")
    pair = duplicates.flag(one=one, other=other)
    form = signed_in().get(page_of(pair)).context["form"]
    assert {name: field.initial for name, field in form.fields.items()} == {
        "kept": "b",
        "name": "b",
        "siret": "b",
        "email": "b",
        "phone": "a",
    }


def choices(client: Client, pair: DuplicatePair, **changed: str) -> dict[str, str]:
    form = client.get(page_of(pair)).context["form"]
    return {**{name: field.initial for name, field in form.fields.items()}, **changed}


def test_two_become_one_and_two_again(pair: DuplicatePair) -> None:
    client = signed_in()
    answer = client.post(page_of(pair), choices(client, pair, kept="a", _merge="1"), follow=True)
    page = answer.content.decode()
    kept, gone = (Structure.objects.get(pk=s.pk) for s in (pair.first, pair.second))
    assert (gone.merged_into, kept.supports.count(), kept.is_public) == (kept, 2, True)
    assert (kept.siret, kept.phone) == (siret_of(1), "01 99 00 12 34")
    assert (
        "porte les deux" in page and "Réunie avec «\u00a0Association Les Amis du Lac\u00a0»" in page
    )
    assert client.get(page_of(pair)).status_code == 200  # there is nothing to decide any more
    assert "_merge" not in client.get(page_of(pair)).content.decode()

    merge = reverse("admin:structures_merge_change", args=[Merge.objects.get().pk])
    assert "1 accompagnement repris" in client.get(merge).content.decode()
    undone = client.post(merge, follow=True).content.decode()
    assert "ce sont à nouveau deux fiches" in undone
    gone.refresh_from_db()
    assert gone.merged_into is None and gone.is_public and gone.siret == siret_of(1)
    assert "déjà défaite" in client.post(merge, follow=True).content.decode()


def test_two_structures_are_told_apart_for_good(pair: DuplicatePair) -> None:
    client = signed_in()
    client.post(page_of(pair), {"_dismiss": "1"})
    pair.refresh_from_db()
    assert pair.state == "distinctes" and pair.decided_by is not None
    assert page_of(pair) not in client.get(QUEUE).content.decode()
    assert page_of(pair) in client.get(QUEUE, {"etat": "distinctes"}).content.decode()


def test_missing_choice_is_asked_for(pair: DuplicatePair) -> None:
    client = signed_in()
    for data in ({"_merge": "1"}, choices(client, pair, kept="c")):
        assert client.post(page_of(pair), data).status_code == 400
    assert not Merge.objects.exists()


def test_person_finds_the_duplicate_that_the_portal_did_not() -> None:
    client = signed_in()
    one, other = StructureFactory(name="Les Tilleuls"), StructureFactory(name="Lindenbaum")
    url = reverse("admin:structures_structure_duplicate", args=[one.pk])
    assert "Aucune autre structure" in client.get(url).content.decode()
    assert "Lindenbaum, sans commune" in client.get(url, {"q": "linden"}).content.decode()
    assert client.post(url, {"other": one.pk}).status_code == 404
    assert client.post(url, {"other": "x"}).status_code == 404
    answer = client.post(url, {"other": other.pk})
    pair = DuplicatePair.objects.get()
    assert answer["Location"] == page_of(pair)
    assert (
        "Peut-être la même"
        in client.get(reverse("admin:structures_structure_change", args=[one.pk])).content.decode()
    )


def test_queue_asks_as_much_for_many_as_for_one(django_assert_max_num_queries: Any) -> None:
    client = signed_in("Animation régionale", "departement-38")
    grenoble = place("commune-38185")
    for _ in range(12):
        duplicates.flag(
            one=StructureFactory(commune=grenoble), other=StructureFactory(commune=grenoble)
        )
    client.get(QUEUE)
    with django_assert_max_num_queries(10):
        assert len(client.get(QUEUE).context["cl"].result_list) == 12


def test_region_head_decides_where_both_are_theirs(pair: DuplicatePair) -> None:
    client = signed_in("Animation régionale", "departement-38")
    elsewhere = duplicates.flag(
        one=pair.first, other=StructureFactory(commune=place("commune-69123"))
    )
    shown = client.get(QUEUE).content.decode()
    assert page_of(pair) in shown and page_of(elsewhere) not in shown
    assert client.get(page_of(elsewhere)).status_code == 404
    client.post(page_of(elsewhere), {"_dismiss": "1"})
    elsewhere.refresh_from_db()
    assert elsewhere.is_waiting
    client.post(page_of(pair), choices(client, pair, _merge="1"))
    merge = reverse("admin:structures_merge_change", args=[Merge.objects.get().pk])
    other = signed_in("Animation régionale", "departement-69")
    assert other.get(merge).status_code == 404
    assert client.get(merge).status_code == 200


@pytest.mark.parametrize("group", ["Rédaction", "Contribution"])
def test_others_do_not_see_the_queue(group: str, pair: DuplicatePair) -> None:
    client = signed_in(group)
    assert client.get(QUEUE).status_code == 403
    assert client.get(page_of(pair)).status_code in (403, 404)
    assert client.post(SEARCH).status_code == 403
    assert "Doublons" not in client.get(reverse("admin:index")).content.decode()
    url = reverse("admin:structures_structure_duplicate", args=[pair.first_id])
    assert client.get(url).status_code == 403
