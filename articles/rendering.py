"""Makes of a snapshot what the article page shows.

The body is rendered when it is published, not when it is read: the page then costs one row. Only
lists of articles stay open until the request, since what they show depends on who reads, and
mentions of terms, whose definitions are those of today.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from lxml import html as lxml_html

from articles import structured_data
from articles.models import Article, Block, Contribution, Publication
from contents.rendering import columns, file_line, territories_of_page
from contents.replays import replay
from glossary.mentions import Finder, mark_first
from glossary.models import Term
from media.models import Document, Image
from publishing.richtext import plain_text
from publishing.structured_data import as_script, breadcrumb_list

HEADINGS = ("h2", "h3", "h4")
WORDS_PER_MINUTE = 220


# Columns of the publication that are columns of the working copy, besides those of all contents.
OWN = ("type", "series", "event", "seo_title", "seo_description")


def publication_of(article: Article, data: Mapping[str, Any]) -> Publication:
    """Returns an unsaved publication of that snapshot."""
    content = render_content(data)
    publication = Publication(
        article=article,
        content=content,
        reading_minutes=max(1, round(content["words"] / WORDS_PER_MINUTE)),
        **columns(Article, OWN, data),
    )
    content.update(render_frame(publication))
    return publication


@dataclass
class RenderedBlock:
    """A block of a snapshot with what its template needs (`templates/articles/blocks/`)."""

    kind: str
    title: str = ""
    value: str = ""
    source: str = ""
    alt: str = ""
    is_decorative: bool = False
    caption: str = ""
    image: Image | None = None
    html: SafeString = field(default_factory=SafeString)
    header: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    file: Mapping[str, str] | None = None
    replay: Mapping[str, str] | None = None


class _Headings:
    """Gives each heading an id that is unique in the page, and collects the table of contents."""

    def __init__(self) -> None:
        self.toc: list[dict[str, str]] = []
        self._taken: set[str] = set()

    def number(self, html: str) -> str:
        if "<h" not in html:
            return html
        wrapper = lxml_html.fragment_fromstring(html, create_parent="div")
        for heading in wrapper.iter(*HEADINGS):
            # Ordinary white space only: the no-break spaces of typography stay.
            title = re.sub(r"[ \t\r\n]+", " ", heading.text_content()).strip()
            heading.set("id", self._id(title))
            if heading.tag == "h2" and title:
                self.toc.append({"id": heading.get("id"), "title": title})
        whole = lxml_html.tostring(wrapper, encoding="unicode")
        return whole.removeprefix("<div>").removesuffix("</div>")

    def _id(self, title: str) -> str:
        base = slugify(title)[:60].strip("-") or "section"
        candidates = itertools.chain([base], (f"{base}-{n}" for n in itertools.count(2)))
        chosen = next(candidate for candidate in candidates if candidate not in self._taken)
        self._taken.add(chosen)
        return chosen


class _Terms:
    """Marks the first mention of each term that the article explains, and collects them."""

    def __init__(self, keys: Iterable[int]) -> None:
        self._wanted = set(keys)
        # Of all terms: the longest name is meant, whichever of them is explained.
        self._finder = Finder(Term.objects.spellings() if self._wanted else ())
        self.found: list[int] = []

    def mark(self, html: str) -> str:
        if not self._wanted:
            return html
        marked, found = mark_first(html, self._finder, self._wanted)
        self._wanted -= set(found)
        self.found += found
        return marked


def table_rows(cells: str) -> list[list[str]]:
    """Returns the rows of tab-separated lines, of equal length (short ones are filled with empty
    cells)."""
    rows = [[cell.strip() for cell in line.split("\t")] for line in cells.splitlines() if line]
    width = max((len(row) for row in rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]


def _blocks(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(data.get("blocks", []))


def document_address(document_id: int) -> str:
    return reverse("articles:document", args=[document_id])


def render_content(data: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a snapshot as the JSON that the article page is made from.

    Keys: `body` (segments `{"html"}` or `{"title", "articles": [ids]}`), `toc`, `terms` (ids of
    those that it explains, in order), `people`,
    `attachments`, `themes` (ids), `territories` (key, label, url), `structures` (ids), `event`
    (id), `images` and `documents` (ids that the page shows or offers), `related` (ids of the
    articles that the editor chose, in order), `words`.
    """
    blocks = _blocks(data)
    images = Image.objects.in_bulk([b["image"] for b in blocks if b.get("image")])
    attachments = data.get("attachments", [])
    documents = Document.objects.in_bulk(
        [b["document"] for b in blocks if b.get("document")]
        + [a["document"] for a in attachments if a.get("document")]
    )
    headings, terms = _Headings(), _Terms(data.get("explained_terms", []))
    body: list[dict[str, Any]] = []
    words = len(data.get("standfirst", "").split())
    for block in blocks:
        kind = block["kind"]
        if kind == Block.Kind.RELATED:
            body.append({"title": block["title"], "articles": block["articles"]})
            continue
        rendered = _render_block(block, images, documents, headings, terms)
        words += len(plain_text(rendered).split())
        if body and "html" in body[-1]:
            body[-1]["html"] += rendered
        else:
            body.append({"html": rendered})
    kinds = dict(Contribution.Kind.choices)
    return {
        "body": body,
        "toc": headings.toc,
        "terms": terms.found,
        "words": words,
        "people": [
            {
                "name": person["name"],
                "role": person["role"],
                "organisation": person["organisation"],
                "kind": person["kind"],
                "kind_label": kinds.get(person["kind"], ""),
            }
            for person in data.get("contributions", [])
        ],
        "attachments": [
            file_line(document, document_address(document.pk), attachment["title"])
            for attachment in attachments
            if (document := documents.get(attachment["document"]))
        ],
        "themes": data["themes"],
        "territories": territories_of_page(data.get("territories", [])),
        "structures": data.get("structures", []),
        "event": data.get("event"),
        "images": sorted(images),
        "documents": sorted(documents),
        "related": [part["target"] for part in data.get("related_articles", [])],
    }


def render_frame(publication: Publication) -> dict[str, Any]:
    """Returns what stands around the body and depends on no reader: `opening` (title, dates, cover,
    people, table of contents), `meta` (description, sharing, data for machines), `trail` (the
    breadcrumbs)."""
    content = publication.content
    address = settings.SITE_URL + publication.get_absolute_url()
    breadcrumbs: list[tuple[str, str | None]] = [
        ("Accueil", reverse("pages:home")),
        ("Articles", reverse("articles:list")),
    ]
    if publication.series:
        breadcrumbs.append((publication.series.name, publication.series.get_absolute_url()))
    breadcrumbs.append((publication.title, None))
    cover = publication.cover
    meta = {
        "portal": {"name": settings.PORTAL_NAME},
        "og_title": publication.title,
        "og_type": "article",
        "og_image": settings.SITE_URL + cover.url_for(1200) if cover else "",
        "description": structured_data.description(publication),
        "canonical_url": address,
        "structured_data": as_script(
            [structured_data.article(publication), breadcrumb_list(breadcrumbs, address)]
        )
        if publication.type_id
        else "",
    }
    shown = {"publication": publication, "toc": content["toc"], "people": content["people"]}
    return {
        "opening": render_to_string("articles/_opening.html", shown).strip(),
        "meta": render_to_string("_meta.html", meta).strip(),
        "trail": render_to_string("_breadcrumbs.html", {"breadcrumbs": breadcrumbs}).strip(),
    }


def _render_block(
    block: Mapping[str, Any],
    images: Mapping[int, Image],
    documents: Mapping[int, Document],
    headings: _Headings,
    terms: _Terms,
) -> str:
    html = headings.number(block["text"])
    if block["kind"] in Block.EXPLAINS:
        html = terms.mark(html)
    shown = RenderedBlock(
        kind=block["kind"],
        title=block["title"],
        value=block["value"],
        source=block["source"],
        alt="" if block["is_decorative"] else block["alt"],
        is_decorative=block["is_decorative"],
        caption=block["caption"],
        image=images.get(block["image"]) if block["image"] else None,
        html=mark_safe(html),  # sanitised when stored
    )
    match block["kind"]:
        case Block.Kind.FIGURE if shown.image is None:
            return ""  # the preview of a draft that has no picture yet
        case Block.Kind.TABLE:
            rows = table_rows(block["cells"])
            shown.header, shown.rows = (rows[0], rows[1:]) if rows else ([], [])
        case Block.Kind.REPLAY:
            shown.replay = replay(block["url"], block["title"], block["caption"])
        case Block.Kind.DOWNLOAD:
            document = documents.get(block["document"])
            if document is None:
                return ""
            shown.file = file_line(document, document_address(document.pk), block["title"])
    return render_to_string(f"articles/blocks/{shown.kind}.html", {"block": shown}).strip() + "\n"


def listed_in_body(content: Mapping[str, Any]) -> set[int]:
    """Returns every article that the body may list, for one query."""
    return {pk for segment in content["body"] for pk in segment.get("articles", [])}
