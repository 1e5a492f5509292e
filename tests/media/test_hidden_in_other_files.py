"""RTF, archives and plain text."""

from io import BytesIO

import pytest
from PIL import Image as Pillow

from media.cleaning.files import clean
from media.cleaning.findings import Refused
from tests.media.office_files import docx, paragraph, unzipped, zipped

AUTHOR = b"Durand"


def cleaned(content: bytes, extension: str) -> tuple[bytes, list[str]]:
    target = BytesIO()
    found = clean(BytesIO(content), target, extension, "Titre montré")
    return target.getvalue(), found.sentences()


def photograph() -> bytes:
    exif = Pillow.Exif()
    exif[0x010F] = AUTHOR.decode()
    buffer = BytesIO()
    Pillow.effect_noise((60, 40), 50).save(buffer, "JPEG", exif=exif, comment=AUTHOR)
    return buffer.getvalue()


def refusal(content: bytes, extension: str) -> str:
    with pytest.raises(Refused) as refused:
        clean(BytesIO(content), BytesIO(), extension, "")
    return str(refused.value)


# --- RTF ---


def test_rtf_says_nothing_of_its_author() -> None:
    content = (
        rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}{\info{\author Durand}{\company Durand}}"
        rb"{\*\generator Durand;}{\*\userprops {\propname Durand}}{\*\rsidtbl \rsid1}"
        rb"{\*\template C:\\Durand\\N.dot}\pard Bonjour {\b le \'e9tat} monde\par "
        rb"{\pict\jpegblip\picw60 " + photograph().hex().encode() + rb"}}Durand after the end"
    )
    result, hidden = cleaned(content, "rtf")

    assert hidden == []
    assert AUTHOR not in result and AUTHOR.hex().encode() not in result
    assert rb"\pard Bonjour {\b le \'e9tat} monde\par " in result
    assert result.count(b"{") == result.count(b"}")
    assert cleaned(result, "rtf") == (result, [])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            rb"a {\v avis \b r\'e9serv\'e9} b",
            "1 passage en texte masqué\u00a0: «\u00a0avis réservé",
        ),
        (rb"a \v avis\v0  b", "1 passage en texte masqué\u00a0: «\u00a0avis"),
        (rb"{\deleted licencier}{\revised garder}", "1 texte supprimé"),
        (rb"{\*\annotation \'c0 revoir}", "1 commentaire de relecture"),
        (rb"{\object\objemb{\*\objdata 0105}}", "1 document incorporé"),
        (rb"{\pict\piccropl400\pngblip 00}", "1 image rognée"),
        (
            rb'{\field{\*\fldinst INCLUDETEXT "C:\\\\Durand\\\\a.doc"}{\fldrslt a}}',
            "1 champ qui nomme un fichier",
        ),
        (rb"a {\v0 b} {\plain c}", ""),
        (rb"{\stylesheet{\s1\v Cach\'e9;}}a", ""),
    ],
)
def test_what_rtf_does_not_show_is_told(body: bytes, expected: str) -> None:
    said = "\n".join(cleaned(rb"{\rtf1\ansi " + body + b"}", "rtf")[1])

    assert expected in said and bool(said) == bool(expected)


def test_bytes_inside_rtf_are_no_words() -> None:
    content = rb"{\rtf1 {\pict\bin4 }}{\v}a}"

    assert cleaned(content, "rtf") == (content, [])


@pytest.mark.parametrize("content", [b"{\\rtf1" + b"{" * 600, b"{\\rtf1 \\"])
def test_rtf_that_cannot_be_followed_is_refused(content: bytes) -> None:
    assert "abîmé" in refusal(content, "rtf")


# --- Archives ---


def test_everything_in_an_archive_goes_through_the_same_door() -> None:
    content = zipped(
        {
            "photo.jpg": photograph(),
            "notes/avis.docx": docx(paragraph("réservé", "<w:vanish/>")),
            "liste.csv": "a;b\n",
            "__MACOSX/._photo.jpg": AUTHOR,
            ".DS_Store": AUTHOR,
            "Thumbs.db": AUTHOR,
        }
    )
    result, hidden = cleaned(content, "zip")

    files = unzipped(result)
    assert sorted(files) == ["liste.csv", "notes/avis.docx", "photo.jpg"]
    assert AUTHOR not in b"".join(files.values())
    assert len(hidden) == 1
    assert "dans «\u00a0notes/avis.docx\u00a0»" in hidden[0] and "réservé" in hidden[0]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.exe", b"MZ", "« a.exe »"),
        ("a.zip", zipped({"b.txt": "b"}), "« a.zip »"),
        ("a.pdf", b"a program", "« a.pdf »"),
        ("a.jpg", b"MZ", "« a.jpg »"),
        ("../a.txt", b"a", "abîmé"),
    ],
    ids=["program", "archive", "false PDF", "false picture", "way out"],
)
def test_what_cannot_be_checked_in_an_archive_is_named(
    name: str, content: bytes, reason: str
) -> None:
    assert reason.replace("« ", "«\u00a0").replace(" »", "\u00a0»") in refusal(
        zipped({name: content}), "zip"
    )


# --- Plain text ---


@pytest.mark.parametrize("extension", ["csv", "txt"])
def test_plain_text_is_what_it_shows(extension: str) -> None:
    assert cleaned(b"a;b\r\n1;2\r\n", extension) == (b"a;b\r\n1;2\r\n", [])
