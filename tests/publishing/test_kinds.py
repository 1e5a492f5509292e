"""A room that nobody knows declares a kind of content, and finds it on every page and in every
machine that gathers contents."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection
from django.test import Client, modify_settings, override_settings
from django.urls import reverse

from accounts import groups, personal_data
from mailing.secret_links import masked
from publishing import kinds, services
from publishing.audiences import Role
from publishing.links import dead_links
from publishing.previews import preview_link
from publishing.remarks import Link
from publishing.surfaces import surfaces_of
from territories.models import Territory
from tests.factories import StructureFactory, ThemeFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

TITLE = "Un feuillet de plus"


@pytest.fixture
def leaflets(geography: None) -> Iterator[Any]:
    """Installs the room for one test: its tables, its rights, its addresses."""
    with (
        modify_settings(INSTALLED_APPS={"append": "tests.leaflets"}),
        override_settings(ROOT_URLCONF="tests.leaflets.urls"),
    ):
        from django.apps import apps

        apps.clear_cache()  # models know now which relations lead to them
        from tests.leaflets import admin as leaflets_admin
        from tests.leaflets import models

        tables = [
            models.Leaflet,
            models.LeafletVersion,
            models.PublishedLeaflet,
            models.LeafletReader,
        ]
        with connection.schema_editor() as editor:
            for model in tables:
                editor.create_model(model)
        if not admin.site.is_registered(models.Leaflet):
            admin.site.register(models.Leaflet, leaflets_admin.LeafletAdmin)
        create_permissions(apps.get_app_config("leaflets"), verbosity=0)
        groups.put_in_step(using="default", apps=apps)
        pages_of_every_part()
        yield models
        admin.site.unregister(models.Leaflet)
        del kinds._declared["leaflets"]
        pages_of_every_part()
        with connection.schema_editor() as editor:
            for model in reversed(tables):
                editor.delete_model(model)


def pages_of_every_part() -> None:
    """Renders anew what is rendered once a process."""
    from pages import context_processors

    context_processors.fixed_parts.cache_clear()
    context_processors.navigation.cache_clear()


@pytest.fixture
def made(leaflets: Any) -> dict[str, Any]:
    """A leaflet that is published, and what it speaks of."""
    about = {
        "themes": ThemeFactory(),
        "territories": Territory.objects.get(pk="departement-38"),
        "structures": StructureFactory(public=True),
    }
    leaflet = leaflets.Leaflet.objects.create(title=TITLE, slug="de-plus", standfirst="Son chapô.")
    for name, row in about.items():
        getattr(leaflet, name).set([row])
    services.record_save(working=leaflet, by=None)
    services.publish(working=leaflet, by=None)
    return {"leaflet": leaflet, **about}


def reserve(leaflet: Any) -> None:
    leaflet.audience = "network"
    leaflet.save()
    services.record_save(working=leaflet, by=None)
    services.publish(working=leaflet, by=None)


def text_at(url: str, client: Client | None = None) -> str:
    response = (client or Client()).get(url)
    assert response.status_code == 200, url
    return response.content.decode()


def test_it_shows_on_every_page_that_gathers_contents_and_nowhere_to_others(
    made: dict[str, Any],
) -> None:
    leaflet = made["leaflet"]
    pages = {
        "home": reverse("pages:home"),
        "theme": made["themes"].get_absolute_url(),
        "territory": made["territories"].get_absolute_url(),
        "one inside": "/territoires/commune/38185/",
        "structure": made["structures"].get_absolute_url(),
        "sitemap": reverse("sitemap_section", args=["leaflets"]),
    }
    shows = {name: "de-plus" in text_at(url) for name, url in pages.items()}
    assert shows == dict.fromkeys(pages, True)
    told = surfaces_of(kinds.kind_of(type(leaflet)), leaflet, leaflet.snapshot(), AnonymousUser())
    assert {*pages.values()} - {"/territoires/commune/38185/"} <= {surface.url for surface in told}

    reserve(leaflet)
    shows = {name: "de-plus" in text_at(url) for name, url in pages.items()}
    assert shows == dict.fromkeys(pages, False)
    member = Client()
    member.force_login(UserFactory())
    shows = {name: "de-plus" in text_at(url, member) for name, url in pages.items()}
    assert shows == {**dict.fromkeys(pages, True), "sitemap": False}


def test_menu_foot_and_site_map_name_it(made: dict[str, Any]) -> None:
    home = text_at("/")
    assert home.count('<a href="/feuillets/">Feuillets</a>') == 2
    plan = text_at(reverse("pages:sitemap"))
    assert "Tous les feuillets" in plan
    assert "/feuillets/?dernier=oui" in plan
    assert "http://testserver/feuillets/" in text_at("/sitemap-pages.xml")
    assert "sitemap-leaflets.xml" in text_at("/sitemap.xml")


def test_its_secret_addresses_are_kept_from_logs_and_machines(made: dict[str, Any]) -> None:
    link = preview_link(made["leaflet"])
    assert TITLE in text_at(link)
    assert masked(f"Not Found: {link}") == "Not Found: /feuillets/apercu/…/"
    assert "Disallow: /feuillets/apercu/\n" in text_at("/robots.txt")


def test_links_to_it_are_checked(made: dict[str, Any]) -> None:
    link = Link("Bloc 1", "le feuillet", "/feuillets/de-plus/")
    assert dead_links([link]) == []
    reserve(made["leaflet"])
    assert "les visiteurs ne verraient pas ce feuillet" in dead_links([link])[0].text


def test_what_is_kept_of_people_in_it_is_told_and_forgotten(
    leaflets: Any, made: dict[str, Any]
) -> None:
    person = UserFactory()
    leaflets.LeafletReader.objects.create(leaflet=made["leaflet"], user=person)
    told = personal_data.everything_about(person)
    assert told["feuillets prêtés"] == [{"feuillet": TITLE}]
    assert TITLE not in json.dumps(told["contenus"], default=str)
    UserFactory(is_superuser=True, group="Équipe nationale")
    personal_data.erase(person=person, by=None)
    assert not leaflets.LeafletReader.objects.exists()


def test_each_member_finds_theirs(made: dict[str, Any]) -> None:
    member = Client()
    member.force_login(UserFactory())
    assert "Mes feuillets" in text_at(reverse("accounts:home"), member)


def test_what_is_due_in_it_is_done(leaflets: Any, made: dict[str, Any]) -> None:
    reader = leaflets.LeafletReader.objects.create(leaflet=made["leaflet"], user=UserFactory())
    output = StringIO()
    call_command("run_due", soon=True, stdout=output)
    assert "Feuillets\u00a0: rappels, 1." in output.getvalue()
    leaflets.LeafletReader.objects.update(is_over=True)
    call_command("run_due", stdout=output)
    assert "prêts finis, 1." in output.getvalue()
    assert not leaflets.LeafletReader.objects.filter(pk=reader.pk).exists()


def test_editors_find_it_on_their_dashboard_and_pages(leaflets: Any, made: dict[str, Any]) -> None:
    """They have the rights that its room gives to the groups, in their territories."""
    isere = made["territories"]
    editor = UserFactory(group="Rédaction", role=Role.CRDLA, territories=[isere])
    writer = UserFactory(group="Contribution", role=Role.CRDLA, territories=[isere])
    paris = [Territory.objects.get(pk="departement-75")]
    stranger = UserFactory(group="Contribution", role=Role.CRDLA, territories=paris)
    naked = leaflets.Leaflet.objects.create(title="À relire", slug="a-relire", changed_by=editor)
    naked.territories.set([isere])
    services.record_save(working=naked, by=editor)
    services.submit(working=naked, by=editor)
    browser = Client()
    browser.force_login(editor)
    assert "À relire" in text_at(reverse("admin:index"), browser)
    page = text_at(reverse("admin:leaflets_leaflet_publish", args=[naked.pk]), browser)
    assert "Un feuillet nu." in page
    assert "Page du feuillet" in page
    assert "Accueil, tant qu’il est parmi les plus récents" in page
    url = reverse("admin:leaflets_leaflet_publish", args=[naked.pk])
    browser.post(url, {"shown": naked.versions.latest("pk").pk})
    assert naked.publications.live().exists()
    history = text_at(reverse("admin:leaflets_leaflet_versions", args=[naked.pk]), browser)
    assert "en ligne depuis" in history
    change = reverse("admin:leaflets_leaflet_change", args=[naked.pk])
    for user, status in ((writer, 200), (stranger, 302)):
        browser.force_login(user)
        assert browser.get(change).status_code == status


def test_what_its_page_says_is_there_for_search(made: dict[str, Any]) -> None:
    for kind in kinds.published():
        for row in kind.all_shown(AnonymousUser()):
            assert row.title in kind.text(row)
            assert kind.card(row).title == row.title
            assert row.title in kind.structured_data(row).values()
