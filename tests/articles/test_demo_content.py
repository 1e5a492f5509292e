"""The demonstration's articles: whole, referring to what exists, and rightly typed.

They are read as files, without a database: a mistake is then named by file and key.
"""

import re
import tomllib
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.urls import Resolver404, resolve
from django.utils.html import strip_tags

import articles.demo_content
from articles.demo_content import documents, drawings
from articles.models import Article, ArticleType, Block, Contribution, Series
from articles.quality import DESCRIPTION_LENGTHS, STANDFIRST_LENGTH
from media.cleaning.sandbox import cleaned
from media.reading.process import read
from publishing.models import Audience
from publishing.quality import TITLE_LENGTH, VAGUE_LINKS
from publishing.richtext import sanitize_rich_text
from publishing.typography import french_typography, french_typography_html
from structures.demonstration import TOLD
from structures.models.structure import slug_of
from themes.models import Theme

FOLDER = Path(articles.demo_content.__file__).parent


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


ENTRIES = {path.stem: _read(path) for path in sorted(FOLDER.glob("[0-9]*.toml"))}
VOCABULARY = _read(FOLDER / "vocabulary.toml")
SLUGS = {entry["slug"] for entry in ENTRIES.values()}

REQUIRED = {"title", "slug", "type", "themes", "audience", "state", "standfirst", "blocks"}
OPTIONAL = {
    "series", "published_on", "updated_on", "publish_in_days", "cover", "cover_alt", "territories",
    "structures", "event", "audience_roles", "cover_is_decorative", "seo_title", "seo_description",
    "related", "people", "attachments",
}  # fmt: skip
STATES = {"published", "draft", "review", "scheduled", "archived"}
RICH = {"text", "description"}
PROSE = {
    "title", "standfirst", "cover_alt", "seo_title", "seo_description", "source", "alt", "caption",
    "value", "cells", "name", "role", "organisation",
}  # fmt: skip

each_article = pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES.keys())


def _texts(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Every string that a person reads, with its key."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, key)
    elif key in RICH | PROSE:
        yield key, value


def _words(entry: dict[str, Any]) -> int:
    shown = [text for block in entry["blocks"] for _, text in _texts(block)]
    return sum(len(strip_tags(text.replace("<", " <")).split()) for text in shown)


@each_article
def test_has_the_keys_that_the_loader_reads(entry: dict[str, Any]) -> None:
    assert REQUIRED <= entry.keys() <= REQUIRED | OPTIONAL
    assert entry["state"] in STATES
    assert entry["audience"] in Audience.values
    assert ("publish_in_days" in entry) == (entry["state"] == "scheduled")
    assert ("published_on" in entry) == (entry["state"] in ("published", "archived"))
    for person in entry.get("people", []):
        assert {"name", "kind"} <= person.keys() <= {"name", "kind", "role", "organisation"}
        assert person["kind"] in Contribution.Kind.values


@each_article
def test_blocks_carry_what_their_kind_needs_and_nothing_else(entry: dict[str, Any]) -> None:
    for block in entry["blocks"]:
        kind = block["kind"]
        assert block.keys() <= {"kind", *Block.FIELDS_OF_KIND[kind]}
        if entry["state"] != "draft":  # a draft may miss what publication requires
            assert block.keys() >= set(Block.REQUIRED_OF_KIND[kind])
        if kind == Block.Kind.TABLE:
            widths = {line.count("\t") for line in block["cells"].splitlines() if line}
            assert len(widths) == 1 and widths.pop() > 0


@each_article
def test_refers_only_to_what_exists(entry: dict[str, Any]) -> None:
    blocks = entry["blocks"]
    linked = [*entry.get("related", []), *(s for b in blocks for s in b.get("articles", []))]
    files = [*entry.get("attachments", []), *(b for b in blocks if "document" in b)]
    pictures = [entry.get("cover"), *(block.get("image") for block in blocks)]

    assert set(linked) <= SLUGS - {entry["slug"]}
    assert len(set(entry.get("related", []))) == len(entry.get("related", []))
    assert {file.get("file", file.get("document")) for file in files} <= set(documents.NAMES)
    assert {name for name in pictures if name} <= set(drawings.NAMES)
    assert set(entry.get("structures", [])) <= {slug_of("demo", str(told)) for told in TOLD}


@each_article
def test_pictures_are_described_or_declared_decorative(entry: dict[str, Any]) -> None:
    if "cover" in entry:
        assert bool(entry.get("cover_alt")) != entry.get("cover_is_decorative", False)
    for block in entry["blocks"]:
        if block["kind"] == Block.Kind.FIGURE:
            assert bool(block.get("alt")) != block.get("is_decorative", False)
            assert block.get("alt") != block.get("caption")


@pytest.mark.parametrize(
    "content", [*ENTRIES.values(), VOCABULARY], ids=[*ENTRIES.keys(), "vocabulary"]
)
def test_is_typed_and_marked_up_as_it_will_be_stored(content: dict[str, Any]) -> None:
    for key, text in _texts(content):
        if key in RICH:
            assert text == french_typography_html(sanitize_rich_text(text))
        else:
            assert text == french_typography(text)
        assert "'" not in strip_tags(text)


@each_article
def test_fits_its_columns_and_a_search_result(entry: dict[str, Any]) -> None:
    for name in ("title", "slug", "standfirst", "cover_alt", "seo_title", "seo_description"):
        longest = Article._meta.get_field(name).max_length  # type: ignore[union-attr]  # columns of text
        assert longest is None or len(entry.get(name, "")) <= longest
    if entry["state"] == "draft":
        return
    shortest, longest = DESCRIPTION_LENGTHS
    assert len(entry.get("seo_title", entry["title"])) <= TITLE_LENGTH
    assert shortest <= len(entry["seo_description"]) <= longest
    assert len(entry["standfirst"]) <= STANDFIRST_LENGTH


@each_article
def test_headings_never_skip_a_level(entry: dict[str, Any]) -> None:
    html = "".join(block.get("text", "") for block in entry["blocks"])
    levels = [1, *map(int, re.findall(r"<h(\d)>", html))]

    assert all(after <= before + 1 for before, after in pairwise(levels))


@each_article
def test_links_say_where_they_lead_and_lead_there(entry: dict[str, Any]) -> None:
    html = "".join(block.get("text", "") for block in entry["blocks"])
    for address, label in re.findall(r'<a href="([^"]*)">(.*?)</a>', html):
        assert not VAGUE_LINKS.match(label)
        try:
            found = resolve(address)
        except Resolver404:
            pytest.fail(f"{address} is no address of the portal")
        assert found.kwargs["slug"] in SLUGS


@each_article
def test_is_long_enough_to_be_read_and_no_longer(entry: dict[str, Any]) -> None:
    assert 300 <= _words(entry) <= 900


@each_article
def test_figures_carry_their_source_and_its_year(entry: dict[str, Any]) -> None:
    figures = [block for block in entry["blocks"] if block["kind"] == Block.Kind.KEY_FIGURE]
    for figure in figures:
        if entry["state"] != "draft":
            assert re.search(r"\b20\d\d\b", figure["source"])


@each_article
def test_what_is_made_up_says_so(entry: dict[str, Any]) -> None:
    told = [
        f"{block.get('title', '')} {block['text']}"
        for block in entry["blocks"]
        if block["kind"] == Block.Kind.CALLOUT
    ]
    made_up = any(re.search(r"fictif|fictive|composé", text) for _, text in _texts(entry))
    if made_up or any(block["kind"] == Block.Kind.QUOTE for block in entry["blocks"]):
        assert any("démonstration" in text for text in told)


def test_shows_every_kind_of_page() -> None:
    entries = ENTRIES.values()
    published = [entry for entry in entries if entry["state"] == "published"]
    kinds = {block["kind"] for entry in published for block in entry["blocks"]}

    assert len(SLUGS) == len(ENTRIES)
    assert len(published) >= 12
    assert {entry["state"] for entry in entries} == STATES
    assert len([e for e in published if e["audience"] == "network"]) >= 2
    assert kinds == set(Block.Kind.values)
    assert {entry["type"] for entry in published} == {t["name"] for t in VOCABULARY["types"]}
    assert any(entry.get("updated_on") for entry in published)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "key"), [(ArticleType, "types"), (Series, "series"), (Theme, "themes")]
)
def test_vocabulary_is_that_of_the_portal(model: Any, key: str) -> None:
    assert [(term["name"], term["slug"]) for term in VOCABULARY[key]] == [
        (term.name, term.slug) for term in model.objects.all()
    ]


@each_article
def test_uses_the_words_of_the_vocabulary(entry: dict[str, Any]) -> None:
    names = {key: {term["name"] for term in VOCABULARY[key]} for key in VOCABULARY}

    assert entry["type"] in names["types"]
    assert entry["themes"] and set(entry["themes"]) <= names["themes"]
    assert entry.get("series") in names["series"] | {None}


@pytest.mark.parametrize("name", ["calendrier", "mesures"])
def test_a_drawing_is_the_same_each_time(name: str) -> None:
    first, second = drawings.draw(name), drawings.draw(name)

    assert first.size == (1600, 1000)
    assert first.tobytes() == second.tobytes()


def test_documents_are_what_their_names_say() -> None:
    for name in documents.NAMES:
        content = documents.document_content(name)
        starts = {"pdf": b"%PDF-", "docx": b"PK"}
        assert content.startswith(starts.get(name.rpartition(".")[2], "\ufeff".encode()))


@pytest.mark.parametrize(
    ("name", "page", "words"),
    [
        ("guide-diagnostic.pdf", 3, "Le fonds de roulement dit combien de temps la structure"),
        ("premiere-embauche.pdf", 3, "Le document unique d’évaluation des risques"),
        ("trame-ressources.docx", None, "Le mécénat demande une convention, un reçu fiscal"),
    ],
)
def test_longer_documents_are_read_page_by_page(name: str, page: int | None, words: str) -> None:
    content = documents.document_content(name)
    with cleaned(BytesIO(content), extension=name.rpartition(".")[2], title="Titre") as result:
        assert result.hidden == []
        found = read(result.content, extension=name.rpartition(".")[2], hides=False)

    assert [number for number, text in found.pages if words in " ".join(text.split())] == [page]
    assert "contenu de démonstration" in " ".join(text for _, text in found.pages).lower() or (
        "document de démonstration" in found.pages[0][1].lower()
    )
