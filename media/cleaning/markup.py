"""XML of strangers: no entity, nothing fetched, depth bounded by the parser.

Names are compared without their namespace: Office has two for each vocabulary (transitional and
strict), and what is hidden is so in both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from lxml import etree

from media.cleaning.findings import DAMAGED, Refused

Element = Any  # it is lxml's, whose stubs do not follow its own class

_LOCAL_PATH = re.compile(r"(?i)\bfile:|(?<![a-z])[a-z]:[\\/](?!/)|\\\\\w|^/(?:users|home|volumes)/")
_FILE_NAME = re.compile(r"(?i)\.(?:jpe?g|png|gif|webp|bmp|tiff?|emf|wmf|heic|svg|mp4|mov|wav|mp3)$")


def parsed(content: bytes) -> Element:
    """Returns the root. Raises Refused for what declares entities, which could hold or fetch
    anything."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=False,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused(DAMAGED) from error
    declared: Any = root.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):
        raise Refused(DAMAGED)
    return root


def streamed(content: bytes, *names: str) -> Iterator[Element]:
    """Yields the elements of these names, each once it is whole, without the others in memory: the
    caller forgets those that it has read. Raises Refused for what declares entities or is no
    XML."""
    if b"<!ENTITY" in content[:100_000]:
        raise Refused(DAMAGED)
    try:
        for _, element in etree.iterparse(
            BytesIO(content),
            events=("end",),
            tag=[f"{{*}}{name}" for name in names],
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            remove_comments=True,
            remove_pis=True,
            huge_tree=False,
        ):
            yield element
    except etree.XMLSyntaxError as error:
        raise Refused(DAMAGED) from error


def forgotten(element: Element) -> None:
    """Empties an element that was read, and lets go of those before it."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def serialised(root: Element) -> bytes:
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return written


def local(element: Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Element, name: str, default: str = "") -> str:
    """Returns the attribute of that local name, whatever its namespace."""
    if (value := element.get(name)) is not None:
        return str(value)
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return default


def named(root: Element, *names: str) -> Iterator[Element]:
    """Yields the elements of those local names, the root among them."""
    wanted = set(names)
    for element in root.iter(*(f"{{*}}{name}" for name in names)):
        if local(element) in wanted:
            yield element


def first(root: Element, name: str) -> Element | None:
    return next(named(root, name), None)


def child(element: Element | None, name: str) -> Element | None:
    if element is None:
        return None
    return next((each for each in element if local(each) == name), None)


def is_on(element: Element | None) -> bool:
    """Says whether a property is on: one that is there is, unless it says otherwise."""
    return element is not None and attribute(element, "val", "1") not in ("0", "false", "off")


def text_of(element: Element, *names: str) -> str:
    """Returns the text of the elements of these names within, or of all."""
    if names:
        return "".join(each.text or "" for each in named(element, *names))
    return " ".join(" ".join(element.itertext()).split())


def removed(element: Element) -> None:
    """Takes an element out, and leaves the text that follows it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail and element.tail.strip():
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def is_local_path(address: str) -> bool:
    """Says whether it is the path of a file on somebody's computer or network, which tells their
    name or their folders."""
    return bool(_LOCAL_PATH.search(address))


def is_file_name(name: str) -> bool:
    return bool(_FILE_NAME.search(name.strip())) or is_local_path(name)
