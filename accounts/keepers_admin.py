"""The admin of what decides who keeps the portal: accounts, and the groups that give their rights.

What is posted is written, judged once it is all there, and taken back if nobody is left: so it
holds for any field, today's and those to come, whoever else writes at the same moment.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin
from django.contrib.auth.models import Group
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts import keepers


class KeepersGuard(admin.ModelAdmin[Any]):
    # The refusal that is shown where what was asked would leave nobody.
    nobody_left: ClassVar[str] = keepers.NOBODY

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            # The lock comes before the row itself is held
            # (`editing.concurrent_admin.ConcurrentAdmin`).
            _begin(request)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def _changeform_view(self, request: HttpRequest, *args: Any) -> HttpResponse:
        answer: Any = super()._changeform_view  # type: ignore[misc]  # Django's own, undeclared
        if request.method != "POST":
            return answer(request, *args)
        try:
            with transaction.atomic():
                return answer(request, *args)
        except keepers.NobodyLeft:
            # All was taken back. The same form is shown once more; it now refuses, and shows what
            # was typed.
            request.leaves_nobody = True  # type: ignore[attr-defined]  # of this request
            return answer(request, *args)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if not getattr(request, "leaves_nobody", False):
            return form

        def clean(bound: Any) -> Any:
            cleaned = form.clean(bound)
            bound.add_error(None, self.nobody_left)
            return cleaned

        return type(form.__name__, (form,), {"clean": clean})

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> Any:
        if request.method != "POST":
            return super().delete_view(request, object_id, extra_context)
        try:
            with transaction.atomic():
                _begin(request)
                return super().delete_view(request, object_id, extra_context)
        except keepers.NobodyLeft:
            messages.error(request, self.nobody_left)
            name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
            return HttpResponseRedirect(reverse(name, args=[object_id]))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Guards actions on what is ticked, and rows changed in place."""
        if request.method != "POST":
            return super().changelist_view(request, extra_context)
        try:
            with transaction.atomic():
                _begin(request)
                response = super().changelist_view(request, extra_context)
                _judge(request)
                return response
        except keepers.NobodyLeft:
            messages.error(request, self.nobody_left)
            return HttpResponseRedirect(request.get_full_path())

    # The result is judged as soon as all is written, before anybody is told that it is done.

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        _judge(request)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        _judge(request)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        super().delete_queryset(request, queryset)
        _judge(request)


def _begin(request: HttpRequest) -> None:
    request.keepers = keepers.KeeperCheck()  # type: ignore[attr-defined]  # of this request


def _judge(request: HttpRequest) -> None:
    request.keepers.check()  # type: ignore[attr-defined]  # as above


admin.site.unregister(Group)


@admin.register(Group)
class PortalGroupAdmin(KeepersGuard, GroupAdmin):
    pass
