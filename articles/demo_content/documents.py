"""The documents that demonstration articles offer, made here: a table, a page, two forms, and the
longer ones whose words are in documents.toml."""

from __future__ import annotations

import textwrap
import tomllib
import zipfile
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

from publishing.typography import french_typography

INDICATORS = """Indicateur;Ce qu’il compte;Précaution
Structures accueillies;Reçues au moins une fois dans l’année;Une même structure peut revenir
Structures diagnostiquées;Diagnostic partagé rendu dans l’année;Ne pas additionner aux accueillies
Structures accompagnées;Parcours en cours dans l’année;Dire si l’appui est individuel ou collectif
Emplois concernés;Emplois des structures accompagnées;Dire effectif total, ETP ou CDI
"""

CASE = """RACONTER UN CAS
Contenu de démonstration. Une page suffit ; la structure ne doit pas être reconnaissable.

1. La demande du premier jour, telle qu’elle a été formulée :

2. Ce que le diagnostic partagé a montré :

3. Le choix qui a été fait, et pourquoi celui-là :

4. Ce qui a résisté :

5. Ce que l’on ferait autrement :
"""

WORKSHOP = """PROPOSER UN ATELIER
Contenu de démonstration. Une page suffit, au propre ou au brouillon.

Titre :

Le cas, en trois lignes, rendu anonyme :

Les deux personnes qui animent (fonction, territoire) :

Ce que les participants écriront à la fin :

Ce dont vous avez besoin (salle, accessibilité, matériel) :
"""

STAGES = [
    ("1. Accueil", "On écoute la demande, on vérifie que le DLA est la bonne porte."),
    ("", "Sinon, on oriente vers l’interlocuteur qui convient."),
    ("2. Diagnostic partagé", "Projet, économie, emplois, gouvernance, partenaires :"),
    ("", "on regarde ensemble, et l’on écrit aussi les désaccords."),
    ("3. Parcours", "Deux ou trois priorités, dans un ordre que l’on peut expliquer."),
    ("4. Appui", "Individuel ou collectif, avec un consultant ou l’opérateur."),
    ("5. Suivi", "Emplois, finances, vision stratégique, partenariats :"),
    ("", "ce qui a changé, ce qu’il faut ajuster."),
]


def _stages() -> bytes:
    shown: list[tuple[str, int, str]] = [
        ("Bold", 22, "Les cinq temps d’un accompagnement DLA"),
        ("Regular", 12, "De deux mois à deux ans. Gratuit pour la structure."),
    ]
    for heading, sentence in STAGES:
        if heading:
            shown.append(("Bold", 15, heading))
        shown.append(("Regular", 12, sentence))
    shown.append(("Regular", 10, "Source : réseau DLA, Avise. Contenu de démonstration."))
    return _pdf("Les cinq temps d’un accompagnement DLA", [shown])


_Shown = list[tuple[str, int, str]]


def _pdf(title: str, pages: list[_Shown]) -> bytes:
    """Writes a PDF with real text, which can be searched, copied and read aloud.

    Each page: face, size in points, text, from top to bottom; a larger size leaves more room above.
    """
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /{} /Encoding /WinAnsiEncoding >>"
    kids = " ".join(f"{6 + 2 * place} 0 R" for place in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (fr-FR) "
        b"/ViewerPreferences << /DisplayDocTitle true >> >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        font.format("Helvetica").encode(),
        font.format("Helvetica-Bold").encode(),
        b"<< /Title <" + ("\ufeff" + title).encode("utf-16-be").hex().encode() + b"> >>",
    ]
    for shown in pages:
        content = _strokes(shown)
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /Regular 3 0 R /Bold 4 0 R >> >> >>" % (len(objects) + 2),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        ]
    file, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    return file + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R /Info 5 0 R >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (count, table, count, len(file))
    )


def _strokes(shown: _Shown) -> bytes:
    strokes, y = [], 790
    for face, size, text in shown:
        y -= round(size * (2.4 if face == "Bold" else 1.7))
        strokes.append(f"BT /{face} {size} Tf 64 {y} Td ({_escaped(text)}) Tj ET")
    return "\n".join(strokes).encode("cp1252")


def _escaped(text: str) -> str:
    """Escapes for a PDF string; the thin no-break space is in no standard face."""
    text = text.replace("\u202f", "\u00a0")
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _long(name: str) -> bytes:
    told = _LONG[name]
    pages = [french_typography(page) for page in told["pages"]]
    return (_word if name.endswith(".docx") else _long_pdf)(told["title"], pages)


def _long_pdf(title: str, pages: list[str]) -> bytes:
    written: list[_Shown] = []
    for number, page in enumerate(pages, 1):
        shown: _Shown = []
        for line in page.strip().splitlines():
            if line.startswith("# "):
                shown.append(("Bold", 15, line.removeprefix("# ")))
                continue
            shown += [("Regular", 11, part) for part in textwrap.wrap(line, 84)]
            shown.append(("Regular", 6, ""))
        written.append([*shown, ("Regular", 9, f"{title} – page {number} sur {len(pages)}")])
    return _pdf(title, written)


_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_WORD = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_OFFICE}.document.main+xml"/>'
        f'<Override PartName="/word/styles.xml" ContentType="{_OFFICE}.styles+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1" Target="word/document.xml" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"'
        "/></Relationships>"
    ),
    "word/_rels/document.xml.rels": (
        f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1" Target="styles.xml" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles"'
        "/></Relationships>"
    ),
    "word/styles.xml": (
        f'<w:styles xmlns:w="{_W}"><w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="22"/>'
        '<w:lang w:val="fr-FR"/></w:rPr></w:rPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:pPr>'
        '<w:keepNext/><w:spacing w:before="360" w:after="120"/><w:outlineLvl w:val="0"/></w:pPr>'
        '<w:rPr><w:b/><w:sz w:val="32"/></w:rPr></w:style></w:styles>'
    ),
}


def _word(title: str, pages: list[str]) -> bytes:
    """Writes a Word document with real headings, each page on its own."""
    body = ""
    for number, page in enumerate(pages):
        for place, line in enumerate(page.strip().splitlines()):
            heading = '<w:pStyle w:val="Heading1"/>' if line.startswith("# ") else ""
            before = "<w:pageBreakBefore/>" if number and not place else ""
            body += (
                f"<w:p><w:pPr>{heading}{before}</w:pPr><w:r><w:t>"
                f"{escape(line.removeprefix('# '))}</w:t></w:r></w:p>"
            )
    parts = {
        **_WORD,
        "word/document.xml": f'<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>',
    }
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    return buffer.getvalue()


_LONG = tomllib.loads((Path(__file__).parent / "documents.toml").read_text(encoding="utf-8"))
_DOCUMENTS: dict[str, Callable[[], bytes]] = {
    "indicateurs.csv": lambda: INDICATORS.encode("utf-8-sig"),
    "cinq-temps.pdf": _stages,
    "fiche-atelier.txt": lambda: WORKSHOP.encode("utf-8-sig"),
    "fiche-cas.txt": lambda: CASE.encode("utf-8-sig"),
    **{name: partial(_long, name) for name in _LONG},
}
NAMES = tuple(_DOCUMENTS)


def document_content(name: str) -> bytes:
    return _DOCUMENTS[name]()
