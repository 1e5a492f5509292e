"""Makes pieces of a saved web page: the article itself, and what the page says about it
elsewhere."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

from lxml.html import HtmlElement

from articles.importing.dates import parse_date, read_date_line
from articles.importing.limits import check_amount
from articles.importing.markup import TreeReader, discard, shown_tree, text_nodes, text_of
from articles.importing.pictures import PictureBox
from articles.importing.pieces import Reading
from articles.importing.wording import fold, labelled, quoted

_TITLE_SEPARATOR = re.compile(r"\s+[|–—•·-]\s+")
_ARTICLE_TYPES = {"Article", "NewsArticle", "BlogPosting", "Report", "WebPage", "TechArticle"}
_LANDMARKS = ("nav", "aside", "form", "dialog", "menu", "button")
_LANDMARK_ROLES = {"navigation", "banner", "contentinfo", "complementary", "search", "form"}


def read_page(markup: str) -> Reading:
    reading = Reading()
    tree = shown_tree(markup, reading)
    _read_metadata(tree, reading)
    root = _root(tree)
    texts = [node.strip() for node in text_nodes(tree)]
    check_amount(sum(map(len, texts)), 0)
    reading.source_texts = texts
    _judge_title(texts, reading)
    reading.source_links = [
        anchor.get("href", "") for anchor in root.iter("a") if not _in_landmark(anchor, root)
    ]
    _set_outside_apart(tree, root, reading)
    _set_landmarks_apart(root, reading)
    TreeReader(reading, PictureBox(reading)).read(root)
    return reading


def _judge_title(texts: list[str], reading: Reading) -> None:
    """Notes a title that the page declares to machines and shows to nobody."""
    title = reading.hints.title
    if title and fold(title) not in fold(" ".join(texts)):
        reading.unshown_title = title


def _root(tree: HtmlElement) -> HtmlElement:
    """Returns the element that holds the article: the one with the heading of level 1, if it
    tells."""
    body = tree.find(".//body") if tree.find(".//body") is not None else tree
    mains = list(tree.iter("main")) or tree.xpath("//*[@role='main']")
    articles = list(tree.iter("article"))
    titled = [article for article in articles if article.find(".//h1") is not None]
    if len(titled) == 1:
        return titled[0]
    if mains:
        return mains[0]
    return articles[0] if len(articles) == 1 else body


def _set_outside_apart(tree: HtmlElement, root: HtmlElement, reading: Reading) -> None:
    """Quotes what the page shows around the article, then forgets it; the h1 may be up there."""
    kept = {root, *root.iterancestors()}
    if root.find(".//h1") is None and (heading := tree.find(".//h1")) is not None:
        reading.hints.title = text_of(heading)
    for ancestor in root.iterancestors():
        for child in list(ancestor):
            if child in kept or not isinstance(child.tag, str) or child.tag == "head":
                continue
            discard(child, reading)
        loose = [ancestor.text, *(child.tail for child in ancestor)]
        reading.discarded += [text.strip() for text in loose if text and text.strip()]


def _set_landmarks_apart(root: HtmlElement, reading: Reading) -> None:
    for element in list(root.iter(*_LANDMARKS, "header", "footer", "div", "section", "ul")):
        if not _is_landmark(element) or element is root or root not in element.iterancestors():
            continue
        discard(element, reading)
        element.drop_tree()


def _in_landmark(element: HtmlElement, root: HtmlElement) -> bool:
    for ancestor in element.iterancestors():
        if ancestor is root:
            return False
        if _is_landmark(ancestor):
            return True
    return False


def _is_landmark(element: HtmlElement) -> bool:
    """Menus and the like; a header with the title or the date, or a footer with themes, is not."""
    if element.tag in _LANDMARKS or element.get("role", "") in _LANDMARK_ROLES:
        return element.find(".//h1") is None
    if element.tag == "header":
        inside_article = next(element.iterancestors("article", "main"), None) is not None
        return element.find(".//h1") is None and not inside_article
    if element.tag == "footer":
        quoted_in = next(element.iterancestors("blockquote"), None)
        return quoted_in is None and not re.search(
            r"\b(?:thematique|theme|mot cle)", fold(text_of(element))
        )
    return False


def _read_metadata(tree: HtmlElement, reading: Reading) -> None:
    metadata: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = (
            element.get("property") or element.get("name") or element.get("itemprop") or ""
        ).lower()
        if name and element.get("content"):
            metadata.setdefault(name, element.get("content", "").strip())
    structured = _structured_data(tree)
    hints = reading.hints
    site = metadata.get("og:site_name", "")
    title_element = tree.find(".//title")
    written = text_of(title_element) if title_element is not None else ""
    hints.title = (
        _without_site(metadata.get("og:title", ""), site)
        or str(structured.get("headline") or "")
        or _without_site(written, site)
    )
    hints.published_on = _first_date(
        metadata.get("article:published_time"),
        metadata.get("datepublished"),
        structured.get("datePublished"),
        _time_element(tree, "published"),
        metadata.get("dcterms.issued"),
        metadata.get("date"),
    )
    hints.updated_on = _first_date(
        metadata.get("article:modified_time"),
        metadata.get("og:updated_time"),
        metadata.get("datemodified"),
        structured.get("dateModified"),
        _time_element(tree, "updated"),
    )
    if written and fold(hints.title) not in fold(written):
        reading.unrecognised.append(
            labelled("Titre de l’onglet, différent de celui de l’article", quoted(written))
        )


def _without_site(title: str, site: str) -> str:
    """Returns a title such as ``Titre | Avise`` without the name of the site."""
    parts = _TITLE_SEPARATOR.split(title)
    if len(parts) > 1 and (fold(parts[-1]) == fold(site) or (not site and "|" in title)):
        end = title.rindex(parts[-1])
        return title[:end].rstrip(" |–—•·-")
    return title


def _first_date(*values: Any) -> date | None:
    return next(
        (day for value in values if isinstance(value, str) and (day := parse_date(value))), None
    )


def _time_element(tree: HtmlElement, wanted: str) -> str | None:
    """Returns the ``<time datetime>`` whose own line, or whose attributes, say what the date is."""
    for element in tree.iter("time"):
        value = element.get("datetime", "")
        nature = f"{element.get('itemprop', '')} {element.get('class', '')}".lower()
        if re.search("publi" if wanted == "published" else "modif|updat", nature):
            return value
        parent = element.getparent()
        line = read_date_line(text_of(parent)) if parent is not None else None
        found = line and (line.published_on if wanted == "published" else line.updated_on)
        if found:
            return found.isoformat()
    return None


def _structured_data(tree: HtmlElement) -> dict[str, Any]:
    """Returns the JSON-LD object of the article, or an empty one; a page may carry anything
    there."""
    for script in tree.iter("script"):
        if script.get("type", "").lower() != "application/ld+json" or not script.text:
            continue
        try:
            data = json.loads(script.text)
        except (ValueError, RecursionError):
            continue
        if isinstance(data, dict):
            data = data.get("@graph", data)
        for item in data if isinstance(data, list) else [data]:
            kinds = item.get("@type", "") if isinstance(item, dict) else ""
            if _ARTICLE_TYPES & set(kinds if isinstance(kinds, list) else [str(kinds)]):
                return dict(item)
    return {}
