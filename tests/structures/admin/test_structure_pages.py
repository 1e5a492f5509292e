"""The list of structures, its quick search, and the page of one: what it shows and keeps."""

from datetime import date
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from audit.models import Entry
from structures.admin.lists import BoundedPaginator
from structures.admin.quick_search import search
from structures.models import ConsentText, Structure
from structures.models.structure import FormerIdentity
from territories.models import Territory
from tests.factories import (
    OperatorFactory,
    StructureFactory,
    SupportFactory,
    UserFactory,
    siret_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]

LIST = reverse("admin:structures_structure_changelist")
ADD = reverse("admin:structures_structure_add")


def place(key: str) -> Territory:
    return Territory.objects.get(pk=key)


def signed_in(group: str = "Équipe nationale", *keys: str) -> Client:
    client = Client()
    territories = [place(key) for key in keys]
    client.force_login(UserFactory(group=group, territories=territories))
    return client


def page_of(structure: Structure, name: str = "change") -> str:
    return reverse(f"admin:structures_structure_{name}", args=[structure.pk])


def found(query: str, client: Client | None = None, **filters: str) -> set[str]:
    response = (client or signed_in()).get(LIST, {"q": query, **filters})
    assert response.status_code == 200
    return {structure.name for structure in response.context["cl"].result_list}


def values_of(structure: Structure, **changed: Any) -> dict[str, Any]:
    values = {
        "name": structure.name,
        "family": structure.family,
        "size": structure.size,
        "siret": structure.siret or "",
        "siren": structure.siren or "",
        "rna": structure.rna or "",
        "commune": structure.commune_id or "",
    }
    return {**values, **changed}


# --- The quick search -----------------------------------------------------------------------------


@pytest.fixture
def several() -> dict[str, Structure]:
    grenoble, lyon, saint_martin = (
        place(key) for key in ("commune-38185", "commune-69123", "commune-38421")
    )
    return {
        "amis": StructureFactory(
            name="Les Amis du Lac", siret=siret_of(1), rna="W381000001", commune=grenoble
        ),
        "theatre": StructureFactory(name="Théâtre des Tilleuls", short_name="TDT", commune=lyon),
        "jardin": StructureFactory(name="Le Jardin d’Élodie", commune=saint_martin),
        "tennis": StructureFactory(name="Tennis sans filet"),
    }


@pytest.mark.parametrize(
    ("query", "answers"),
    [
        (siret_of(1), {"Les Amis du Lac"}),
        (f"{siret_of(1)[:3]} {siret_of(1)[3:6]} {siret_of(1)[6:9]}", {"Les Amis du Lac"}),
        (siret_of(1)[:7], {"Les Amis du Lac"}),
        (siret_of(1)[:12], {"Les Amis du Lac"}),
        ("w381 000 001", {"Les Amis du Lac"}),
        ("lac", {"Les Amis du Lac"}),
        ("AMIS lac", {"Les Amis du Lac"}),
        ("theatre", {"Théâtre des Tilleuls"}),
        ("tdt", {"Théâtre des Tilleuls"}),
        ("jardin elod", {"Le Jardin d’Élodie"}),
        ("grenoble", {"Les Amis du Lac"}),
        ("38185", {"Les Amis du Lac"}),
        ("amis grenoble", {"Les Amis du Lac"}),
        ("amis lyon", set()),
        ("jardin saint-martin-d’hères", {"Le Jardin d’Élodie"}),
        ("ilet", set()),
        ("zzz", set()),
        ("1234567890123456", set()),
        ("'; --", set()),
        ("x" * 5_000, set()),
    ],
)
def test_quick_search(query: str, answers: set[str], several: dict[str, Structure]) -> None:
    assert found(query) == answers


def test_quick_search_takes_anything(several: dict[str, Structure]) -> None:
    """The list turns away what no database holds; suggestions ask the search itself."""
    assert [row.name for row in search(Structure.objects.all(), "\x00lac\x00")] == [
        "Les Amis du Lac"
    ]


def test_former_numbers_find_the_structure(several: dict[str, Structure]) -> None:
    FormerIdentity.objects.create(structure=several["tennis"], name="Tennis", siret=siret_of(9))
    assert found(siret_of(9)) == {"Tennis sans filet"}


def test_list_is_narrowed_by_territory(several: dict[str, Structure]) -> None:
    client = signed_in()
    assert found("", client, territoire="departement-38") == {
        "Les Amis du Lac",
        "Le Jardin d’Élodie",
    }
    assert found("", client, territoire_q="Lyon") == {"Théâtre des Tilleuls"}
    assert found("lac", client, territoire="departement-38") == {"Les Amis du Lac"}
    page = client.get(LIST, {"territoire_q": "Saint"}).content.decode()
    assert "Territoires qui répondent à" in page


def test_list_is_narrowed_by_consent_and_activity(several: dict[str, Structure]) -> None:
    StructureFactory(name="Publique", public=True)
    StructureFactory(name="Fermée", closed_on=date(2020, 1, 1))
    assert found("", accord="publique") == {"Publique"}
    assert found("", activite="fermee") == {"Fermée"}


def test_list_asks_as_much_for_many_as_for_one(
    several: dict[str, Structure], django_assert_max_num_queries: Any
) -> None:
    client = signed_in()
    for number in range(20):
        structure = StructureFactory(commune=place("commune-38185"), name=f"Démo {number}")
        SupportFactory(structure=structure)
    client.get(LIST)
    with django_assert_max_num_queries(12):
        assert "Démo 19" in client.get(LIST).content.decode()


def test_list_does_not_count_further_than_people_turn_pages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    StructureFactory.create_batch(4)
    monkeypatch.setattr(BoundedPaginator, "MOST", 3)
    page = signed_in().get(LIST).content.decode()
    assert "Seules les 3 premières sont listées" in page


# --- The page of one ------------------------------------------------------------------------------


def test_structure_is_added_with_its_commune_and_numbers() -> None:
    siret = siret_of(20)
    values = {
        "name": "Les Tilleuls",
        "family": "association",
        "size": "NN",
        "siret": f"{siret[:9]} {siret[9:]}",
        "rna": "w381 000 009",
        "commune_q": "Grenoble",
    }
    signed_in().post(ADD, values)
    made = Structure.objects.get()
    assert (made.siret, made.siren, made.rna) == (siret, siret[:9], "W381000009")
    assert made.department_code == "38"


def test_supports_are_a_time_line() -> None:
    structure = StructureFactory(name="Les Tilleuls")
    operator = OperatorFactory(name="Le DLA d’ici")
    SupportFactory(structure=structure, year=2019, phase=5, started_on=date(2019, 3, 4))
    SupportFactory(
        structure=structure, year=2024, operator=operator, jobs=12, jobs_definition="etp"
    )
    page = signed_in().get(page_of(structure)).content.decode()
    assert page.index("2024 – Accueil") < page.index("2019 – Suivi et mesure d’impact")
    assert "Le DLA d’ici, individuel, 12 emplois (équivalents temps plein)" in page
    assert "du 04/03/2019, en cours" in page
    assert f"/admin/structures/support/add/?structure={structure.pk}" in page


def test_page_asks_as_much_for_many_supports_as_for_one(
    django_assert_max_num_queries: Any,
) -> None:
    structure = StructureFactory(commune=place("commune-38185"))
    for year in range(2005, 2025):
        SupportFactory(structure=structure, year=year, operator=OperatorFactory())
    client = signed_in()
    client.get(page_of(structure))
    with django_assert_max_num_queries(30):
        client.get(page_of(structure))


def test_former_name_is_kept_unless_it_was_a_mistake() -> None:
    client = signed_in()
    structure = StructureFactory(name="Les Tileuls")
    client.post(page_of(structure), values_of(structure, name="Les Tilleuls", is_correction="on"))
    assert not structure.former_identities.exists()
    client.post(page_of(structure), values_of(structure, name="Les Grands Tilleuls"))
    assert [row.name for row in structure.former_identities.all()] == ["Les Tilleuls"]
    assert "Les Tilleuls, jusqu’au" in client.get(page_of(structure)).content.decode()


def test_first_number_is_no_change_of_identity() -> None:
    structure = StructureFactory(name="Les Tilleuls")
    signed_in().post(page_of(structure), values_of(structure, siret=siret_of(3)))
    structure.refresh_from_db()
    assert structure.siret == siret_of(3)
    assert not structure.former_identities.exists()


def test_siren_follows_a_new_siret() -> None:
    structure = StructureFactory(name="Les Tilleuls", siret=siret_of(3))
    signed_in().post(page_of(structure), values_of(structure, siret=siret_of(4)))
    structure.refresh_from_db()
    assert (structure.siret, structure.siren) == (siret_of(4), siret_of(4)[:9])
    assert structure.former_identities.get().siret == siret_of(3)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"siret": "123"}, "Siret n’est pas valide"),
        ({"rna": "W12"}, "RNA n’est pas valide"),
        ({"siren": "123456789"}, "Siren n’est pas valide"),
        ({"name": ""}, "obligatoire"),
        ({"created_on": "01/02/2020", "closed_on": "01/02/2019"}, "La fermeture précède"),
        ({"commune_q": "Nulle part sur Mer"}, "vérifiez l’orthographe"),
        ({"commune": "departement-38"}, "ne convient pas ici"),
        ({"name": "x" * 400}, "caractères"),
    ],
)
def test_bad_input_is_told_in_french(changed: dict[str, str], message: str) -> None:
    structure = StructureFactory(name="Les Tilleuls")
    response = signed_in().post(page_of(structure), values_of(structure, **changed))
    assert response.status_code == 200
    assert message in response.content.decode()


def test_number_of_another_leads_to_it() -> None:
    other = StructureFactory(name="L’autre", siret=siret_of(5))
    structure = StructureFactory(name="Les Tilleuls")
    answer = signed_in().post(page_of(structure), values_of(structure, siret=siret_of(5)))
    assert f'<a href="{page_of(other)}">L’autre</a>' in answer.content.decode()


def test_former_commune_is_kept_when_nobody_changes_it() -> None:
    former = place("commune-01003")
    structure = StructureFactory(commune=former)
    signed_in().post(page_of(structure), values_of(structure, phone="01 99 00 12 34"))
    structure.refresh_from_db()
    assert (structure.commune, structure.phone) == (former, "01 99 00 12 34")


def test_what_has_supports_or_proofs_is_not_deleted() -> None:
    client = signed_in()
    alone, supported, public = StructureFactory(), StructureFactory(), StructureFactory(public=True)
    SupportFactory(structure=supported)
    for structure, status in ((alone, 200), (supported, 403), (public, 403)):
        assert client.get(page_of(structure, "delete")).status_code == status


def test_suggestions_tell_namesakes_apart() -> None:
    StructureFactory(name="Emmaüs", commune=place("commune-38185"), siret=siret_of(7))
    url = reverse("admin:structures_structure_suggestions")
    asked = {
        "app_label": "structures",
        "model_name": "support",
        "field_name": "structure",
        "term": "emmaus",
    }
    answer = signed_in().get(url, asked).json()
    assert [row["text"] for row in answer["results"]] == [
        f"Emmaüs, Grenoble (Isère), {siret_of(7)}"
    ]
    assert Client().get(url, asked).status_code in (302, 403)


# --- Consent --------------------------------------------------------------------------------------


def agreement(**changed: str) -> dict[str, Any]:
    return {
        "text": ConsentText.objects.get(version="1").pk,
        "given_by": "Sa présidente",
        "given_on": "2026-02-03",
        **changed,
    }


def test_consent_is_recorded_with_the_text_in_full_and_withdrawn() -> None:
    client, structure = signed_in(), StructureFactory(name="Les Tilleuls")
    assert "Confidentielle" in client.get(page_of(structure)).content.decode()
    page = client.get(page_of(structure, "consent")).content.decode()
    assert "Elle peut retirer cet accord à tout moment" in page

    client.post(page_of(structure, "consent"), agreement())
    structure.refresh_from_db()
    assert structure.is_public
    assert "Publique depuis le 03/02/2026" in client.get(page_of(structure)).content.decode()
    assert "Sa présidente" in client.get(page_of(structure, "consent")).content.decode()

    assert client.get(page_of(structure, "withdraw")).status_code == 405
    client.post(page_of(structure, "withdraw"))
    structure.refresh_from_db()
    assert not structure.is_public
    assert "retiré le" in client.get(page_of(structure, "consent")).content.decode()
    assert Entry.objects.filter(detail__startswith="Accord pour paraître").count() == 2


@pytest.mark.parametrize(
    "changed",
    [{"given_by": ""}, {"given_on": "2126-02-03"}, {"given_on": "hier"}, {"text": "999"}],
)
def test_consent_says_who_when_and_what(changed: dict[str, str]) -> None:
    client, structure = signed_in(), StructureFactory()
    response = client.post(page_of(structure, "consent"), agreement(**changed))
    assert response.status_code == 400
    assert "errorlist" in response.content.decode()
    structure.refresh_from_db()
    assert not structure.is_public


def test_consent_given_twice_at_once_is_told() -> None:
    client, structure = signed_in(), StructureFactory(public=True)
    response = client.post(page_of(structure, "consent"), agreement())
    assert response.status_code == 400


def test_text_that_was_agreed_with_is_read_only() -> None:
    client, text = signed_in(), ConsentText.objects.get(version="1")
    url = reverse("admin:structures_consenttext_change", args=[text.pk])
    assert 'name="_save"' in client.get(url).content.decode()
    StructureFactory(public=True)
    assert 'name="_save"' not in client.get(url).content.decode()
    client.post(url, {"version": "1", "body": "Autre chose", "in_force_from": "01/01/2026"})
    text.refresh_from_db()
    assert text.body != "Autre chose"


# --- In one's territories -------------------------------------------------------------------------


def test_region_head_keeps_what_is_theirs() -> None:
    client = signed_in("Animation régionale", "departement-38")
    mine = StructureFactory(name="D’ici", commune=place("commune-38185"))
    other = StructureFactory(name="D’ailleurs", commune=place("commune-69123"))
    national = StructureFactory(name="Sans commune")
    assert found("", client) == {"D’ici"}
    assert client.get(page_of(mine)).status_code == 200
    for structure in (other, national):
        assert client.get(page_of(structure)).status_code == 302
        for name in ("consent", "duplicate"):
            assert client.get(page_of(structure, name)).status_code == 404
        assert client.post(page_of(structure, "withdraw")).status_code == 404
        client.post(page_of(structure), values_of(structure, name="Prise"))
        structure.refresh_from_db()
        assert structure.name != "Prise"


@pytest.mark.parametrize("commune", ["commune-69123", ""])
def test_region_head_gives_and_takes_nothing(commune: str) -> None:
    client = signed_in("Animation régionale", "departement-38")
    mine = StructureFactory(commune=place("commune-38185"))
    response = client.post(page_of(mine), values_of(mine, commune=commune))
    assert response.status_code == 200
    client.post(ADD, {"name": "Neuve", "family": "autre", "size": "NN", "commune": commune})
    assert not Structure.objects.filter(name="Neuve").exists()
    mine.refresh_from_db()
    assert mine.department_code == "38"
    client.post(ADD, {"name": "Neuve", "family": "autre", "size": "NN", "commune": "commune-38185"})
    assert Structure.objects.filter(name="Neuve").exists()


def test_region_head_is_told_of_a_number_held_elsewhere_without_its_name() -> None:
    StructureFactory(name="Secrète", siret=siret_of(6), commune=place("commune-69123"))
    mine = StructureFactory(commune=place("commune-38185"))
    client = signed_in("Animation régionale", "departement-38")
    page = client.post(page_of(mine), values_of(mine, siret=siret_of(6))).content.decode()
    assert "hors de votre périmètre porte déjà ce Siret" in page
    assert "Secrète" not in page


def test_editors_read_and_contributors_do_not() -> None:
    structure = StructureFactory(commune=place("commune-38185"))
    editor = signed_in("Rédaction")
    assert 'name="_save"' not in editor.get(page_of(structure)).content.decode()
    assert editor.get(page_of(structure, "consent")).status_code == 403
    assert signed_in("Contribution").get(page_of(structure)).status_code == 403


def test_merged_structure_leads_to_the_one_that_took_it() -> None:
    kept, gone = StructureFactory(), StructureFactory(name="Disparue")
    Structure.objects.filter(pk=gone.pk).update(merged_into=kept)
    response = signed_in().get(page_of(gone))
    assert response.url == page_of(kept)  # type: ignore[attr-defined]  # a redirect
    assert "Disparue" in str(next(iter(get_messages(response.wsgi_request))))
