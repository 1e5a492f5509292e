from typing import ClassVar

from django.apps import AppConfig


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = "Articles"
    group_rights: ClassVar = {
        "contribution": {
            "article": "view add change import_article",
            "articletype": "view",
            "series": "view",
            "block": "view add change delete",
            "contribution": "view add change delete",
            "attachment": "view add change delete",
            "relatedarticle": "view add change delete",
        },
        "redaction": {"article": "publish_article delete", "series": "add change"},
        "equipe-nationale": {"articletype": "add change delete", "series": "delete"},
    }

    def ready(self) -> None:
        from django.contrib.auth.models import AnonymousUser

        from articles import rendering, sharing
        from articles.models import Article, Publication
        from media.models import Document, Image
        from publishing.freezing import declare_publication
        from publishing.links import reserved_page
        from publishing.sharing import declare_use

        declare_publication(Article, rendering.publication_of)
        declare_use(Document, sharing.DOCUMENTS)
        declare_use(Image, sharing.IMAGES)

        def is_seen(slug: str) -> bool:
            visible = Publication.objects.visible_to(AnonymousUser())
            been = Publication.objects.been(slug=slug).values("article")
            return visible.filter(article__in=been).exists()

        reserved_page("articles:detail", "cet article", is_seen)
