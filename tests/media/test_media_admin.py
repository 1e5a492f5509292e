"""The editors' library: adding, finding, deleting."""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import docx as python_docx
import pikepdf
import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import CheckboxInput, HiddenInput
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from accounts.models import User
from audit.models import Entry
from media.models import Document, Image
from tests.factories import ArticleFactory, UserFactory, make_document, make_image, picture
from tests.media.office_files import row, unzipped, xlsx

pytestmark = pytest.mark.django_db

ADD_IMAGE = "admin:media_image_add"
ADD_DOCUMENT = "admin:media_document_add"


@pytest.fixture
def editor(client: Client) -> User:
    user = UserFactory(group="Contribution")
    client.force_login(user)
    return user


@pytest.fixture
def keeper(client: Client) -> User:
    user = UserFactory(group="Équipe nationale")
    client.force_login(user)
    return user


def upload(content: bytes, name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def errors(response: Any) -> list[str]:
    return list(response.context["adminform"].form.errors.get("file", []))


# --- Adding ---


def test_adds_a_picture(client: Client, editor: User) -> None:
    response = client.post(
        reverse(ADD_IMAGE),
        {"title": "L'atelier", "file": upload(picture(700, 300).read(), "x" * 200 + ".png")},
    )

    assert response.status_code == 302
    image = Image.objects.get()
    assert image.title == "L’atelier"
    assert (image.width, image.height, image.widths) == (700, 300, [480, 700])
    assert image.created_by == editor
    assert all(image.file.storage.exists(name) for name in image.file_names())


def test_adds_a_picture_from_the_form_of_another_content(client: Client, editor: User) -> None:
    response = client.post(
        reverse(ADD_IMAGE) + "?_popup=1",
        {"title": "Un dessin", "file": upload(picture().read(), "a.png"), "_popup": "1"},
    )

    assert response.status_code == 200
    assert "data-popup-response" in response.text
    assert Image.objects.get().title == "Un dessin"


def test_adds_a_document(client: Client, editor: User) -> None:
    response = client.post(
        reverse(ADD_DOCUMENT),
        {"title": "Une fiche", "file": upload(b"a;b;c;d\n", "x" * 200 + ".csv")},
    )

    assert response.status_code == 302
    document = Document.objects.get()
    assert document.created_by == editor
    assert (document.format_label, document.size, document.hidden) == ("CSV", 8, [])


@pytest.mark.parametrize(
    ("address", "content", "name"),
    [
        (ADD_IMAGE, b"<svg xmlns='http://www.w3.org/2000/svg'/>", "dessin.png"),
        (ADD_IMAGE, b"\xff\xd8\xff\xe0 a photograph cut short", "photo.jpg"),
        (ADD_IMAGE, b"", "vide.png"),
        (ADD_DOCUMENT, b"MZ\x90\x00", "fiche.pdf"),
        (ADD_DOCUMENT, b"<!DOCTYPE html>", "page.html"),
    ],
)
def test_says_why_a_file_is_refused(
    client: Client, editor: User, address: str, content: bytes, name: str
) -> None:
    response = client.post(reverse(address), {"title": "Un fichier", "file": upload(content, name)})

    assert response.status_code == 200
    assert len(errors(response)) == 1
    assert not Image.objects.exists() and not Document.objects.exists()


def test_what_is_stored_says_nothing_of_its_author(client: Client, editor: User) -> None:
    made = python_docx.Document()
    made.core_properties.author = "Mme Durand"
    content = BytesIO()
    made.save(content)

    client.post(
        reverse(ADD_DOCUMENT),
        {"title": "Une fiche", "file": upload(content.getvalue(), "v3 Durand.docx")},
    )

    document = Document.objects.get()
    with document.file.open("rb") as file:
        stored = file.read()
    assert document.size == len(stored)
    assert python_docx.Document(BytesIO(stored)).core_properties.title == "Une fiche"
    assert b"Durand" not in b"".join(unzipped(stored).values())


HIDING = xlsx(row("Bilan"), state="hidden")


def given(client: Client, content: bytes, **values: str) -> Any:
    return client.post(
        reverse(ADD_DOCUMENT), {"title": "Bilan", "file": upload(content, "a.xlsx"), **values}
    )


def test_what_a_document_hides_is_told_and_not_added(client: Client, editor: User) -> None:
    page = given(client, HIDING)

    assert not Document.objects.exists()
    told = errors(page)
    assert "n’a pas été ajouté" in told[0] and "«\u00a0Paie\u00a0»" in told[1]
    form = page.context["adminform"].form
    assert isinstance(form.fields["hidden_is_meant"].widget, CheckboxInput)
    assert "Je publie aussi ce qui est caché" in page.text
    assert "choisissez de nouveau le même fichier" in page.text
    assert form["told"].value()


def test_what_is_hidden_is_published_once_it_is_said_of_that_file(
    client: Client, editor: User
) -> None:
    # A box that was ticked before anything was told says nothing.
    assert given(client, HIDING, hidden_is_meant="on").status_code == 200
    told = given(client, HIDING).context["adminform"].form["told"].value()

    # Another file may hide another thing.
    other = given(client, xlsx(row("Autre"), state="hidden"), hidden_is_meant="on", told=told)
    assert other.status_code == 200 and not Document.objects.exists()
    assert not other.context["adminform"].form["hidden_is_meant"].value()

    assert given(client, HIDING, hidden_is_meant="on", told=told).status_code == 302
    document = Document.objects.get()
    assert not document.is_held and document.hidden_meant_by == editor
    assert Entry.objects.filter(target_id=str(document.pk), actor=editor).exists()


def test_document_without_anything_hidden_asks_nothing(client: Client, editor: User) -> None:
    for page in (client.get(reverse(ADD_DOCUMENT)), given(client, b"no workbook")):
        widget = page.context["adminform"].form.fields["hidden_is_meant"].widget
        assert isinstance(widget, HiddenInput)


def test_what_was_removed_and_might_be_missed_is_said(client: Client, editor: User) -> None:
    with pikepdf.Pdf.new() as pdf:
        pdf.add_blank_page()
        pdf.attachments["budget.xlsx"] = b"x"
        content = BytesIO()
        pdf.save(content)

    page = client.post(
        reverse(ADD_DOCUMENT),
        {"title": "Bilan", "file": upload(content.getvalue(), "a.pdf")},
        follow=True,
    )

    assert "Retiré du fichier" in page.text and "budget.xlsx" in page.text


def held_document(by: User) -> Document:
    document = make_document(by=by)
    document.hidden = ["1 feuille masquée\u00a0: «\u00a0Paie\u00a0». Affichez-la."]
    document.save()
    return document


def test_document_that_is_held_is_found_shown_and_let_go(client: Client, editor: User) -> None:
    document = held_document(editor)
    make_document("Une autre")
    changelist = reverse("admin:media_document_changelist")
    address = reverse("admin:media_document_change", args=[document.pk])

    found = client.get(changelist, {"cache": "retenu"})
    assert [each.pk for each in found.context["cl"].result_list] == [document.pk]
    page = client.get(address)
    assert "Affichez-la." in page.text and "Je publie aussi" in page.text

    client.post(address, {"title": "Une fiche"})
    assert list(Document.objects.held()) == [document]

    client.post(address, {"title": "Une fiche", "hidden_is_meant": "on"})
    assert not Document.objects.held().exists()
    document.refresh_from_db()
    assert document.hidden_meant_by == editor
    found = client.get(changelist, {"cache": "voulu"})
    assert [each.pk for each in found.context["cl"].result_list] == [document.pk]
    assert "Je publie aussi" not in client.get(address).text


def test_new_title_is_the_file_s_own_too(client: Client, editor: User) -> None:
    content = BytesIO()
    python_docx.Document().save(content)
    client.post(
        reverse(ADD_DOCUMENT), {"title": "Avant", "file": upload(content.getvalue(), "a.docx")}
    )
    document = Document.objects.get()

    client.post(reverse("admin:media_document_change", args=[document.pk]), {"title": "Après"})

    document.refresh_from_db()
    with document.file.open("rb") as file:
        assert python_docx.Document(file).core_properties.title == "Après"


def test_asks_for_a_file(client: Client, editor: User) -> None:
    response = client.post(reverse(ADD_IMAGE), {"title": "Sans fichier"})

    assert len(errors(response)) == 1


# --- Changing ---


@pytest.mark.parametrize("make", [make_image, make_document])
def test_changes_the_title_and_never_the_file(
    client: Client, editor: User, make: Callable[..., Image | Document]
) -> None:
    media = make(by=editor)
    name = media.file.name
    address = reverse(f"admin:media_{media._meta.model_name}_change", args=[media.pk])

    response = client.post(
        address, {"title": "Un autre titre", "file": upload(picture().read(), "autre.png")}
    )

    assert response.status_code == 302
    media.refresh_from_db()
    assert (media.title, media.file.name) == ("Un autre titre", name)


def test_form_of_a_picture_shows_it(client: Client, editor: User) -> None:
    image = make_image(by=editor)

    page = client.get(reverse("admin:media_image_change", args=[image.pk])).text

    assert image.url_for(480) in page
    assert "640\u00a0×\u00a0400" in page
    assert 'style="' not in page


def test_form_of_a_document_links_to_no_dead_address(client: Client, editor: User) -> None:
    document = make_document(by=editor)

    page = client.get(reverse("admin:media_document_change", args=[document.pk])).text

    assert "une-fiche.csv" in page
    assert "/media/documents/" not in page


# --- Finding ---


@pytest.mark.parametrize(
    ("make", "address"),
    [
        (make_image, "admin:media_image_changelist"),
        (make_document, "admin:media_document_changelist"),
    ],
)
def test_list_costs_the_same_however_long(
    client: Client,
    editor: User,
    make: Callable[..., Image | Document],
    address: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    ContentType.objects.clear_cache()
    for _ in range(6):
        make(by=editor)

    with django_assert_max_num_queries(9):
        page = client.get(reverse(address))

    assert page.status_code == 200
    assert len(page.context["cl"].result_list) == 6


def test_finds_by_title_alternative_and_credit(client: Client, editor: User) -> None:
    image = make_image("Marché de printemps", by=editor)
    image.alt, image.credit = "Trois étals", "Fonds du réseau"
    image.save()
    make_image("Autre chose", by=editor)

    for words in ("printemps", "étals", "réseau"):
        found = client.get(reverse("admin:media_image_changelist"), {"q": words})
        assert [each.pk for each in found.context["cl"].result_list] == [image.pk]


def test_is_offered_to_the_forms_of_articles(client: Client, editor: User) -> None:
    image = make_image("Marché de printemps", by=editor)

    found = client.get(
        reverse("admin:autocomplete"),
        {"app_label": "articles", "model_name": "article", "field_name": "cover", "term": "marché"},
    )

    assert [each["id"] for each in found.json()["results"]] == [str(image.pk)]


def test_form_where_it_is_chosen_is_told_what_it_looks_like(client: Client, editor: User) -> None:
    image = make_image(by=editor)
    image.alt = "Trois étals"
    image.save()

    answer = client.get(reverse("admin:media_image_chosen", args=[image.pk]))

    assert answer.json() == {
        "src": image.url_for(480),
        "width": 240,
        "height": 150,
        "alt": "Trois étals",
    }


def test_only_those_who_see_the_library_are_told(client: Client) -> None:
    address = reverse("admin:media_image_chosen", args=[make_image().pk])
    assert client.get(address).status_code == 302

    client.force_login(UserFactory(is_staff=True))
    assert client.get(address).status_code == 403


# --- Deleting ---


def names(media: Image | Document) -> list[str]:
    return media.file_names() if isinstance(media, Image) else [str(media.file.name)]


def there(media: Image | Document) -> Iterator[bool]:
    return (media.file.storage.exists(name) for name in names(media))


@pytest.mark.parametrize("make", [make_image, make_document])
def test_deleting_removes_the_files_once_it_is_certain(
    client: Client,
    keeper: User,
    make: Callable[[], Image | Document],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    media = make()
    address = reverse(f"admin:media_{media._meta.model_name}_delete", args=[media.pk])

    with django_capture_on_commit_callbacks() as callbacks:
        client.post(address, {"post": "yes"})
    assert not type(media).objects.filter(pk=media.pk).exists()
    assert all(there(media))

    for callback in callbacks:
        callback()
    assert not any(there(media))


@pytest.mark.parametrize("make", [make_image, make_document])
def test_deleting_several_removes_their_files_only(
    client: Client,
    keeper: User,
    make: Callable[[], Image | Document],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    kept, *doomed = make(), make(), make()
    address = reverse(f"admin:media_{kept._meta.model_name}_changelist")

    with django_capture_on_commit_callbacks(execute=True):
        client.post(
            address,
            {
                "action": "delete_selected",
                "_selected_action": [media.pk for media in doomed],
                "post": "yes",
            },
        )

    assert [media.pk for media in type(kept).objects.all()] == [kept.pk]
    assert all(there(kept))
    assert not any(any(there(media)) for media in doomed)


def test_picture_of_an_article_cannot_be_deleted(
    client: Client,
    keeper: User,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    image = make_image()
    ArticleFactory(cover=image)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("admin:media_image_delete", args=[image.pk]), {"post": "yes"})

    assert Image.objects.filter(pk=image.pk).exists()
    assert all(there(image))


def test_those_who_write_do_not_delete(client: Client, editor: User) -> None:
    image = make_image(by=editor)

    response = client.post(reverse("admin:media_image_delete", args=[image.pk]), {"post": "yes"})

    assert response.status_code == 403
    assert all(there(image))
