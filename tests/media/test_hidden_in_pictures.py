"""What a picture's file holds beside its picture is in none of the files that readers can reach.

The files are read by the parsers below, which know nothing of the library that wrote them: they
name every part of a file, so that a part of any kind would be seen.
"""

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image as Pillow
from PIL import ImageCms, PngImagePlugin

from media.cleaning.pictures import bare
from media.models import Image
from media.renditions import opened
from media.services import create_image

SECRET = b"Chez Mme Durand"
ORIENTATION, MAKER, GPS, SUB_IFD = 0x0112, 0x010F, 0x8825, 0x8769
XMP = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"


# --- Strangers' readers ---


def png_parts(content: bytes) -> Iterator[str]:
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    at = 8
    while at < len(content):
        (size,) = struct.unpack_from(">I", content, at)
        yield content[at + 4 : at + 8].decode()
        at += 12 + size


def jpeg_parts(content: bytes) -> Iterator[str]:
    at = 0
    while at < len(content):
        assert content[at] == 0xFF
        marker = content[at + 1]
        yield f"{marker:02X}"
        at += 2
        if marker in (0xD8, 0xD9):
            continue
        at += int.from_bytes(content[at : at + 2], "big")
        if marker == 0xDA:
            while content[at] != 0xFF or content[at + 1] in (0, *range(0xD0, 0xD8)):
                at += 1


def webp_parts(content: bytes) -> Iterator[str]:
    assert struct.unpack_from("<I", content, 4) == (len(content) - 8,)
    at = 12
    while at < len(content):
        (size,) = struct.unpack_from("<I", content, at + 4)
        yield content[at : at + 4].decode()
        at += 8 + size + size % 2


def avif_parts(content: bytes) -> Iterator[str]:
    """Yields boxes, and those inside the ones that hold descriptions of items."""

    def boxes(data: bytes) -> Iterator[str]:
        at = 0
        while at < len(data):
            (size,) = struct.unpack_from(">I", data, at)
            kind = data[at + 4 : at + 8].decode("latin-1")
            body = data[at + 8 : at + size]
            yield kind
            if kind in ("iprp", "ipco"):
                yield from boxes(body)
            elif kind == "meta":
                yield from boxes(body[4:])
            elif kind == "iinf":
                yield from boxes(body[6:])
            elif kind == "infe":
                yield body[8:12].decode()
            elif kind == "colr":
                yield body[:4].decode()
            at += size

    return boxes(content)


ALLOWED = {
    "png": (png_parts, {"IHDR", "PLTE", "tRNS", "IDAT", "IEND"}),
    # E0 is JFIF; DB, C0 to C4, DA and DD draw.
    "jpg": (jpeg_parts, {"D8", "E0", "DB", "C0", "C2", "C4", "DA", "DD", "D9"}),
    "webp": (webp_parts, {"VP8 ", "VP8L", "VP8X", "ALPH"}),
    "avif": (
        avif_parts,
        {
            *("ftyp", "meta", "hdlr", "pitm", "iloc", "iinf", "infe", "av01", "iref", "iprp"),
            *("ipco", "ispe", "pixi", "av1C", "auxC", "ipma", "colr", "nclx", "mdat", "idat"),
        },
    ),
}


def files(image: Image) -> dict[str, bytes]:
    read = {}
    for name in image.file_names():
        with image.file.storage.open(name) as file:
            read[name] = file.read()
    return read


def uploaded(content: bytes) -> Image:
    return create_image(title="Une image", content=ContentFile(content, name=f"{SECRET!r}.jpg"))


def assert_holds_its_picture_only(image: Image) -> None:
    for name, content in files(image).items():
        parts, allowed = ALLOWED[name.rpartition(".")[2]]
        assert not set(parts(content)) - allowed, name
        assert SECRET not in content, name
        assert "Durand" not in name


# --- Inputs ---


def photograph(mode: str = "RGB") -> Pillow.Image:
    bands = [Pillow.effect_noise((200, 120), 80) for _ in mode]
    return Pillow.merge(mode, bands) if len(bands) > 1 else bands[0]


def exif() -> Pillow.Exif:
    """Returns EXIF with a place, the camera's maker, and the thumbnail of what was cropped away."""
    made = Pillow.Exif()
    made[MAKER] = SECRET.decode()
    made[GPS] = {1: "N", 2: (45.0, 11.0, 18.0), 3: "E", 4: (5.0, 43.0, 12.0)}
    made.get_ifd(SUB_IFD)[0x9286] = SECRET
    return made


def profile() -> bytes:
    """Returns sRGB under a person's name, which a profile holds as text."""
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return made.replace(b"sRGB built-in"[:12], SECRET[:12])


def written(pixels: Pillow.Image, kind: str, **options: object) -> bytes:
    buffer = BytesIO()
    pixels.save(buffer, kind, **options)
    return buffer.getvalue()


def segment(marker: int, data: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data


def loaded_jpeg(mode: str = "RGB") -> bytes:
    """Returns everything that cameras, phones and Photoshop put in a JPEG, and a second picture
    behind."""
    whole = written(
        photograph(mode), "JPEG", exif=exif(), icc_profile=profile(), comment=SECRET, xmp=XMP
    )
    extra = (
        segment(0xE1, XMP)
        + segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0" + SECRET)
        + segment(0xE2, b"MPF\0" + SECRET)
        + segment(0xE0, b"JFXX\0\x10" + SECRET)
        + segment(0xEA, SECRET)
        + segment(0xFE, SECRET)
    )
    return whole[:2] + extra + whole[2:] + written(photograph(), "JPEG", comment=SECRET)


def loaded_png(pixels: Pillow.Image) -> bytes:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", SECRET.decode())
    texts.add_text("Comment", SECRET.decode(), zip=True)
    texts.add_itxt("XML:com.adobe.xmp", XMP.decode("latin-1"))
    texts.add(b"prVt", SECRET)
    whole = written(pixels, "PNG", exif=exif(), icc_profile=profile(), pnginfo=texts, dpi=(72, 72))
    # A longer file was there before, whose end was not cut away.
    return whole + b"IDAT" + SECRET + whole


def png(chunks: list[tuple[bytes, bytes]], *, bad: bytes = b"") -> bytes:
    """Makes a PNG. `bad` names the chunks whose checksum is wrong."""
    whole = b"\x89PNG\r\n\x1a\n"
    for kind, data in chunks:
        checksum = zlib.crc32(kind + data) ^ (1 if kind == bad else 0)
        whole += struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)
    return whole


def still(*ancillary: tuple[bytes, bytes], bad: bytes = b"") -> bytes:
    """Makes a picture of ten points by ten, all red."""
    header = struct.pack(">IIBBBBB", 10, 10, 8, 2, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\xff\0\0" * 10) * 10)
    return png([(b"IHDR", header), *ancillary, (b"IDAT", rows), (b"IEND", b"")], bad=bad)


# --- Nothing but the picture ---


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content",
    [
        pytest.param(lambda: loaded_jpeg(), id="jpeg"),
        pytest.param(lambda: loaded_jpeg("L"), id="jpeg of greys"),
        pytest.param(lambda: loaded_jpeg("CMYK"), id="jpeg of a printer"),
        pytest.param(lambda: loaded_png(photograph()), id="png of a photograph"),
        pytest.param(lambda: loaded_png(photograph("RGBA")), id="png with transparency"),
        pytest.param(lambda: loaded_png(photograph("LA")), id="png of greys with transparency"),
        pytest.param(lambda: loaded_png(photograph("L").convert("P")), id="png with a palette"),
        pytest.param(lambda: loaded_png(Pillow.new("1", (200, 120))), id="png in black and white"),
        pytest.param(
            lambda: (
                written(photograph("RGBA"), "WEBP", exif=exif(), xmp=XMP, icc_profile=profile())
                + SECRET
            ),
            id="webp",
        ),
        pytest.param(lambda: written(photograph("L"), "GIF", comment=SECRET) + SECRET, id="gif"),
    ],
)
def test_only_the_picture_goes_out(content: object) -> None:
    whole = content()  # type: ignore[operator]  # made here, not when the tests are gathered
    assert SECRET in whole or SECRET[:12] in whole

    assert_holds_its_picture_only(uploaded(whole))


@pytest.mark.django_db
def test_second_picture_of_a_phone_is_no_animation() -> None:
    """An MPO has a map of depth or of light after the picture."""
    whole = BytesIO()
    first, second = photograph(), photograph()
    first.save(whole, "MPO", save_all=True, append_images=[second])

    image = uploaded(whole.getvalue())

    assert_holds_its_picture_only(image)
    assert (image.width, image.height) == (200, 120)


def hidden_under(opacity: int) -> Pillow.Image:
    """Draws a black word-like bar in a corner that is made transparent, on a plain ground."""
    pixels = Pillow.new("RGBA", (200, 120), (255, 255, 255, 255))
    pixels.paste((200, 10, 10, opacity), (0, 0, 100, 100))
    pixels.paste((10, 200, 10, opacity), (20, 20, 60, 40))
    return pixels


@pytest.mark.django_db
@pytest.mark.parametrize("opacity", [0, 3])
@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_nothing_is_left_under_what_is_transparent(opacity: int, kind: str) -> None:
    options = {"lossless": True, "exact": True} if kind == "WEBP" else {}
    image = uploaded(written(hidden_under(opacity), kind, **options))

    for name, content in files(image).items():
        with Pillow.open(BytesIO(content)) as read:
            corner = read.convert("RGBA").crop((0, 0, 80, 80))
            # AVIF draws colours with a loss: a spread of a few levels tells nothing.
            most = 8 if name.endswith(".avif") else 0
            for band in corner.split():
                seen = set(band.tobytes())
                assert max(seen) - min(seen) <= most, name


# --- Colours stay right ---


@pytest.mark.parametrize(
    ("mode", "key", "ground"), [("RGB", (255, 255, 255), "white"), ("L", 255, "white")]
)
def test_transparency_by_colour_stays_transparent_whatever_the_profile(
    mode: str, key: object, ground: str
) -> None:
    pixels = Pillow.new(mode, (40, 40), ground)
    pixels.paste("black", (10, 10, 30, 30))
    for some in (None, profile()):
        given = written(pixels, "PNG", transparency=key, icc_profile=some)
        picture = opened(BytesIO(given)).pixels
        assert picture.mode == "RGBA"
        assert picture.getpixel((0, 0)) == (0, 0, 0, 0)
        assert picture.getpixel((20, 20)) == (0, 0, 0, 255)


@pytest.mark.parametrize(("colour_type", "samples"), [(0, 1), (2, 3)])
def test_transparency_by_colour_in_sixteen_bits(colour_type: int, samples: int) -> None:
    ground, ink = b"\x12\x34" * samples, b"\xc0\x00" * samples
    header = struct.pack(">IIBBBBB", 4, 1, 16, colour_type, 0, 0, 0)
    rows = zlib.compress(b"\0" + ground * 2 + ink * 2)
    content = png([(b"IHDR", header), (b"tRNS", ground), (b"IDAT", rows), (b"IEND", b"")])

    pixels = opened(BytesIO(content)).pixels

    assert pixels.getpixel((0, 0)) == (0, 0, 0, 0)
    assert pixels.getpixel((3, 0)) == (192, 192, 192, 255)


def wide_profile() -> bytes:
    """Returns sRGB with its red and green exchanged: it shows at once where it is not applied."""
    made = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, green = made.index(b"rXYZ"), made.index(b"gXYZ")
    made[red : red + 4], made[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(made)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
def test_profile_is_applied_with_and_without_transparency(mode: str) -> None:
    pixels = Pillow.new("RGBA", (20, 20), (255, 0, 0, 128)).convert(mode)

    picture = opened(BytesIO(written(pixels, "PNG", icc_profile=wide_profile()))).pixels

    colour = picture.getpixel((5, 5))
    assert isinstance(colour, tuple)
    assert colour[0] < 15 and colour[1] > 240


# --- What is damaged beside the picture is no reason to refuse it ---


@pytest.mark.parametrize("kind", [b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"iCCP", b"gAMA", b"tIME"])
def test_damaged_chunk_beside_the_picture_is_left_out(kind: bytes) -> None:
    pixels = opened(BytesIO(still((kind, b"Comment\0\0damaged"), bad=kind))).pixels

    assert pixels.getpixel((5, 5)) == (255, 0, 0)


@pytest.mark.parametrize("kind", [b"zTXt", b"iCCP", b"iTXt"])
def test_text_and_profile_that_swell_are_left_out(kind: bytes) -> None:
    start = b"a\0\1\0\0\0" if kind == b"iTXt" else b"a\0\0"
    swelling = start + zlib.compress(bytes(60_000_000), 9)

    assert opened(BytesIO(still((kind, swelling)))).pixels.size == (10, 10)


def test_damaged_orientation_leaves_the_picture_as_it_is() -> None:
    whole = written(photograph(), "JPEG")
    damaged = b"Exif\0\0MM\0*\0\0\0\x08\xff\xff\x01\x12\0\x03\xff\xff\xff\xff"

    assert opened(BytesIO(whole[:2] + segment(0xE1, damaged) + whole[2:])).pixels.size == (200, 120)


# --- What a still picture cannot hold is told ---


def refusal(content: bytes) -> str:
    with pytest.raises(ValidationError) as refused:
        opened(BytesIO(content))
    return " ".join(refused.value.messages)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_animation_is_told_as_such(kind: str) -> None:
    frames = [Pillow.new("RGBA", (20, 20), (0, 0, 0, 0)), Pillow.new("RGBA", (20, 20), "red")]
    whole = BytesIO()
    frames[0].save(whole, kind, save_all=True, append_images=frames[1:], duration=100)

    assert "animée" in refusal(whole.getvalue())


@pytest.mark.parametrize("opacity", [0, 3])
def test_picture_that_nobody_would_see_is_refused(opacity: int) -> None:
    pixels = Pillow.new("RGBA", (20, 20), (200, 10, 10, opacity))

    assert "transparente" in refusal(written(pixels, "PNG"))


@pytest.mark.parametrize("size", [(3, 60_000), (60_000, 3), (1, 16_384), (1, 40_000_000)])
def test_picture_too_narrow_to_be_shown_is_told(size: tuple[int, int]) -> None:
    width, height = size
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + bytes((width + 7) // 8)) * height)

    told = refusal(png([(b"IHDR", header), (b"IDAT", rows), (b"IEND", b"")]))

    assert f"{width}\u00a0×\u00a0{height}" in told and "recadrez" in told


@pytest.mark.django_db
@pytest.mark.parametrize("size", [(1, 16_383), (2400, 1), (60_000, 30)])
def test_narrowest_pictures_that_are_taken_are_written(size: tuple[int, int]) -> None:
    assert files(uploaded(written(Pillow.new("1", size), "PNG")))


# --- Pictures inside documents: the same pixels, nothing else ---


@pytest.mark.parametrize("orientation", [1, 6])
def test_bare_jpeg_keeps_its_pixels_and_the_side_that_is_up(orientation: int) -> None:
    data = exif()
    data[ORIENTATION] = orientation
    whole = written(photograph(), "JPEG", exif=data, comment=SECRET, icc_profile=profile())
    loaded = whole[:2] + segment(0xED, SECRET) + whole[2:] + SECRET

    stripped = bare(loaded)

    assert SECRET not in stripped
    with Pillow.open(BytesIO(whole)) as before, Pillow.open(BytesIO(stripped)) as after:
        assert before.tobytes() == after.tobytes()
        assert after.getexif().get(ORIENTATION, 1) == orientation
        assert set(after.getexif()) <= {ORIENTATION}
        assert "icc_profile" in after.info


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_bare_picture_keeps_its_pixels(kind: str) -> None:
    frames = [photograph("L"), photograph("L")]
    whole = BytesIO()
    options = {"comment": SECRET} if kind == "GIF" else {"exif": exif(), "xmp": XMP}
    frames[0].save(whole, kind, save_all=True, append_images=frames[1:], loop=3, **options)
    loaded = whole.getvalue() + SECRET
    assert loaded.count(SECRET) > 1

    stripped = bare(loaded)

    assert SECRET not in stripped
    before: Any
    after: Any
    with Pillow.open(whole) as before, Pillow.open(BytesIO(stripped)) as after:
        assert before.n_frames == after.n_frames == 2
        assert before.info.get("loop") == after.info.get("loop")
        for frame in range(2):
            before.seek(frame)
            after.seek(frame)
            assert before.convert("RGBA").tobytes() == after.convert("RGBA").tobytes()


def test_bare_jpeg_2000_keeps_its_pixels() -> None:
    whole = written(photograph("L"), "JPEG2000")
    description = b"uuid" + bytes(16) + SECRET

    stripped = bare(whole + struct.pack(">I", len(description) + 4) + description)

    assert stripped == whole


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff", b"GIF89a", b"RIFF\0\0\0\0WEBP", b"BM"])
def test_what_cannot_be_followed_is_given_back(content: bytes) -> None:
    assert bare(content) in (content, b"RIFF\4\0\0\0WEBP")


def overlong(kind: str) -> bytes:
    """Makes a picture with SECRET where the format has room for a few bytes, or for none."""
    if kind.startswith("png"):
        _, name, room = kind.split()
        return still((name.encode(), b"\0" * int(room) + SECRET))
    if kind.startswith("jpeg"):
        whole = written(photograph(), "JPEG")
        marker, start = (0xEE, b"Adobe" + b"\0" * 7) if "Adobe" in kind else (0xF7, b"")
        return whole[:2] + segment(marker, start + SECRET) + whole[2:]
    if kind.startswith("webp"):
        frames = [photograph(), photograph().transpose(Pillow.Transpose.FLIP_LEFT_RIGHT)]
        whole = written(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True)
        at = whole.index(b"ANMF")
        size = int.from_bytes(whole[at + 4 : at + 8], "little")
        frame = whole[at + 8 : at + 8 + size] + b"prvt" + struct.pack("<I", len(SECRET)) + SECRET
        frame += b"\0" * (len(frame) % 2)
        body = whole[12:at] + b"ANMF" + struct.pack("<I", len(frame)) + frame
        body += whole[at + 8 + size + size % 2 :]
        return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body
    start = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0" if "loop" in kind else b"\x21\xf9\x04\0\0\0\0"
    whole = written(photograph("L"), "GIF")
    at = 13 + 3 * 2 ** ((whole[10] & 7) + 1)
    return whole[:at] + start + bytes([len(SECRET)]) + SECRET + b"\0" + whole[at:]


@pytest.mark.parametrize(
    "kind",
    [
        *("png sRGB 1", "png pHYs 9", "png cICP 4", "png sBIT 3", "png gAMA 4"),
        *("jpeg Adobe", "jpeg unknown", "gif loop", "gif timing", "webp frame"),
    ],
)
def test_no_part_of_a_picture_is_longer_than_its_format_says(kind: str) -> None:
    loaded = overlong(kind)
    stripped = bare(loaded)

    assert SECRET in loaded
    assert SECRET not in stripped
    Pillow.open(BytesIO(stripped)).load()
