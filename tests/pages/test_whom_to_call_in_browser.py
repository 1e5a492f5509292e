"""Whom to call stands in the first screen of a phone, on every page where somebody answers."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from structures.models import Agreement, Operator
from territories.models import Territory
from tests.browser import NewPage, axe, each_scheme, overflow
from tests.factories import OperatorFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography", "operators")]

PHONES = ((390, 844), (360, 640))
DESK = (1280, 900)
TARGET = 44
MOST_STOPS = 4
LONG_NAME = "Fédération départementale des œuvres laïques, pôle d’appui à la vie associative"

PAGES = {
    "commune": "/territoires/commune/38229/",
    "long commune": "/territoires/commune/01165/",
    "arrondissement municipal": "/territoires/commune/75105/",
    "intercommunalité": "/territoires/epci/200040715/",
    "département": "/territoires/departement/38/",
    "arrondissement": "/territoires/arrondissement/381/",
    "région": "/territoires/region/84/",
    "outre-mer": "/territoires/departement/971/",
    "porteur": "/structures/porteuses/porteur-38/",
}

# What a screen reader stops at on its way from the top of the page's own content to the telephone.
STOPS = """() => {
    const main = document.querySelector('main');
    const telephone = main.querySelector('a[href^="tel:"]');
    const stops = main.querySelectorAll(
        'h1, h2, h3, h4, a[href], button, input:not([type=hidden]), select, textarea, '
        + 'section[aria-labelledby], nav, form, aside, article');
    return [...stops].filter(stop => stop === telephone
        || stop.compareDocumentPosition(telephone) & Node.DOCUMENT_POSITION_FOLLOWING)
        .filter(stop => stop.checkVisibility())
        .map(stop => stop.tagName.toLowerCase() + ' ' + stop.textContent.trim()
            .replace(/\\s+/g, ' ').slice(0, 60));
}"""


@pytest.fixture
def operators(geography: None, settings: Any) -> None:
    """Every department and region of the small geography has one, and they say all they can. The
    strip of the demonstration takes two lines more."""
    settings.DEMO = True
    for territory in Territory.objects.filter(level__in=["departement", "region"]):
        code = territory.code if territory.level == "departement" else f"r{territory.code}"
        kind = Operator.Kind.REGIONAL if territory.level == "region" else Operator.Kind.DEPARTMENTAL
        operator = OperatorFactory(
            name=f"{LONG_NAME} – {territory.name}" if code == "01" else f"La Ligue – {territory}",
            slug=f"porteur-{code.lower()}",
            kind=kind,
            phone="04 65 71 00 00",
            email=f"dla{code}@exemple.example",
            website="https://www.exemple.example/",
            opening_hours="Du lundi au jeudi, de 9 h à 12 h et de 14 h à 17 h",
            contact_role="chargée de mission DLA",
            address="12 rue de l’Exemple",
            town="Exempleville",
            welcome="Un premier échange au téléphone, puis un rendez-vous chez vous.",
        )
        Agreement.objects.create(operator=operator, territory=territory, first_year=2020)
    Territory.objects.filter(pk="commune-01165").update(
        name="Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson"
    )


def unseen(page: Page) -> list[str]:
    """Returns what of the name, the telephone and the address is not wholly in the first screen."""
    page.wait_for_load_state("load")
    assert page.evaluate("scrollY") == 0
    _, height = page.viewport_size["width"], page.viewport_size["height"]  # type: ignore[index]  # it has one
    main = page.locator("main")
    wanted = {
        "nom": main.locator(".operator-card h2 a, .operator-page h1").first,
        "téléphone": main.locator('a[href^="tel:"]').first,
        "courriel": main.locator('a[href^="mailto:"]').first,
    }
    found = []
    for name, element in wanted.items():
        box = element.bounding_box()
        if box is None or box["y"] < 0 or box["y"] + box["height"] > height:
            found.append(f"{name} à {box and round(box['y'] + box['height'])} px de {height}")
    return found


@pytest.mark.parametrize("level", PAGES)
def test_first_screen_says_whom_to_call(new_page: NewPage, level: str) -> None:
    page = new_page(DESK)
    page.goto(PAGES[level])
    assert not unseen(page), "on a desk"
    for width, height in PHONES:
        page.set_viewport_size({"width": width, "height": height})
        assert not unseen(page), f"{width} × {height}"
        assert not overflow(page)
    assert len(page.evaluate(STOPS)) <= MOST_STOPS, page.evaluate(STOPS)


@pytest.mark.parametrize("level", ["commune", "région", "porteur"])
def test_what_is_tapped_is_large_enough(new_page: NewPage, level: str) -> None:
    page = new_page("phone")
    page.goto(PAGES[level])
    targets = page.locator('main a[href^="tel:"], main a[href^="mailto:"]')
    assert targets.count() >= 2
    for target in targets.all():
        box = target.bounding_box()
        assert box and box["height"] >= TARGET and box["width"] >= TARGET, target.text_content()


def test_letters_of_communes_are_large_enough(new_page: NewPage) -> None:
    page = new_page("phone")
    page.goto(PAGES["intercommunalité"])
    for letter in page.locator(".initials a").all():
        box = letter.bounding_box()
        assert box and box["height"] >= TARGET and box["width"] >= TARGET
    page.get_by_role("navigation", name="Communes par initiale").get_by_text("E").first.click()
    expect(page.get_by_role("heading", name="Communes en E")).to_be_in_viewport()


@pytest.mark.parametrize("level", ["intercommunalité", "région", "porteur"])
def test_nothing_keeps_anybody_out(new_page: NewPage, level: str) -> None:
    page = new_page("phone")
    page.goto(PAGES[level])
    for _ in each_scheme(page):
        axe(page)
    page.set_viewport_size({"width": 320, "height": 640})
    assert not overflow(page)
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    main = page.locator("main")
    assert main.evaluate("main => main.scrollWidth <= main.clientWidth"), "with large letters"


@pytest.mark.parametrize("javascript", [True, False], ids=["with", "without"])
def test_from_the_home_page_to_the_telephone_in_three_actions(
    new_page: NewPage, javascript: bool
) -> None:
    page = new_page(PHONES[0], javascript=javascript)
    page.goto("/")
    field = page.locator("#territory-q")
    field.fill("Meylan")  # one
    if javascript:
        page.get_by_role("option").first.wait_for()
    field.press("Enter")  # two
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Meylan")
    # Whoever listens goes on from there.
    expect(heading).to_be_focused()
    telephone = page.locator("main").get_by_role("link", name="Appeler 04 65 71 00 00").first
    expect(telephone).to_be_in_viewport(ratio=1)
    assert page.evaluate("scrollY") == 0
    expect(telephone).to_have_attribute("href", "tel:0465710000")  # three: it is tapped
