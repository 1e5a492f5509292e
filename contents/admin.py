"""The admin of a content: of some territories, about structures."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django.http import HttpRequest

from accounts.models import User
from contents.models import Content
from publishing.admin import PublishableAdmin
from structures.admin.forms import StructuresChoiceField, StructuresSelect

# These are sections of its form: what it is about, and its picture.
ABOUT: tuple[Any, ...] = (
    ("Thématiques", {"fields": ("themes",)}),
    ("Territoires", {"fields": ("territories",)}),
    ("Structures", {"fields": ("structures",)}),
)
COVER: Any = (
    "Couverture",
    {"fields": ("cover", "cover_alt", "cover_is_decorative"), "classes": ("collapse",)},
)


class ContentAdmin(PublishableAdmin):
    search_fields: ClassVar[Any] = Content.NAMING_FIELDS

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Puts what a regional editor begins to write in their territories."""
        mine = cast(User, request.user).scope.territories
        return {"territories": list(mine), **super().get_changeform_initial_data(request)}

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "structures":
            kwargs |= {
                "form_class": StructuresChoiceField,
                "widget": StructuresSelect(db_field, self.admin_site),
            }
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leaves structures out for those who may not look among them."""
        assert self.fieldsets is not None
        if request.user.has_perm("structures.view_structure"):
            return self.fieldsets
        return tuple(part for part in self.fieldsets if part[0] != "Structures")
