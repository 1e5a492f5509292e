from __future__ import annotations

from typing import Any, ClassVar, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from accounts.models import User
from articles.forms import ArticleForm, BlockForm, ImportForm
from articles.importing import DocumentRefused
from articles.models import (
    Article,
    ArticleType,
    Attachment,
    Block,
    Contribution,
    Publication,
    RelatedArticle,
    Series,
)
from articles.services import import_document, render_again
from contents.admin import ABOUT, COVER, ContentAdmin
from media.storage import NotStored
from publishing.admin import NumberedInline, OrderedInline
from publishing.editor import RichTextAdmin


class BlockInline(NumberedInline, admin.StackedInline[Block, Article]):
    model = Block
    form = BlockForm
    fk_name = "article"
    autocomplete_fields = ("image", "document", "articles")
    fields = ("position", "kind", *Block.SNAPSHOT_FIELDS[1:])

    def get_queryset(self, request: HttpRequest) -> QuerySet[Block]:
        return super().get_queryset(request).prefetch_related("articles")


class ContributionInline(OrderedInline, admin.TabularInline[Contribution, Article]):
    model = Contribution
    fields = ("position", "name", "role", "organisation", "kind")


class AttachmentInline(OrderedInline, admin.TabularInline[Attachment, Article]):
    model = Attachment
    autocomplete_fields = ("document",)
    fields = ("position", "document", "title")


class RelatedArticleInline(OrderedInline, admin.TabularInline[RelatedArticle, Article]):
    model = RelatedArticle
    fk_name = "article"
    autocomplete_fields = ("target",)
    fields = ("position", "target")


@admin.register(Article)
class ArticleAdmin(ContentAdmin):
    form = ArticleForm
    list_display = ("title", "state", "type", "series", "audience", "published_on", "changed")
    list_filter: ClassVar[Any] = (*ContentAdmin.list_filter, "type", "series", "themes")
    list_select_related: ClassVar[Any] = ("type", "series", "changed_by")
    autocomplete_fields = ("cover", "event")
    inlines = (BlockInline, ContributionInline, RelatedArticleInline, AttachmentInline)
    change_list_template = "admin/articles/articles.html"
    fieldsets = (
        (
            None,
            {"fields": ("title", "type", "series", "standfirst")},
        ),
        *ABOUT,
        ("Mots expliqués", {"fields": ("explained_terms",)}),
        ("Événement", {"fields": ("event",), "classes": ("collapse",)}),
        COVER,
        (
            "Lecteurs et dates",
            {
                "fields": ("audience", "audience_roles", "published_on", "updated_on"),
                "classes": ("collapse",),
            },
        ),
        (
            "Adresse et moteurs de recherche",
            {"fields": ("slug", "seo_title", "seo_description"), "classes": ("collapse",)},
        ),
    )

    class Media:
        css: ClassVar[Any] = {"all": ["articles/admin.css"]}
        js = ["articles/blocks.js", "media/image-picker.js"]

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request) and request.user.has_perm("articles.import_article")

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                "importer/",
                self.admin_site.admin_view(self.import_view),
                name="articles_article_import",
            ),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        extra = {"can_import": self.has_import_permission(request), **(extra_context or {})}
        return super().changelist_view(request, extra)

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Makes a draft of a document; the report says what was recognised and what was not."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        posted = request.method == "POST"
        form = ImportForm(request.POST if posted else None, request.FILES if posted else None)
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Importer un document",
            "form": form,
        }
        if posted and form.is_valid():
            uploaded = form.cleaned_data["document"]
            try:
                report = import_document(
                    name=uploaded.name, content=uploaded, by=cast(User, request.user)
                )
            except (DocumentRefused, NotStored) as refused:
                form.add_error("document", str(refused))
            else:
                self.log_addition(request, report.article, f"Importé depuis {uploaded.name}")
                context["report"] = report
                context["change_url"] = self.page_url("change", report.article.pk)
        status = 400 if form.errors else 200
        return TemplateResponse(request, "admin/articles/import.html", context, status=status)


class NameShownAdmin(RichTextAdmin):
    """The admin of a name that published pages show: they follow when it changes."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and {"name", "slug"} & set(form.changed_data):
            shown = Publication.objects.filter(
                **{str(self.opts.model_name).removeprefix("article"): obj}
            )
            render_again(shown)


@admin.register(ArticleType)
class ArticleTypeAdmin(NameShownAdmin):
    list_display = ("name", "position", "slug")
    list_editable = ("position",)
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Series)
class SeriesAdmin(NameShownAdmin):
    list_display = ("name", "is_highlighted", "position", "slug")
    list_editable = ("is_highlighted", "position")
    search_fields = ("name",)
    prepopulated_fields = {"slug": ["name"]}
