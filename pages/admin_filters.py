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

from publishing.filter_values import excerpt


class KnownValues(admin.ModelAdmin[Any]):
    """A mixin of every class that is registered (`pages.admin_site`)."""

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
            if isinstance(given, type) and issubclass(given, SimpleListFilter):
                title, sent, known = self._of_own(request, given)
            else:
                name = str(given[0] if isinstance(given, tuple | list) else given)
                title, sent, known = self._of_field(request, name)
            if sent and known is not None and sent[-1] not in known:
                yield (
                    f"Nous ne connaissons pas «\u00a0{excerpt(sent[-1])}\u00a0» pour le filtre "
                    f"«\u00a0{title}\u00a0»."
                )

    def _of_own(
        self, request: HttpRequest, given: type[SimpleListFilter]
    ) -> tuple[str, list[str], set[str] | None]:
        """Returns what a filter of ours is called, what it is sent, and what it knows (None: it
        judges)."""
        name = str(given.parameter_name)
        sent = [value for value in request.GET.getlist(name) if value]
        if not sent:
            return "", [], None
        made = given(request, {name: list(sent)}, self.model, self.model_admin)
        known = {str(value) for value, _ in made.lookup_choices}
        return str(made.title), sent, None if getattr(made, "judges_values", False) else known

    def _of_field(self, request: HttpRequest, path: str) -> tuple[str, list[str], set[str] | None]:
        """Returns the same for a field with choices. What others are sent finds nothing, or is
        refused."""
        sent = [value for value in request.GET.getlist(f"{path}__exact") if value]
        if not sent or "__" in path:
            return "", [], None
        field: Any = self.lookup_opts.get_field(path)
        choices = getattr(field, "flatchoices", None)
        known = {str(value) for value, _ in choices} if choices else None
        return str(field.verbose_name), sent, known
