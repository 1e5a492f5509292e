"""How articles use pictures and documents (`publishing.sharing`)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from articles.models import (
    Article,
    Attachment,
    Block,
    Publication,
    PublicationDocument,
    PublicationImage,
)
from publishing.audiences import Reader
from publishing.sharing import Use


def _written(user: Any) -> QuerySet[Article]:
    if not user.has_perm("articles.change_article"):
        return Article.objects.none()
    return Article.objects.changeable_by(user).order_by()


def _of_others(user: Any) -> QuerySet[Article]:
    """Those meant for readers that this person is not one of, whoever wrote them but them."""
    return Article.objects.exclude(Reader.of(user).condition() | Q(created_by=user)).order_by()


def _pages(user: Any) -> QuerySet[Any]:
    return Publication.objects.visible_to(user).order_by()


def _pages_of_others(user: Any) -> QuerySet[Any]:
    reads = Reader.of(user).condition() | Q(article__created_by=user)
    return Publication.objects.live().exclude(reads).order_by()


def _documents(articles: QuerySet[Article]) -> Q:
    attached = Attachment.objects.filter(article__in=articles).order_by()
    offered = Block.objects.filter(article__in=articles, document__isnull=False).order_by()
    return Q(pk__in=attached.values("document")) | Q(pk__in=offered.values("document"))


def _images(articles: QuerySet[Article]) -> Q:
    shown = Block.objects.filter(article__in=articles, image__isnull=False).order_by()
    covers = articles.filter(cover__isnull=False)
    return Q(pk__in=shown.values("image")) | Q(pk__in=covers.values("cover"))


def _documents_of(pages: QuerySet[Any]) -> Q:
    return Q(pk__in=PublicationDocument.objects.filter(publication__in=pages).values("document"))


def _images_of(pages: QuerySet[Any]) -> Q:
    shown = PublicationImage.objects.filter(publication__in=pages)
    covers = pages.filter(cover__isnull=False)
    return Q(pk__in=shown.values("image")) | Q(pk__in=covers.values("cover"))


DOCUMENTS = Use(
    shown=lambda user: _documents_of(_pages(user)),
    written=lambda user: _documents(_written(user)),
    reserved=lambda user: _documents(_of_others(user)) | _documents_of(_pages_of_others(user)),
)
IMAGES = Use(
    shown=lambda user: _images_of(_pages(user)),
    written=lambda user: _images(_written(user)),
    reserved=lambda user: _images(_of_others(user)) | _images_of(_pages_of_others(user)),
)
