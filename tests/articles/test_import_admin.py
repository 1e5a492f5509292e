"""Documents brought in by the command and in the admin: what becomes of them in the portal."""

import base64
from collections.abc import Callable
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from PIL import Image as Pillow

from articles.models import Article, Publication
from media.models import Image
from tests.factories import ArticleFactory, UserFactory

pytestmark = pytest.mark.django_db

PAGE = """Décryptage
Les Belles rencontres du DLA

Jardins partagés : ce que la terre apprend aux associations

Publié le 22 décembre 2020 - Mise à jour le 04 janvier 2021
Mercredi 9 décembre 2020, des jardiniers se réunissaient pour parler d'autre chose que de semis.
Voici ce qu'ils en ont tiré.

Semer avant de compter

Un potager n'est pas un tableau. On y apprend à attendre, et l'attente a un prix.

>> Lire l'article "Récolter ensemble"

Thématiques

Gouvernance
Politiques publiques

Abonnez-vous à notre newsletter
"""


@pytest.fixture
def editor() -> Client:
    client = Client()
    client.force_login(UserFactory(group="Rédaction"))
    return client


def upload(client: Client, name: str, content: bytes) -> Any:
    return client.post(
        reverse("admin:articles_article_import"), {"document": SimpleUploadedFile(name, content)}
    )


def test_document_becomes_a_draft_with_a_report(editor: Client) -> None:
    target = ArticleFactory(title="Récolter ensemble")
    response = upload(editor, "page.txt", PAGE.encode())
    article = Article.objects.exclude(pk=target.pk).get()
    assert article.title == "Jardins partagés\u00a0: ce que la terre apprend aux associations"
    assert article.slug == "jardins-partages-ce-que-la-terre-apprend-aux-associations"
    assert (str(article.type), str(article.series)) == (
        "Décryptage",
        "Les Belles rencontres du DLA",
    )
    assert str(article.published_on) == "2020-12-22"
    assert str(article.updated_on) == "2021-01-04"
    assert article.standfirst.startswith("Mercredi 9 décembre 2020, des jardiniers")
    assert {theme.slug for theme in article.themes.all()} == {"gouvernance", "politiques-publiques"}
    assert [link.target for link in article.related_articles.all()] == [target]
    assert "<h2>Semer avant de compter</h2>" in article.blocks.get().text
    assert article.status == "draft"
    assert not Publication.objects.exists()
    assert article.versions.get().action == "imported"
    page = response.content.decode()
    assert "est un brouillon" in page
    assert "Abonnez-vous à notre newsletter" in page  # under what was left out


def test_picture_of_a_document_goes_to_the_library(editor: Client) -> None:
    from docx import Document
    from docx.shared import Inches

    from tests.factories import picture

    document = Document()
    document.add_heading("Un titre", 0)
    document.add_paragraph("Un paragraphe assez long pour être le chapô de ce document d’essai.")
    document.add_picture(BytesIO(picture().read()), width=Inches(2))
    file = BytesIO()
    document.save(file)
    upload(editor, "note.docx", file.getvalue())
    block = Article.objects.get().blocks.get(kind="figure")
    assert block.image == Image.objects.get()


def test_stored_picture_of_a_document_has_no_metadata(editor: Client) -> None:
    exif = Pillow.Exif()
    exif[0x010E] = "tréfonds"  # a description
    exif.get_ifd(0x8825)[1] = "N"  # a place
    file = BytesIO()
    Pillow.new("RGB", (40, 20), "red").save(file, "JPEG", exif=exif, comment=b"secret")
    data = base64.b64encode(file.getvalue()).decode()
    upload(
        editor, "page.html", f'{PAGE}<p><img alt="x" src="data:image/jpeg;base64,{data}">'.encode()
    )
    (image,) = Image.objects.all()

    for name in image.file_names():
        with image.file.storage.open(name) as stored, Pillow.open(stored) as opened:
            assert not opened.getexif()
            assert not {"comment", "exif", "xmp"} & set(opened.info)


def bomb() -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", 8) as archive:
        archive.writestr("word/document.xml", b"0" * 200_000_000)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("vide.txt", b""),
        ("note.docx", b"%PDF-1.4 pas un docx"),
        ("note.docx", bomb),
        ("note.exe", b"MZ"),
        ("note.txt", b"\x00\x01\x02" * 100),
    ],
)
def test_hostile_or_damaged_document_leaves_nothing_behind(
    editor: Client, name: str, content: bytes | Callable[[], bytes]
) -> None:
    content = content() if callable(content) else content
    response = upload(editor, name, content)
    assert response.status_code == 400 if content else 200
    assert "errorlist" in response.content.decode()
    assert not Article.objects.exists()
    assert not Image.objects.exists()


def test_script_in_a_page_is_left_out(editor: Client) -> None:
    html = b"<h1>Titre</h1><p onclick='x()'>Un paragraphe<script>alert(1)</script> suffisant.</p>"
    upload(editor, "page.html", b"<!doctype html><body>" + html)
    stored = "".join(Article.objects.get().blocks.values_list("text", flat=True))
    assert "script" not in stored
    assert "onclick" not in stored


def test_importing_asks_for_the_right(client: Client) -> None:
    url = reverse("admin:articles_article_import")
    assert client.get(url).status_code == 302
    client.force_login(UserFactory(is_staff=True))
    assert client.get(url).status_code == 403


def test_command_says_what_it_recognised_and_refuses_the_rest(tmp_path: Path) -> None:
    good, bad = tmp_path / "page.txt", tmp_path / "vide.txt"
    good.write_text(PAGE, encoding="utf-8")
    bad.write_bytes(b"")
    out, err = StringIO(), StringIO()
    with pytest.raises(CommandError, match=r"2 document\(s\) refusé\(s\) sur 3"):
        call_command("import_article", good, bad, tmp_path / "absent.txt", stdout=out, stderr=err)
    article = Article.objects.get()
    assert f"/admin/articles/article/{article.pk}/change/" in out.getvalue()
    assert "Série : Les Belles rencontres du DLA" in out.getvalue()
    assert "vide.txt" in err.getvalue()
    assert "absent.txt : illisible" in err.getvalue()
