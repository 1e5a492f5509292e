from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST, require_safe

from pages import following, versions
from pages.following import Answer
from pages.models import FrontPage, KeyFigure, Page
from pages.views import page_context
from publishing.comparison import compare
from publishing.editor import RichTextAdmin

MEANWHILE = (
    "Rien n’a été fait\u00a0: l’un des deux textes a changé depuis que cette page était ouverte. "
    "Relisez ce qui est proposé maintenant."
)
SAVED_MEANWHILE = (
    "Rien n’a été fait\u00a0: la page a été enregistrée depuis que cette liste était ouverte. "
    "Voici ses versions de maintenant."
)
ANSWERED: dict[str, str] = {
    Answer.TAKE: "Texte du portail repris.",
    Answer.CARRY: "Changements du texte du portail reportés.",
    Answer.KEEP: "Texte gardé\u00a0: ces changements ne seront plus proposés.",
}


@admin.register(Page)
class PageAdmin(RichTextAdmin):
    """The admin of pages whose addresses are fixed: a text is changed, none is added or removed."""

    list_display = ("title", "address", "changed_at")
    fields = ("title", "body")
    change_form_template = "admin/pages/page.html"

    @admin.display(description="adresse")
    def address(self, page: Page) -> str:
        return page.get_absolute_url()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Page | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Page, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        versions.record(obj, by=request.user)

    def get_urls(self) -> list[URLPattern]:
        own = (
            ("texte-du-portail/", self.answer_view, "declared_text"),
            ("versions/", self.versions_view, "versions"),
            ("versions/<int:version_pk>/", self.version_view, "version"),
            ("versions/<int:version_pk>/restaurer/", self.restore_view, "restore"),
        )
        return [
            *(
                path(
                    f"<int:pk>/{route}", self.admin_site.admin_view(view), name=f"pages_page_{name}"
                )
                for route, view, name in own
            ),
            *super().get_urls(),
        ]

    # --- The texts that a page had ---

    def _changeable(self, request: HttpRequest, pk: int) -> Page:
        page = get_object_or_404(Page, pk=pk)
        if not self.has_change_permission(request, page):
            raise PermissionDenied
        return page

    @method_decorator(require_safe)
    def versions_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Lists them, the newest first; with `?avant=…&apres=…`, two of them side by side."""
        page = self._changeable(request, pk)
        kept = list(page.versions.select_related("created_by"))
        by_key = {str(version.pk): version for version in kept}
        chosen = [
            by_key[key]
            for key in (request.GET.get("avant", ""), request.GET.get("apres", ""))
            if key in by_key
        ]
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": page,
            "title": "Versions",
            "change_url": reverse("admin:pages_page_change", args=[pk]),
            "rows": [
                {"version": version, "number": number, "readings": []}
                for number, version in zip(range(len(kept), 0, -1), kept, strict=True)
            ],
            "shown": kept[0].pk if kept else 0,
            "before": None,
            "after": None,
        }
        if len(chosen) == 2:
            before, after = sorted(chosen, key=lambda version: version.pk)
            differences = compare(Page, {}, before.data, after.data, reader=request.user)
            context |= {"before": before, "after": after, "differences": differences}
        return TemplateResponse(request, "admin/publishing/versions.html", context)

    @method_decorator(require_safe)
    def version_view(self, request: HttpRequest, pk: int, version_pk: int) -> HttpResponse:
        """Shows the page as it was."""
        page = self._changeable(request, pk)
        version = get_object_or_404(page.versions, pk=version_pk)
        for name in versions.KEPT:
            setattr(page, name, version.data[name])
        context = {
            **page_context(page),
            "updated_on": version.created_at,
            "preview_note": f"Version ancienne\u00a0: {version}.",
        }
        return render(request, "pages/page.html", context)

    @method_decorator(require_POST)
    def restore_view(self, request: HttpRequest, pk: int, version_pk: int) -> HttpResponse:
        self._changeable(request, pk)
        with transaction.atomic():
            page = Page.objects.select_for_update().get(pk=pk)
            version = get_object_or_404(page.versions, pk=version_pk)
            newest = page.versions.values_list("pk", flat=True).first()
            if request.POST.get("shown") != str(newest):
                self.message_user(request, SAVED_MEANWHILE, messages.WARNING)
            else:
                versions.restore(page, version, by=request.user)
                said = f"La page est revenue à\u00a0: {version}."
                self.message_user(request, said, messages.SUCCESS)
        return redirect("admin:pages_page_versions", pk)

    # --- What changed in the portal's text, for whoever has one of their own ---

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        page = context.get("original")
        if page is not None and self.has_change_permission(request, page):
            context["proposal"] = following.proposal_for(page)
        return super().render_change_form(request, context, *args, **kwargs)

    @method_decorator(require_POST)
    def answer_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        with transaction.atomic():
            page = get_object_or_404(Page.objects.select_for_update(), pk=pk)
            if not self.has_change_permission(request, page):
                raise PermissionDenied
            proposal = following.proposal_for(page)
            chosen = request.POST.get("answer", "")
            if proposal is None or request.POST.get("shown") != proposal.mark:
                self.message_user(request, MEANWHILE, messages.WARNING)
            elif chosen in ANSWERED and (chosen != Answer.CARRY or proposal.carried):
                following.answer(proposal, Answer(chosen))
                said = ANSWERED[chosen]
                versions.record(proposal.page, by=request.user, note=said)
                self.log_change(request, page, said)
                self.message_user(request, said, messages.SUCCESS)
        return redirect("admin:pages_page_change", pk)


@admin.register(KeyFigure)
class KeyFigureAdmin(admin.ModelAdmin[KeyFigure]):
    list_display = ("value", "label", "source", "position")
    list_editable = ("position",)


@admin.register(FrontPage)
class FrontPageAdmin(admin.ModelAdmin[FrontPage]):
    autocomplete_fields = ("lead",)
    fields = ("first_sentence", "second_sentence", "lead")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Shows in an empty box the portal's own sentence, which stands where it stays empty."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        own = FrontPage.OWN_SENTENCES.get(db_field.name)
        if field is not None and own:
            field.widget.attrs["placeholder"] = own
        return field

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: FrontPage | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Leads straight to the one row there is."""
        return redirect("admin:pages_frontpage_change", FrontPage.objects.get().pk)
