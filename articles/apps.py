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
        from articles import sharing
        from articles.kinds import Articles, SeriesPages, pages_of_reports, pages_of_terms
        from media.models import Document, Image
        from publishing.kinds import declare
        from publishing.sharing import declare_use
        from publishing.surfaces import declare_pages

        declare(Articles())
        declare(SeriesPages())
        declare_pages(pages_of_reports)
        declare_pages(pages_of_terms)
        declare_use(Document, sharing.DOCUMENTS)
        declare_use(Image, sharing.IMAGES)
