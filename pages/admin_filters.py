"""Lists of the admin give nothing for a value that their filters do not have, and say so.

The stock admin leaves such a filter out, or starts the list anew: the whole list then stands for
what was asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import SimpleListFilter
from django.contrib.admin.views.main import ERROR_FLAG, ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest

from publishing.asked import told


class KnownValues(admin.ModelAdmin[Any]):
    """Mixed into every class that is registered (`pages.admin_site`)."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        given = super().get_changelist(request, **kwargs)
        return type(given.__name__, (KnownList, given), {"__module__": given.__module__})


class KnownList(ChangeList):
    def get_queryset(self, request: HttpRequest, *args: Any, **kwargs: Any) -> QuerySet[Any]:
        found: QuerySet[Any] = super().get_queryset(request, *args, **kwargs)
        reasons = list(self._reasons(request))
        if not reasons:
            return found
        if request.method in ("GET", "HEAD"):
            for reason in reasons:
                messages.warning(
                    request, f"{reason} Rien n’est montré\u00a0: retirez ce filtre de l’adresse."
                )
        return found.none()

    def _reasons(self, request: HttpRequest) -> Iterator[str]:
        if ERROR_FLAG in request.GET:
            # The stock admin has sent here from an address that it could not make sense of.
            yield "L’adresse demandée filtre par une valeur qui n’existe pas."
        for given in self.list_filter:
            if not (isinstance(given, type) and issubclass(given, SimpleListFilter)):
                continue  # a field's own, which finds nothing or is refused
            sent = [value for value in request.GET.getlist(str(given.parameter_name)) if value]
            if not sent:
                continue
            asked = {str(given.parameter_name): list(sent)}
            made = given(request, asked, self.model, self.model_admin)
            known = {str(value) for value, _ in made.lookup_choices}
            if sent[-1] not in known and not getattr(made, "judges_values", False):
                yield (
                    f"Nous ne connaissons pas «\u00a0{told(sent[-1])}\u00a0» pour le filtre "
                    f"«\u00a0{made.title}\u00a0»."
                )
