"""What editors say means the same is found by it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html
from playwright.sync_api import expect

from glossary.models import Term
from search import synonyms
from search.filters import Filters
from search.finding import find
from search.french.queries import asked
from search.models import Synonym
from search.synonyms import Synonyms
from tests.browser import axe, each_scheme, overflow
from tests.factories import ArticleFactory, TermFactory, UserFactory

pytestmark = pytest.mark.django_db


def written(said: str, same: str, *, both_ways: bool = False) -> Synonym:
    row = Synonym(said=said, same=same, both_ways=both_ways)
    row.full_clean()
    row.save()
    return row


def same_as(query: str) -> list[tuple[str, list[str]]]:
    """Returns each run of the query that is known, with what means the same."""
    said = asked(query).words
    return [
        (
            " ".join(word.exact for word in said[start : start + run.length]),
            [" ".join(word.exact for word in other) for other in run.same],
        )
        for start, run in sorted(Synonyms.now().runs(said).items())
    ]


def found(query: str) -> list[str]:
    return [
        entry.title for entry in find(asked(query), Filters(QueryDict()), AnonymousUser()).entries
    ]


def test_goes_one_way_unless_both_are_asked_for() -> None:
    ArticleFactory(title="Un pécule pour durer", published=True)
    ArticleFactory(title="Une cagnotte pour commencer", published=True)
    row = written("cagnotte", "pécule")
    assert found("cagnotte") == ["Une cagnotte pour commencer", "Un pécule pour durer"]
    assert found("pécule") == ["Un pécule pour durer"]

    row.both_ways = True
    row.save()
    assert found("pécule") == ["Un pécule pour durer", "Une cagnotte pour commencer"]


@pytest.mark.parametrize(
    "query",
    [
        "conseil de quartier", "CONSEILS DE QUARTIERS", "conseil quartier",
        "le conseil du quartier", "Conseil\u00a0de\u00a0quartier", "C.D.Q.", "cdq",
    ],
)  # fmt: skip
def test_is_known_however_it_is_typed(query: str) -> None:
    written("conseil de quartier\nCDQ", "assemblée d’habitants")
    assert same_as(query)[0][1] == ["assemblee habitants"]


@pytest.mark.parametrize(
    "query", ["porteur", "porteuse", "porteurs", "porteur·ses", "porteurs/ses"]
)
def test_inclusive_writing_counts_for_either_gender(query: str) -> None:
    written("porteur·se", "initiateur")
    assert same_as(query)[0][1] == ["initiateur"]


def test_the_longest_run_of_words_is_meant() -> None:
    written("quartier", "faubourg")
    written("conseil de quartier", "assemblée d’habitants")
    assert same_as("monter un conseil de quartier") == [
        ("conseil quartier", ["assemblee habitants"])
    ]
    assert same_as("le quartier en conseil") == [("quartier", ["faubourg"])]


def test_goes_one_step_and_no_further() -> None:
    written("cagnotte", "pécule")
    written("pécule", "magot")
    assert same_as("cagnotte") == [("cagnotte", ["pecule"])]


def test_the_glossary_feeds_them_by_itself() -> None:
    term = TermFactory(term="PLIE", expansion="plan local pour l’insertion", slug="plie")
    assert same_as("plie") == [("plie", ["plan local insertion"])]
    assert same_as("un plan local pour l’insertion") == [("plan local insertion", ["plie"])]

    term.other_forms = "plan d’insertion"
    term.save()
    assert same_as("plie") == [("plie", ["plan local insertion", "plan insertion"])]
    term.delete()
    assert same_as("plie") == []


@pytest.mark.parametrize(
    "write",
    [
        lambda row: Synonym.objects.filter(pk=row.pk).update(same="magot"),
        lambda row: Synonym.objects.bulk_create([Synonym(said="cagnotte", same="magot")]),
        lambda row: row.delete(),
        lambda row: Synonym.objects.filter(pk=row.pk).delete(),
        lambda row: Term.objects.bulk_create(
            [Term(term="Cagnotte", expansion="magot", definition="…", slug="cagnotte")]
        ),
    ],
)
def test_every_process_knows_of_every_way_of_writing(write: Any) -> None:
    row = written("cagnotte", "pécule")
    before = same_as("cagnotte")
    write(row)
    assert same_as("cagnotte") != before


def test_what_is_taken_back_is_not_remembered() -> None:
    with transaction.atomic():
        written("cagnotte", "pécule")
        assert same_as("cagnotte")
        transaction.set_rollback(True)
    assert same_as("cagnotte") == []


def test_costs_one_query_while_nothing_changes() -> None:
    synonyms.forget()
    with CaptureQueriesContext(connection) as first:
        Synonyms.now()
    with CaptureQueriesContext(connection) as later:
        Synonyms.now()
    assert (len(first), len(later)) == (3, 1)


@pytest.mark.parametrize(
    ("said", "same", "told"),
    [
        ("emplois", "Emploi", "des deux côtés"),
        ("cagnotte", "pécule\nla cagnotte", "des deux côtés"),
        ("chargé·e", "chargée", "des deux côtés"),
        ("?!", "pécule", "ne contient aucun mot"),
        ("cagnotte", "« »", "ne contient aucun mot"),
        ("38", "Isère", "est un nombre"),
        ("Isère", "38 000", "est un nombre"),
        ("un deux trois quatre cinq six sept huit", "compter", "trop long"),
        ("\n".join(f"mot{chr(97 + i)}" for i in range(13)), "compter", "12 lignes au plus"),
        ("", "pécule", "ne peut pas être vide"),
    ],
)
def test_refuses_what_changes_nothing_or_cannot_be_meant(said: str, same: str, told: str) -> None:
    with pytest.raises(ValidationError) as refused:
        written(said, same)
    assert told in " ".join(refused.value.messages)


def test_refuses_that_a_word_means_everything() -> None:
    TermFactory(term="Cagnotte", expansion="pot commun", slug="cagnotte")
    written("cagnotte", "\n".join(f"chose{chr(97 + i)}" for i in range(11)))
    with pytest.raises(ValidationError, match="trouverait aussi 13 autres"):
        written("cagnottes", "pécule")
    with pytest.raises(ValidationError, match="trouverait aussi 13 autres"):
        written("pécule", "cagnotte", both_ways=True)
    assert written("pécule", "cagnotte")


def test_those_that_come_with_the_portal_are_valid_and_found() -> None:
    rows = list(Synonym.objects.all())
    assert len(rows) > 40
    for row in rows:
        row.full_clean()
    for query, other in (
        ("assos sportives", "association"),
        ("les E.S.S.", "economie sociale solidaire"),
        ("centres de ressources", "crdla"),
        ("CA", "conseil administration"),
        ("recherche de subvention", "financement"),
        ("employées", "salarie"),
        ("dispositif local d’accompagnement", "dla"),
        ("s.i.a.e.", "entreprise insertion"),
    ):
        assert other in [one for _, same in same_as(query) for one in same], query
    assert ("financement", ["subvention"]) not in same_as("financement")


# --- In the admin ---


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(UserFactory(group="Rédaction"))
    return client


def read(page: bytes) -> Any:
    return html.fromstring(page.decode())


def counts(page: bytes) -> list[str]:
    """Returns what the panel counts, in its order."""
    found = read(page).xpath("//dl[@class='effect-counts']//dd")
    return [" ".join(one.text_content().split()) for one in found]


def titles(page: bytes) -> list[str]:
    found = read(page).xpath("//section[@class='effect']//li/a")
    return [one.text_content() for one in found]


def test_is_tried_without_being_saved(editor: Client) -> None:
    ArticleFactory(title="Une cagnotte", published=True)
    ArticleFactory(title="Un pécule", published=True)
    ArticleFactory(title="Le pécule du réseau", network=True, published=True)
    before = Synonym.objects.count()
    answer = editor.post(
        reverse("admin:search_synonym_effects_adding"), {"said": "cagnotte", "same": "pécule"}
    )
    assert counts(answer.content) == ["1 → 2 résultats", "1 → 3 résultats"]
    assert titles(answer.content) == ["Un pécule", "Le pécule du réseau"]
    assert Synonym.objects.count() == before
    # Without scripts, the page carries what was typed on to the form.
    form = read(answer.content).forms[-1]
    assert form.fields["said"] == "cagnotte"
    editor.post(form.action, {**dict(form.form_values()), "_save": "1"})
    assert Synonym.objects.filter(said="cagnotte", same="pécule").exists()


def test_a_change_is_compared_with_what_there_would_be_without_the_synonym(
    editor: Client,
) -> None:
    for title in ("Une cagnotte", "Un pécule", "Un magot"):
        ArticleFactory(title=title, published=True)
    row = written("cagnotte", "pécule")
    page = editor.get(reverse("admin:search_synonym_change", args=[row.pk]))
    assert counts(page.content)[0] == "1 → 2 résultats"
    answer = editor.post(
        reverse("admin:search_synonym_effects", args=[row.pk]),
        {"said": "cagnotte", "same": "pécule\nmagot", "both_ways": "on", "panel": "1"},
    )
    assert counts(answer.content)[::2] == ["1 → 3 résultats", "1 → 2 résultats", "1 → 2 résultats"]
    row.refresh_from_db()
    assert (row.same, row.both_ways) == ("pécule", False)


def test_what_cannot_be_saved_is_not_tried(editor: Client) -> None:
    answer = editor.post(
        reverse("admin:search_synonym_effects_adding"), {"said": "emploi", "same": "emplois"}
    )
    assert "est des deux côtés" in answer.content.decode()
    assert counts(answer.content) == []


def test_trying_asks_for_the_right_to_save(client: Client) -> None:
    row = written("cagnotte", "pécule")
    client.force_login(UserFactory(group="Contribution"))
    for name, keys in (("effects_adding", []), ("effects", [row.pk])):
        url = reverse(f"admin:search_synonym_{name}", args=keys)
        assert client.post(url, {"said": "a", "same": "b"}).status_code == 403
    assert client.get(reverse("admin:search_synonym_changelist")).status_code == 403


def test_a_word_that_is_chosen_elsewhere_fills_the_form(editor: Client) -> None:
    page = editor.get(reverse("admin:search_synonym_add"), {"said": "cagnotte"})
    assert read(page.content).get_element_by_id("id_said").value.strip() == "cagnotte"


@pytest.mark.django_db(transaction=True)
def test_is_tried_in_a_browser_where_it_is_written(staff_page: Any) -> None:
    ArticleFactory(title="Un pécule", published=True)
    page = staff_page(UserFactory(group="Rédaction"))
    page.goto(reverse("admin:search_synonym_add"))
    page.get_by_label("Qui cherche").fill("cagnotte")
    page.get_by_label("Trouve aussi").fill("pécule")
    page.get_by_role("button", name="Essayer sans enregistrer").press("Enter")
    expect(page.get_by_role("heading", name="Qui cherche « cagnotte »")).to_be_visible()
    expect(page.get_by_role("link", name="Un pécule")).to_be_visible()
    for _ in each_scheme(page):
        axe(page)
    page.set_viewport_size({"width": 320, "height": 640})
    assert overflow(page) == 0
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_text("cagnotte → pécule").first).to_be_visible()
