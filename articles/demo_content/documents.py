"""The documents that demonstration articles offer, made here: a table, a page and two forms."""

from __future__ import annotations

from collections.abc import Callable

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
    return _page("Les cinq temps d’un accompagnement DLA", shown)


def _page(title: str, shown: list[tuple[str, int, str]]) -> bytes:
    """Writes a page of PDF with real text, which can be searched, copied and read aloud.

    `shown`: face, size in points, text, from top to bottom; a larger size leaves more room above.
    """
    strokes, y = [], 790
    for face, size, text in shown:
        y -= round(size * (2.4 if face == "Bold" else 1.7))
        strokes.append(f"BT /{face} {size} Tf 64 {y} Td ({_escaped(text)}) Tj ET")
    content = "\n".join(strokes).encode("cp1252")
    fonts = " ".join(f"/{face} {number} 0 R" for face, number in (("Regular", 5), ("Bold", 6)))
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /{} /Encoding /WinAnsiEncoding >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (fr-FR) "
        b"/ViewerPreferences << /DisplayDocTitle true >> >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << " + fonts.encode() + b" >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        font.format("Helvetica").encode(),
        font.format("Helvetica-Bold").encode(),
        b"<< /Title <" + ("\ufeff" + title).encode("utf-16-be").hex().encode() + b"> >>",
    ]
    file, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    return file + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R /Info 7 0 R >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (count, table, count, len(file))
    )


def _escaped(text: str) -> str:
    """Escapes for a PDF string; the thin no-break space is in no standard face."""
    text = text.replace("\u202f", "\u00a0")
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


_DOCUMENTS: dict[str, Callable[[], bytes]] = {
    "indicateurs.csv": lambda: INDICATORS.encode("utf-8-sig"),
    "cinq-temps.pdf": _stages,
    "fiche-atelier.txt": lambda: WORKSHOP.encode("utf-8-sig"),
    "fiche-cas.txt": lambda: CASE.encode("utf-8-sig"),
}
NAMES = tuple(_DOCUMENTS)


def document_content(name: str) -> bytes:
    return _DOCUMENTS[name]()
