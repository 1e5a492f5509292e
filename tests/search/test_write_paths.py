"""The index says what the rows say, whichever way they were written, in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import personal_data
from articles.models import ArticleType, Publication, Series
from events.models import EventPublication, EventSeries, State
from events.registrations.organisers import change_state
from glossary.models import Term
from media.models import Document, DocumentText
from media.services import say_hidden_is_meant
from media.texts import keep_text
from pages.models import Page
from publishing import services
from search import rebuilding
from search.models import WordKey
from structures import merging
from structures.importing import runs
from structures.importing.reading import examine
from structures.importing.undoing import undo
from structures.models import Agreement, ConsentText, Operator, Sector, Structure
from structures.models.structure import FormerIdentity
from structures.services import record_consent, refresh_territories, withdraw_consent
from territories.loading import load
from territories.models import Territory
from tests.factories import (
    ArticleFactory,
    EventFactory,
    OperatorFactory,
    SeriesFactory,
    StructureFactory,
    TermFactory,
    ThemeFactory,
    UserFactory,
    make_document,
)
from tests.pages.demonstration import make_demonstration
from tests.search.asking import at, drift, found, load_searched_geography, search
from tests.structures.importing import files
from tests.territories.geography import CsvRow
from themes.models import Theme

pytestmark = pytest.mark.django_db
YEAR = timezone.localdate().year
Patch = pytest.MonkeyPatch


@pytest.fixture(autouse=True)
def kept_right(db: None) -> Iterator[None]:
    yield
    assert not drift()


@pytest.fixture
def places(kept_geography: None, db: None) -> None:
    load_searched_geography()


def national() -> Any:
    return UserFactory(group="Équipe nationale")


# --- Contents -------------------------------------------------------------------------------------


def test_an_article_from_its_draft_to_its_archive() -> None:
    article = ArticleFactory(title="Les lanternes", text="<p>Elles éclairent.</p>")
    assert found("lanternes") == []
    services.publish(working=article, by=None)
    assert found("lanternes") == found("éclairent") == ["Les lanternes"]

    article.refresh_from_db()
    article.title = "Les lampions"
    article.save()
    services.record_save(working=article, by=None)
    assert found("lampions") == []
    services.publish(working=article, by=None)
    assert (found("lampions"), found("lanternes")) == (["Les lampions"], [])

    services.archive(working=article, by=UserFactory())
    assert found("lampions") == []
    assert not drift()
    article.refresh_from_db()
    services.reopen(working=article, by=UserFactory())
    services.publish(working=article, by=None)
    assert found("lampions") == ["Les lampions"]


def test_an_event_published_by_its_factory_and_deleted() -> None:
    event = EventFactory(published=True, title="La fête des cerises")
    assert found("cerises") == ["La fête des cerises"]
    EventPublication.objects.filter(event=event).delete()
    assert found("cerises") == []


def test_a_day_that_is_set_changed_and_taken_back(monkeypatch: Patch) -> None:
    now = timezone.now()
    article = ArticleFactory(title="Les lanternes", standfirst="Ici.", text="<p>Là.</p>")
    services.publish(working=article, by=None)
    article.title = "Les lampions"
    article.save()
    services.record_save(working=article, by=None)
    services.publish(working=article, by=None, at=now + timedelta(days=2))
    assert (found("lampions"), found("lanternes")) == ([], ["Les lanternes"])
    assert not drift()
    with monkeypatch.context() as patch:
        at(patch, now + timedelta(days=3))
        assert (found("lampions"), found("lanternes")) == (["Les lampions"], [])
    services.unschedule(working=article, by=UserFactory.create())
    assert not drift()
    with monkeypatch.context() as patch:
        at(patch, now + timedelta(days=3))
        assert (found("lampions"), found("lanternes")) == ([], ["Les lanternes"])


def test_a_correction_published_alone_and_carried() -> None:
    article = ArticleFactory(title="Les lanternes", text="<p>Un glissoir.</p>", published=True)
    block = article.blocks.get()
    article.title = "Les lampions"
    article.save()
    services.record_save(working=article, by=None)
    services.publish(working=article, by=None, at=timezone.now() + timedelta(days=2))
    block.text = "<p>Un plongeoir.</p>"
    block.save()
    services.record_save(working=article, by=None)
    services.publish_fix(working=article, by=UserFactory.create())
    assert (found("plongeoir"), found("glissoir")) == (["Les lanternes"], [])
    article.refresh_from_db()
    services.carry_fix(working=article, by=UserFactory.create())
    assert found("plongeoir") == ["Les lanternes"]


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: ThemeFactory(name="Vannerie"), "themes"),
        (lambda: SeriesFactory(name="Vannerie"), "series"),
    ],
    ids=["theme", "series"],
)
def test_what_articles_are_filed_under_is_renamed(make: Any, field: str) -> None:
    shelf = make()
    given = [shelf] if field == "themes" else shelf
    ArticleFactory(title="Les lanternes", published=True, **{field: given})
    assert "Les lanternes" in found("vannerie")
    shelf.name = "Poterie"
    shelf.save()
    assert "Les lanternes" in found("poterie")
    assert found("vannerie") == []
    type(shelf).objects.filter(pk=shelf.pk).update(name="Dentelle")
    assert "Les lanternes" in found("dentelle")
    assert found("poterie") == []


def test_a_theme_that_is_deleted_leaves_its_contents() -> None:
    theme, other = ThemeFactory(name="Vannerie"), ThemeFactory(name="Poterie")
    ArticleFactory(title="Les lanternes", published=True, themes=[theme, other])
    EventFactory(title="Les lampions", published=True, themes=[theme])
    Theme.objects.filter(pk=theme.pk).delete()
    assert found("vannerie") == []
    assert "Les lanternes" in found("poterie")


def test_a_type_that_is_renamed_or_begins_to_fade() -> None:
    article = ArticleFactory(title="Les lanternes", published=True)
    kind = ArticleType.objects.get(pk=article.type_id)
    kind.name = "Vannerie"
    kind.fades = not kind.fades
    kind.save()
    assert found("vannerie") == ["Les lanternes"]


def test_a_series_of_events_is_renamed() -> None:
    series = EventSeries.objects.create(name="Vannerie", slug="vannerie")
    EventFactory(title="Les lanternes", published=True, series=series)
    assert found("vannerie") == ["Les lanternes"]
    series.name = "Poterie"
    series.save()
    assert (found("poterie"), found("vannerie")) == (["Les lanternes"], [])


def test_an_event_that_is_postponed_cancelled_and_planned_again() -> None:
    event = EventFactory(title="Les lanternes", published=True)
    for state in (State.POSTPONED, State.CANCELLED, State.PLANNED):
        change_state(event=event, state=state)
        assert not drift(), state
        assert found("lanternes") == ["Les lanternes"]


def test_what_an_event_says_once_it_is_over(monkeypatch: Patch) -> None:
    event = EventFactory(title="Les lanternes", takeaways="<p>Tout a brillé.</p>", published=True)
    assert found("brillé") == []
    after = EventPublication.objects.get(event=event).ends_at + timedelta(minutes=1)
    with monkeypatch.context() as patch:
        at(patch, after)
        assert found("brillé") == []
        assert rebuilding.make_due()["entrées récrites"] == 1
        assert found("brillé") == ["Les lanternes"]
        assert not drift()
        assert sum(rebuilding.make_due().values()) == 0
    rebuilding.rebuild()


def test_what_has_ended_is_taken_out() -> None:
    article = ArticleFactory(title="Les lanternes", published=True)
    # As an archive that was set for a day: no row is written when it comes.
    until = timezone.now() + timedelta(microseconds=1)
    Publication.objects.filter(article=article).update(live_until=until)
    assert found("lanternes") == []
    rebuilding.make_due()
    assert not drift()


# --- Documents ------------------------------------------------------------------------------------


def document_saying(text: str) -> Document:
    document = make_document("Bilan")
    keep_text(document, DocumentText(pages=[[1, text]], page_count=1, state="whole"))
    return document


def test_a_document_that_is_read_held_released_and_replaced() -> None:
    document = make_document("Bilan", text="rien\n")
    ArticleFactory(title="Les lanternes", published=True, documents=[document])
    EventFactory(title="Les lampions", published=True)
    keep_text(document, DocumentText(pages=[[1, "vannerie"]], page_count=1, state="whole"))
    assert found("vannerie") == ["Les lanternes"]

    document.hidden, document.hidden_meant_at = ["1 feuille masquée"], None
    document.save()
    assert found("vannerie") == []

    say_hidden_is_meant(document, by=national())
    document.save()
    assert found("vannerie") == ["Les lanternes"]

    keep_text(document, DocumentText(pages=[[1, "poterie"]], page_count=1, state="whole"))
    assert (found("poterie"), found("vannerie")) == (["Les lanternes"], [])
    DocumentText.objects.filter(document=document).update(pages=[[2, "dentelle"]])
    assert (found("dentelle"), found("poterie")) == (["Les lanternes"], [])
    DocumentText.objects.filter(document=document).delete()
    assert found("dentelle") == []


def test_documents_of_a_hundred_thousand_words() -> None:
    """PostgreSQL takes a megabyte of words an entry: the last ones are left out."""
    words = " ".join(f"mot{number}ier" for number in range(120_000))
    document = document_saying(words)
    ArticleFactory(title="Les lanternes", published=True, documents=[document])
    assert found("lanternes") == found("mot7ier") == ["Les lanternes"]


# --- Structures -----------------------------------------------------------------------------------


def test_a_structure_by_every_way_of_writing_one() -> None:
    person = national()
    one = StructureFactory(name="Les Lanternes", short_name="LLL")
    assert found("lanternes", person) == found("lll", person) == ["Les Lanternes"]
    one.name = "Les Lampions"
    one.save()
    assert (found("lampions", person), found("lanternes", person)) == (["Les Lampions"], [])
    Structure.objects.filter(pk=one.pk).update(description="vannerie")
    assert found("vannerie", person) == ["Les Lampions"]
    one.refresh_from_db()
    one.description = "poterie"
    Structure.objects.bulk_update([one], ["description"])
    assert (found("poterie", person), found("vannerie", person)) == (["Les Lampions"], [])
    Structure.objects.bulk_create([Structure(name="Les Torches", slug="les-torches")])
    assert found("torches", person) == ["Les Torches"]
    one.delete()
    Structure.objects.filter(name="Les Torches").delete()
    assert found("lampions", person) == found("torches", person) == []


def test_a_sector_that_is_renamed() -> None:
    sector = Sector.objects.create(name="Vannerie", slug="vannerie")
    StructureFactory(name="Les Lanternes", sector=sector, public=True)
    assert found("vannerie") == ["Les Lanternes"]
    sector.name = "Poterie"
    sector.save()
    assert (found("poterie"), found("vannerie")) == (["Les Lanternes"], [])


def test_a_consent_that_is_given_and_withdrawn() -> None:
    one = StructureFactory(name="Les Lanternes")
    assert found("lanternes") == []
    record_consent(
        structure=one,
        text=ConsentText.objects.latest("id"),
        given_by="La présidence",
        given_on=date(2026, 1, 15),
        by=None,
    )
    assert found("lanternes") == ["Les Lanternes"]
    withdraw_consent(structure=one, by=None)
    assert found("lanternes") == []


def test_two_structures_that_become_one_and_two_again() -> None:
    person = national()
    kept, other = StructureFactory(name="Les Lanternes"), StructureFactory(name="Les Lampions")
    FormerIdentity.objects.create(structure=other, name="Les Torches")
    done = merging.merge(kept=kept, absorbed=other, taken=["name"], by=None)
    assert not drift()
    for name in ("lanternes", "lampions", "torches"):
        assert found(name, person) == ["Les Lampions"], name
    merging.undo(merge=done, by=None)
    assert not drift()
    assert found("lanternes", person) == ["Les Lanternes"]
    assert found("lampions", person) == found("torches", person) == ["Les Lampions"]


def test_a_former_identity_that_goes_to_another_or_is_deleted() -> None:
    person = national()
    one, other = StructureFactory(name="Les Lanternes"), StructureFactory(name="Les Lampions")
    was = FormerIdentity.objects.create(structure=one, name="Les Torches")
    assert found("torches", person) == ["Les Lanternes"]
    was.structure = other
    was.save()
    assert not drift()
    assert found("torches", person) == ["Les Lampions"]
    FormerIdentity.objects.filter(pk=was.pk).update(structure=one)
    assert not drift()
    assert found("torches", person) == ["Les Lanternes"]
    FormerIdentity.objects.filter(pk=was.pk).delete()
    assert found("torches", person) == []


def test_an_import_and_its_undoing(places: None, tmp_path: Path) -> None:
    person = national()
    known = StructureFactory(rna="W380000001", name="Les Lanternes")
    path = files.rna(
        tmp_path / "rna.csv",
        {"id": "W380000001", "titre": "LES LAMPIONS"},
        {"id": "W380000002", "titre": "LES TORCHES", "adrs_codeinsee": "38185"},
    )
    source = examine(path)
    run = runs.begin(source=source, file_name=path.name, format="rna", mapping={}, is_trial=False)
    assert runs.advance(run, source)
    assert not drift()
    assert len(found("torches", person)) == len(found("lampions", person)) == 1
    run.refresh_from_db()
    undo(run, by=None)
    assert not drift()
    known.refresh_from_db()
    assert found("torches", person) == []
    assert len(found("lanternes", person)) == 1


# --- Who carries the DLA --------------------------------------------------------------------------


def agreement(operator: Operator, key: str, **years: Any) -> Agreement:
    territory = Territory.objects.get(pk=key)
    return Agreement.objects.create(
        operator=operator, territory=territory, **{"first_year": YEAR, **years}
    )


def names(operator: Operator, text: str) -> bool:
    return operator.name in found(text)


def test_what_an_operator_carries(places: None) -> None:
    one, other = OperatorFactory(name="Les Lanternes"), OperatorFactory(name="Les Lampions")
    row = agreement(one, "departement-38")
    assert names(one, "DLA Isère") and not names(other, "DLA Isère")
    row.operator = other
    row.save()
    assert not drift()
    assert names(other, "DLA Isère") and not names(one, "DLA Isère")
    row.territory = Territory.objects.get(pk="departement-69")
    row.save()
    assert names(other, "DLA Rhône") and not names(other, "DLA Isère")
    row.last_year = row.first_year = YEAR - 1
    row.save()
    assert not names(other, "DLA Rhône")
    Agreement.objects.filter(pk=row.pk).update(first_year=YEAR, last_year=YEAR)
    assert names(other, "DLA Rhône")
    row.delete()
    assert not names(other, "DLA Rhône")


def test_an_agreement_ends_with_its_year(places: None, monkeypatch: Patch) -> None:
    one = OperatorFactory(name="Les Lanternes")
    agreement(one, "departement-38", last_year=YEAR)
    agreement(one, "departement-69", first_year=YEAR + 1)
    assert names(one, "DLA Isère") and not names(one, "DLA Rhône")
    with monkeypatch.context() as patch:
        at(patch, timezone.now().replace(year=YEAR + 1, month=1, day=1, hour=12))
        rebuilding.make_due()
        assert not drift()
        assert names(one, "DLA Rhône") and not names(one, "DLA Isère")
    rebuilding.rebuild()


def test_an_operator_in_the_admin(places: None) -> None:
    one = OperatorFactory(name="Les Lanternes")
    row = agreement(one, "departement-38")
    client = Client()
    client.force_login(UserFactory(is_superuser=True, is_staff=True, whole_country=True))
    page = reverse("admin:structures_operator_change", args=[one.pk])
    form = client.get(page).context["adminform"].form
    fields = {
        name: "" if form[name].value() is None else form[name].value() for name in form.fields
    }
    posted = {
        **fields,
        "name": "Les Lampions",
        "agreements-TOTAL_FORMS": "1",
        "agreements-INITIAL_FORMS": "1",
        "agreements-0-id": row.pk,
        "agreements-0-operator": one.pk,
        "agreements-0-territory": row.territory_id,
        "agreements-0-first_year": row.first_year,
        "agreements-0-last_year": "",
        "agreements-0-DELETE": "on",
    }
    assert client.post(page, posted).status_code == 302
    assert not Agreement.objects.exists()
    assert found("Les Lampions") == ["Les Lampions"]
    assert found("lanternes") == found("DLA Isère Lampions") == []


def test_the_name_of_a_person_that_is_erased(places: None) -> None:
    one = OperatorFactory(
        name="Les Lanternes", contact_name="Zébuline Hautbois", contact_agreed_on=date(2026, 1, 5)
    )
    agreement(one, "departement-38")
    person = UserFactory(first_name="Zébuline", last_name="Hautbois", whole_country=True)
    assert names(one, "hautbois")
    personal_data.erase(person=person, by=None)
    assert found("hautbois") == found("zébuline") == []
    assert search("hautboys").corrected == ""
    assert WordKey.objects.filter(word="hautbois").exists()
    rebuilding.rebuild()
    assert not WordKey.objects.filter(word__in=["hautbois", "zebuline"]).exists()


# --- Words, pages, places -------------------------------------------------------------------------


def test_terms_of_the_glossary() -> None:
    term = TermFactory(term="Vannerie", expansion="art du panier", definition="De l’osier.")
    assert found("vannerie") == found("art du panier") == found("osier") == ["Vannerie"]
    term.term = "Poterie"
    term.save()
    assert (found("poterie"), found("vannerie")) == (["Poterie"], [])
    Term.objects.filter(pk=term.pk).update(definition="De la glaise.")
    assert (found("glaise"), found("osier")) == (["Poterie"], [])
    term.delete()
    assert found("poterie") == []


def test_pages_of_the_portal() -> None:
    page = Page.objects.get(slug="accessibilite")
    Page.objects.filter(pk=page.pk).update(title="Les lanternes", body="<p>vannerie</p>")
    assert found("lanternes") == found("vannerie") == ["Les lanternes"]
    Page.objects.filter(pk=page.pk).update(body="<p>poterie</p>")
    assert (found("poterie"), found("vannerie")) == (["Les lanternes"], [])


def test_a_series_is_found_by_who_reads_one_of_its_articles() -> None:
    series = SeriesFactory(name="Vannerie", description="<p>De l’osier.</p>")
    assert found("osier") == []
    article = ArticleFactory(published=True, audience="network", series=series)
    assert found("osier") == []
    assert found("osier", UserFactory()) == ["Vannerie"]
    services.archive(working=article, by=UserFactory())
    assert found("osier", UserFactory()) == []
    Series.objects.filter(pk=series.pk).update(description="<p>De la paille.</p>")
    Publication.objects.all().delete()


def test_a_geography_that_is_loaded_anew(
    places: None, files: Callable[..., Path], reduced_files: Path
) -> None:
    """Grenoble is called otherwise, Le Sappey joins another intercommunalité, one commune merges
    with another: contents, operators and structures follow."""
    grenoble = Territory.objects.get(pk="commune-38185")
    isere = Territory.objects.get(pk="departement-38")
    vanishing = Territory.objects.get(pk="commune-38229")
    ArticleFactory(title="Les lanternes", published=True, territories=[grenoble])
    EventFactory(title="Les lampions", published=True, territories=[vanishing])
    StructureFactory(name="Les Torches", commune=grenoble, public=True)
    one = OperatorFactory(name="Les Flambeaux")
    agreement(one, "departement-38")
    assert "Les lanternes" in found("grenoble")

    def renamed(rows: list[CsvRow]) -> list[CsvRow]:
        return [
            {**row, "name": "Gratianopolis"} if row["code"] == "38185" else row
            for row in rows
            if row["code"] != "38229"
        ]

    def merged(rows: list[CsvRow]) -> list[CsvRow]:
        moved = [{**row, "current": "38185"} if row["current"] == "38229" else row for row in rows]
        gone = {"code": "38229", "name": "Meylan", "kind": "deleguee", "until": "2029-01-01"}
        return [*moved, {**dict.fromkeys(rows[0], ""), **gone, "current": "38185"}]

    load(files(communes=renamed, communes_old=merged), on=date(2030, 1, 1))
    assert not drift()
    refresh_territories()
    assert not drift()
    assert "Les lanternes" in found("gratianopolis")
    assert "Les Torches" in found("gratianopolis")
    metropole = f"territoire={grenoble.epci_id}"
    assert "Les lampions" in found("lampions", query=metropole)

    Territory.objects.filter(pk=isere.pk).update(name="Isara")
    assert not drift()
    assert names(one, "DLA Isara")
    # Where a commune lies changes, and with it what the one that it took the place of lies in.
    Territory.objects.filter(pk=grenoble.pk).update(epci=None)
    assert not drift()
    assert found("lampions", query=metropole) == []


# --- In the same transaction ----------------------------------------------------------------------


def test_nothing_stays_of_what_is_taken_back() -> None:
    theme = ThemeFactory(name="Poterie")
    article = ArticleFactory(title="Les lanternes", published=True, themes=[theme])
    with transaction.atomic():
        StructureFactory(name="Les Torches", public=True)
        ThemeFactory(name="Vannerie")
        theme.name = "Dentelle"
        theme.save()
        services.archive(working=article, by=UserFactory())
        assert found("torches") and found("vannerie") and found("dentelle")
        assert found("lanternes") == []
        transaction.set_rollback(True)
    assert found("torches") == found("vannerie") == found("dentelle") == []
    assert found("lanternes") == ["Les lanternes"]
    assert "Les lanternes" in found("poterie")


def test_a_row_whose_entry_cannot_be_written_is_not_written(monkeypatch: Patch) -> None:
    """The two are one transaction, even where nobody began one."""

    def fail(*_: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr("search.storage.insert", fail)
        with pytest.raises(RuntimeError), transaction.atomic():
            ThemeFactory(name="Vannerie")
    assert not Theme.objects.filter(name="Vannerie").exists()


def test_the_demonstration(places: None) -> None:
    make_demonstration()
    assert not drift()
