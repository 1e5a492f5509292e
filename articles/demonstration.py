"""The demonstration content: articles written for the portal, kept in `demo_content/`."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from articles.demo_content.documents import document_content
from articles.demo_content.drawings import picture_content
from articles.explaining import first_mentions
from articles.models import (
    Article,
    ArticleType,
    Attachment,
    Block,
    Contribution,
    RelatedArticle,
    Series,
)
from events.models import Event
from glossary.mentions import Finder
from glossary.models import Term
from media.models import Document, Image
from media.services import create_document, create_image
from publishing import services
from publishing.typography import french_typography
from structures.models import Structure
from territories.models import Territory
from themes.models import Theme

CONTENT = Path(__file__).parent / "demo_content"


def _load(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)


@transaction.atomic
def load(*, editor: User, publisher: User) -> int:
    """Makes pictures, documents and articles, presents series and themes; returns how many
    articles."""
    vocabulary = _load(CONTENT / "vocabulary.toml")
    for model, entries in ((Series, vocabulary["series"]), (Theme, vocabulary["themes"])):
        for entry in entries:
            shown = model._default_manager.get(slug=entry["slug"])
            shown.description = entry["description"]
            shown.save()
    return _Loader(editor, publisher).load(
        [_load(path) for path in sorted(CONTENT.glob("[0-9]*.toml"))]
    )


class _Loader:
    def __init__(self, editor: User, publisher: User) -> None:
        self.editor, self.publisher = editor, publisher
        self.images: dict[str, Image] = {}
        self.documents: dict[str, Document] = {}
        self.articles: dict[str, Article] = {}
        self.finder = Finder(Term.objects.spellings())

    def load(self, entries: list[dict[str, Any]]) -> int:
        for entry in entries:
            self.articles[entry["slug"]] = self._article(entry)
        for entry in entries:
            self._parts(entry)
            self._explain(self.articles[entry["slug"]])
            self._publishing_life(entry)
        return len(self.articles)

    def _image(self, name: str | None) -> Image | None:
        if not name:
            return None
        if name not in self.images:
            content = ContentFile(picture_content(name), name=f"{name}.png")
            self.images[name] = create_image(title=f"Dessin : {name}", content=content)
        return self.images[name]

    def _document(self, file: str | None, title: str) -> Document | None:
        if not file:
            return None
        if file not in self.documents:
            content = ContentFile(document_content(file), name=file)
            self.documents[file] = create_document(title=title or file, content=content)
        return self.documents[file]

    def _article(self, entry: dict[str, Any]) -> Article:
        article = Article(
            title=entry["title"],
            slug=entry["slug"],
            type=ArticleType.objects.get(name=entry["type"]),
            series=self._series(entry.get("series")),
            event=Event.objects.filter(slug=entry.get("event")).first(),
            standfirst=entry["standfirst"],
            audience=entry.get("audience", "public"),
            audience_roles=entry.get("audience_roles", ""),
            cover=self._image(entry.get("cover")),
            cover_alt=entry.get("cover_alt", ""),
            cover_is_decorative=entry.get("cover_is_decorative", False),
            published_on=entry.get("published_on"),
            updated_on=entry.get("updated_on"),
            seo_title=entry.get("seo_title", ""),
            seo_description=entry.get("seo_description", ""),
            created_by=self.editor,
            changed_by=self.editor,
        )
        article.full_clean()
        article.save()
        article.themes.set([Theme.objects.get(name=name) for name in entry["themes"]])
        article.territories.set(Territory.objects.filter(pk__in=entry.get("territories", [])))
        article.structures.set(Structure.objects.filter(slug__in=entry.get("structures", [])))
        return article

    @staticmethod
    def _series(name: str | None) -> Series | None:
        return Series.objects.get(name=french_typography(name)) if name else None

    def _parts(self, entry: dict[str, Any]) -> None:
        article = self.articles[entry["slug"]]
        for position, described in enumerate(entry.get("blocks", [])):
            values = dict(described)
            linked = values.pop("articles", [])
            image = self._image(values.pop("image", None))
            document = self._document(values.pop("document", None), values.get("title", ""))
            block = Block(
                article=article, position=position, image=image, document=document, **values
            )
            block.full_clean()
            block.save()
            block.articles.set([self.articles[slug] for slug in linked])
        for position, person in enumerate(entry.get("people", [])):
            Contribution.objects.create(article=article, position=position, **person)
        for position, described in enumerate(entry.get("attachments", [])):
            document = self._document(described["file"], described["title"])
            assert document is not None, "an attachment names its file"
            Attachment.objects.create(
                article=article, position=position, document=document, title=described["title"]
            )
        for position, slug in enumerate(entry.get("related", [])):
            RelatedArticle.objects.create(
                article=article, position=position, target=self.articles[slug]
            )

    def _explain(self, article: Article) -> None:
        """Ticks what its form proposes, as its editor would."""
        found = first_mentions(article.blocks.values("kind", "text"), self.finder)
        article.explained_terms.set(found)

    def _publishing_life(self, entry: dict[str, Any]) -> None:
        article, state = self.articles[entry["slug"]], entry["state"]
        services.record_save(working=article, by=self.editor)
        if state == "review":
            services.submit(working=article, by=self.editor, note="Prêt pour une relecture.")
        elif state == "scheduled":
            at = timezone.now() + timedelta(days=entry["publish_in_days"])
            services.publish(working=article, by=self.publisher, at=at)
        elif state in ("published", "archived"):
            services.publish(working=article, by=self.publisher)
        if state == "archived":
            services.archive(working=article, by=self.publisher, note="Information datée.")
