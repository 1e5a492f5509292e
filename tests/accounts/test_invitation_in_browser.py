"""Joining, in a real browser: from the admin who invites to the guest who reads."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import AccessRequest, User
from publishing.audiences import Role
from territories.models import Territory
from tests.browser import NewPage, axe, each_scheme, overflow
from tests.factories import ArticleFactory, UserFactory
from tests.outbox import delivered

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("geography"),
]

NEW = "camille.martin@reseau.example"
PASSWORD = "une-longue-phrase-1"


def region_head() -> User:
    region = [Territory.objects.get(pk="region-84")]
    return UserFactory(group="Animation régionale", role=Role.REGIONAL_DLA, territories=region)


def link() -> str:
    found = re.search(r"http://testserver(/compte/invitation/\S+/)", str(delivered()[-1].body))
    assert found
    return found[1]


def test_someone_is_invited_and_comes_in(
    new_page: NewPage, allow_problem: Callable[[str], None]
) -> None:
    article = ArticleFactory(published=True, network=True, title="Réservé au réseau")
    host = new_page(user=region_head())
    host.goto(reverse("admin:accounts_invitation_add"))
    axe(host)
    host.get_by_label("Adresse électronique").fill(NEW)
    host.get_by_label("Prénom").fill("Camille")
    host.locator("input[name=territories_q]").fill("Isère")
    host.get_by_role("option", name=re.compile("Isère")).first.click()
    host.get_by_role("button", name="Envoyer l’invitation").click()
    expect(host.get_by_text(f"L’invitation de {NEW} est prête")).to_be_visible()
    expect(host.locator("#result_list .state")).to_have_text("en attente")
    axe(host)
    host.get_by_role("link", name=NEW).click()
    axe(host)

    guest = new_page("phone")
    allow_problem("404")
    guest.goto(article.get_absolute_url())
    expect(guest.get_by_text("Réservé au réseau")).to_have_count(0)
    guest.goto(link())
    expect(guest).to_have_url(re.compile(r"/compte/invitation/$"))
    expect(guest.get_by_text("Isère (département)")).to_be_visible()
    axe(guest)
    guest.get_by_label(re.compile("^Nom")).fill("Martin")
    guest.get_by_label(re.compile("^Mot de passe\\s:")).fill(PASSWORD)
    guest.get_by_label("Mot de passe, une seconde fois").fill(PASSWORD)
    guest.get_by_role("button", name="Ouvrir mon compte").click()
    expect(guest.get_by_text("Bienvenue, Camille.")).to_be_visible()
    guest.goto(article.get_absolute_url())
    expect(guest.get_by_role("heading", level=1)).to_contain_text("Réservé au réseau")

    allow_problem("410")
    late = new_page()
    late.goto(link())
    expect(late.get_by_role("heading", level=1)).to_have_text("Cette invitation a déjà servi")
    axe(late)


def test_someone_asks_without_javascript_and_is_invited(new_page: NewPage) -> None:
    visitor = new_page((320, 640), javascript=False)
    visitor.goto(reverse("accounts:request_access"))
    visitor.get_by_label("Prénom").fill("Camille")
    visitor.get_by_label(re.compile("^Nom")).fill("Martin")
    visitor.get_by_label("Adresse électronique").fill(NEW)
    visitor.get_by_label("Organisme").fill("Association Exemple")
    visitor.get_by_label("Votre rôle").select_option("departmental_dla")
    visitor.locator("input[name=territories_q]").fill("Isère")
    assert visitor.get_by_role("textbox", name="Ne remplissez pas ce champ").count() == 0
    visitor.get_by_role("button", name="Envoyer la demande").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Demande reçue")
    assert AccessRequest.objects.get().email == NEW

    host = new_page(user=region_head())
    host.goto(reverse("admin:index"))
    axe(host)
    host.get_by_role("link", name="Camille Martin (Association Exemple)").click()
    axe(host)
    host.get_by_role("link", name="Accepter").click()
    expect(host.get_by_label("Adresse électronique")).to_have_value(NEW)
    host.get_by_role("button", name="Envoyer l’invitation").click()
    expect(host.get_by_text(f"L’invitation de {NEW} est prête")).to_be_visible()
    assert delivered()[-1].to == [NEW]


@pytest.mark.parametrize("width", [320, 1280])
def test_the_pages_are_accessible_and_fit(new_page: NewPage, width: int) -> None:
    visitor = new_page((width, 800))
    member = new_page((width, 800), user=UserFactory())
    for page, name in [
        (visitor, "request_access"),
        (visitor, "request_received"),
        (visitor, "erased"),
        (member, "data"),
    ]:
        page.goto(reverse(f"accounts:{name}"))
        for scheme in each_scheme(page):
            axe(page)
            assert not overflow(page), f"{name}, {scheme}"


def test_an_account_is_erased_by_keyboard(new_page: NewPage) -> None:
    person = UserFactory(email=NEW)
    person.set_password(PASSWORD)
    person.save()
    page = new_page()
    page.goto(reverse("accounts:login"))
    page.get_by_label("Adresse électronique").fill(NEW)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("connexion"))
    page.goto(reverse("accounts:data"))
    with page.expect_download() as download:
        page.get_by_role("button", name="Télécharger mes données").press("Enter")
    assert download.value.suggested_filename.endswith(".json")
    page.get_by_role("link", name="Effacer mon compte").press("Enter")
    axe(page)
    page.get_by_label("Je comprends").press("Space")
    page.get_by_role("button", name="Effacer mon compte").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre compte est effacé")
    assert not User.objects.filter(email=NEW).exists()


def test_the_trail_is_read_in_the_browser(new_page: NewPage) -> None:
    page = new_page(user=UserFactory(group="Équipe nationale"))
    page.goto(reverse("admin:audit_entry_changelist"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Journal des actions")
    axe(page)
    page.locator("#result_list tbody a").first.click()
    axe(page)
