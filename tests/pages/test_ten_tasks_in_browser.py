"""What people come for, done on a phone, counting what it takes.

For each task: actions (a word typed, a tap, a key), pages loaded, and screens scrolled to see what
is tapped or looked for. `pytest -s` prints them, beside what they took before the pages were made
for these tasks; the numbers here are the most that each may take.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from django.contrib.auth.models import AnonymousUser
from playwright.sync_api import Frame, Locator, Page

from articles.models import Publication
from tests.browser import NewPage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_pages")]

PHONE = (390, 844)
COMMUNE, DEPARTMENT = "/territoires/commune/38229/", "/territoires/departement/38/"


@dataclass
class Task:
    """One person's way through the pages."""

    page: Page
    actions: int = 0
    loads: int = 0
    screens: float = 0.0
    _began: bool = field(default=False, repr=False)

    def begin(self, address: str) -> None:
        self.page.goto(address)
        self.page.on("framenavigated", self._loaded)

    def _loaded(self, frame: Frame) -> None:
        self.loads += frame == self.page.main_frame

    def see(self, wanted: Locator) -> None:
        """Scrolls as far as is needed to have it wholly in sight."""
        box = wanted.first.bounding_box()
        assert box is not None, wanted
        height = PHONE[1]
        away = max(0, box["y"] + box["height"] - height) - max(0, -box["y"])
        self.screens += abs(away) / height
        self.page.evaluate("away => scrollBy({ top: away, behavior: 'instant' })", away)

    def tap(self, wanted: Locator) -> None:
        self.see(wanted)
        self.actions += 1
        wanted.first.click()

    def type(self, box: Locator, words: str) -> None:
        self.see(box)
        self.actions += 1
        box.press_sequentially(words)

    def send(self) -> None:
        """Presses Enter at once after the last letter."""
        self.actions += 1
        self.page.keyboard.press("Enter")


def call(task: Task, words: str) -> None:
    task.begin("/")
    task.type(task.page.locator("#territory-q"), words)
    task.send()
    task.page.wait_for_url("**/territoires/**")
    task.see(task.page.locator('main a[href^="tel:"]'))


def call_by_name(task: Task) -> None:
    call(task, "Meylan")


def call_by_postal_code(task: Task) -> None:
    call(task, "38240")


def call_by_address(task: Task) -> None:
    call(task, "38240 Meylan")


def is_it_for_us(task: Task) -> None:
    task.begin("/")
    task.tap(task.page.get_by_role("link", name="C’est pour vous"))
    task.see(task.page.get_by_role("heading", name="Pour qui"))


def what_does_it_cost(task: Task) -> None:
    task.begin("/")
    task.see(task.page.locator("main").get_by_text("gratuit"))


def call_from_department(task: Task) -> None:
    task.begin(DEPARTMENT)
    task.tap(task.page.get_by_role("link", name="Meylan", exact=True))
    task.page.wait_for_url(f"**{COMMUNE}")
    task.see(task.page.locator('main a[href^="tel:"]'))


def first_structure(task: Task) -> None:
    task.begin("/structures/")
    task.see(task.page.locator("main tbody tr"))


def structures_of_a_sector(task: Task) -> None:
    task.begin("/structures/")
    task.tap(task.page.locator("summary", has_text="Filtrer"))
    task.tap(task.page.locator(".filters input[type=checkbox]:visible"))
    with task.page.expect_response("**/structures/?**"):
        task.tap(task.page.get_by_role("button", name="Appliquer"))
    task.see(task.page.locator("#resultats"))


def articles_of_a_theme(task: Task) -> None:
    task.begin("/articles/")
    task.tap(task.page.locator("summary", has_text="Filtrer"))
    task.tap(task.page.locator(".filters input[type=checkbox]:visible"))
    task.tap(task.page.get_by_role("button", name="Appliquer"))
    task.page.wait_for_url("**/articles/?**")
    task.see(task.page.locator("#resultats"))


def next_event_by_month(task: Task) -> None:
    task.begin("/evenements/")
    task.tap(task.page.get_by_role("link", name="Mois", exact=True))
    task.page.wait_for_url("**vue=mois**")
    task.see(task.page.locator("table.month td a"))


def pass_an_article_on(task: Task) -> None:
    newest = Publication.objects.visible_to(AnonymousUser()).order_by("-published_on").first()
    assert newest is not None
    task.begin(newest.get_absolute_url())
    task.tap(task.page.get_by_role("button", name="Copier l’adresse"))


# Task, most actions, loads and screens, and what they were before.
TASKS: dict[str, tuple[Callable[[Task], None], tuple[int, int, float], str]] = {
    "appeler son DLA, par le nom": (call_by_name, (2, 1, 0), "3 actions, 1,2 écran"),
    "par le code postal": (call_by_postal_code, (2, 1, 0), "une autre commune"),
    "comme sur une enveloppe": (call_by_address, (2, 1, 0), "aucune réponse"),
    "depuis son département": (call_from_department, (1, 1, 6), "6 actions, 49 écrans"),
    "savoir si c’est pour nous": (is_it_for_us, (1, 1, 0), "aucune page"),
    "savoir ce que cela coûte": (what_does_it_cost, (0, 0, 0), "rien à l’accueil"),
    "voir une structure": (first_structure, (0, 0, 0), "0 écran, à 727 px"),
    "structures, filtrées": (structures_of_a_sector, (3, 2, 1.5), "4,2 écrans"),
    "articles, filtrés": (articles_of_a_theme, (3, 1, 0.5), "2,3 écrans"),
    "prochain événement, par mois": (next_event_by_month, (1, 1, 0.5), "un mois vide"),
    "transmettre un article": (pass_an_article_on, (1, 0, 12), "impossible"),
}


def test_tasks_take_little(new_page: NewPage) -> None:
    """All in one test: what makes the demonstration takes longer than they do."""
    table, too_long = [], []
    for name, (do, (actions, loads, screens), before) in TASKS.items():
        task = Task(new_page(PHONE))
        do(task)
        line = (
            f"{name:32}{task.actions} actions, {task.loads} page(s), "
            f"{task.screens:.1f} écran(s) (avant : {before})"
        )
        table.append(line)
        if task.actions > actions or task.loads > loads or task.screens > screens:
            too_long.append(line)
        task.page.close()
    print("\n" + "\n".join(table))  # noqa: T201  # for `pytest -s`
    assert too_long == []
