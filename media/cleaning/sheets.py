"""What Excel hides: sheets, rows and columns, notes, the data behind pivot tables and links.

Source: ECMA-376 part 1, chapter 18. Sheets are read as a stream: one of them may be as large as a
file may be.
"""

from __future__ import annotations

import re
from io import BytesIO

from media.cleaning.findings import Findings, Kind, Refused
from media.cleaning.markup import (
    Element,
    attribute,
    child,
    first,
    forgotten,
    local,
    named,
    parsed,
    removed,
    streamed,
    text_of,
)
from media.cleaning.packages import MOST_IN_A_TREE, Package
from media.cleaning.parts import Part, Parts

HIDDEN_SHEET = Kind(
    "feuille masquée",
    "feuilles masquées",
    "Clic droit sur un onglet › Afficher les montre : supprimez celles qui ne sont pas à publier.",
)
VERY_HIDDEN_SHEET = Kind(
    "feuille masquée par un programme, qu’Excel ne propose pas d’afficher",
    "feuilles masquées par un programme, qu’Excel ne propose pas d’afficher",
    "LibreOffice la montre (Feuille › Afficher la feuille) ; ou enregistrez les feuilles à publier "
    "dans un nouveau classeur.",
)
HIDDEN_ROW = Kind(
    "ligne masquée ou filtrée",
    "lignes masquées ou filtrées",
    "Copiez ce qui se voit dans un nouveau classeur (Accueil › Rechercher › Sélectionner les "
    "cellules › Cellules visibles), ou affichez ces lignes et supprimez-les.",
)
HIDDEN_COLUMN = Kind("colonne masquée", "colonnes masquées", HIDDEN_ROW.advice)
HIDDEN_VALUE = Kind(
    "valeur que le format de sa cellule rend invisible",
    "valeurs que le format de leur cellule rend invisibles",
    "Sélectionnez tout, donnez aux cellules le format Standard et une couleur automatique.",
)
NOTE = Kind(
    "commentaire ou note",
    "commentaires ou notes",
    "Révision › Supprimer, après avoir sélectionné toute la feuille.",
)
PIVOT = Kind(
    "tableau croisé qui garde toutes les données dont il est fait",
    "tableaux croisés qui gardent toutes les données dont ils sont faits",
    "Copiez le tableau, puis Collage spécial › Valeurs ; ou Options du tableau croisé › Données › "
    "décochez « Enregistrer les données sources avec le fichier ».",
)
OTHER_WORKBOOK = Kind(
    "lien vers un autre classeur, dont des valeurs sont gardées",
    "liens vers d’autres classeurs, dont des valeurs sont gardées",
    "Données › Modifier les liens › Rompre la liaison.",
)
CONNECTION = Kind(
    "connexion à une source de données",
    "connexions à des sources de données",
    "Données › Requêtes et connexions : supprimez-les.",
)
DATA_MODEL = Kind(
    "modèle de données entier derrière ce qui est montré",
    "modèles de données entiers derrière ce qui est montré",
    "Copiez ce qui se voit en valeurs dans un nouveau classeur.",
)
HISTORY = Kind(
    "historique des modifications d’un classeur partagé",
    "historiques des modifications d’un classeur partagé",
    "Cessez de partager le classeur (Révision), puis enregistrez-le.",
)
HIDDEN_NAME = Kind(
    "nom défini masqué",
    "noms définis masqués",
    "Copiez les feuilles à publier, en valeurs, dans un nouveau classeur.",
)
SCENARIO = Kind(
    "scénario",
    "scénarios",
    "Données › Analyse de scénarios › Gestionnaire de scénarios : supprimez-les.",
)
_WHITES = ("FFFFFFFF", "00FFFFFF")
_PRINTER_OF_A_PAGE = re.compile(rb"(<(?:\w+:)?pageSetup\b[^>]*?)\s+\w+:id=(?:\"[^\"]*\"|'[^']*')")
_COLUMN = re.compile(r"([A-Z]+)", re.IGNORECASE)
_LONGEST = 90  # characters of the strings that are kept to be quoted
# Charts of PowerPoint and Word put these in their workbook by themselves.
_BY_THE_PROGRAM = ("Pour redimensionner la plage", "To resize chart data range")


class Rewriting:
    """Rewrites the parts of one workbook."""

    def __init__(self, parts: Parts, found: Findings) -> None:
        self._parts, self._found = parts, found
        self._workbook = parts.tree(parts.main.name)
        self._strings: list[str] | None = None
        self._unseen_styles = unseen_styles(parts)
        targets = {link.id: link.target for link in parts.main.links}
        self._sheets: dict[str, tuple[str, str]] = {}  # by part: (name, state)
        for sheet in named(self._workbook, "sheet"):
            ids = [v for k, v in sheet.attrib.items() if k.endswith("}id")]
            part = targets.get(ids[0] if ids else "", "")
            self._sheets[part] = (attribute(sheet, "name"), attribute(sheet, "state", "visible"))

    def is_sheet(self, part: Part) -> bool:
        """Says whether a part is a sheet, or is as long as one and holds nothing to take out."""
        return part.content_type.endswith(
            ("worksheet+xml", "sharedStrings+xml", "pivotCacheRecords+xml", "calcChain+xml")
        )

    def sheet(self, part: Part, content: bytes) -> bytes:
        if part.content_type.endswith("pivotCacheRecords+xml"):
            self._found.add(PIVOT)
        if not part.content_type.endswith("worksheet+xml"):
            return content
        if self._sheets.get(part.name, ("", ""))[1] == "visible":
            self._read(content)
        else:
            self._found_in_hidden(part)
        return _PRINTER_OF_A_PAGE.sub(rb"\1", content) if part.cut else content

    def _found_in_hidden(self, part: Part) -> None:
        """Tells of a sheet that no workbook names; a hidden one is told with the workbook."""
        if part.name not in self._sheets:
            self._found.add(VERY_HIDDEN_SHEET, part.name)

    def rewrite(self, part: Part, root: Element) -> None:
        kind = local(root)
        if part is self._parts.main:
            self._rewrite_workbook(root)
        elif kind in ("comments", "ThreadedComments"):
            self._tell_notes(root)
        elif kind == "pivotCacheDefinition":
            for name in ("refreshedBy", "refreshedDate"):
                root.attrib.pop(name, None)
            if not any(link.kind == "pivotCacheRecords" for link in part.links) and any(
                len(items) for items in named(root, "sharedItems")
            ):
                self._found.add(PIVOT, text_of_items(root))
        elif kind == "externalLink":
            paths = [link.target for link in part.links if link.is_outside]
            self._found.add(OTHER_WORKBOOK, paths[0] if paths else "")
        elif kind == "connections":
            for connection in named(root, "connection"):
                self._found.add(CONNECTION, attribute(connection, "name"))
        elif kind == "headers":
            self._found.add(HISTORY)
        for person in named(root, "person"):
            for key in ("displayName", "userId", "providerId"):
                if key in person.attrib:
                    person.set(key, "Auteur" if key == "displayName" else "None")

    def _rewrite_workbook(self, root: Element) -> None:
        for sheet in named(root, "sheet"):
            state, name = attribute(sheet, "state", "visible"), attribute(sheet, "name")
            if state == "veryHidden":
                self._found.add(VERY_HIDDEN_SHEET, name)
            elif state != "visible":
                self._found.add(HIDDEN_SHEET, name)
        for name in named(root, "definedName"):
            is_filter = attribute(name, "name").endswith("_FilterDatabase")
            if attribute(name, "hidden") in ("1", "true") and not is_filter:
                self._found.add(HIDDEN_NAME, f"{attribute(name, 'name')} = {name.text or ''}")
        for path in list(named(root, "absPath")):
            choice = next(path.iterancestors("{*}AlternateContent"), path)
            removed(choice)
        for element in list(named(root, "fileSharing", "fileRecoveryPr", "customWorkbookViews")):
            removed(element)
        if any(link.kind == "powerPivotData" for link in self._parts.main.links):
            self._found.add(DATA_MODEL)

    def _tell_notes(self, root: Element) -> None:
        threads = set()
        for place, author in enumerate(named(root, "author")):
            if (author.text or "").startswith("tc="):
                # It is the copy, for older programs, of a thread that is told by itself.
                threads.add(str(place))
            else:
                author.text = "Auteur"
        for note in named(root, "comment", "threadedComment"):
            if attribute(note, "authorId") not in threads or local(note) != "comment":
                self._found.add(NOTE, text_of(note, "t", "text"))

    # --- One sheet ---

    def _read(self, content: bytes) -> None:
        hidden_columns: list[tuple[int, int]] = []
        rows_are_hidden = False
        told: set[int] = set()
        for element in streamed(content, "sheetFormatPr", "col", "row", "scenario"):
            match local(element):
                case "sheetFormatPr":
                    rows_are_hidden = attribute(element, "zeroHeight") in ("1", "true")
                case "col" if is_hidden(element, False):
                    low, high = attribute(element, "min", "1"), attribute(element, "max", "1")
                    hidden_columns.append((int(low), int(high)))
                case "row":
                    if is_hidden(element, rows_are_hidden):
                        value = next(filter(None, map(self._value, element)), "")
                        if value:
                            self._found.add(HIDDEN_ROW, value)
                    elif hidden_columns or self._unseen_styles:
                        self._read_row(element, hidden_columns, told)
                    forgotten(element)
                case "scenario":
                    self._found.add(SCENARIO, attribute(element, "name"))

    def _read_row(self, row: Element, hidden: list[tuple[int, int]], told: set[int]) -> None:
        """Reads a row. `told` are the columns that were counted."""
        column = 0
        for cell in row:
            column = column_number(cell.get("r", "")) or column + 1
            if column not in told and any(low <= column <= high for low, high in hidden):
                if value := self._value(cell):
                    told.add(column)
                    self._found.add(HIDDEN_COLUMN, value)
            elif cell.get("s") in self._unseen_styles and (value := self._value(cell)):
                self._found.add(HIDDEN_VALUE, value)

    def _value(self, cell: Element) -> str:
        if attribute(cell, "t") == "inlineStr":
            return text_of(cell, "t")
        value = child(cell, "v")
        said = (value.text or "").strip() if value is not None else ""
        if attribute(cell, "t") != "s" or not said:
            return said
        strings = self._shared_strings()
        return strings[int(said)] if said.isdigit() and int(said) < len(strings) else said

    def _shared_strings(self) -> list[str]:
        if self._strings is None:
            part = next(iter(self._parts.linked(self._parts.main, "sharedStrings")), None)
            self._strings = _strings(self._parts.package.read(part.name)) if part else []
        return self._strings


def text_of_items(root: Element) -> str:
    item = next((i for i in named(root, "s", "n", "d") if attribute(i, "v")), None)
    return attribute(item, "v") if item is not None else ""


def is_hidden(element: Element, by_default: bool) -> bool:
    """Says whether a row or a column is hidden: its height or width may also be nothing."""
    said = attribute(element, "hidden")
    size = attribute(element, "ht") or attribute(element, "width")
    if said in ("1", "true"):
        return True
    try:
        return float(size) == 0 if size else by_default and said not in ("0", "false")
    except ValueError:
        return by_default


def column_number(reference: str) -> int:
    """Returns 28 for « AB12 », 0 where no column is said."""
    found = _COLUMN.match(reference)
    number = 0
    for letter in found[1].upper() if found else "":
        number = number * 26 + ord(letter) - 64
    return number


def _strings(content: bytes) -> list[str]:
    strings = []
    for element in streamed(content, "si"):
        strings.append(text_of(element, "t")[:_LONGEST])
        forgotten(element)
    return strings


def unseen_styles(parts: Parts) -> set[str]:
    """Returns the styles of cells that show nothing: a format of separators only, white on
    nothing."""
    part = next(iter(parts.linked(parts.main, "styles")), None)
    if part is None:
        return set()
    root = parts.tree(part.name)
    formats = {
        attribute(each, "numFmtId")
        for each in named(root, "numFmt")
        if (code := attribute(each, "formatCode")) and not code.strip(' ;"')
    }
    fonts, fills = first(root, "fonts"), first(root, "fills")
    white = {
        str(place)
        for place, font in enumerate(fonts if fonts is not None else ())
        if (colour := child(font, "color")) is not None
        and (attribute(colour, "rgb").upper() in _WHITES or attribute(colour, "theme") == "0")
    }
    bare = (
        {
            str(place)
            for place, fill in enumerate(fills if fills is not None else ())
            if attribute(child(fill, "patternFill"), "patternType", "none") == "none"
            and child(fill, "gradientFill") is None
        }
        if fills is not None
        else {"0"}
    )
    unseen = set()
    cells = first(root, "cellXfs")
    for place, style in enumerate(cells if cells is not None else ()):
        is_white = attribute(style, "fontId", "0") in white
        if attribute(style, "numFmtId") in formats or (
            is_white and attribute(style, "fillId", "0") in bare
        ):
            unseen.add(str(place))
    return unseen


def not_shown(content: bytes, chart: Element) -> str:
    """Returns the first value of the workbook behind a chart that the chart does not show, if there
    is one."""
    shown = {_comparable(text_of(each)) for each in named(chart, "v", "pt", "t")}
    try:
        package = Package(BytesIO(content))
        strings: list[str] = []
        if "xl/sharedStrings.xml" in package:
            strings = _strings(package.read("xl/sharedStrings.xml", most=MOST_IN_A_TREE))
        for name in package.names:
            if not re.match(r"(?i)xl/worksheets/[^/]+\.xml$", name):
                continue
            for cell in named(parsed(package.read(name, most=MOST_IN_A_TREE)), "c"):
                value = text_of(cell, "v", "t")
                if attribute(cell, "t") == "s" and value.isdigit() and int(value) < len(strings):
                    value = strings[int(value)]
                value = value.strip()
                is_shown = not value or _comparable(value) in shown
                if not is_shown and not value.startswith(_BY_THE_PROGRAM):
                    return value
    except Refused:
        return "classeur illisible"
    return ""


def _comparable(value: str) -> str:
    value = value.strip()
    try:
        return repr(round(float(value), 9))
    except ValueError:
        return value[:_LONGEST]
