"""What is taken, what is refused, and what becomes of a picture that was taken."""

import random
import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image as Pillow
from PIL import ImageCms

from media.models import Image
from media.pdf import pdf_of
from media.renditions import MOST_BYTES, opened
from media.services import create_image

ORIENTATION, GPS = 0x0112, 0x8825
SECRET = b"Chez une personne"


def written(pixels: Pillow.Image, kind: str, **options: object) -> bytes:
    buffer = BytesIO()
    pixels.save(buffer, kind, **options)
    return buffer.getvalue()


def photograph(width: int = 640, height: int = 400) -> Pillow.Image:
    """Draws noise: it has as many colours as a photograph."""
    bands = [Pillow.effect_noise((width, height), 80) for _ in range(3)]
    return Pillow.merge("RGB", bands)


def drawing(width: int = 640, height: int = 400) -> Pillow.Image:
    """Draws red above, blue below."""
    pixels = Pillow.new("RGB", (width, height), "#0000ff")
    pixels.paste("#ff0000", (0, 0, width, height // 2))
    return pixels


def png_header(width: int, height: int) -> bytes:
    """Makes a PNG that announces a size and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )


def uploaded(content: bytes, name: str = "image.jpg") -> Image:
    return create_image(title="Une image", content=ContentFile(content, name=name))


def stored(image: Image) -> Iterator[tuple[str, bytes]]:
    for name in image.file_names():
        with image.file.storage.open(name) as file:
            yield name, file.read()


def refusal(content: bytes) -> str:
    with pytest.raises(ValidationError) as refused:
        opened(BytesIO(content))
    return " ".join(refused.value.messages)


# --- Taken ---


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
@pytest.mark.parametrize("name", ["image.jpg", "image.png", "image", "../../image.exe"])
def test_takes_the_usual_formats_whatever_their_name(kind: str, name: str) -> None:
    image = uploaded(written(drawing(), kind), name)

    assert (image.width, image.height) == (640, 400)
    assert image.widths == [480, 640]
    assert re.fullmatch(r"images/\d{4}/[\w-]{22}\.(jpg|png)", str(image.file.name))
    for stored_name, content in stored(image):
        expected = {"jpg": "JPEG"}.get(extension := stored_name.rpartition(".")[2], extension)
        with Pillow.open(BytesIO(content)) as read:
            assert read.format == expected.upper()
            assert read.width in (480, 640)


@pytest.mark.django_db
def test_name_says_nothing_of_the_content() -> None:
    content = written(drawing(), "PNG")

    first, second = uploaded(content), uploaded(content)

    assert first.file.name != second.file.name


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (1, [1]),
        (100, [100]),
        (480, [480]),
        (700, [480, 700]),
        (1600, [480, 960, 1600]),
        (2000, [480, 960, 1600]),
    ],
)
def test_never_enlarges(width: int, expected: list[int]) -> None:
    picture = opened(BytesIO(written(drawing(width, 10), "PNG")))

    assert picture.widths == expected
    assert picture.pixels.width == width


def test_keeps_no_more_than_2400_pixels_of_width() -> None:
    picture = opened(BytesIO(written(drawing(4800, 1000), "JPEG")))

    assert picture.pixels.size == (2400, 500)


@pytest.mark.django_db
def test_takes_a_very_tall_picture() -> None:
    image = uploaded(written(drawing(60, 30_000), "PNG"))

    assert image.height <= 16_383
    assert len(list(stored(image))) == 4


@pytest.mark.parametrize(
    ("pixels", "kind", "fallback"),
    [
        (photograph(), "PNG", "jpg"),
        (photograph(), "JPEG", "jpg"),
        (drawing(), "PNG", "png"),
        (photograph().convert("RGBA"), "PNG", "jpg"),  # it is opaque all over
        (Pillow.new("RGBA", (50, 50), (9, 9, 9, 90)), "PNG", "png"),
        (Pillow.new("LA", (50, 50), (9, 90)), "PNG", "png"),
    ],
)
def test_fallback_suits_what_the_picture_is(pixels: Pillow.Image, kind: str, fallback: str) -> None:
    assert opened(BytesIO(written(pixels, kind))).fallback == fallback


@pytest.mark.django_db
def test_drawing_keeps_its_colours_and_little_weight() -> None:
    image = uploaded(written(drawing(2000, 1000), "PNG"))

    files = dict(stored(image))
    smallest = files[image.rendition_name(480, "png")]
    with Pillow.open(BytesIO(smallest)) as read:
        assert read.convert("RGB").getpixel((10, 10)) == (255, 0, 0)
    assert len(smallest) < 2000


def test_sixteen_bits_of_grey_stay_grey() -> None:
    picture = opened(BytesIO(written(Pillow.new("I;16", (20, 20), 0x8000), "PNG")))

    assert picture.pixels.getpixel((5, 5)) == (128, 128, 128)


def test_takes_a_printer_s_four_colours() -> None:
    picture = opened(BytesIO(written(Pillow.new("CMYK", (20, 20), (0, 255, 255, 0)), "JPEG")))

    assert picture.pixels.getpixel((5, 5)) == (255, 0, 0)


def test_applies_the_colour_profile_before_removing_it() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    grey = Pillow.new("RGB", (20, 20), "#808080")

    # They are its own profile, one of another space, and a damaged one.
    for some in (srgb, profile, b"not a profile"):
        picture = opened(BytesIO(written(grey, "PNG", icc_profile=some)))
        assert picture.pixels.getpixel((5, 5)) == (128, 128, 128)
        assert not picture.pixels.info


# --- Metadata and hidden parts ---


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_turns_upright_and_forgets_place_and_camera(kind: str) -> None:
    exif = Pillow.Exif()
    exif[ORIENTATION] = 6  # it was held upright: the left side is the top
    exif[0x010F] = SECRET.decode()
    exif[GPS] = {1: "N", 2: (45.0, 11.0, 18.0), 3: "E", 4: (5.0, 43.0, 12.0)}
    lying = drawing(200, 300).rotate(90, expand=True)

    image = uploaded(written(lying, kind, exif=exif, quality=95, xmp=SECRET, comment=SECRET))

    assert (image.width, image.height) == (200, 300)
    for name, content in stored(image):
        assert SECRET not in content, name
        with Pillow.open(BytesIO(content)) as read:
            assert not dict(read.getexif()), name
            assert not {"exif", "xmp", "comment", "icc_profile"} & set(read.info), name
            above, below = (read.convert("RGB").getpixel((100, y)) for y in (20, 280))
            assert isinstance(above, tuple) and isinstance(below, tuple)
            assert above[0] > 200 > 50 > above[2] and below[2] > 200 > 50 > below[0], name


@pytest.mark.django_db
@pytest.mark.parametrize(
    "hidden", [b"<script>alert(1)</script>", b"PK\x03\x04 an archive", b"%PDF-1.7"]
)
def test_drops_what_hides_behind_a_picture(hidden: bytes) -> None:
    image = uploaded(written(photograph(), "JPEG") + hidden)

    assert all(hidden not in content for _, content in stored(image))


# --- Refused ---


@pytest.mark.parametrize(
    ("width", "height"), [(60_000, 60_000), (10_000, 10_000), (8000, 7000), (1, 50_000_001)]
)
def test_refuses_more_than_fifty_million_pixels_before_decoding(width: int, height: int) -> None:
    assert "50\u00a0millions" in refusal(png_header(width, height))


@pytest.mark.parametrize(
    "content",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"<!DOCTYPE html><title>Une page</title>",
        b"%PDF-1.7",
        b"GIF89a",
        b"\x89PNG\r\n\x1a\n",
        b"",
        written(drawing(), "BMP"),
        written(drawing(), "TIFF"),
    ],
)
def test_refuses_what_is_not_one_of_these_formats(content: bytes) -> None:
    """SVG is among them, whatever its name: it can carry scripts."""
    assert "JPEG, PNG, WebP ou GIF" in refusal(content)


def test_refuses_more_than_fifteen_megabytes() -> None:
    heavy = written(drawing(), "JPEG") + bytes(MOST_BYTES)

    assert "15\u00a0Mo" in refusal(heavy)


def test_refuses_a_truncated_picture() -> None:
    whole = written(photograph(), "JPEG")

    assert "abîmée" in refusal(whole[: len(whole) // 2])


def test_refuses_a_truncated_picture_after_a_pdf_was_made() -> None:
    whole = written(photograph(), "JPEG")

    assert pdf_of("<title>Fiche</title><p>Fiche").startswith(b"%PDF")
    assert "abîmée" in refusal(whole[: len(whole) // 2])


# Pillow warns of damaged metadata, read or not.
@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_damage_never_does_more_than_refuse(kind: str) -> None:
    chance = random.Random(kind)
    exif = Pillow.Exif()
    exif[ORIENTATION] = 6
    exif[GPS] = {1: "N", 2: (45.0, 11.0, 18.0)}
    options = {} if kind == "GIF" else {"exif": exif}
    whole = written(photograph(60, 40), kind, **options)
    for attempt in range(150):
        damaged = bytearray(whole)
        near = min(len(whole), 300) if attempt % 2 else len(whole)
        for _ in range(chance.randint(1, 6)):
            damaged[chance.randrange(near)] = chance.randrange(256)
        with suppress(ValidationError):
            opened(BytesIO(damaged))


@pytest.mark.django_db
def test_failure_leaves_no_file_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*args: object) -> bytes:
        raise OSError("encoder")

    monkeypatch.setattr("media.renditions.encoded", fails)
    saved: list[object] = []
    monkeypatch.setattr("django.core.files.storage.FileSystemStorage.save", saved.append)

    with pytest.raises(OSError, match="encoder"):
        uploaded(written(drawing(), "PNG"))

    assert saved == []
    assert not Image.objects.exists()
