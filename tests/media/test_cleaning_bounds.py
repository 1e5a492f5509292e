"""A hostile file gets a sentence, within bounded memory and time, and takes nothing down."""

import random
import struct
import zipfile
import zlib
from contextlib import suppress
from io import BytesIO

import pikepdf
import pytest

from media.cleaning import packages, sandbox
from media.cleaning.files import clean
from media.cleaning.findings import Refused
from media.cleaning.sandbox import cleaned
from tests.media.office_files import W, docx, opendocument, paragraph, unzipped, xlsx, zipped


def refusal(content: bytes, extension: str) -> str:
    with pytest.raises(Refused) as refused:
        clean(BytesIO(content), BytesIO(), extension, "")
    return str(refused.value)


def document_with(part: str | bytes, name: str = "word/document.xml") -> bytes:
    return zipped({**unzipped(docx(paragraph("a"))), name: part})


# --- ZIP ---


def test_zip_that_swells_is_refused_before_it_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "MOST_UNPACKED", 1_000_000)
    bomb = document_with(bytes(1_000_001), "word/media/bomb.bin")

    assert "trop volumineux" in refusal(bomb, "docx")


def test_entry_that_swells_past_what_it_says_is_refused() -> None:
    link = (("rImg", "image", "media/a.png"),)
    whole = bytearray(docx(paragraph("a"), link, {"word/media/a.png": bytes(5_000_000)}))
    for at in range(len(whole)):
        if whole[at : at + 4] == struct.pack("<I", 5_000_000):
            whole[at : at + 4] = struct.pack("<I", 10)

    assert "abîmé" in refusal(bytes(whole), "docx")


def test_too_many_entries_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "MOST_ENTRIES", 20)
    content = zipped({f"{n}.txt": "" for n in range(21)})

    assert "trop volumineux" in refusal(content, "zip")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_entries_of_one_name_are_refused() -> None:
    """A program may show one, and what was checked be the other."""
    buffer = BytesIO(docx(paragraph("a")))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("word/document.xml", "<a/>")

    assert "abîmé" in refusal(buffer.getvalue(), "docx")


def test_locked_and_cut_archives_are_refused() -> None:
    whole = docx(paragraph("a"))
    locked = bytearray(whole)
    locked[whole.rindex(b"PK\x01\x02") + 8] |= 1

    assert "mot de passe" in refusal(bytes(locked), "docx")
    assert "abîmé" in refusal(whole[: len(whole) // 2], "docx")


# --- XML ---

LAUGHS = (
    '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)


@pytest.mark.parametrize(
    "part",
    [
        pytest.param(f"{LAUGHS}<w:document {W}>&c;</w:document>", id="entities"),
        pytest.param(
            f'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document {W}>&x;'
            "</w:document>",
            id="a file of the machine",
        ),
        pytest.param(f"<w:document {W}>" + "<w:p>" * 5000, id="depth"),
        pytest.param("<w:document", id="cut"),
        pytest.param("", id="empty"),
        pytest.param(b"\xff\xfe\x00", id="no text"),
    ],
)
def test_hostile_xml_is_refused(part: str | bytes) -> None:
    assert "abîmé" in refusal(document_with(part), "docx")


def test_hostile_sheet_is_refused() -> None:
    sheet = f"{LAUGHS}<worksheet>&c;</worksheet>"
    content = zipped({**unzipped(xlsx("")), "xl/worksheets/sheet1.xml": sheet})

    assert "abîmé" in refusal(content, "xlsx")


def test_part_too_large_to_be_held_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("media.cleaning.parts.MOST_IN_A_TREE", 2_000)

    assert "trop volumineux" in refusal(docx(paragraph("a" * 3_000)), "docx")


# --- PDF ---


def pdf_that_swells() -> bytes:
    """Makes a page whose content unpacks to more than is ever read."""
    packer = zlib.compressobj(1)
    piece = bytes(16 * 1024 * 1024)
    packed = b"".join(packer.compress(piece) for _ in range(9)) + packer.flush()
    with pikepdf.Pdf.new() as pdf:
        pdf.add_blank_page()
        stream = pikepdf.Stream(pdf, b"")
        stream.write(packed, filter=pikepdf.Name.FlateDecode)
        pdf.pages[0].obj.Contents = stream
        buffer = BytesIO()
        pdf.save(buffer, stream_decode_level=pikepdf.StreamDecodeLevel.none)
        return buffer.getvalue()


def test_pdf_that_swells_takes_no_memory() -> None:
    """What no reader could show is not read either; the file is written without unpacking it."""
    content = pdf_that_swells()
    with cleaned(BytesIO(content), extension="pdf", title="") as result:
        assert len(result.content.read()) < 3 * len(content)


# --- Apart ---


def test_file_is_cleaned_in_a_process_of_its_own() -> None:
    with cleaned(
        BytesIO(docx(paragraph("a", "<w:vanish/>"))), extension="docx", title="É"
    ) as result:
        assert zipfile.is_zipfile(result.content)
        assert len(result.hidden) == 1 and result.removed == []
    with (
        pytest.raises(Refused, match="abîmé"),
        cleaned(BytesIO(b"PK\x03\x04"), extension="docx", title=""),
    ):
        pass


@pytest.mark.parametrize("code", ["import os; os.abort()", "print('no')"])
def test_process_that_dies_says_so_in_french(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "command", lambda *given: [sandbox.sys.executable, "-c", code])

    with (
        pytest.raises(Refused, match="trop compliqué"),
        cleaned(BytesIO(b"a"), extension="pdf", title=""),
    ):
        pass


def test_process_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "MOST_SECONDS", 0.2)
    monkeypatch.setattr(
        sandbox, "command", lambda *given: [sandbox.sys.executable, "-c", "while True: pass"]
    )
    with (
        pytest.raises(Refused, match="trop compliqué"),
        cleaned(BytesIO(b"a"), extension="pdf", title=""),
    ):
        pass


# --- Chance ---


def small_pdf() -> bytes:
    with pikepdf.Pdf.new() as pdf:
        pdf.add_blank_page()
        pdf.pages[0].obj.Contents = pdf.make_stream(b"BT (a) Tj ET 0 0 9 9 re f")
        buffer = BytesIO()
        pdf.save(buffer, compress_streams=False)
        return buffer.getvalue()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("extension", "whole"),
    [
        ("docx", docx(paragraph("a", "<w:vanish/>"))),
        ("odt", opendocument("odt", "<text:p>a</text:p>")),
        ("pdf", small_pdf()),
        ("rtf", rb"{\rtf1{\info{\author a}}{\v b}{\pict\bin4 abcd}\'e9}"),
    ],
    ids=["docx", "odt", "pdf", "rtf"],
)
def test_damage_never_does_more_than_refuse(extension: str, whole: bytes) -> None:
    chance = random.Random(extension)
    for _ in range(100):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            damaged[chance.randrange(len(whole))] = chance.randrange(256)
        with suppress(Refused):
            clean(BytesIO(damaged), BytesIO(), extension, "")
