"""Who sees and changes what: the rights of one's groups, within one's territories."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_permission_codename
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest

from structures.models import Agreement
from territories.models import Territory


class InReachAdmin(admin.ModelAdmin[Any]):
    """The admin of structures, and of what follows them. `has_perm(…, obj)` is asked about the
    thing that lies somewhere."""

    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def territorial_object(self, obj: Any) -> Any:
        """Returns what lies somewhere: the row itself, or what it belongs to."""
        return obj

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request) and (
            self._reaches(request, "view", obj) or self._reaches(request, "change", obj)
        )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request) and self._reaches(request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request) and self._reaches(request, "delete", obj)

    def _reaches(self, request: HttpRequest, action: str, obj: Any) -> bool:
        if obj is None or obj.pk is None:
            return True
        right = f"{self.opts.app_label}.{get_permission_codename(action, self.opts)}"
        return request.user.has_perm(right, self.territorial_object(obj))


def operators_in_reach(user: Any) -> Q:
    """Returns the operators whose agreements all lie in the person's territories, as a
    condition."""
    if user.scope.whole_country:
        return Q()
    if not user.scope.territories:
        return Q(pk__in=[])
    mine = Territory.objects.within(*(place.today for place in user.scope.territories))
    own = Agreement.objects.filter(operator=OuterRef("pk")).order_by()
    return Q(Exists(own)) & ~Q(Exists(own.exclude(territory__in=mine.order_by().values("pk"))))
