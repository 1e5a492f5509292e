"""Makes a draft of an imported document."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.db.models import QuerySet

from accounts.models import User
from articles.importing import ImportedDocument, Vocabulary, read_document
from articles.models import Article, ArticleType, Block, Publication, RelatedArticle, Series
from articles.rendering import publication_of
from media.services import create_image
from publishing.choosing import choices_of, label_of
from publishing.models import VersionBase
from publishing.services import record_save
from publishing.slugs import unused_slug
from themes.models import Theme


@dataclass
class ImportReport:
    """What became of a document, in French sentences for the editor."""

    article: Article
    recognised: list[str] = field(default_factory=list)
    unrecognised: list[str] = field(default_factory=list)
    discarded: list[str] = field(default_factory=list)


def _key(name: str) -> str:
    """Returns a name without case, accents, kind of apostrophe or plural: how people retype it."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("’", "'"))
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(word.rstrip("s") for word in re.findall(r"[a-z0-9]+", letters))


def _named(model: type[models.Model], names: list[str]) -> tuple[list[Any], list[str]]:
    """Returns the rows that bear these names, and the names that none bears."""
    known = {_key(str(row)): row for row in model._default_manager.all()}
    rows = [known[_key(name)] for name in names if _key(name) in known]
    return rows, [name for name in names if _key(name) not in known]


def vocabulary() -> Vocabulary:
    """Returns the names that the readers of documents look for."""
    return Vocabulary(
        types=tuple(ArticleType.objects.values_list("name", flat=True)),
        series=tuple(Series.objects.values_list("name", flat=True)),
        themes=tuple(Theme.objects.values_list("name", flat=True)),
    )


@transaction.atomic
def import_document(*, name: str, content: BinaryIO | bytes, by: User | None) -> ImportReport:
    """Reads a document and makes a draft of it. All or nothing.

    Raises `articles.importing.DocumentRefused`, with a French message, for what it cannot take,
    and NotStored where there is no room for its pictures.
    """
    document = read_document(name, content, vocabulary=vocabulary())
    lost: list[str] = []

    def one(model: type[models.Model], wanted: str, label: str) -> Any:
        rows, unknown = _named(model, [wanted] if wanted else [])
        lost.extend(f"{label} inconnue au portail : « {name} »" for name in unknown)
        return rows[0] if rows else None

    article = Article(
        title=document.title[:200],
        slug=unused_slug(Article, document.title, otherwise="article"),
        type=one(ArticleType, document.type_name, "Rubrique"),
        series=one(Series, document.series_name, "Série"),
        standfirst=document.standfirst,
        published_on=document.published_on,
        updated_on=document.updated_on,
        created_by=by,
        changed_by=by,
    )
    article.save()
    themes, unknown = _named(Theme, list(document.theme_names))
    article.themes.set(themes)
    if by is not None:  # a regional editor's draft is theirs from the start
        article.territories.set(by.scope.territories)
    lost += [f"Thématique inconnue au portail : « {theme} »" for theme in unknown]
    lost += _add_blocks(article, document)
    lost += _relate(article, document, by)
    record_save(working=article, by=by, action=VersionBase.Action.IMPORTED, note=name)
    return ImportReport(
        article=article,
        recognised=list(document.recognised),
        unrecognised=[*document.unrecognised, *lost],
        discarded=list(document.discarded),
    )


def _add_blocks(article: Article, document: ImportedDocument) -> list[str]:
    """Writes the body, with its pictures in the library; returns what could not be taken."""
    lost = []
    pictures = {image.key: image for image in document.images}
    for position, block in enumerate(document.blocks):
        row = Block(
            article=article,
            position=position,
            kind=block.kind,
            text=block.html,
            title=block.title,
            source=block.source,
            cells=block.cells,
            alt=block.alt,
            caption=block.caption,
        )
        if block.image_key:
            picture = pictures[block.image_key]
            try:
                row.image = create_image(
                    title=block.alt or f"{article.title} ({block.image_key})"[:200],
                    content=ContentFile(picture.content, name=block.image_key),
                    alt=block.alt,
                    by=article.created_by,
                )
            except ValidationError as error:
                lost.append(f"Image {block.image_key} : {' '.join(error.messages)}")
                continue
        row.save()
    return lost


def _relate(article: Article, document: ImportedDocument, by: User | None) -> list[str]:
    """Relates the article that « Lire l’article … » names when the portal has that title, of those
    that this person may point at: no other is found by guessing."""
    lost = []
    others = Article.objects.exclude(pk=article.pk)
    mine = choices_of(others, by) if by is not None else others
    titles = {_key(label_of(other)): other for other in mine}
    for position, link in enumerate(document.links):
        if not link.suggested_title:
            continue
        target = titles.get(_key(link.suggested_title))
        if target is None:
            lost.append(f"Article lié introuvable dans le portail : « {link.suggested_title} »")
        else:
            RelatedArticle.objects.get_or_create(
                article=article, target=target, defaults={"position": position}
            )
    return lost


def render_again(publications: QuerySet[Publication]) -> int:
    """Renders publications anew from their versions: after a release that changed templates, or
    when a name that they show has changed. Readers keep the same text; returns how many."""
    count = 0
    for publication in publications.select_related("article", "version").iterator(chunk_size=100):
        again = publication_of(publication.article, publication.version.data)
        if again.content["terms"] != publication.content.get("terms", []):
            publication.explained_terms.set(again.content["terms"])
        publication.content = again.content
        publication.save(update_fields=["content"])
        count += 1
    return count
