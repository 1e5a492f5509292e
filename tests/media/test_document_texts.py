"""What is read inside documents is kept by page, and given for those that readers may have."""

from io import StringIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from articles import quality as of_articles
from database import written
from events.models import Resource
from events.programme import quality as of_events
from media.models import Document, DocumentText
from media.reading import bounds, process
from media.services import clean_again, create_document
from media.texts import texts_of
from pages.management.commands import run_due
from tests.factories import ArticleFactory, EventFactory, UserFactory, make_document
from tests.media.office_files import zipped
from tests.media.test_reading_pdf import printed

pytestmark = pytest.mark.django_db
PAGES: list[list[object]] = [[1, "Accueil"], [3, "Diagnostic partagé"]]


def pdf(*pages: str) -> ContentFile[bytes]:
    return ContentFile(printed(*(f"<p>{page}" for page in pages)), name="bilan.pdf")


def with_text(title: str = "Bilan") -> Document:
    document = make_document(title)
    DocumentText.objects.update_or_create(
        document=document, defaults={"pages": PAGES, "page_count": 3, "state": "whole"}
    )
    return document


def test_is_given_by_page() -> None:
    document = with_text()

    assert texts_of([document])[document.pk] == [(1, "Accueil"), (3, "Diagnostic partagé")]


def test_of_many_documents_takes_one_statement(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    documents = [with_text(), with_text(), with_text()]
    DocumentText.objects.filter(document=documents[2]).update(pages=[], state="none")

    with django_assert_num_queries(1):
        found = texts_of(documents)

    assert set(found) == {documents[0].pk, documents[1].pk}


def test_of_a_held_document_is_given_once_it_is_meant() -> None:
    document = with_text()
    document.hidden = ["1 feuille masquée"]
    document.save()
    assert texts_of([document]) == {}

    document.hidden_meant_at = timezone.now()
    document.save()
    assert len(texts_of([document])[document.pk]) == 2


def test_goes_with_its_document() -> None:
    document = with_text()
    document.delete()

    assert not DocumentText.objects.exists()


# --- Read as the file is taken ---


def test_is_read_as_a_document_is_made() -> None:
    document = create_document(title="Bilan", content=pdf("Accueil", "Diagnostic"))

    assert texts_of([document])[document.pk] == [(1, "Accueil"), (2, "Diagnostic")]
    assert document.text.state == "whole" and document.text.page_count == 2


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("Été;Économie\r\n".encode(), "Été;Économie"),
        ("Été".encode("cp1252"), "Été"),
        ("Été".encode("utf-8-sig"), "Été"),
        ("Été".encode("utf-16"), "Été"),
        ("a\x01b\u200b\ufeff".encode(), "ab"),
    ],
)
def test_plain_text_is_read_in_its_encoding(content: bytes, expected: str) -> None:
    document = create_document(title="Note", content=ContentFile(content, name="note.txt"))

    assert texts_of([document])[document.pk] == [(None, expected)]


def test_long_text_without_pages_is_parted_at_ends_of_lines_and_cut_at_two_millions() -> None:
    lines = "Une association employeuse.\n" * 80_000
    document = make_document(text=lines)

    pages = [text for _, text in texts_of([document])[document.pk]]
    assert document.text.state == "cut"
    assert sum(map(len, pages)) <= bounds.MOST_CHARACTERS
    assert all(text.endswith("employeuse.") for text in pages[:-1])
    assert max(map(len, pages)) <= bounds.LONGEST_PAGE


def test_document_without_text_is_told_from_one_that_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert create_document(title="Scan", content=pdf("")).text.state == "none"

    monkeypatch.setattr(process, "MOST_SECONDS", 0)
    assert create_document(title="Lent", content=pdf("Bonjour")).text.state == "unreadable"


def test_is_read_again_with_its_file() -> None:
    document = Document(title="Ancien")
    document.file.save("a.pdf", pdf("Bonjour"), save=False)
    document.save()

    assert clean_again(document)

    assert texts_of([document])[document.pk] == [(1, "Bonjour")]


def test_whoever_follows_texts_is_told(
    monkeypatch: pytest.MonkeyPatch, admin_client: Client
) -> None:
    told: list[int] = []
    followers = {"a test": (lambda model, keys: told.extend(keys), None)}
    for model in (Document, DocumentText):
        monkeypatch.setitem(written._followers, model, followers)

    admin_client.post(
        reverse("admin:media_document_add"), {"title": "Bilan", "file": pdf("Bonjour", "Suite")}
    )
    document = Document.objects.get()
    assert set(told) == {document.pk}
    told.clear()
    assert len(texts_of([document])[document.pk]) == 2

    document.hidden = ["1 calque masqué"]
    document.save()
    page = reverse("admin:media_document_change", args=[document.pk])
    admin_client.post(page, {"title": "Bilan", "hidden_is_meant": "on"})
    assert set(told) == {document.pk}


# --- Documents that were there before ---


def stored(content: ContentFile[bytes], title: str = "Ancien") -> Document:
    document = Document(title=title)
    document.file.save(str(content.name), content, save=False)
    document.save()
    return document


def said(*arguments: str) -> str:
    output = StringIO()
    call_command("read_documents", *arguments, stdout=output)
    return output.getvalue()


def test_command_reads_what_was_not_and_says_what_has_no_text() -> None:
    old, scan, missing = stored(pdf("Bonjour")), stored(pdf(""), "Scan"), make_document("Perdu")
    DocumentText.objects.all().delete()
    missing.file.storage.delete(str(missing.file.name))

    told = said()

    assert texts_of([old])[old.pk] == [(1, "Bonjour")]
    assert f"Document {scan.pk}, «\u00a0Scan\u00a0»\u00a0: aucun texte." in told
    assert "Documents lus\u00a0: 2. Restent à lire\u00a0: 1." in told
    assert "Documents lus\u00a0: 0. Restent à lire\u00a0: 1." in said()
    assert "Documents lus\u00a0: 2." in said("--again")


def test_archive_is_not_told_for_it_has_no_text_of_its_own() -> None:
    stored(ContentFile(zipped({"a.txt": "a"}), name="a.zip"))

    assert said() == "Documents lus\u00a0: 1. Restent à lire\u00a0: 0.\n"


def test_what_time_makes_due_reads_them_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    document = stored(pdf("Bonjour"))

    monkeypatch.setattr(run_due, "READ_FOR", -1)
    call_command("run_due", stdout=StringIO())
    assert texts_of([document]) == {}

    monkeypatch.setattr(run_due, "READ_FOR", 60)
    call_command("run_due", stdout=(output := StringIO()))
    assert "Documents lus pour la recherche\u00a0: 1." in output.getvalue()
    assert texts_of([document])


# --- Told to editors ---


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.pdf", {"pages": PAGES, "page_count": 2, "state": "whole"}, "2\u00a0pages."),
        (
            "a.pdf",
            {"pages": PAGES, "page_count": 40, "state": "whole"},
            "2\u00a0pages sur 40, les autres n’en ont pas.",
        ),
        ("a.pdf", {"pages": PAGES, "page_count": 2, "state": "cut"}, "pages, le début seulement."),
        ("a.pptx", {"pages": PAGES, "page_count": 2, "state": "whole"}, "2\u00a0diapositives."),
        ("a.docx", {"pages": [[None, "a"]], "state": "whole"}, "Texte trouvé\u00a0: tout le"),
        ("a.pdf", {"page_count": 2, "state": "none"}, "sans doute une image"),
        ("a.pdf", {"page_count": 2, "state": "unreadable"}, "ne peut pas être lu"),
        ("a.zip", {"state": "none"}, "ne lit pas l’intérieur des archives"),
    ],
)
def test_page_of_a_document_says_what_search_finds_of_it(
    name: str, text: dict[str, Any], expected: str, admin_client: Client
) -> None:
    document = Document(title="Bilan", size=1)
    document.file.name = f"documents/a/{name}"
    Document.objects.bulk_create([document])
    DocumentText.objects.create(document=document, **text)

    page = admin_client.get(reverse("admin:media_document_change", args=[document.pk]))
    assert expected in page.content.decode()


def test_document_that_is_still_to_be_read_says_so(admin_client: Client) -> None:
    document = make_document()
    DocumentText.objects.all().delete()

    page = admin_client.get(reverse("admin:media_document_change", args=[document.pk]))
    assert "n’a pas encore été lu" in page.content.decode()


def test_document_without_text_is_told_before_what_offers_it_is_published() -> None:
    scan = create_document(title="Scan", content=pdf(""))
    article = ArticleFactory(documents=[scan, make_document("Tableau")])
    event = EventFactory()
    Resource.objects.create(event=event, title="Scan", document=scan)
    editor = UserFactory(is_superuser=True)

    for remarks in (
        of_articles.remarks(article.snapshot(), reader=editor),
        of_events.remarks(event, reader=editor),
    ):
        told = [remark.text for remark in remarks if remark.where == "Documents"]
        assert len(told) == 1 and "«\u00a0Scan\u00a0» ne contient aucun texte" in told[0]


def test_document_without_text_is_not_named_to_those_who_may_not_open_it() -> None:
    article = ArticleFactory(documents=[create_document(title="Scan", content=pdf(""))])
    ArticleFactory(documents=list(Document.objects.all()), audience="roles", audience_roles="pilot")
    writer = UserFactory(group="Contribution", role="departmental_dla")

    told = of_articles.remarks(article.snapshot(), reader=writer)
    assert not any("Scan" in remark.text for remark in told)
