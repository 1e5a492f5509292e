"""The article page as a Django textbook has it: the baseline.

A generic DetailView over the same tables, relations fetched when the template asks for them,
blocks rendered at each request, the same template, gunicorn with threads.
"""
# ruff: noqa: E402  # Django is set up before its models are imported

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dla_portal.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import include, path
from django.utils.safestring import mark_safe
from django.views.generic import DetailView

from articles import structured_data
from articles.models import Publication
from articles.rendering import RenderedBlock, document_address, table_rows
from contents.rendering import file_line
from contents.replays import replay
from pages import context_processors
from publishing.structured_data import absolute, as_script, breadcrumb_list


class ArticleView(DetailView[Publication]):
    template_name = "articles/detail.html"
    context_object_name = "publication"

    def get_queryset(self) -> Any:
        return Publication.objects.visible_to(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        article = self.object.article
        related = [
            Publication.objects.visible_to(self.request.user).filter(article=link.target).first()
            for link in article.related_articles.all()
        ]
        body = [
            {
                "html": render_to_string(
                    f"articles/blocks/{block.kind}.html", {"block": self.shown(block)}
                )
            }
            for block in article.blocks.exclude(kind="related")
        ]
        publication = self.object
        breadcrumbs = [("Accueil", "/"), ("Articles", "/articles/"), (publication.title, None)]
        address = absolute(publication.get_absolute_url())
        people = [
            {
                "name": person.name,
                "role": person.role,
                "organisation": person.organisation,
                "kind": person.kind,
                "kind_label": person.get_kind_display(),
            }
            for person in article.contributions.all()
        ]
        toc = publication.content["toc"]
        opening = {"publication": publication, "toc": toc, "people": people}
        meta = {
            "portal": {"name": settings.PORTAL_NAME},
            "og_title": publication.title,
            "og_type": "article",
            "og_image": absolute(publication.cover.url_for(1200)) if publication.cover else "",
            "description": publication.standfirst,
            "canonical_url": address,
            "structured_data": as_script(
                [structured_data.article(publication), breadcrumb_list(breadcrumbs, address)]
            ),
        }
        return context | {
            "body": body,
            "opening": render_to_string("articles/_opening.html", opening),
            "meta": render_to_string("_meta.html", meta),
            "attachments": [],
            "related": [publication for publication in related if publication],
            "themes": publication.themes.all(),
            "trail": render_to_string("_breadcrumbs.html", {"breadcrumbs": breadcrumbs}),
            "is_preview": False,
            "preview_note": "",
            "edit_url": "",
        }

    @staticmethod
    def shown(block: Any) -> RenderedBlock:
        rows = table_rows(block.cells)
        return RenderedBlock(
            kind=block.kind,
            title=block.title,
            value=block.value,
            source=block.source,
            alt=block.alt,
            is_decorative=block.is_decorative,
            caption=block.caption,
            image=block.image,
            html=mark_safe(block.text),  # it was sanitised when stored
            replay=replay(block.url, block.title, block.caption),
            file=file_line(block.document, document_address(block.document.pk), block.title)
            if block.document
            else None,
            header=rows[0] if rows else [],
            rows=rows[1:],
        )


def alive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


urlpatterns = [
    path("healthz", alive),
    path("articles/<slug:slug>/", ArticleView.as_view()),
    path("", include("dla_portal.urls")),
]
settings.ROOT_URLCONF = "benchmarks.textbook"
# A textbook renders its header and footer with each page.
context_processors.fixed_parts = context_processors.fixed_parts.__wrapped__  # type: ignore[assignment]
context_processors.navigation = context_processors.navigation.__wrapped__  # type: ignore[assignment]  # a plain function for a cached one
