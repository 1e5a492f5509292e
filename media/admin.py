from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join

from audit.models import Action
from audit.services import record
from media.documents import FORMATS
from media.models import Document, DocumentText, Image
from media.renditions import Picture, opened
from media.services import (
    clean_again,
    delete_files_after_commit,
    document_for_readers,
    say_hidden_is_meant,
    set_picture,
)
from media.storage import reason_of
from media.texts import keep_text, text_inside
from publishing.admin_reach import SharedAdmin


class UploadForm(forms.ModelForm[Any]):
    """A form of an upload. The name that a file comes with may be of any length: it is shortened,
    or not kept."""

    accept: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if file := self.fields.get("file"):  # the field is absent once the file is there
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
    """The form of a document. One that hides something is added only once the person has been shown
    what, and has said of that very file that it is meant."""

    accept = ",".join(f".{extension}" for extension in FORMATS)
    hidden_is_meant = forms.BooleanField(
        label="Je publie aussi ce qui est caché",
        required=False,
        help_text="Cochez si tout ce qui est dit ci-dessus est à publier, et choisissez de nouveau "
        "le même fichier. Sinon, corrigez-le d’abord, et choisissez le fichier corrigé.",
        # The box is shown where something is hidden.
        widget=forms.HiddenInput,
    )
    # The fingerprint of the file that the person was told of.
    told = forms.CharField(required=False, widget=forms.HiddenInput)
    removed: Sequence[str] = ()

    class Meta:
        model = Document
        fields = ("title", "file")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.is_held:
            field = self.fields["hidden_is_meant"]
            field.widget = forms.CheckboxInput()
            field.help_text = (
                "Cochez si tout ce qui est dit ci-dessus est à publier. Sinon, supprimez ce "
                "document et ajoutez-en un corrigé."
            )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        file = said.get("file")
        if self.instance.pk is None and file and "title" in said:
            try:
                self._clean_document(said, file)
            except ValidationError as refused:
                self.add_error("file", refused)
            except OSError as error:
                self.add_error("file", reason_of(error))
        return said

    def _clean_document(self, said: dict[str, Any], file: Any) -> None:
        file.seek(0)
        fingerprint = hashlib.file_digest(file.file, "sha256").hexdigest()
        with document_for_readers(file, title=said["title"]) as result:
            self.instance.hidden, self.removed = result.hidden, result.removed
            if result.hidden:
                self.fields["hidden_is_meant"].widget = forms.CheckboxInput()
            if result.hidden and not (said["hidden_is_meant"] and said["told"] == fingerprint):
                data: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
                data["told"] = fingerprint
                data.pop("hidden_is_meant", None)
                self.data = data
                raise ValidationError([_NOT_ADDED, *result.hidden])
            if result.content is not file:
                # Only what readers get is stored.
                result.content.seek(0)
                file.file.seek(0)
                file.file.truncate()
                shutil.copyfileobj(result.content, file.file)
                file.size = file.file.tell()


_NOT_ADDED = (
    "Ce fichier contient ce que ses lecteurs ne sont sans doute pas censés lire : il n’a pas été "
    "ajouté."
)


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
        """Answers the forms where a picture is chosen: static/media/image-picker.js."""
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
        """Returns the size at which a picture is shown: no wider than this, and no wider than it
        is."""
        width = min(width, image.width)
        return width, max(1, round(image.height * width / image.width))

    @admin.display(description="dimensions")
    def dimensions(self, image: Image) -> str:
        return f"{image.width} × {image.height}"

    def save_model(self, request: HttpRequest, obj: Image, form: Any, change: bool) -> None:
        if not change:
            set_picture(obj, form.picture)
        super().save_model(request, obj, form, change)


class HiddenFilter(admin.SimpleListFilter):
    title = "contenu caché"
    parameter_name = "cache"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("retenu", "À vérifier : retenu"), ("voulu", "Publié tel quel"), ("non", "Aucun")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "retenu":
                return queryset.held()
            case "voulu":
                return queryset.exclude(hidden_meant_at=None)
            case "non":
                return queryset.filter(hidden=[])
        return queryset


@admin.register(Document)
class DocumentAdmin(MediaAdmin):
    form = DocumentForm
    list_display = (
        *("title", "format_label", "size_label", "hidden_label", "created_at", "created_by"),
    )
    list_filter = (HiddenFilter,)
    readonly_fields = (
        *("file_name", "format_label", "size_label", "text_found", "what_is_hidden"),
        *("created_at", "created_by"),
    )

    def get_fields(self, request: HttpRequest, obj: Document | None = None) -> tuple[str, ...]:
        """Leaves out the file, which Django would show as a link to an address that a document does
        not have."""
        if obj is None:
            return ("title", "file", "hidden_is_meant", "told")
        fields = ("title", *self.readonly_fields)
        if not obj.hidden:
            return tuple(each for each in fields if each != "what_is_hidden")
        return (*fields, "hidden_is_meant") if obj.is_held else fields

    def save_model(self, request: HttpRequest, obj: Document, form: Any, change: bool) -> None:
        is_meant = bool(form.cleaned_data.get("hidden_is_meant") and obj.is_held)
        if is_meant:
            say_hidden_is_meant(obj, by=request.user)
        text = None
        if not change:
            text = text_inside(obj.file.file, extension=obj.extension, hides=bool(obj.hidden))
        super().save_model(request, obj, form, change)
        if text:
            keep_text(obj, text)
        if is_meant:
            record(
                action=Action.CHANGED,
                by=request.user,
                target=obj,
                detail="Publié avec ce que le fichier cache.",
            )
        for removed in form.removed:
            messages.info(request, f"Retiré du fichier : {removed}.")
        if change and "title" in form.changed_data:
            try:
                clean_again(obj)  # the file tells its title too
            except OSError:
                message = (
                    "Le fichier de ce document ne peut pas être lu\u00a0: il manque peut-être. "
                    "Prévenez l’équipe technique."
                )
                messages.warning(request, message)

    @admin.display(description="fichier donné aux lecteurs")
    def file_name(self, document: Document) -> str:
        return document.file_name

    @admin.display(description="format")
    def format_label(self, document: Document) -> str:
        return document.format_label

    @admin.display(description="taille")
    def size_label(self, document: Document) -> str:
        return document.size_label

    @admin.display(description="texte")
    def text_found(self, document: Document) -> str:
        found = DocumentText.objects.filter(document=document).first()
        return found.summary if found else "Le texte de ce document n’a pas encore été lu."

    @admin.display(description="contenu caché")
    def hidden_label(self, document: Document) -> str:
        if document.is_held:
            return "À vérifier : retenu"
        return "Publié tel quel" if document.hidden else ""

    @admin.display(description="ce que le fichier cache")
    def what_is_hidden(self, document: Document) -> str:
        told = format_html_join("", "<li>{}</li>", ((each,) for each in document.hidden))
        if document.is_held:
            state = "Ce document n’est donné à personne tant que ce n’est pas vérifié."
        else:
            state = "Publié tel quel, à la demande de son auteur ou d’une personne qui l’a relu."
        return format_html("<ul>{}</ul><p>{}</p>", told, state)
