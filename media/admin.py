from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.html import format_html

from media.documents import FORMATS, check_document
from media.models import Document, Image
from media.renditions import Picture, opened
from media.services import delete_files_after_commit, set_picture
from publishing.admin_reach import SharedAdmin


class UploadForm(forms.ModelForm[Any]):
    """The name that a file comes with may be of any length: it is shortened, or not kept."""

    accept: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if file := self.fields.get("file"):  # absent once the file is there
            file.max_length = None  # type: ignore[attr-defined]  # forms.FileField's
            file.widget.attrs["accept"] = self.accept


class ImageForm(UploadForm):
    accept = "image/jpeg,image/png,image/webp,image/gif"
    picture: Picture

    class Meta:
        model = Image
        fields = ("title", "file", "alt", "credit")

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        self.picture = opened(file.file)
        return file


class DocumentForm(UploadForm):
    accept = ",".join(f".{extension}" for extension in FORMATS)

    class Meta:
        model = Document
        fields = ("title", "file")

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        check_document(file)
        return file


class MediaAdmin(SharedAdmin):
    """A file is never replaced, for published pages name it: a new one is added beside it."""

    search_fields: ClassVar[Any] = ("title",)
    date_hierarchy = "created_at"
    list_select_related = ("created_by",)

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
    list_display = ("thumbnail", "title", "dimensions", "credit", "created_at", "created_by")
    list_display_links = ("thumbnail", "title")
    search_fields = ("title", "alt", "credit")
    readonly_fields = ("preview", "dimensions", "created_at", "created_by")

    def get_fields(self, request: HttpRequest, obj: Image | None = None) -> tuple[str, ...]:
        if obj is None:
            return ("title", "file", "alt", "credit")
        return ("title", "preview", "alt", "credit", "dimensions", "created_at", "created_by")

    def get_urls(self) -> list[URLPattern]:
        chosen = path(
            "<int:pk>/choisie/", self.admin_site.admin_view(self.chosen), name="media_image_chosen"
        )
        return [chosen, *super().get_urls()]

    def chosen(self, request: HttpRequest, pk: int) -> JsonResponse:
        """For the forms where a picture is chosen: static/media/image-picker.js."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        image: Image = get_object_or_404(self.get_queryset(request), pk=pk)
        width, height = self._size(image, 240)
        return JsonResponse(
            {"src": image.url_for(480), "width": width, "height": height, "alt": image.alt}
        )

    @admin.display(description="aperçu")
    def thumbnail(self, image: Image) -> str:
        return self._shown(image, 120)

    @admin.display(description="aperçu")
    def preview(self, image: Image) -> str:
        return self._shown(image, 480)

    def _shown(self, image: Image, width: int) -> str:
        return format_html(
            '<img src="{}" alt="" width="{}" height="{}" loading="lazy">',
            image.url_for(480),
            *self._size(image, width),
        )

    def _size(self, image: Image, width: int) -> tuple[int, int]:
        """Shown no wider than this, and no wider than it is."""
        width = min(width, image.width)
        return width, max(1, round(image.height * width / image.width))

    @admin.display(description="dimensions")
    def dimensions(self, image: Image) -> str:
        return f"{image.width} × {image.height}"

    def save_model(self, request: HttpRequest, obj: Image, form: Any, change: bool) -> None:
        if not change:
            set_picture(obj, form.picture)
        super().save_model(request, obj, form, change)


@admin.register(Document)
class DocumentAdmin(MediaAdmin):
    form = DocumentForm
    list_display = ("title", "format_label", "size_label", "created_at", "created_by")
    readonly_fields = ("file_name", "format_label", "size_label", "created_at", "created_by")

    def get_fields(self, request: HttpRequest, obj: Document | None = None) -> tuple[str, ...]:
        """Django would show the file as a link to an address that a document does not have."""
        if obj is None:
            return ("title", "file")
        return ("title", *self.readonly_fields)

    @admin.display(description="fichier")
    def file_name(self, document: Document) -> str:
        return document.file_name

    @admin.display(description="format")
    def format_label(self, document: Document) -> str:
        return document.format_label

    @admin.display(description="taille")
    def size_label(self, document: Document) -> str:
        return document.size_label
