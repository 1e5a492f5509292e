"""What Word hides: comments, tracked changes, hidden text, codes of fields.

Source: ECMA-376 part 1, chapter 17.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from media.cleaning.findings import Findings, Kind
from media.cleaning.markup import (
    Element,
    attribute,
    child,
    first,
    is_local_path,
    is_on,
    local,
    named,
    removed,
    text_of,
)
from media.cleaning.parts import Part, Parts

_INSPECT = "Fichier › Informations › Vérifier l’absence de problèmes › Inspecter le document"
COMMENT = Kind(
    "commentaire de relecture",
    "commentaires de relecture",
    "Word : Révision › Supprimer › Supprimer tous les commentaires ; LibreOffice : clic droit sur "
    "un commentaire › Supprimer tous les commentaires.",
)
DELETION = Kind(
    "texte supprimé en suivi des modifications, encore lisible",
    "textes supprimés en suivi des modifications, encore lisibles",
    "Word : Révision › Accepter › Accepter toutes les modifications ; LibreOffice : Édition › "
    "Suivi des modifications › Tout accepter.",
)
INSERTION = Kind(
    "texte ajouté en suivi des modifications, montré comme une proposition",
    "textes ajoutés en suivi des modifications, montrés comme des propositions",
    DELETION.advice,
)
CHANGE = Kind(
    "modification suivie de la mise en forme",
    "modifications suivies de la mise en forme",
    DELETION.advice,
)
HIDDEN_TEXT = Kind(
    "passage en texte masqué",
    "passages en texte masqué",
    f"Affichez-le (Word : Accueil › ¶), supprimez-le, ou {_INSPECT}.",
)
UNSEEN_TEXT = Kind(
    "passage en blanc sur blanc, ou trop petit pour être lu",
    "passages en blanc sur blanc, ou trop petits pour être lus",
    "Sélectionnez tout le document, puis donnez au texte une couleur automatique pour le voir.",
)
FIELD = Kind(
    "champ dont le code contient autre chose que ce qu’il montre",
    "champs dont le code contient autre chose que ce qu’ils montrent",
    "Word : sélectionnez tout (Ctrl+A), puis Ctrl+Maj+F9 remplace les champs par leur texte.",
)
PATH_IN_FIELD = Kind(
    "champ qui nomme un fichier de votre ordinateur ou de votre réseau",
    "champs qui nomment des fichiers de votre ordinateur ou de votre réseau",
    FIELD.advice,
)
UNSHOWN_HEADER = Kind(
    "en-tête ou pied de page qui ne paraît sur aucune page",
    "en-têtes ou pieds de page qui ne paraissent sur aucune page",
    "Word : En-tête et pied de page › cochez « Première page différente » et « Pages paires et "
    "impaires différentes », videz-les, puis décochez.",
)
_FORMATS = (
    *("rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "trPrChange", "tcPrChange"),
    *("tblGridChange", "tblPrExChange", "numberingChange", "cellIns", "cellDel", "cellMerge"),
)
# The code of a field keeps these beside its result, or chooses instead of what is shown.
TELLING = re.compile(r"(?i)^\s*(IF|COMPARE|SKIPIF|NEXTIF|SET|ASK|FILLIN|PRIVATE|XE|TC|RD)\b")
# The shown result of these is kept, and what they are made from is removed: they must not be made
# again.
_OF_PROPERTIES = re.compile(
    r"(?i)^\s*(AUTHOR|LASTSAVEDBY|COMPANY|MANAGER|SUBJECT|KEYWORDS|COMMENTS|INFO|TITLE|FILENAME|"
    r"TEMPLATE|DOCPROPERTY|DOCVARIABLE|USERNAME|USERINITIALS|USERADDRESS|CREATEDATE|SAVEDATE|"
    r"PRINTDATE|EDITTIME|REVNUM|MERGEFIELD)\b"
)
_LEAST_SIZE = 4  # half-points
_WHITE = "FFFFFF"


class Rewriting:
    """Rewrites the parts of one document."""

    def __init__(self, parts: Parts, found: Findings) -> None:
        self._found = found
        styles = next(iter(parts.linked(parts.main, "styles")), None)
        self._styles = _Styles(parts.tree(styles.name) if styles else None)
        self._never_shown = _never_shown(parts)
        self._has_ground = child(parts.tree(parts.main.name), "background") is not None

    def rewrite(self, part: Part, root: Element) -> None:
        if local(root) == "settings":
            for element in list(named(root, "mailMerge", "docVars", "attachedTemplate")):
                removed(element)
        for element in list(named(root, "dataBinding")):
            removed(element)  # these properties are removed: the text that is shown remains
        if first(root, "p") is None:
            return
        if part.name in self._never_shown and (text := text_of(root, "t")):
            self._found.add(UNSHOWN_HEADER, text)
        if local(root) == "comments":
            for comment in named(root, "comment"):
                self._found.add(COMMENT, text_of(comment, "t"))
        else:
            self._tell_changes(root)
        self._tell_hidden(root)
        self._fields(root)
        anonymise(root)

    def _tell_changes(self, root: Element) -> None:
        for element in named(root, "del", "moveFrom"):
            if text := text_of(element, "delText", "t"):
                self._found.add(DELETION, text)
            elif local(element.getparent()) in ("rPr", "trPr"):
                self._found.add(DELETION)
        for element in named(root, "ins", "moveTo"):
            if (text := text_of(element, "t")) or local(element.getparent()) in ("rPr", "trPr"):
                self._found.add(INSERTION, text)
        for _ in named(root, *_FORMATS):
            self._found.add(CHANGE)

    def _tell_hidden(self, root: Element) -> None:
        for row in named(root, "tr"):
            if is_on(child(child(row, "trPr"), "hidden")) and (text := text_of(row, "t")):
                self._found.add(HIDDEN_TEXT, text)
        for paragraph in named(root, "p"):
            for kind, text in self._unseen(paragraph):
                self._found.add(kind, text)

    def _unseen(self, paragraph: Element) -> Iterator[tuple[Kind, str]]:
        """Yields hidden passages: runs that follow each other and are hidden in the same way are
        one."""
        passage: list[str] = []
        current: Kind | None = None
        for run in _runs(paragraph):
            text = text_of(run, "t", "delText")
            if not text:
                continue
            kind = self.how_hidden(run, paragraph) if text.strip() else current
            if kind is not current:
                if current and "".join(passage).strip():
                    yield current, "".join(passage)
                passage, current = [], kind
            passage.append(text)
        if current and "".join(passage).strip():
            yield current, "".join(passage)

    def how_hidden(self, run: Element, paragraph: Element) -> Kind | None:
        """Returns the way in which a run of that paragraph is hidden; None where readers see it."""
        own, of_paragraph = child(run, "rPr"), child(paragraph, "pPr")
        for name in ("vanish", "specVanish"):
            if (said := child(own, name)) is not None:
                if is_on(said):
                    return HIDDEN_TEXT
            elif self._styles.of(own, of_paragraph, name) == "1":
                return HIDDEN_TEXT
        if self._styles.hides_tables and child(own, "vanish") is None:
            tables = run.iterancestors("{*}tbl")
            if any(_table_style(table) in self._styles.hides_tables for table in tables):
                return HIDDEN_TEXT
        size = attribute(child(own, "sz"), "val") if child(own, "sz") is not None else ""
        size = size or self._styles.of(own, of_paragraph, "sz")
        if size.isdigit() and int(size) <= _LEAST_SIZE:
            return UNSEEN_TEXT
        colour = child(own, "color")
        value = attribute(colour, "val") if colour is not None else ""
        value = value or self._styles.of(own, of_paragraph, "color")
        if value.upper() == _WHITE and not self._is_on_a_ground(run, own, of_paragraph):
            return UNSEEN_TEXT
        return None

    def _is_on_a_ground(self, run: Element, own: Element, of_paragraph: Element) -> bool:
        return (
            self._has_ground
            or any(child(each, n) is not None for each in (own, of_paragraph) for n in _GROUNDS)
            or bool(self._styles.of(own, of_paragraph, "ground"))
            or any(local(each) in ("tc", "txbxContent") for each in run.iterancestors())
        )

    def _fields(self, root: Element) -> None:
        for field, code in _codes(root):
            if _OF_PROPERTIES.match(code):
                lock = f"{field.tag.rpartition('}')[0]}}}fldLock"
                field.set(lock, "1")
            if is_local_path(code):
                self._found.add(PATH_IN_FIELD, code)
            elif TELLING.match(code):
                self._found.add(FIELD, code)


_GROUNDS = ("shd", "highlight")


class _Styles:
    """Says what each style hides, with the style that it is based on."""

    def __init__(self, root: Element | None) -> None:
        self._said: dict[str, dict[str, str]] = {}
        self._based_on: dict[str, str] = {}
        self._default = ""
        self._of_document: dict[str, str] = {}
        self.hides_tables: set[str] = set()
        if root is None:
            return
        for style in named(root, "style"):
            name = attribute(style, "styleId")
            self._said[name] = _said(child(style, "rPr"), child(style, "pPr"))
            # These are properties of a whole table, or of its first row and the like.
            if attribute(style, "type") == "table" and any(map(is_on, named(style, "vanish"))):
                self.hides_tables.add(name)
            if (base := child(style, "basedOn")) is not None:
                self._based_on[name] = attribute(base, "val")
            if attribute(style, "default") == "1" and attribute(style, "type") == "paragraph":
                self._default = name
        if (default := first(root, "rPrDefault")) is not None:
            self._of_document = _said(child(default, "rPr"), None)

    def of(self, own: Element | None, of_paragraph: Element | None, name: str) -> str:
        for properties, style_name, default in (
            (own, "rStyle", ""),
            (of_paragraph, "pStyle", self._default),
        ):
            named_style = child(properties, style_name)
            style = attribute(named_style, "val") if named_style is not None else default
            seen: set[str] = set()
            while style and style not in seen:
                if said := self._said.get(style, {}).get(name):
                    return said
                seen.add(style)
                style = self._based_on.get(style, "")
        return self._of_document.get(name, "")


def _never_shown(parts: Parts) -> set[str]:
    """Returns headers and footers of first or of even pages that no section asks for."""
    targets = {link.id: link.target for link in parts.main.links}
    settings = next(iter(parts.linked(parts.main, "settings")), None)
    even = settings and first(parts.tree(settings.name), "evenAndOddHeaders")
    shown: set[str] = set()
    unshown: set[str] = set()
    for section in named(parts.tree(parts.main.name), "sectPr"):
        is_on_first = is_on(child(section, "titlePg"))
        for reference in section:
            if local(reference) not in ("headerReference", "footerReference"):
                continue
            kind, name = attribute(reference, "type"), targets.get(attribute(reference, "id"), "")
            is_shown = {"first": is_on_first, "even": is_on(even)}.get(kind, True)
            (shown if is_shown else unshown).add(name)
    return unshown - shown


def _table_style(table: Element) -> str:
    style = child(child(table, "tblPr"), "tblStyle")
    return attribute(style, "val") if style is not None else ""


def _said(run: Element | None, paragraph: Element | None) -> dict[str, str]:
    said = {}
    for name in ("vanish", "specVanish"):
        if (element := child(run, name)) is not None:
            said[name] = "1" if is_on(element) else "0"
    for name in ("sz", "color"):
        if (element := child(run, name)) is not None:
            said[name] = attribute(element, "val")
    if any(child(each, name) is not None for each in (run, paragraph) for name in _GROUNDS):
        said["ground"] = "1"
    return said


def _runs(paragraph: Element) -> Iterator[Element]:
    """Yields the runs of a paragraph, not those of a paragraph inside it, as a text box has."""
    for run in named(paragraph, "r"):
        if next(run.iterancestors("{*}p"), None) is paragraph:
            yield run


def _codes(root: Element) -> Iterator[tuple[Element, str]]:
    """Yields `(field, code)`: the element that begins each field, and what it is made from."""
    for field in named(root, "fldSimple"):
        yield field, attribute(field, "instr")
    open_fields: list[tuple[Element, list[str]]] = []
    for element in named(root, "fldChar", "instrText"):
        if local(element) == "instrText":
            if open_fields:
                open_fields[-1][1].append(element.text or "")
            continue
        kind = attribute(element, "fldCharType")
        if kind == "begin":
            open_fields.append((element, []))
        elif open_fields and kind == "end":
            field, code = open_fields.pop()
            yield field, "".join(code)
    for field, code in open_fields:
        yield field, "".join(code)


def anonymise(root: Element) -> None:
    """Takes off who wrote comments and changes that are published on purpose; their words stay."""
    for element in root.iter():
        for key in list(element.attrib):
            match key.rpartition("}")[2]:
                case "author":
                    element.set(key, "Auteur")
                case "initials":
                    element.set(key, "A")
                case "date" | "dateUtc":
                    del element.attrib[key]
