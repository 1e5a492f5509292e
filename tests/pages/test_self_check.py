"""The three questions: what is answered to whom, and that nothing of it is kept."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html
from playwright.sync_api import expect

from pages.self_check import Jobs, Need, Shape, Verdict, advise
from tests.browser import NewPage, axe

YES, PERHAPS, ELSEWHERE = Verdict.YES, Verdict.PERHAPS, Verdict.ELSEWHERE
OURS = (Shape.ASSOCIATION, Shape.COOPERATIVE, Shape.SOCIAL_ENTERPRISE)

# What is answered to those of the économie sociale et solidaire, by what they look for and whether
# they employ: some, soon, maybe, none.
TABLE = {
    Need.ADVICE: (YES, YES, PERHAPS, ELSEWHERE),
    Need.UNKNOWN: (YES, YES, PERHAPS, ELSEWHERE),
    Need.MONEY: (PERHAPS, PERHAPS, PERHAPS, ELSEWHERE),
    Need.FORMALITIES: (ELSEWHERE, ELSEWHERE, ELSEWHERE, ELSEWHERE),
}


@pytest.mark.parametrize("shape", Shape)
def test_every_set_of_answers_has_the_verdict_of_the_table(shape: Shape) -> None:
    for need, (at, jobs) in product(Need, enumerate(Jobs)):
        expected = TABLE[need][at] if shape in OURS else ELSEWHERE
        assert advise(shape, jobs, need).verdict == expected, (shape, jobs, need)


@pytest.mark.parametrize(("shape", "jobs", "need"), list(product(Shape, Jobs, Need)))
def test_every_answer_says_why_and_those_that_are_not_yes_say_where_else(
    shape: Shape, jobs: Jobs, need: Need
) -> None:
    advice = advise(shape, jobs, need)
    assert advice.reasons and all(reason.endswith(".") for reason in advice.reasons)
    assert bool(advice.others) == (advice.verdict != YES)
    assert all(other.url.startswith("https://") or not other.url for other in advice.others)


@pytest.mark.parametrize("need", Need)
@pytest.mark.parametrize("jobs", Jobs)
def test_those_who_help_volunteers_are_named_to_associations_and_projects_alone(
    jobs: Jobs, need: Need
) -> None:
    for shape in Shape:
        names = [other.name for other in advise(shape, jobs, need).others]
        if shape not in (Shape.ASSOCIATION, Shape.PROJECT):
            assert not any("associative" in name for name in names), (shape, names)


# --- On the site ---


def answered(**answers: str) -> Any:
    client = Client()
    response = client.get(reverse("pages:self_check"), answers)
    assert not response.cookies
    return response


def page_of(response: Any) -> Any:
    assert response.status_code == 200
    return html.fromstring(response.content.decode())


def words(element: Any) -> str:
    return " ".join(element.text_content().split())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statut", "emploi", "besoin", "heading"),
    [
        ("association", "oui", "conseil", "Oui, c’est pour vous"),
        ("cooperative", "bientot", "a-voir", "Oui, c’est pour vous"),
        ("association", "peut-etre", "conseil", "Peut-être : posez la question à votre DLA"),
        ("collectivite", "oui", "conseil", "Plutôt ailleurs"),
    ],
)
def test_heading_is_the_answer_and_the_look_up_follows(
    statut: str, emploi: str, besoin: str, heading: str
) -> None:
    page = page_of(answered(statut=statut, emploi=emploi, besoin=besoin))
    (found,) = page.xpath("//main//h1")
    assert words(found) == heading
    assert page.findtext(".//title").startswith(found.text)
    assert page.xpath("//main//form[@role='search']//input[@name='q']")
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]


@pytest.mark.django_db
def test_answers_may_be_changed() -> None:
    page = page_of(answered(statut="association", emploi="non", besoin="argent"))
    (address,) = page.xpath("//main//a[text()='Changer mes réponses']/@href")
    questions = page_of(Client().get(address.partition("#")[0]))
    assert questions.xpath("//input[@checked]/@value") == ["association", "non", "argent"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "given", [{"statut": "association"}, {"statut": "association", "emploi": "\x00", "besoin": "x"}]
)
def test_what_is_missing_is_said_with_a_way_to_it(given: dict[str, str]) -> None:
    page = page_of(answered(**given))
    assert words(page.xpath("//main//h1")[0]) == "Il manque deux réponses"
    assert page.xpath("//input[@checked]/@value") == ["association"]
    (summary,) = page.xpath("//*[@role='alert']")
    ways = summary.xpath(".//a/@href")
    assert ways == ["#id_emploi_0", "#id_besoin_0"]
    for way in ways:
        (field,) = page.xpath(f"//input[@id='{way[1:]}']")
        (told,) = field.xpath("ancestor::fieldset/@aria-describedby")
        assert page.xpath(f"//*[@id='{told}']")


@pytest.mark.django_db
def test_without_any_answer_the_questions_are_asked() -> None:
    response = answered()
    assert response.status_code == 302
    assert response["Location"] == reverse("pages:for_you") + "#questions"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("javascript", [True, False], ids=["with", "without"])
def test_three_questions_are_answered_by_keyboard(new_page: NewPage, javascript: bool) -> None:
    page = new_page("phone", javascript=javascript)
    page.goto(reverse("pages:for_you"))
    page.get_by_label("Une association").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Il manque une réponse")
    page.get_by_role("link", name="Dites ce que vous cherchez.").press("Enter")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")

    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Oui, c’est pour vous")
    # The head of the page is passed over: the answer comes at once, by eye and by ear.
    expect(heading).to_be_in_viewport()
    assert page.evaluate("document.activeElement.id") == "contenu"
    if javascript:
        axe(page)
