"""What the pages of a PDF do not show is gone, or told."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image as Pillow

from media.cleaning.files import clean
from media.cleaning.findings import Refused
from media.pdf import pdf_of

AUTHOR = b"Durand"
TEXT = b"BT /F1 12 Tf 72 700 Td (Bonjour) Tj ET\n"


def made(content: bytes = TEXT, change: Callable[[Pdf], None] | None = None, **save: Any) -> bytes:
    """Makes one page of A4, with streams that are not packed, so that a test may look for words in
    them."""
    with Pdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        page = pdf.pages[0]
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        page.obj.Resources = Dictionary(Font=Dictionary(F1=font))
        page.obj.Contents = pdf.make_stream(content)
        if change:
            change(pdf)
        buffer = BytesIO()
        pdf.save(buffer, compress_streams=False, **save)
        return buffer.getvalue()


def cleaned(content: bytes) -> tuple[bytes, list[str]]:
    target = BytesIO()
    found = clean(BytesIO(content), target, "pdf", "Titre montré")
    return target.getvalue(), found.sentences()


def told(content: bytes) -> str:
    return "\n".join(cleaned(content)[1])


def unpacked(content: bytes) -> bytes:
    """Returns every object of the file, packed or not, and the file itself."""
    buffer = BytesIO()
    with Pdf.open(BytesIO(content)) as pdf:
        pdf.save(
            buffer,
            compress_streams=False,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
        )
    return content + buffer.getvalue()


def photograph() -> bytes:
    exif = Pillow.Exif()
    exif[0x010F] = AUTHOR.decode()
    buffer = BytesIO()
    Pillow.effect_noise((60, 40), 50).save(buffer, "JPEG", exif=exif, comment=AUTHOR)
    return buffer.getvalue()


# --- Removed ---


def loaded(pdf: Pdf) -> None:
    """Makes a file with all the places where programs write who made a PDF, and with what."""
    page = pdf.pages[0].obj
    words = String("Durand")
    private = Dictionary(Illustrator=Dictionary(Private=pdf.make_stream(AUTHOR)))
    pdf.docinfo.Author = pdf.docinfo.Title = pdf.docinfo.Keywords = words
    with pdf.open_metadata() as metadata:
        metadata["dc:creator"] = ["Durand"]
    photo = pdf.make_stream(
        photograph(),
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=60,
        Height=40,
        ColorSpace=Name.DeviceGray,
        BitsPerComponent=8,
        Filter=Name.DCTDecode,
        Metadata=pdf.make_stream(b"<x>Durand</x>"),
    )
    page.Resources.XObject = Dictionary(Im1=photo)
    page.Thumb = pdf.make_stream(AUTHOR)
    page.PieceInfo = private
    page.LastModified = words
    page.Metadata = pdf.make_stream(AUTHOR)
    page.AA = Dictionary(O=Dictionary(S=Name.JavaScript, JS=words))
    page.Annots = Array(
        [
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Link,
                Rect=Array([0, 0, 9, 9]),
                M=words,
                NM=words,
                A=Dictionary(S=Name.Launch, F=words),
            ),
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.FileAttachment,
                Rect=Array([0, 0, 9, 9]),
                FS=Dictionary(EF=Dictionary(F=pdf.make_stream(AUTHOR))),
                Contents=words,
            ),
            Dictionary(Type=Name.Annot, Subtype=Name.Highlight, Rect=Array([0, 0, 9, 9]), T=words),
        ]
    )
    pdf.Root.PieceInfo = private
    pdf.Root.AA = Dictionary(WC=Dictionary(S=Name.JavaScript, JS=words))
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=words)
    pdf.Root.Names = Dictionary(
        JavaScript=Dictionary(Names=Array([words, Dictionary(S=Name.JavaScript, JS=words)])),
        Templates=Dictionary(Names=Array([words, Dictionary(Type=Name.Template)])),
    )
    pdf.Root.Lang = String("fr-FR")
    pdf.Root.SomethingOfAProgram = words
    pdf.attachments["Durand.xlsx"] = AUTHOR
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("Un chapitre", 0))


def test_nothing_of_its_author_is_left() -> None:
    content = made(TEXT, loaded)
    assert unpacked(content).count(AUTHOR) > 15

    target = BytesIO()
    found = clean(BytesIO(content), target, "pdf", "Titre montré")

    assert found.sentences() == []
    assert "Durand.xlsx" in " ".join(found.removed())
    assert AUTHOR not in unpacked(target.getvalue())
    with Pdf.open(target) as read:
        assert str(read.docinfo["/Title"]) == "Titre montré"
        assert set(read.docinfo.keys()) == {"/Title"}
        assert str(read.Root.Lang) == "fr-FR"
        assert read.Root.ViewerPreferences.DisplayDocTitle
        with read.open_outline() as outline:
            assert [item.title for item in outline.root] == ["Un chapitre"]
        photo = read.pages[0].obj.Resources.XObject.Im1
        with Pillow.open(BytesIO(photo.read_raw_bytes())) as picture:
            assert not picture.getexif() and picture.size == (60, 40)


def test_former_revisions_are_gone() -> None:
    """A PDF that was saved by small additions keeps the words and pages that were taken out of
    it."""
    first = made(b"BT /F1 12 Tf 72 700 Td (Durand est licencie) Tj ET")
    with Pdf.open(BytesIO(first)) as pdf:
        number = pdf.pages[0].obj.Contents.objgen[0]
    added = (
        f"{number} 0 obj\n<< /Length {len(TEXT)} >>\nstream\n".encode()
        + TEXT
        + b"\nendstream endobj\n"
    )
    start = first.rindex(b"startxref") + 10
    former = first[start:].split()[0]
    root = first[first.rindex(b"/Root") :].split()[1]
    at = len(first)
    table = f"xref\n{number} 1\n{at:010} 00000 n \n".encode()
    trailer = b"trailer << /Size 99 /Root %s 0 R /Prev %s >>\n" % (root, former)
    end = b"startxref\n%d\n%%%%EOF\n" % (at + len(added))
    content = first + added + table + trailer + end
    assert AUTHOR in content

    result, hidden = cleaned(content)

    assert hidden == []
    assert AUTHOR not in unpacked(result) and b"Bonjour" in unpacked(result)


def test_tagged_document_stays_tagged_and_says_so() -> None:
    content = pdf_of("<html lang=fr><title>Durand</title><h1>Un titre</h1><p>Un texte</p></html>")

    result, hidden = cleaned(content)

    assert hidden == []
    with Pdf.open(BytesIO(result)) as read:
        assert "/StructTreeRoot" in read.Root and read.Root.MarkInfo.Marked
        assert str(read.Root.Lang) == "fr"
        with read.open_metadata() as metadata:
            assert metadata["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
            assert metadata["dc:title"] == "Titre montré"
    assert cleaned(result)[0] == result  # cleaning what is clean changes nothing


def test_restrictions_without_password_are_no_obstacle() -> None:
    content = made(encryption=pikepdf.Encryption(owner="secret", user=""))

    with Pdf.open(BytesIO(cleaned(content)[0])) as read:
        assert not read.is_encrypted


# --- Told ---


def annotated(**values: Any) -> Callable[[Pdf], None]:
    def change(pdf: Pdf) -> None:
        annotation = Dictionary(Type=Name.Annot, Rect=Array([0, 0, 9, 9]), **values)
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(annotation)])

    return change


def layered(**default: Any) -> Callable[[Pdf], None]:
    def change(pdf: Pdf) -> None:
        group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Corrigé")))
        values: Any = {k: Array([group]) if v is True else v for k, v in default.items()}
        pdf.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary(**values))

    return change


def with_hidden_field(pdf: Pdf) -> None:
    field = pdf.make_indirect(Dictionary(FT=Name.Tx, T=String("a"), V=String("Avis réservé")))
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]))


def with_hidden_widget(pdf: Pdf) -> None:
    annotated(Subtype=Name.Widget, FT=Name.Tx, T=String("a"), V=String("Avis"), F=2)(pdf)
    pdf.Root.AcroForm = Dictionary(Fields=pdf.pages[0].obj.Annots)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (annotated(Subtype=Name.Text, Contents=String("À revoir")), "1 annotation ou commentaire"),
        (annotated(Subtype=Name.Highlight, Contents=String("À revoir")), "«\u00a0À revoir\u00a0»"),
        (annotated(Subtype=Name.Redact), "caviardage préparé mais pas appliqué"),
        (annotated(Subtype=Name.FreeText, Contents=String("Avis"), F=2), "invisible, mais rempli"),
        (with_hidden_widget, "invisible, mais rempli"),
        (
            annotated(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("file:///C:/a.pdf"))),
            "1 lien vers un fichier de votre ordinateur",
        ),
        (
            annotated(Subtype=Name.Link, A=Dictionary(S=Name.GoToR, F=String("Durand/a.pdf"))),
            "1 lien vers un fichier de votre ordinateur",
        ),
        (layered(OFF=True), "1 calque masqué\u00a0: «\u00a0Corrigé\u00a0»"),
        (layered(BaseState=Name.OFF), "1 calque masqué"),
        (with_hidden_field, "Avis réservé"),
        (annotated(Subtype=Name.FreeText, Contents=String("Visible")), ""),
        (annotated(Subtype=Name.Highlight), ""),
        (annotated(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("https://a.fr/"))), ""),
        (layered(), ""),
        (layered(BaseState=Name.OFF, ON=True), ""),
    ],
)
def test_what_lies_beside_the_page_is_told(change: Callable[[Pdf], None], expected: str) -> None:
    said = told(made(TEXT, change))

    assert expected in said and bool(said) == bool(expected)


def test_authors_of_comments_are_not_published() -> None:
    content = made(
        TEXT, annotated(Subtype=Name.Text, Contents=String("À revoir"), T=String("Durand"))
    )
    assert AUTHOR not in unpacked(cleaned(content)[0])


WORDS = b"BT /F1 12 Tf 72 700 Td (Avis reserve) Tj ET\n"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (WORDS + b"0 g 70 695 120 20 re f", "caché sous un aplat"),
        (WORDS + b"1 g 70 695 120 20 re f", "caché sous un aplat"),
        (WORDS + b"q 1 0 0 1 70 695 cm 0 0 120 20 re f Q", "caché sous un aplat"),
        (WORDS + b"70 695 m 190 695 l 190 715 l 70 715 l h f", "caché sous un aplat"),
        (b"q .5 0 0 .5 0 0 cm " + WORDS + b"70 695 120 20 re f Q", "caché sous un aplat"),
        (b"0 g 70 695 120 20 re f 1 g " + WORDS, ""),
        (WORDS + b"70 698 120 1 re f", ""),  # underlined
        (WORDS + b"70 704 120 1 re f", ""),  # struck
        (WORDS + b"70 300 120 20 re f", ""),
        (b"BT /F1 12 Tf 72 -200 Td (Avis reserve) Tj ET", "hors de ce qui se voit"),
        (b"BT /F1 12 Tf 900 700 Td (Avis reserve) Tj ET", "hors de ce qui se voit"),
        (b"BT 3 Tr /F1 12 Tf 72 700 Td (Avis reserve) Tj ET", "texte invisible"),
        (b"1 g " + WORDS, "blanc sur blanc"),
        (b"0 0 0 0 k " + WORDS, "blanc sur blanc"),
        (b"/Im1 Do 1 1 1 rg " + WORDS, "blanc sur blanc"),
        (b"/DeviceRGB cs 1 1 1 sc " + WORDS, "blanc sur blanc"),
        (b"/Spot cs 1 scn " + WORDS, ""),  # the whole of an ink
        (b"0 0 1 rg 0 600 595 200 re f 1 1 1 rg " + WORDS, ""),
    ],
)
def test_text_that_cannot_be_seen_is_told(content: bytes, expected: str) -> None:
    said = told(made(content))

    assert expected in said and bool(said) == bool(expected)


def test_text_under_a_picture_is_told_and_what_a_scan_says_is_not() -> None:
    def with_picture(pdf: Pdf) -> None:
        pdf.pages[0].obj.Resources.XObject = Dictionary(
            Im1=pdf.make_stream(
                b"\0",
                Type=Name.XObject,
                Subtype=Name.Image,
                Width=1,
                Height=1,
                ColorSpace=Name.DeviceGray,
                BitsPerComponent=8,
            )
        )

    small = b"q 120 0 0 20 70 695 cm /Im1 Do Q"
    whole = b"q 595 0 0 842 0 0 cm /Im1 Do Q "
    read = b"BT 3 Tr /F1 12 Tf 72 700 Td (Un texte lu) Tj ET"

    assert "caché sous un aplat ou une image" in told(made(WORDS + small, with_picture))
    assert told(made(whole + read, with_picture)) == ""
    assert told(made(WORDS + whole, with_picture)) == ""


def test_text_inside_a_form_is_followed() -> None:
    def with_form(pdf: Pdf) -> None:
        form = pdf.make_stream(
            b"0 g 0 0 120 20 re f",
            Type=Name.XObject,
            Subtype=Name.Form,
            BBox=Array([0, 0, 200, 200]),
            Matrix=Array([1, 0, 0, 1, 70, 695]),
        )
        pdf.pages[0].obj.Resources.XObject = Dictionary(Fm1=form)

    assert "caché sous un aplat" in told(made(WORDS + b"/Fm1 Do", with_form))


def test_text_outside_the_cropped_page_is_told() -> None:
    def crop(pdf: Pdf) -> None:
        pdf.pages[0].obj.CropBox = Array([0, 0, 595, 400])

    assert "hors de ce qui se voit de la page\u00a0: «\u00a0page 1\u00a0»" in told(
        made(WORDS, crop)
    )


# --- Refused and left ---


def test_second_copy_of_a_form_is_removed_and_said() -> None:
    def add(pdf: Pdf) -> None:
        pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=pdf.make_stream(AUTHOR))

    target = BytesIO()
    found = clean(BytesIO(made(TEXT, add)), target, "pdf", "")

    assert found.sentences() == [] and "XFA" in found.removed()[0]
    assert AUTHOR not in unpacked(target.getvalue())


def refusal(content: bytes) -> str:
    with pytest.raises(Refused) as refused:
        clean(BytesIO(content), BytesIO(), "pdf", "")
    return str(refused.value)


def test_what_cannot_be_checked_is_refused() -> None:
    def portfolio(pdf: Pdf) -> None:
        pdf.Root.Collection = Dictionary()

    def dynamic(pdf: Pdf) -> None:
        pdf.Root.NeedsRendering = True

    assert "mot de passe" in refusal(made(encryption=pikepdf.Encryption(owner="a", user="b")))
    assert "porte-documents" in refusal(made(TEXT, portfolio))
    assert "formulaire dynamique" in refusal(made(TEXT, dynamic))
    assert "abîmé" in refusal(b"%PDF-1.7\nnothing")


def test_signed_document_stays_as_it_is_and_says_so() -> None:
    def sign(pdf: Pdf) -> None:
        pdf.docinfo.Author = String("Durand")
        value = pdf.make_indirect(Dictionary(Type=Name.Sig, Contents=String("x")))
        field = Dictionary(FT=Name.Sig, T=String("s"), V=value, Subtype=Name.Widget)
        field.Rect = Array([0, 0, 0, 0])
        pdf.Root.AcroForm = Dictionary(Fields=Array([pdf.make_indirect(field)]), SigFlags=3)

    content = made(TEXT, sign)
    result, hidden = cleaned(content)

    assert result == content
    assert "1 signature électronique" in hidden[0]
