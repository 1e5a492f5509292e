"""The text of a PDF is found page by page, as its reader sees it."""

import random
from collections.abc import Callable
from io import BytesIO

import pytest
from pikepdf import Array, Dictionary, Encryption, Name, Pdf, String

from media.pdf import pdf_of
from media.reading import bounds, process
from media.reading.process import Reading
from tests.media.test_hidden_in_pdf import made

FRENCH = (
    "Le dispositif local d’accompagnement aide les associations employeuses et les structures de "
    "l’économie sociale et solidaire à consolider leurs emplois et à développer leur projet. "
)


def read(content: bytes, *, hides: bool = False) -> Reading:
    return process.read(BytesIO(content), extension="pdf", hides=hides)


def text(content: bytes, *, hides: bool = False) -> str:
    return "\n".join(text for _, text in read(content, hides=hides).pages)


def printed(*pages: str, style: str = "") -> bytes:
    body = "".join(f"<section style='break-after: page'>{page}</section>" for page in pages[:-1])
    return pdf_of(f"<html lang=fr><style>{style}</style>{body}{pages[-1]}</html>")


def line(words: str, y: int = 700, *, before: str = "") -> bytes:
    return f"{before} BT /F1 12 Tf 72 {y} Td ({words}) Tj ET\n".encode("cp1252")


def test_each_page_has_its_number_and_one_without_text_is_left_out() -> None:
    content = printed("<p>Accueil", "", "<p>Diagnostic partagé, cœur de l’accompagnement")

    assert read(content) == Reading(
        [(1, "Accueil"), (3, "Diagnostic partagé, cœur de l’accompagnement")], page_count=3
    )


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["on accompagne-", "ment chaque"], "on accompagnement chaque"),
        (["en Auvergne-Rhône-", "Alpes"], "en Auvergne-Rhône-Alpes"),
        (["un rendez-", "vous"], "un rendez-vous"),
        (["en 2024-", "2025"], "en 2024-2025"),
        (["porte-monnaie", "un porte-", "monnaie"], "porte-monnaie\nun porte-monnaie"),
        (["un contrefort", "le contre-", "fort"], "un contrefort\nle contrefort"),
    ],
)
def test_word_cut_at_the_end_of_a_line_is_whole(lines: list[str], expected: str) -> None:
    content = b"".join(line(words, 700 - 15 * n) for n, words in enumerate(lines))

    assert text(made(content)) == expected


def test_words_that_the_printer_cut_and_its_soft_hyphens_are_whole() -> None:
    narrow = "p { width: 9em; hyphens: auto; text-align: justify }"
    content = printed(f"<p>{FRENCH.replace('accompagnement', 'accom&shy;pagnement')}", style=narrow)

    found = " ".join(text(content).split())
    assert "accompagnement" in found and "associations employeuses" in found
    assert "consolider leurs emplois" in found


def test_what_each_page_repeats_is_found_once_and_page_numbers_nowhere() -> None:
    style = (
        "@page { @top-center { content: 'Guide du réseau' } "
        "@bottom-center { content: 'Page ' counter(page) ' sur ' counter(pages) } }"
    )
    pages = [f"<h1>Fiche action n° {n}</h1><p>{word}" for n, word in enumerate("abcdef", 1)]
    found = read(printed(*pages, style=style))

    whole = "\n".join(each for _, each in found.pages)
    assert whole.count("Guide du réseau") == 1
    assert "sur 6" not in whole
    assert found.pages[3] == (4, "Fiche action n° 4\nd")


def test_number_of_a_note_is_no_part_of_its_word() -> None:
    note = "sup { font-size: 60%; vertical-align: super }"
    content = printed("<p>Les associations<sup>12</sup> employeuses ont 3 ans", style=note)

    assert "associations 12" in text(content)


def test_ligatures_are_letters() -> None:
    assert text(printed("<p>un oﬃce eﬃcace, un ﬁlm ﬂou")) == "un office efficace, un film flou"


# --- What nobody sees is not found ---

BOX = b"0 g 60 690 400 30 re f\n"
OFF = b"/OC /Off BDC " + line("secret", 600) + b" EMC\n"


def with_layer(pdf: Pdf) -> None:
    group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Brouillon")))
    pdf.pages[0].obj.Resources.Properties = Dictionary(Off=group)
    pdf.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary(OFF=Array([group])))


@pytest.mark.parametrize(
    ("content", "change"),
    [
        pytest.param(line("secret") + BOX, None, id="under a box"),
        pytest.param(line("secret", before="1 g"), None, id="white on white"),
        pytest.param(line("secret", before="3 Tr"), None, id="without ink"),
        pytest.param(line("secret", 900), None, id="out of the page"),
        pytest.param(OFF, with_layer, id="on a layer that is off"),
    ],
)
def test_text_that_readers_cannot_see_is_not_found(
    content: bytes, change: Callable[[Pdf], None] | None
) -> None:
    shown = line("Bonjour à toutes", 500, before="0 g 0 Tr")

    assert text(made(content + shown, change), hides=True) == "Bonjour à toutes"


def test_text_over_its_scan_is_found() -> None:
    def scan(pdf: Pdf) -> None:
        dots = random.Random(1).randbytes(60 * 80)
        picture = pdf.make_stream(
            dots,
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=60,
            Height=80,
            ColorSpace=Name.DeviceGray,
            BitsPerComponent=8,
        )
        pdf.pages[0].obj.Resources.XObject = Dictionary(Im1=picture)

    drawn = b"q 595 0 0 842 0 0 cm /Im1 Do Q\n"
    content = made(drawn + line("Compte rendu", before="3 Tr"), scan)

    assert text(content) == text(content, hides=True) == "Compte rendu"


def test_white_on_a_ground_is_found() -> None:
    content = made(b"0.2 g 60 690 400 30 re f\n" + line("Titre", before="1 g"))

    assert text(content, hides=True) == "Titre"


# --- What is no text, or too much ---


def shifted(words: str) -> str:
    """Writes letters as fonts do that number their drawings, and tell no letter."""
    drawn = "".join(chr(ord(c) - 29) if 61 < ord(c) < 127 else c for c in words)
    return drawn.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def test_drawings_without_letters_are_no_text() -> None:
    drawn = b"".join(line(shifted(FRENCH), 700 - 20 * n) for n in range(5))
    found = read(made(drawn))

    assert found.pages == [] and found.is_garbled


@pytest.mark.parametrize(
    "words",
    [
        "DLA ESS IAE SIAE CRDLA TPE CDI CDD ETP DREETS DDETS ANCT FEDER FSE PTCE SCIC SCOP " * 5,
        "DUPONT Jean Lyon MARTIN Sophie Grenoble BERNARD Luc Voiron KOWALSKI Jan Lille " * 5,
        "The voluntary sector works with local authorities to create new jobs and services. " * 4,
        "12 500 13 800 14 200 TOTAL " * 20,
        "OUI NON OUI " * 40,
    ],
    ids=["acronyms", "names", "English", "figures", "answers"],
)
def test_acronyms_names_and_other_languages_are_text(words: str) -> None:
    assert text(printed(f"<p>{words}"))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7\n",
        made()[:300],
        made(encryption=Encryption(owner="a", user="a")),
        random.Random(2).randbytes(5000),
    ],
    ids=["empty", "head", "cut", "locked", "noise"],
)
def test_what_cannot_be_read_has_no_text_and_raises_nothing(content: bytes) -> None:
    assert read(content).pages == []


def test_loops_and_bombs_end() -> None:
    def loop(pdf: Pdf) -> None:
        form = pdf.make_stream(
            b"/F Do " + line("encore"), Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 595, 842]
        )
        form.Resources = Dictionary(XObject=Dictionary(F=form))
        pdf.pages[0].obj.Resources.XObject = Dictionary(F=form)

    assert len(text(made(b"/F Do", loop))) < 1000
    assert text(made(line("Bonjour") + b"q " * 1_000_000)) == "Bonjour"


def test_fifty_megabytes_of_text_keep_what_comes_before() -> None:
    def swollen(pdf: Pdf) -> None:
        pdf.add_blank_page(page_size=(595, 842))
        page = pdf.pages[1].obj
        page.Resources = pdf.pages[0].obj.Resources
        page.Contents = pdf.make_stream(
            b"".join(line(f"Association {n} " * 60, -15 * n) for n in range(50_000))
        )

    found = read(made(line("Avant"), swollen))

    assert found.pages[0] == (1, "Avant")
    assert not found.is_whole
    assert sum(len(each) for _, each in found.pages) <= bounds.LONGEST_PAGE + 5


def test_pages_past_the_most_are_left_and_told() -> None:
    def many(pdf: Pdf) -> None:
        for _ in range(bounds.MOST_PAGES):
            pdf.pages.append(pdf.pages[0])

    found = read(made(line("Bonjour"), many))

    assert found.page_count == bounds.MOST_PAGES and not found.is_whole
