"""What came of a support: who reads it, by whose agreement, and what takes it away."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from lxml import html

from audit.models import Entry
from publishing.audiences import Role
from structures.importing import undoing
from structures.merging import merge, undo
from structures.models import ConsentText, StoryAgreement, Structure, Support
from structures.services import (
    end_story_agreements,
    record_consent,
    record_story_agreement,
    withdraw_consent,
)
from tests.factories import ArticleFactory, StructureFactory, SupportFactory, UserFactory
from tests.structures.importing.conftest import Import, imported, report_of
from tests.structures.test_directory import SURFACES, person, place, text_of

__all__ = ["imported"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]

STORY = {
    "story_need": "Deux salariées, un seul financeur.",
    "story_done": "Six journées avec une consultante.",
    "story_change": "Trois financeurs, un troisième poste.",
}
WORDS = tuple(STORY.values())


def told(**values: Any) -> Support:
    """Makes a support of a public structure of Grenoble with its story, to which nobody agreed."""
    grenoble = place("commune-38185")
    structure = StructureFactory(name="Les Tilleuls", commune=grenoble, public=True)
    support: Support = SupportFactory(structure=structure, year=2023, **{**STORY, **values})
    return support


def agree(support: Support, **values: Any) -> StoryAgreement:
    support.refresh_from_db()
    given: dict[str, Any] = {"given_by": "Sa présidente", "given_on": date(2026, 2, 1), "by": None}
    return record_story_agreement(support=support, story=support.story, **{**given, **values})


def reads(support: Support, client: Client | None = None) -> set[str]:
    """Returns which of its lines a reader finds on the page of its structure."""
    support.refresh_from_db()
    answer = (client or Client()).get(support.structure.get_absolute_url())
    return {line for line in WORDS if line in answer.content.decode()}


def test_everybody_reads_it_once_the_structure_agreed_to_these_words() -> None:
    support = told()
    assert reads(support) == set()
    agree(support)
    page: Any = html.fromstring(Client().get(support.structure.get_absolute_url()).content)
    (section,) = page.xpath("//section[@aria-labelledby='stories']")
    lines = [
        (term.text, term.getnext().text)
        for term in section.xpath(".//dt")
    ]  # fmt: skip
    assert lines == list(
        zip(("Le besoin", "Ce qui a été fait", "Ce qui a changé"), WORDS, strict=True)
    )


def test_the_article_that_speaks_of_it_is_named_beside() -> None:
    support = told()
    article = ArticleFactory(
        title="La ressourcerie se relève", structures=[support.structure], published=True
    )
    agree(support)
    page: Any = html.fromstring(Client().get(support.structure.get_absolute_url()).content)
    (link,) = page.xpath("//p[@class='told-in']/a")
    assert link.text == article.title


def test_members_read_it_as_they_see_the_support() -> None:
    support = told()
    theirs, elsewhere = person("departement-38"), person("departement-69")
    assert reads(support, theirs) == set(WORDS)
    assert "n’a pas encore accepté" in text_of(theirs.get(support.structure.get_absolute_url()))
    assert reads(support, elsewhere) == set()
    agree(support)
    page = text_of(theirs.get(support.structure.get_absolute_url()))
    assert page.count(WORDS[0]) == 1, "once, as everybody reads it"
    assert reads(support, elsewhere) == set(WORDS)


@pytest.mark.parametrize("line", STORY)
def test_a_word_that_changes_is_asked_again(line: str) -> None:
    support = told()
    agree(support)
    assert reads(support) == set(WORDS)
    setattr(support, line, "Autre chose.")
    support.save()
    assert reads(support) == set()
    Support.objects.filter(pk=support.pk).update(**{line: STORY[line]})
    assert reads(support) == set(WORDS), "these are the words agreed to"
    Support.objects.filter(pk=support.pk).update(**{line: STORY[line].upper()})
    assert reads(support) == set(), "whichever way it is written"
    agree(support)
    page = Client().get(support.structure.get_absolute_url()).content.decode()
    assert STORY[line].upper() in page
    assert StoryAgreement.objects.filter(support=support, withdrawn_on=None).count() == 1


def test_withdrawing_hides_it_at_once_and_keeps_the_proof() -> None:
    support = told()
    agreement = agree(support)
    by = UserFactory()
    end_story_agreements(support.story_agreements.all(), by=by)
    assert reads(support) == set()
    agreement.refresh_from_db()
    assert agreement.story == WORDS and agreement.withdrawn_by == by
    assert Entry.objects.filter(detail__contains="récit retiré").exists()


def test_a_page_that_is_no_longer_public_takes_its_stories_with_it() -> None:
    support = told()
    agree(support)
    structure = support.structure
    withdraw_consent(structure=structure, by=None)
    assert Client().get(structure.get_absolute_url()).status_code == 404
    record_consent(
        structure=structure,
        text=ConsentText.objects.latest("id"),
        given_by="La présidence",
        given_on=date(2026, 3, 1),
        by=None,
    )
    assert reads(support) == set(), "they agreed to be shown, not to be told again"


def test_what_one_structure_agreed_to_is_not_told_of_another() -> None:
    support = told()
    agree(support)
    other = StructureFactory(name="Les Noyers", commune=place("commune-38185"), public=True)
    support.structure = other
    support.save()
    assert reads(support) == set()


@pytest.mark.parametrize("missing", STORY)
def test_a_story_has_three_lines(missing: str) -> None:
    support = told(**{missing: ""})
    with pytest.raises(ValidationError, match="manque une ligne"):
        agree(support)
    assert reads(support) == set()


def test_what_is_agreed_to_is_what_was_shown() -> None:
    support = told()
    with pytest.raises(ValidationError, match="a changé"):
        record_story_agreement(
            support=support,
            story=("Autre chose.", *WORDS[1:]),
            given_by="Sa présidente",
            given_on=date(2026, 2, 1),
            by=None,
        )
    with pytest.raises(ValidationError):
        agree(support, given_on=timezone.localdate() + timedelta(days=1))
    with pytest.raises(ValidationError):
        agree(support, given_by="")
    agree(support)
    with pytest.raises(ValidationError, match="déjà"):
        agree(support)


# --- Where it must not be -------------------------------------------------------------------------


def test_it_is_on_no_other_surface() -> None:
    """Not before it is agreed to, nor after: pages, exports, structured data, sitemaps."""
    support = told()
    hidden = SupportFactory(
        structure=StructureFactory(commune=place("commune-38185")), year=2024,
        **{name: f"Secret {line}" for name, line in STORY.items()},
    )  # fmt: skip
    agree(hidden)
    for is_agreed in (False, True):
        if is_agreed:
            agree(support)
        for client in (Client(), person("departement-69")):
            for address in (
                *SURFACES, "/structures/?pres=38185", "/structures/?pres=38185&vue=carte",
                "/structures/?q=financeur", "/territoires/commune/38185/", "/",
                "/sitemap-structures.xml",
            ):  # fmt: skip
                said = text_of(client.get(address))
                assert not any(line in said for line in WORDS), address
            assert client.get(hidden.structure.get_absolute_url()).status_code == 404
        page = Client().get(support.structure.get_absolute_url()).content.decode()
        data = re.findall(r"<script type=.application/ld\+json.*?</script>", page, re.S)
        head = page.split("</head>")[0]
        assert data and not any(line in part for line in WORDS for part in (*data, head))
        assert "Secret" not in page


def test_readers_cost_no_query_more_for_more_stories() -> None:
    support = told()
    agree(support)
    address = support.structure.get_absolute_url()

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            Client().get(address)
        return len(captured)

    few = queries()
    for year in (2015, 2018, 2020):
        agree(SupportFactory(structure=support.structure, year=year, **STORY))
    assert queries() == few


# --- Merging --------------------------------------------------------------------------------------


def test_a_story_follows_its_support_through_a_merge_and_back() -> None:
    support = told()
    agree(support)
    absorbed = support.structure
    kept = StructureFactory(name="Les Tilleuls (asso)", commune=place("commune-38185"))
    done = merge(kept=kept, absorbed=absorbed, taken=(), by=None)
    support.refresh_from_db()
    assert support.structure == kept
    assert reads(support) == set(WORDS), "it is the same organisation, and the same words"
    assert undo(merge=done, by=None) == []
    support.refresh_from_db()
    assert support.structure == absorbed
    assert reads(support) == set(WORDS)


def test_a_refusal_of_one_hides_what_the_other_agreed_to_have_told() -> None:
    support = told()
    agree(support)
    absorbed = support.structure
    kept = StructureFactory(name="Les Tilleuls (asso)", public=True, commune=absorbed.commune)
    withdraw_consent(structure=kept, by=None)
    kept.refresh_from_db()
    done = merge(kept=kept, absorbed=absorbed, taken=(), by=None)
    kept.refresh_from_db()
    assert not kept.is_public
    record_consent(
        structure=kept,
        text=ConsentText.objects.latest("id"),
        given_by="La présidence",
        given_on=timezone.localdate(),
        by=None,
    )
    assert reads(support) == set()
    withdraw_consent(structure=kept, by=None)
    undo(merge=done, by=None)


def test_undoing_a_merge_gives_back_what_it_ended() -> None:
    support = told()
    agree(support)
    absorbed = support.structure
    kept = StructureFactory(name="Les Tilleuls (asso)", public=True, commune=absorbed.commune)
    withdraw_consent(structure=kept, by=None)
    kept.refresh_from_db()
    done = merge(kept=kept, absorbed=absorbed, taken=(), by=None)
    undo(merge=done, by=None)
    absorbed.refresh_from_db()
    assert absorbed.is_public
    assert reads(support) == set(WORDS)


def test_an_import_writes_it_asks_again_and_is_undone(tmp_path: Path, imported: Import) -> None:
    support = told(reference="R1")
    agree(support)
    path = tmp_path / "recits.csv"
    path.write_text(
        "Référence du dossier;Nom;Commune;Année de l’accompagnement;Le besoin;Ce qui a changé\n"
        f"R1;Les Tilleuls;Grenoble;2023;Un toit.;{'long ' * 90}\n",
        encoding="utf-8",
    )
    run = imported(path, "reseau")
    support.refresh_from_db()
    assert support.story == ("Un toit.", *WORDS[1:]), "what is too long is left out, and told"
    assert any("Ce qui a changé" in " ".join(row) for row in report_of(run))
    assert reads(support) == set()
    run.refresh_from_db()
    assert undoing.undo(run)
    assert reads(support) == set(WORDS)


def test_undoing_an_import_keeps_the_support_that_was_agreed_to(
    tmp_path: Path, imported: Import
) -> None:
    path = tmp_path / "recits.csv"
    columns = "Nom;Commune;Année de l’accompagnement;Le besoin;Ce qui a été fait;Ce qui a changé"
    path.write_text(f"{columns}\nLes Noyers;Grenoble;2023;{';'.join(WORDS)}\n", encoding="utf-8")
    run = imported(path, "reseau")
    support = Support.objects.get()
    assert support.story == WORDS
    agree(support)
    run.refresh_from_db()
    assert undoing.undo(run)
    assert Support.objects.get().story_agreement() is not None
    assert any("a accepté" in " ".join(row) for row in report_of(run))


# --- The admin ------------------------------------------------------------------------------------


def national() -> Client:
    client = Client()
    user = UserFactory(role=Role.NATIONAL, whole_country=True, group="Équipe nationale")
    client.force_login(user)
    return client


def test_an_agreement_is_recorded_and_withdrawn_on_screen() -> None:
    support = told()
    client = national()
    change = reverse("admin:structures_support_change", args=[support.pk])
    assert "à faire accepter" in client.get(change).content.decode()
    url = reverse("admin:structures_support_story", args=[support.pk])
    shown: Any = html.fromstring(client.get(url).content.decode())
    sent = {
        field.get("name"): field.get("value")
        for field in shown.xpath("//form//input[@type='hidden']")
        if field.get("name", "").startswith("story")
    }
    assert tuple(sent.values()) == WORDS
    sent |= {"given_by": "Sa présidente", "given_on": "2026-02-01"}
    assert client.post(url, {**sent, "story_need": "Autre."}).status_code == 400
    assert reads(support) == set()
    assert client.post(url, sent).status_code == 302
    assert reads(support) == set(WORDS)
    assert "Sa présidente" in client.get(url).content.decode()
    assert "publié" in client.get(change).content.decode()
    withdraw = reverse("admin:structures_support_withdraw_story", args=[support.pk])
    assert client.get(withdraw).status_code == 405
    assert client.post(withdraw).status_code == 302
    assert reads(support) == set()
    assert "retiré le" in client.get(url).content.decode()


def listed(client: Client, model: str, value: str) -> set[Any]:
    address = reverse(f"admin:structures_{model}_changelist")
    return set(client.get(f"{address}?recit={value}").context["cl"].result_list)


def test_staff_see_who_tells_nothing_yet() -> None:
    telling, waiting = told(), told()
    agree(telling)
    silent = SupportFactory(
        structure=StructureFactory(public=True, commune=place("commune-38185")), year=2020
    )
    confidential = told()
    agree(confidential)
    Structure.objects.filter(pk=confidential.structure_id).update(consent=None)
    client = national()
    assert listed(client, "support", "publie") == {telling}
    assert listed(client, "support", "a-faire-accepter") == {waiting}
    assert listed(client, "support", "manque") == {silent}
    assert listed(client, "structure", "publie") == {telling.structure}
    assert listed(client, "structure", "a-faire-accepter") == {waiting.structure}
    assert listed(client, "structure", "manque") == {silent.structure}

    (figure,) = client.get(reverse("admin:index")).context["figures"]
    assert (figure["share"], figure["count"], figure["of"]) == (33, 1, 3)
    assert "33" in text_of(client.get(reverse("admin:index")))


@pytest.mark.parametrize(("keys", "may"), [(("region-84",), True), (("region-11",), False)])
def test_who_changes_the_support_records_the_agreement(keys: Any, may: bool) -> None:
    support = told()
    client = Client()
    user = UserFactory(
        group="Animation régionale",
        role=Role.REGIONAL_DLA,
        territories=[place(key) for key in keys],
    )
    client.force_login(user)
    url = reverse("admin:structures_support_story", args=[support.pk])
    answers = {**STORY, "given_by": "Sa présidente", "given_on": "2026-02-01"}
    assert client.post(url, answers).status_code == (302 if may else 404)
    assert reads(support) == (set(WORDS) if may else set())
