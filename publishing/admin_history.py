"""All versions of a content: which readers get or will get, two of them side by side, and back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST, require_safe

from publishing import services
from publishing.admin_pages import PublishingPages, moment_words, news_since, version_words
from publishing.models import Publishable, VersionBase
from publishing.standing import Standing


class HistoryPages(PublishingPages):
    def get_urls(self) -> list[URLPattern]:
        return [
            self.at("versions/", self.versions_view, "versions"),
            self.at("versions/<int:version_pk>/", self.version_view, "version"),
            self.at("versions/<int:version_pk>/restaurer/", self.restore_view, "restore"),
            *super().get_urls(),
        ]

    def _version(self, obj: Publishable, pk: int) -> VersionBase:
        version: VersionBase | None = (
            obj.versions.select_related("created_by").filter(pk=pk).first()
        )
        if version is None:
            raise Http404
        return version

    @method_decorator(require_safe)
    def versions_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Shows all versions; with `?avant=…&apres=…`, two of them side by side."""
        obj = self._object(request, pk)
        standing = Standing(obj)
        versions = list(obj.versions.select_related("created_by").defer("data"))
        read = readings(obj, standing)
        rows = [
            {"version": one, "number": standing.number(one), "readings": read.get(one.pk, [])}
            for one in versions
        ]
        known = {str(version.pk): version.pk for version in versions}
        before = known.get(request.GET.get("avant", ""))
        after = known.get(request.GET.get("apres", ""))
        context: dict[str, Any] = {"rows": rows, "before": None, "after": None}
        if before and after:
            old, new = (self._version(obj, which(before, after)) for which in (min, max))
            context |= {
                "before": old,
                "after": new,
                "differences": standing.compare(old.data, new.data, reader=request.user),
            }
        return self._page(request, "versions", obj, "Historique", shown=obj.last_version, **context)

    @method_decorator(require_safe)
    def version_view(self, request: HttpRequest, pk: int, version_pk: int) -> HttpResponse:
        obj = self._object(request, pk)
        version = self._version(obj, version_pk)
        return self._preview(request, obj, f"Version ancienne : {version}.", version.data)

    @method_decorator(require_POST)
    def restore_view(self, request: HttpRequest, pk: int, version_pk: int) -> HttpResponse:
        obj = self._object(request, pk)
        version = self._version(obj, version_pk)
        shown = self.shown(request)
        try:
            gone = services.restore(
                working=obj,
                version=version,
                by=request.user,  # type: ignore[arg-type]  # the admin lets nobody anonymous in
                expected=shown,
            )
        except services.SavedMeanwhile:
            news = news_since(Standing(obj), shown, reader=request.user)
            words = " ".join([news.sentence, *map(version_words, news.versions)])
            self.message_user(request, f"{words} Rien n’a été restauré.", messages.WARNING)
            query = f"?avant={shown}&apres={news.versions[0].pk}" if news.versions else ""
            return HttpResponseRedirect(self.page_url("versions", obj.pk) + query)
        if gone:
            self.message_user(
                request, "N’a pas pu revenir : " + " ; ".join(gone) + ".", messages.WARNING
            )
        scheduled = Standing(obj).scheduled
        if scheduled is not None:
            words = (
                f"La publication programmée pour le {moment_words(scheduled.live_from)} ne change "
                "pas : c’est la version qui a été programmée alors qui paraîtra."
            )
            self.message_user(request, words, messages.WARNING)
        return self._done(request, obj, f"La copie de travail est revenue à : {version}.")


def readings(obj: Any, standing: Standing) -> dict[int, list[dict[str, str]]]:
    """Returns by key of version when readers got it: `{"state", "words"}`, in the order of time."""
    found: dict[int, list[dict[str, str]]] = {}
    shown = obj.publications.order_by("live_from")
    for one in shown.only("version", "live_from", "live_until"):
        start = moment_words(one.live_from)
        end = moment_words(one.live_until) if one.live_until else ""
        if one.live_from > standing.now:
            state, words = "scheduled", f"programmée pour le {start}"
        elif not one.live_until:
            state, words = "live", f"en ligne depuis le {start}"
        elif one.live_until > standing.now:
            state, words = "live", f"en ligne depuis le {start}, jusqu’au {end}"
        else:
            state, words = "past", f"en ligne du {start} au {end}"
        found.setdefault(one.version_id, []).append({"state": state, "words": words})
    return found
