"""Territory pages: what each place is and holds, and where old addresses lead."""

import re
from typing import Any

import pytest
from django.test import Client

from publishing.links import dead_links
from publishing.remarks import Link
from territories.models import Territory
from tests.factories import ArticleFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]


def page(path: str) -> str:
    response = Client().get(path)
    assert response.status_code == 200, path
    assert "Set-Cookie" not in response
    return response.content.decode()


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/territoires/", ["Auvergne-Rhône-Alpes", "Isère", "Saint-Barthélemy"]),
        ("/territoires/region/84/", ["Auvergne-Rhône-Alpes", "Région", "Isère", "Rhône"]),
        ("/territoires/departement/38/", ["Isère", "Grenoble-Alpes-Métropole", "Meylan"]),
        ("/territoires/epci/200040715/", ["Grenoble-Alpes-Métropole", "Isère", "Meylan"]),
        ("/territoires/commune/38185/", ["Grenoble", "Isère", "38000", "Métropole"]),
        ("/territoires/commune/75056/", ["Paris 5e arrondissement"]),
        ("/territoires/commune/75105/", ["Paris 5e arrondissement", "75005"]),
        ("/territoires/commune/01165/", ["Francheleins", "Amareins", "1974"]),
        ("/territoires/departement/977/", ["Saint-Barthélemy", "Collectivité"]),
        ("/territoires/arrondissement/381/", ["Grenoble"]),
    ],
)
def test_pages_tell_their_territory(path: str, says: list[str]) -> None:
    content = page(path)
    for words in says:
        assert words in content
    assert content.count("<h1") == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/territoires/commune/01003/", "/territoires/commune/01165/"),
        ("/territoires/region/977/", "/territoires/departement/977/"),
        ("/territoires/arrondissement-municipal/75105/", "/territoires/commune/75105/"),
    ],
)
def test_old_addresses_lead_to_todays_page(old: str, new: str) -> None:
    response = Client().get(old)
    assert (response.status_code, response["Location"]) == (301, new)


def test_code_in_lower_case_leads_to_the_page(geography: None) -> None:
    Territory.objects.filter(pk="departement-69").update(code="2A")
    assert Client().get("/territoires/departement/2a/")["Location"].endswith("/2A/")


@pytest.mark.parametrize(
    "path",
    [
        "/territoires/commune/99999/",
        "/territoires/autre/38/",
        "/territoires/commune/%00/",
        "/territoires/commune/" + "9" * 3000 + "/",
        "/territoires/region/' OR 1=1/",
    ],
)
def test_unknown_territory_is_not_found(path: str) -> None:
    assert Client().get(path).status_code == 404


def test_page_lists_the_articles_of_the_place() -> None:
    grenoble = Territory.objects.get(pk="commune-38185")
    ArticleFactory(published=True, title="Vu de Grenoble", territories=[grenoble])
    for path in ("/territoires/commune/38185/", "/territoires/region/84/"):
        assert "Vu de Grenoble" in page(path)
    assert "Vu de Grenoble" not in page("/territoires/departement/75/")


def test_communes_of_a_department_come_by_pages() -> None:
    assert "Page 1 sur" not in page("/territoires/epci/200040715/")
    Territory.objects.filter(level="commune", vanished_on=None).update(department="departement-38")
    content = page("/territoires/departement/38/")
    assert "Page 1 sur" in content
    assert page("/territoires/departement/38/?page=2") != content
    assert page("/territoires/departement/38/?page=zz")


def test_costs_few_queries_however_many_places(django_assert_max_num_queries: Any) -> None:
    for path in ("/territoires/", "/territoires/region/84/", "/territoires/departement/38/"):
        with django_assert_max_num_queries(28):
            Client().get(path)


def test_sitemap_gives_what_has_a_page_of_its_own() -> None:
    content = page("/sitemap-territories.xml")
    assert "/territoires/departement/977/" in content
    assert "/territoires/region/977/" not in content
    assert "/territoires/commune/" not in content


def test_lists_are_in_the_order_of_the_alphabet() -> None:
    """Accents and kinds of intercommunalités count for nothing, on either database."""
    isere = page("/territoires/departement/38/")
    assert isere.index(">Échirolles<") < isere.index(">Grenoble<") < isere.index(">Meylan<")


def test_what_has_no_outline_is_shown_by_its_communes() -> None:
    epci = page("/territoires/epci/200040715/")
    dots = re.search(r'class="map-dots" d="([^"]*)"', epci)
    assert dots and dots[1].count("M") > 1
    assert "Un point par commune" in epci
    department = page("/territoires/departement/38/")
    assert "map-dots" not in department and "Un point par commune" not in department


def test_trail_names_nothing_twice() -> None:
    trail = page("/territoires/commune/75056/").split("</nav>")[1]
    assert trail.count(">Paris<") == 1


def test_links_to_territories_are_checked_with_their_level() -> None:
    """A code of a department is none of a commune."""
    links = [
        Link("Bloc 1", url, url)
        for url in ("/territoires/departement/38/", "/territoires/commune/38/")
    ]
    (dead,) = dead_links(links)
    assert "/territoires/commune/38/" in dead.text
