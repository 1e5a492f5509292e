"""What Word crops from a picture is not in the picture that is imported."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from articles.importing import ImportedDocument, read_document
from tests.articles.word_files import paragraph, relations, word_file

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def quarters(kind: str = "PNG", **options: Any) -> bytes:
    """40 × 20 points: red and green above, blue and white below."""
    image = Image.new("RGB", (40, 20))
    for corner, colour in (((0, 0), RED), ((20, 0), GREEN), ((0, 10), BLUE), ((20, 10), WHITE)):
        image.paste(colour, (*corner, corner[0] + 20, corner[1] + 10))
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def drawing(crop: str = "", stretch: str = "<a:fillRect/>", shape: str = "") -> str:
    return (
        "<w:r><w:drawing><wp:inline><wp:extent cx='9' cy='9'/><wp:docPr id='1' name='x' "
        "descr='La façade'/><a:graphic><a:graphicData><pic:pic><pic:nvPicPr><pic:cNvPr id='1' "
        f"name='x'/></pic:nvPicPr><pic:blipFill><a:blip r:embed='p'/>{crop}<a:stretch>{stretch}"
        f"</a:stretch></pic:blipFill><pic:spPr>{shape}</pic:spPr></pic:pic></a:graphicData>"
        "</a:graphic></wp:inline></w:drawing></w:r>"
    )


def vml(crop: str) -> str:
    return f"<w:r><w:pict><v:shape><v:imagedata r:id='p' {crop}/></v:shape></w:pict></w:r>"


def imported(picture: str, content: bytes, name: str = "media/p.png") -> ImportedDocument:
    parts: dict[str, str | bytes] = {
        "word/_rels/document.xml.rels": relations({"p": ("image", name)}),
        f"word/{name}": content,
    }
    return read_document("a.docx", word_file(paragraph(picture), parts=parts))


def colours(document: ImportedDocument) -> set[Any]:
    (image,) = document.images
    pixels: Any = Image.open(io.BytesIO(image.content)).convert("RGBA")
    return {colour[:3] for _, colour in pixels.getcolors() or [] if colour[3]}


@pytest.mark.parametrize(
    ("picture", "left"),
    [
        (drawing('<a:srcRect r="50000"/>'), {RED, BLUE}),
        (drawing('<a:srcRect l="50000" t="50000"/>'), {WHITE}),
        (drawing('<a:srcRect b="50%"/>'), {RED, GREEN}),
        (drawing(stretch='<a:fillRect l="-100000"/>'), {GREEN, WHITE}),
        (drawing('<a:srcRect l="50000"/>', '<a:fillRect b="-100000"/>'), {GREEN}),
        (vml('cropright="32768f"'), {RED, BLUE}),
        (vml('croptop=".5" cropleft="50%"'), {WHITE}),
    ],
)
def test_keeps_what_is_shown_of_a_picture(picture: str, left: set[Any]) -> None:
    document = imported(picture, quarters())

    assert colours(document) == left
    assert document.unrecognised == ()


@pytest.mark.parametrize(
    "picture",
    [drawing(), drawing('<a:srcRect l="-5000" r="0"/>'), drawing("<a:srcRect/>"),
     drawing(shape='<a:prstGeom prst="rect"/>'), vml('croptop="0"')],
)  # fmt: skip
def test_leaves_a_whole_picture_as_it_is(picture: str) -> None:
    (image,) = imported(picture, quarters()).images

    assert image.content == quarters()


@pytest.mark.parametrize(("kind", "kept"), [("JPEG", "image/jpeg"), ("GIF", "image/png")])
def test_crops_other_formats(kind: str, kept: str) -> None:
    content = quarters(kind)
    document = imported(drawing('<a:srcRect r="50000"/>'), content, f"media/p.{kind.lower()}")
    (image,) = document.images

    assert image.content_type == kept
    assert Image.open(io.BytesIO(image.content)).size == (20, 20)


def test_cropped_picture_is_upright_and_without_metadata() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "secret"  # turned a quarter; a description
    content = quarters("JPEG", exif=exif, comment=b"secret")
    (image,) = imported(drawing('<a:srcRect r="50000"/>'), content, "media/p.jpeg").images

    assert b"secret" not in image.content
    upright: Any = Image.open(io.BytesIO(image.content))
    assert (upright.size, dict(upright.getexif())) == ((20, 20), {})
    assert upright.getpixel((15, 10))[0] > 200  # red went to the right


@pytest.mark.parametrize("shape", ["ellipse", "roundRect", "snip2DiagRect"])
def test_cuts_a_picture_to_its_shape(shape: str) -> None:
    (image,) = imported(drawing(shape=f'<a:prstGeom prst="{shape}"/>'), quarters()).images
    pixels = Image.open(io.BytesIO(image.content))

    assert pixels.getpixel((0, 0)) == (0, 0, 0, 0)
    assert pixels.getpixel((15, 5)) == (*RED, 255)


@pytest.mark.parametrize(
    "picture",
    [drawing(shape='<a:prstGeom prst="heart"/>'), drawing(shape="<a:custGeom/>"),
     drawing('<a:srcRect l="60000" r="60000"/>')],
)  # fmt: skip
def test_leaves_out_a_picture_that_it_cannot_crop(picture: str) -> None:
    document = imported(picture, quarters())

    assert document.images == ()
    (said,) = document.unrecognised
    assert said.startswith("Image «\u00a0La façade\u00a0» non reprise\u00a0: elle est rognée")


def test_leaves_out_a_damaged_picture_that_is_cropped() -> None:
    document = imported(drawing('<a:srcRect r="50000"/>'), quarters()[:60])

    assert document.images == ()
    assert len(document.unrecognised) == 1


@pytest.mark.parametrize(
    "picture",
    [drawing().replace("cx='9'", "cx='0'"), drawing().replace("id='1' name", "hidden='1' name"),
     drawing().replace("r:embed='p'/>", "r:embed='p'><a:alphaModFix amt='0'/></a:blip>")],
)  # fmt: skip
def test_leaves_out_a_picture_that_is_not_shown(picture: str) -> None:
    document = imported(picture, quarters())

    assert document.images == ()
    assert document.discarded == ("Texte masqué\u00a0: «\u00a0image La façade\u00a0»",)
