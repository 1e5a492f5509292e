"""The pages of structures in a real browser: accessible, at any width, by keyboard, without
JavaScript."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from structures import duplicates
from structures.merging import merge
from structures.models import Agreement, Merge, Structure
from structures.models.structure import FormerIdentity
from territories.models import Territory
from tests.browser import NewPage, axe, overflow
from tests.factories import (
    OperatorFactory,
    StructureFactory,
    SupportFactory,
    ThemeFactory,
    UserFactory,
    siret_of,
)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("geography"),
]


@pytest.fixture
def addresses() -> dict[str, str]:
    """Returns every page of ours, with something on it."""
    isere, grenoble = (Territory.objects.get(pk=k) for k in ("departement-38", "commune-38185"))
    operator = OperatorFactory(name="Structure porteuse de démonstration, Isère")
    Agreement.objects.create(operator=operator, territory=isere, first_year=2023)
    first = StructureFactory(
        name="Association Démo Les Amis du Lac", commune=grenoble, siret=siret_of(1), public=True
    )
    second = StructureFactory(name="Démo Les amis du lac", commune=grenoble, rna="W381000001")
    FormerIdentity.objects.create(structure=first, name="Démo Le Lac", until=date(2019, 1, 1))
    for year, phase in ((2016, 5), (2021, 3), (2025, 1)):
        support = SupportFactory(
            structure=first,
            year=year,
            phase=phase,
            operator=operator,
            title="Consolider le projet",
            jobs=12,
            jobs_definition="etp",
            planned_start=date(year, 2, 1),
            planned_end=date(year, 9, 30),
            started_on=date(year, 3, 1),
            themes=[ThemeFactory(name="Gouvernance", slug="gouvernance")],
        )
    SupportFactory(structure=second, year=2023)
    pair = duplicates.flag(one=first, other=second)
    kept, gone = StructureFactory(name="Démo Gardée"), StructureFactory(name="Démo Réunie")
    merge(kept=kept, absorbed=gone, taken=[], by=None)

    def at(name: str, *args: Any) -> str:
        return reverse(f"admin:structures_{name}", args=args)

    return {
        "list": at("structure_changelist"),
        "answers": at("structure_changelist") + "?territoire_q=Saint",
        "add": at("structure_add"),
        "structure": at("structure_change", first.pk),
        "consent": at("structure_consent", second.pk),
        "given": at("structure_consent", first.pk),
        "duplicate": at("structure_duplicate", first.pk) + "?q=lac",
        "supports": at("support_changelist"),
        "support": at("support_change", support.pk),
        "operators": at("operator_changelist"),
        "operator": at("operator_change", operator.pk),
        "queue": at("duplicatepair_changelist"),
        "pair": at("duplicatepair_change", pair.pk),
        "merges": at("merge_changelist"),
        "merge": at("merge_change", Merge.objects.get().pk),
        "texts": at("consenttext_changelist"),
        "centres": at("resourcecentre_changelist"),
    }


def test_every_page_is_accessible(new_page: NewPage, addresses: dict[str, str]) -> None:
    page = new_page(user=UserFactory(group="Équipe nationale"))
    for address in addresses.values():
        page.goto(address)
        axe(page)
        assert page.locator("h1").count() == 1, address


def test_pages_of_our_own_fit_a_phone_at_night(
    new_page: NewPage, addresses: dict[str, str]
) -> None:
    page = new_page("phone", user=UserFactory(group="Équipe nationale"), color_scheme="dark")
    for name in ("structure", "consent", "given", "duplicate", "pair", "merge"):
        page.goto(addresses[name])
        axe(page)
        assert not overflow(page), name


def test_two_are_merged_by_keyboard_without_javascript(
    new_page: NewPage, addresses: dict[str, str]
) -> None:
    page = new_page(user=UserFactory(group="Équipe nationale"), javascript=False)
    page.goto(addresses["queue"])
    page.get_by_role("link", name="Association Démo Les Amis du Lac / Démo").press("Enter")
    names = page.get_by_role("group", name="Nom", exact=True)
    names.get_by_label("Démo Les amis du lac", exact=True).press("Space")
    page.get_by_role("button", name="Réunir les deux fiches").press("Enter")
    expect(page.get_by_role("heading", name="2023 – Accueil")).to_be_visible()
    expect(page.get_by_text("Publique depuis le")).to_be_visible()
    page.get_by_role("link", name="Défaire").press("Enter")
    page.get_by_role("button", name="Défaire la réunion").press("Enter")
    expect(page.get_by_text("ce sont à nouveau deux fiches")).to_be_visible()
    assert Structure.objects.current().filter(search_key__contains="amis du lac").count() == 2


def test_consent_is_recorded_without_javascript(
    new_page: NewPage, addresses: dict[str, str]
) -> None:
    page = new_page(user=UserFactory(group="Équipe nationale"), javascript=False)
    page.goto(addresses["consent"])
    expect(page.get_by_text("Elle peut retirer cet accord à tout moment")).to_be_visible()
    page.get_by_label("Donné par").fill("La présidente")
    page.get_by_label("Donné le").fill("2026-02-03")
    page.get_by_role("button", name="Enregistrer l’accord").press("Enter")
    expect(page.get_by_role("heading", name="Publique depuis le 03/02/2026")).to_be_visible()
    page.get_by_role("link", name="Voir ou retirer l’accord").click()
    page.get_by_role("button", name="Retirer l’accord").press("Enter")
    expect(page.get_by_role("heading", name="Confidentielle")).to_be_visible()


def test_structure_of_a_support_is_suggested_with_its_commune(
    new_page: NewPage, addresses: dict[str, str]
) -> None:
    page = new_page(user=UserFactory(group="Équipe nationale"))
    page.goto(reverse("admin:structures_support_add"))
    page.locator(".field-structure .select2-selection").click()
    page.locator(".select2-dropdown .select2-search__field").fill("lac grenoble")
    page.locator(".select2-results__option", has_text="W381000001").click()
    page.get_by_label("Année").fill("2026")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_role("heading", name="2026 – Accueil")).to_be_visible()


def test_list_is_narrowed_to_a_typed_territory(
    new_page: NewPage, addresses: dict[str, str]
) -> None:
    page = new_page(user=UserFactory(group="Équipe nationale"))
    page.goto(addresses["list"])
    expect(page.locator("#result_list tbody tr")).to_have_count(3)
    box = page.get_by_role("combobox", name="Territoire")
    box.fill("grenoble")
    page.get_by_role("option").first.wait_for()
    box.press("ArrowDown")
    box.press("Enter")
    page.get_by_role("button", name="Filtrer").click()
    expect(page.locator("#result_list tbody tr")).to_have_count(2)
