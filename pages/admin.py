from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from pages import following
from pages.following import Answer
from pages.models import FrontPage, KeyFigure, Page
from publishing.editor import RichTextAdmin

MEANWHILE = (
    "Rien n’a été fait\u00a0: l’un des deux textes a changé depuis que cette page était ouverte. "
    "Relisez ce qui est proposé maintenant."
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

    # --- What changed in the portal's text, for whoever has one of their own ---

    def get_urls(self) -> list[URLPattern]:
        answer = self.admin_site.admin_view(self.answer_view)
        route = path("<int:pk>/texte-du-portail/", answer, name="pages_page_declared_text")
        return [route, *super().get_urls()]

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
        if own := FrontPage.OWN_SENTENCES.get(db_field.name):
            field.widget.attrs["placeholder"] = own
        return field

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: FrontPage | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Leads straight to the one row there is."""
        return redirect("admin:pages_frontpage_change", FrontPage.objects.get().pk)
