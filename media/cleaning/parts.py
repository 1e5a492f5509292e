"""The parts of an Office package (Open Packaging Conventions) and the links between them.

A package is a graph: each part names the next by its relationships. What nothing leads to is shown
by no program, and is left out; so is what a relationship of a kind that only keeps the author's
affairs leads to.

Source: ECMA-376 part 2; [MS-OE376], [MS-PPTX], [MS-XLSX] for Microsoft's own kinds.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import unquote

from lxml import etree

from media.cleaning.findings import DAMAGED, MACROS, Refused
from media.cleaning.markup import Element, local, parsed, serialised
from media.cleaning.packages import MOST_IN_A_TREE, Package

# Each is the last word of a relationship's type. None of these is shown.
_AFFAIRS = {
    *("extended-properties", "custom-properties", "thumbnail", "classificationlabels"),
    *("customXml", "customXmlProps", "people", "glossaryDocument", "attachedTemplate"),
    *("mailMergeSource", "mailMergeHeaderSource", "mailMergeRecipientData", "recipientData"),
    *("printerSettings", "keyMapCustomizations", "attachedToolbars", "documenttasks", "tags"),
    *("customData", "extensibility", "webextensiontaskpanes", "changesInfo", "revisionInfo"),
    *("hdphoto", "xmlMaps", "usernames", "origin"),
}
_PROGRAMS = {
    *("vbaProject", "wordVbaData", "xlMacrosheet", "xlIntlMacrosheet"),
    *("control", "activeXControlBinary"),
}
MAIN_FOLDERS = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}


@dataclass(frozen=True)
class Link:
    """A relationship of one part with another, or with something outside."""

    id: str
    kind: str  # the last word of its type
    target: str  # a part's name, or an address
    is_outside: bool


@dataclass
class Part:
    name: str
    content_type: str
    links: list[Link] = field(default_factory=list)
    cut: set[str] = field(default_factory=set)  # ids of the links that are dropped

    @property
    def rels_name(self) -> str:
        folder, _, file = self.name.rpartition("/")
        return f"{folder}/_rels/{file}.rels" if folder else f"_rels/{file}.rels"


class Parts:
    """The parts of a package that are shown, by name, in the order in which links lead to them."""

    def __init__(self, package: Package, extension: str) -> None:
        self.package = package
        self._types = _content_types(package)
        self.root = self._part("")
        self._by_name: dict[str, Part] = {}
        waiting = [self.root]
        while waiting:
            for link in waiting.pop(0).links:
                name = link.target
                if link.is_outside or name in self._by_name:
                    continue
                if name not in package:
                    continue  # programs put up with a link that leads nowhere
                self._by_name[name] = self._part(name)
                waiting.append(self._by_name[name])
        main = next((p for p in self.root.links if p.kind == "officeDocument"), None)
        if main is None or main.target not in self._by_name:
            raise Refused(DAMAGED)
        self.main = self._by_name[main.target]
        if "macroEnabled" in self.main.content_type:
            raise Refused(MACROS)

    def _part(self, name: str) -> Part:
        part = Part(name, self._types(name))
        folder = name.rpartition("/")[0]
        if part.rels_name not in self.package:
            return part
        for element in self.tree(part.rels_name):
            if local(element) != "Relationship":
                continue
            kind = element.get("Type", "").rpartition("/")[2]
            if kind in _PROGRAMS:
                raise Refused(MACROS)
            target = element.get("Target", "")
            is_outside = element.get("TargetMode") == "External"
            if not is_outside:
                path = unquote(target.partition("#")[0])
                target = posixpath.normpath(posixpath.join("/", folder, path)).lstrip("/")
            link = Link(element.get("Id", ""), kind, target, is_outside)
            if link.kind in _AFFAIRS:
                part.cut.add(link.id)
            else:
                part.links.append(link)
        return part

    def __getitem__(self, name: str) -> Part:
        return self._by_name[name]

    def __iter__(self) -> Iterator[Part]:
        return iter(self._by_name.values())

    def owners(self, part: Part) -> list[Part]:
        return [each for each in self if any(link.target == part.name for link in each.links)]

    def tree(self, name: str) -> Element:
        return parsed(self.package.read(name, most=MOST_IN_A_TREE))

    def linked(self, part: Part, *kinds: str) -> list[Part]:
        """Returns the parts that links of these kinds lead to."""
        return [
            self._by_name[link.target]
            for link in part.links
            if link.kind in kinds and link.target in self._by_name
        ]


def _content_types(package: Package) -> Callable[[str], str]:
    defaults: dict[str, str] = {}
    overrides: dict[str, str] = {}
    for element in parsed(package.read("[Content_Types].xml", most=MOST_IN_A_TREE)):
        kind = element.get("ContentType", "")
        if local(element) == "Default":
            defaults[element.get("Extension", "").lower()] = kind
        elif local(element) == "Override":
            overrides[unquote(element.get("PartName", "")).lstrip("/").lower()] = kind
    return lambda name: overrides.get(
        name.lower(), defaults.get(name.rpartition(".")[2].lower(), "")
    )


def types_xml(parts: Parts) -> bytes:
    space = "http://schemas.openxmlformats.org/package/2006/content-types"
    root = etree.Element(f"{{{space}}}Types", nsmap=cast("dict[str, str]", {None: space}))
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    etree.SubElement(root, f"{{{space}}}Default", Extension="rels", ContentType=rels)
    for part in parts:
        etree.SubElement(
            root,
            f"{{{space}}}Override",
            PartName=f"/{part.name}",
            ContentType=part.content_type or "application/octet-stream",
        )
    return serialised(root)


def rels_xml(part: Part, parts: Parts) -> bytes:
    """Returns the links that remain, as they were written."""
    root = parts.tree(part.rels_name)
    kept = {link.id for link in part.links}
    for element in list(root):
        if element.get("Id") not in kept:
            root.remove(element)
    return serialised(root)
