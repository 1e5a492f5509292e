"""Territory pages: what each place is and holds, and where old addresses lead."""

import re
from typing import Any

import pytest
from django.test import Client

from publishing.links import dead_links
from publishing.remarks import Link
from territories.models import Territory
from territories.names import alphabetical
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


def places_of(path: str) -> list[str]:
    """Returns the names of the communes that the page lists, in its order."""
    section = page(path).partition('id="commune"')[2].partition("</section>")[0]
    return re.findall(r'<li><a href="/territoires/commune/\w+/">([^<]+)</a>', section)


def test_few_territories_are_all_there() -> None:
    paris = page("/territoires/commune/75056/")
    assert "Paris 5e arrondissement" in paris
    assert "?lettre=" not in paris


def test_many_communes_are_folded_behind_their_initials() -> None:
    """The most populated stand for them; every one is reached by links, and by nothing else."""
    Territory.objects.filter(level="commune", vanished_on=None).update(department="departement-38")
    communes = Territory.objects.filter(level="commune", vanished_on=None)
    isere = "/territoires/departement/38/"
    first = places_of(isere)
    assert len(first) == 12
    assert first[0] == communes.order_by("-population").values_list("name", flat=True)[0]

    found = []
    for letter in re.findall(r'href="\?lettre=(\w)#commune"', page(isere)):
        waiting = [f"{isere}?lettre={letter}"]
        while waiting:
            address = waiting.pop()
            found += places_of(address)
            following = re.search(r'rel="next" href="([^"#]+)#commune"', page(address))
            waiting += [isere + following[1].replace("&amp;", "&")] if following else []
    assert found == [*communes.order_by("sort_key").values_list("name", flat=True)]


def test_a_letter_that_none_begins_with_is_no_letter() -> None:
    Territory.objects.filter(level="commune", vanished_on=None).update(department="departement-38")
    isere = "/territoires/departement/38/"
    for query in ("?lettre=%C3%A9", "?lettre=zz", "?lettre=1", "?lettre=e&page=zz"):
        assert places_of(isere + query)


def test_costs_few_queries_however_many_places(django_assert_max_num_queries: Any) -> None:
    for path in ("/territoires/", "/territoires/region/84/", "/territoires/departement/38/"):
        with django_assert_max_num_queries(19):
            Client().get(path)


def test_sitemap_gives_what_has_a_page_of_its_own() -> None:
    content = page("/sitemap-territories.xml")
    assert "/territoires/departement/977/" in content
    assert "/territoires/region/977/" not in content
    assert "/territoires/commune/" not in content


def test_accents_count_for_nothing_in_the_alphabet() -> None:
    communes = places_of("/territoires/epci/200040715/?lettre=e")
    assert communes[0] == "Échirolles"
    assert communes == sorted(communes, key=alphabetical)


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
