"""Articles: the editors' working copy with its parts, its versions, and what readers get."""

from articles.models.publication import (
    ArticleVersion,
    Publication,
    PublicationDocument,
    PublicationImage,
    PublishedArticleQuerySet,
)
from articles.models.vocabulary import ArticleType, Series
from articles.models.working_copy import (
    Article,
    Attachment,
    Block,
    Contribution,
    RelatedArticle,
)

__all__ = [
    "Article",
    "ArticleType",
    "ArticleVersion",
    "Attachment",
    "Block",
    "Contribution",
    "Publication",
    "PublicationDocument",
    "PublicationImage",
    "PublishedArticleQuerySet",
    "RelatedArticle",
    "Series",
]
