"""The texts that the portal comes with: pages follow them until somebody writes there, then ask."""

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html

from audit.models import Action, Entry
from pages import following
from pages.declared_texts import TEXTS
from pages.models import Page
from tests.factories import UserFactory
from tests.html_validity import HtmlChecker

pytestmark = pytest.mark.django_db

PRIVACY = "confidentialite"
NEW = "<h2>Lettres</h2><p>Ce que gardent les lettres.</p>"
WHY = "Ce que gardent les lettres."
# This is each text as its last version has it. Where this fails, a text was changed: give it
# another version, by a line in its `changes`, and then write here what the failure says.
WRITTEN = {
    "le-dla": (1, "3518f8f4c24b587e"),
    "mentions-legales": (1, "d45c853cf4dcfad4"),
    "accessibilite": (1, "019a0dabdf6607ee"),
    "confidentialite": (7, "002fa1c3f4db2c7d"),
    "plan-du-site": (1, "e3b0c44298fc1c14"),
}


def test_text_that_changes_has_another_version() -> None:
    assert {
        slug: (text.version, sha256(text.written.encode()).hexdigest()[:16])
        for slug, text in TEXTS.items()
    } == WRITTEN


def test_every_page_of_the_closed_list_has_a_text_that_its_column_would_not_change() -> None:
    assert TEXTS.keys() == set(Page.Slug.values)
    for slug, text in TEXTS.items():
        page = Page.objects.get(slug=slug)
        assert (page.title, page.body) == (text.title, text.body)
        page.save()
        page.refresh_from_db()
        assert page.body == text.body


def step() -> None:
    following.put_in_step(using="default")


def test_second_time_reads_once_and_writes_nothing() -> None:
    with CaptureQueriesContext(connection) as asked:
        step()
    assert len(asked) == 1


@pytest.fixture
def release(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """A new version of the privacy page's text, then the step that follows each migration."""

    def released() -> None:
        text = TEXTS[PRIVACY]
        changed = replace(text, written=text.written + NEW, changes=(*text.changes, WHY))
        monkeypatch.setitem(TEXTS, PRIVACY, changed)
        step()

    return released


def privacy() -> Page:
    return Page.objects.get(slug=PRIVACY)


def rewrite(old: str, new: str) -> Page:
    page = privacy()
    assert old in page.body
    page.body = page.body.replace(old, new)
    page.save()
    return page


def test_text_that_nobody_touched_follows(release: Callable[[], None]) -> None:
    before = privacy()
    release()
    after = privacy()
    assert after.body == before.body + NEW
    assert after.changed_at > before.changed_at
    assert following.proposal_for(after) is None


def test_saving_a_page_as_it_is_leaves_it_untouched(release: Callable[[], None]) -> None:
    """The editor writes the same text otherwise: paragraphs within lists, no-break spaces."""
    page = Page.objects.get(slug="accessibilite")
    page.body = page.body.replace("<li>", "<li><p>").replace("</li>", "</p></li>\n")
    assert following.as_read(page.body) == following.as_read(page.followed_body)


def test_text_that_somebody_wrote_is_never_touched(release: Callable[[], None]) -> None:
    mine = rewrite("sans être suivi", "sans être suivi·e").body
    release()
    assert privacy().body == mine
    proposal = following.proposal_for(privacy())
    assert proposal is not None
    assert proposal.reasons == (WHY,)
    (change,) = proposal.changes
    assert (change.heading, change.before) == ("Vos droits", "")
    assert "<ins>" in change.after and "Lettres" in change.after


def test_an_earlier_release_takes_nothing_back(monkeypatch: pytest.MonkeyPatch) -> None:
    page = privacy()
    monkeypatch.setitem(TEXTS, PRIVACY, replace(TEXTS[PRIVACY], written="<p>x</p>", changes=("",)))
    step()
    assert privacy().body == page.body
    assert following.proposal_for(privacy()) is None


def test_page_that_is_missing_is_made_and_one_that_has_the_new_text_already_is_noted(
    release: Callable[[], None],
) -> None:
    Page.objects.filter(slug="accessibilite").delete()
    mine = rewrite("</p>", "</p>").body + NEW
    Page.objects.filter(slug=PRIVACY).update(body=mine)
    release()
    assert Page.objects.filter(slug="accessibilite").exists()
    assert privacy().followed_version == TEXTS[PRIVACY].version
    assert privacy().body == mine


# --- What the editor is asked ---


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(UserFactory(group="Équipe nationale"))
    return client


@pytest.fixture
def mine(release: Callable[[], None]) -> Page:
    """With a fact that the network filled in, and a proposal since."""
    rewrite("[à compléter\u00a0: responsable du traitement, contact pour les données personnelles]",
            "Écrivez à donnees@demo.example.")  # fmt: skip
    release()
    return privacy()


def form_address(page: Page) -> str:
    return reverse("admin:pages_page_change", args=[page.pk])


def panel(client: Client, page: Page) -> Any:
    written: Any = html.fromstring(client.get(form_address(page)).content.decode())
    found = written.xpath("//section[@id='texte-du-portail']")
    return found[0] if found else None


def answer(client: Client, page: Page, chosen: str) -> Any:
    shown = panel(client, page).xpath(".//input[@name='shown']/@value")[0]
    return post(client, page, answer=chosen, shown=shown)


def post(client: Client, page: Page, **values: str) -> Any:
    address = reverse("admin:pages_page_declared_text", args=[page.pk])
    return client.post(address, values, follow=True)


def test_panel_tells_why_and_what_and_offers_three_answers(
    staff: Client, mine: Page, assert_valid_html: HtmlChecker
) -> None:
    found = panel(staff, mine)
    text = " ".join(found.text_content().split())
    assert "Le texte du portail a changé" in text and WHY in text
    assert "Écrivez à donnees@demo.example." in text
    assert [button.text for button in found.iter("button")] == [
        "Reporter ces changements dans le mien", "Reprendre ce texte", "Garder le mien",
    ]  # fmt: skip
    assert_valid_html({"form": staff.get(form_address(mine)).content.decode()})
    assert "Le texte du portail a changé" in staff.get("/admin/").content.decode()


@pytest.mark.parametrize("chosen", ["take", "carry", "keep"])
def test_each_answer_does_what_it_says_and_ends_the_question(
    staff: Client, mine: Page, chosen: str
) -> None:
    expected = {"take": TEXTS[PRIVACY].body, "carry": mine.body + NEW, "keep": mine.body}
    assert answer(staff, mine, chosen).status_code == 200
    assert privacy().body == expected[chosen]
    assert (privacy().changed_at == mine.changed_at) == (chosen == "keep")
    assert panel(staff, mine) is None
    assert "Le texte du portail a changé" not in staff.get("/admin/").content.decode()
    step()
    assert privacy().body == expected[chosen]
    (told,) = Entry.objects.filter(action=Action.CHANGED, target_id=str(mine.pk))
    assert told.detail.startswith(
        {"take": "Texte du", "carry": "Changements", "keep": "Texte gardé"}[chosen]
    )


def test_who_kept_hers_is_asked_of_the_next_change_alone(
    staff: Client, mine: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(staff, mine, "keep")
    text = TEXTS[PRIVACY]
    later = replace(text, written=text.written + "<p>Encore.</p>", changes=(*text.changes, "Plus."))
    monkeypatch.setitem(TEXTS, PRIVACY, later)
    step()
    proposal = following.proposal_for(privacy())
    assert proposal is not None
    assert proposal.reasons == ("Plus.",)
    assert [change.after for change in proposal.changes] == ["<ins>Encore.</ins>"]


def test_changes_of_a_passage_that_she_rewrote_too_are_not_carried(
    staff: Client, mine: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = TEXTS[PRIVACY]
    answered = "donnees@demo.example"
    written = text.written.replace("contact pour les données", "adresse pour les données")
    monkeypatch.setitem(TEXTS, PRIVACY, replace(text, written=written))
    assert "Reporter" not in panel(staff, mine).text_content()
    answer(staff, mine, "carry")
    assert answered in privacy().body
    assert following.is_pending(privacy())


def test_text_that_changed_meanwhile_is_not_overwritten(staff: Client, mine: Page) -> None:
    shown = panel(staff, mine).xpath(".//input[@name='shown']/@value")[0]
    other = rewrite("sans être suivi", "sans être suivi·e").body
    page = post(staff, mine, answer="take", shown=shown)
    assert "Rien n’a été fait" in page.content.decode()
    assert privacy().body == other
    assert panel(staff, mine) is not None


def test_only_those_who_keep_the_pages_answer_and_by_a_form(mine: Page) -> None:
    editor = Client()
    editor.force_login(UserFactory(group="Rédaction"))
    assert post(editor, mine, answer="take").status_code == 403
    address = reverse("admin:pages_page_declared_text", args=[mine.pk])
    staff = Client()
    staff.force_login(UserFactory(group="Équipe nationale"))
    assert staff.get(address).status_code == 405
    assert staff.post(address.replace(f"/{mine.pk}/", "/987654321/")).status_code == 404
    assert privacy().body == mine.body


# --- Databases of the former versions, whose texts were written and patched by migrations ---


def former_texts() -> dict[str, list[tuple[str, str]]]:
    texts: dict[str, Any] = import_module("pages.migrations._former_texts").TEXTS
    return texts


def upgrade(**bodies: str) -> None:
    for slug, versions in former_texts().items():
        body = bodies.get(slug.replace("-", "_"), versions[-1][0])
        Page.objects.filter(slug=slug).update(body=body, followed_version=0, followed_body="")
    history: Any = MigrationLoader(None).project_state().apps
    migration = import_module("pages.migrations.0010_declared_texts")
    migration.recognise(history, None)
    step()


@pytest.mark.parametrize("version", [1, 2, 3, 4])
def test_former_text_that_nobody_touched_becomes_todays(version: int) -> None:
    text, _ = former_texts()[PRIVACY][version - 1]
    upgrade(confidentialite=text)
    for slug, declared in TEXTS.items():
        assert following.as_read(Page.objects.get(slug=slug).body) == following.as_read(
            declared.body
        )
        assert not following.is_pending(Page.objects.get(slug=slug))
    assert privacy().body == TEXTS[PRIVACY].body


@pytest.mark.parametrize("version", [1, 2, 3, 4])
def test_former_text_that_was_rewritten_stays_and_its_editor_is_shown_what_it_lacks(
    version: int,
) -> None:
    text, _ = former_texts()[PRIVACY][version - 1]
    mine = text.replace("Il n’y a donc pas de bandeau à accepter.", "Pas de bandeau.")
    upgrade(confidentialite=mine)
    assert privacy().body == mine
    proposal = following.proposal_for(privacy())
    assert proposal is not None
    assert proposal.reasons == TEXTS[PRIVACY].changes[version:]
    assert "Pas de bandeau." in proposal.carried
    assert "la <a href" in proposal.carried


def test_text_that_keeps_nothing_of_the_portals_is_compared_with_the_first() -> None:
    upgrade(confidentialite="<p>Rien de tout cela.</p>")
    assert privacy().body == "<p>Rien de tout cela.</p>"
    assert privacy().followed_version == 1
    proposal = following.proposal_for(privacy())
    assert proposal is not None and not proposal.carried
