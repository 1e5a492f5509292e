from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from media.models import Document, Image
from media.renditions import opened
from media.services import check_document, delete_files_after_commit, set_picture


class ImageForm(forms.ModelForm[Image]):
    class Meta:
        model = Image
        fields = ("title", "file", "alt", "credit")

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        opened(file.file)
        return file


class DocumentForm(forms.ModelForm[Document]):
    class Meta:
        model = Document
        fields = ("title", "file")

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        check_document(file)
        return file


class MediaAdmin(admin.ModelAdmin[Any]):
    search_fields: Any = ("title",)
    date_hierarchy = "created_at"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A file is never replaced: published pages name it. A new one is added beside it."""
        own = tuple(super().get_readonly_fields(request, obj))
        return (*own, "file") if obj else own

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        delete_files_after_commit(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        doomed = list(queryset)
        super().delete_queryset(request, queryset)
        for media in doomed:
            delete_files_after_commit(media)


@admin.register(Image)
class ImageAdmin(MediaAdmin):
    form = ImageForm
    list_display = ("thumbnail", "title", "dimensions", "credit", "created_at")
    list_display_links = ("thumbnail", "title")
    search_fields = ("title", "alt", "credit")
    readonly_fields = ("thumbnail",)
    fields = ("title", "file", "thumbnail", "alt", "credit")

    @admin.display(description="aperçu")
    def thumbnail(self, image: Image) -> str:
        if not image.widths:
            return "—"
        return format_html(
            '<img src="{}" alt="" class="thumbnail" loading="lazy">', image.url_for(480)
        )

    @admin.display(description="dimensions")
    def dimensions(self, image: Image) -> str:
        return f"{image.width} × {image.height}"

    def save_model(self, request: HttpRequest, obj: Image, form: Any, change: bool) -> None:
        if not change:
            set_picture(obj, form.cleaned_data["file"])
            obj.created_by = request.user  # type: ignore[assignment]  # checked by the admin
        super().save_model(request, obj, form, change)


@admin.register(Document)
class DocumentAdmin(MediaAdmin):
    form = DocumentForm
    list_display = ("title", "format_label", "size_label", "created_at")

    @admin.display(description="format")
    def format_label(self, document: Document) -> str:
        return document.format_label

    @admin.display(description="taille")
    def size_label(self, document: Document) -> str:
        return document.size_label

    def save_model(self, request: HttpRequest, obj: Document, form: Any, change: bool) -> None:
        if not change:
            obj.created_by = request.user  # type: ignore[assignment]  # checked by the admin
        super().save_model(request, obj, form, change)
