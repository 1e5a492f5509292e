"""What the admin's own pages for the publishing life have in common, and the one that shows without
moving anything: the preview."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods, require_safe

from publishing import services
from publishing.comparison import Difference
from publishing.kinds import PublishedKind, kind_of
from publishing.links import dead_links
from publishing.models import Status
from publishing.previews import preview, preview_link
from publishing.snapshots import readable
from publishing.standing import Standing

require_form = require_http_methods(["GET", "HEAD", "POST"])


def state_label(working: Any) -> str:
    """Says the state in words, from a row that `with_public_state()` annotated."""
    changed = {Status.DRAFT: "modifications non publiées", Status.REVIEW: "relecture en cours"}
    if working.scheduled_for:
        changed[Status.DRAFT] = "modifications non programmées"
        label = f"Programmé le {moment_words(working.scheduled_for)}"
        label = f"En ligne · {label.lower()}" if working.live_audience else label
        return " · ".join(filter(None, [label, changed.get(working.status, "")]))
    if working.live_audience:
        return " · ".join(filter(None, ["En ligne", changed.get(working.status, "")]))
    return str(Status(working.status).label)


def moment_words(moment: datetime) -> str:
    """Returns "12/11/2026 à 09:00", on the clock of Paris."""
    return f"{timezone.localtime(moment):%d/%m/%Y à %H:%M}"


def version_words(version: Any) -> str:
    """Returns "Enregistré le 12/11/2026 09:00, par Camille Martin : « une coquille »", for a
    version."""
    by = f", par {version.created_by}" if version.created_by else ""
    note = f"\u00a0: « {version.note} »" if version.note else ""
    return f"{version}{by}{note}."


@dataclass(frozen=True)
class News:
    """What happened since a page was shown: the newest first, and what it changes of the text."""

    sentence: str
    versions: list[Any]
    differences: list[Difference]


def news_since(standing: Standing, shown: int, *, reader: Any) -> News:
    """Returns what happened since the version of key `shown`, the newest then. One that is none of
    this content's tells nothing of what the person saw."""
    working = standing.working
    if shown not in standing.numbers:
        return News(
            "Cette page ne dit pas quelle version elle montrait\u00a0: relisez-la telle qu’elle "
            "est maintenant.",
            [],
            [],
        )
    since = working.versions.filter(pk__gt=shown).select_related("created_by").defer("data")
    versions = list(since)
    seen = working.versions.written().filter(pk__lte=shown).first()
    differences = (
        standing.compare(seen.data, standing.data, reader=reader) if seen is not None else []
    )
    return News(
        "Une autre version est arrivée pendant que vous lisiez celle-ci.", versions, differences
    )


class PublishingPages:
    """A mixin of ModelAdmin (`publishing.admin.PublishableAdmin`)."""

    # The ModelAdmin gives these.
    model: Any
    opts: Any
    admin_site: Any
    get_queryset: Any
    has_change_permission: Any
    has_view_permission: Any
    has_publish_permission: Any
    log_change: Any
    message_user: Any

    @property
    def parts(self) -> Mapping[str, type[models.Model]]:
        """What a version is made of besides the row itself."""
        found: Mapping[str, type[models.Model]] = self.model.part_models()
        return found

    # --- What each content says of itself ---

    @property
    def kind(self) -> PublishedKind:
        return kind_of(self.model)

    def remarks(
        self, obj: Any, *, reader: Any, with_links: bool, data: Mapping[str, Any] | None = None
    ) -> list[Any]:
        """Returns what a reader would trip on, in words that `reader` may read; asking the linked
        sites takes seconds."""
        data = obj.snapshot() if data is None else data
        found = self.kind.remarks(obj, data, reader=reader)
        return found + dead_links(self.kind.links(obj, data)) if with_links else found

    def consequences(self, obj: Any, data: Mapping[str, Any]) -> list[str]:
        """Returns what publishing that snapshot would change for people, besides what they read."""
        return []

    def reason_not_to(self, move: str, obj: Any) -> str:
        """Says why that move must wait; empty where it may be made."""
        return ""

    def what_stays(self, move: str, obj: Any) -> str:
        """Says what that move leaves to those who have it, where its explanation would say
        otherwise."""
        return ""

    # --- Addresses ---

    def page_url(self, page: str, *args: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=args)

    def at(self, route: str, view: Callable[..., Any], name: str) -> URLPattern:
        """Returns the address of a page about one content."""
        return path(
            f"<int:pk>/{route}",
            self.admin_site.admin_view(view),
            name=f"{self.opts.app_label}_{self.opts.model_name}_{name}",
        )

    def get_urls(self) -> list[URLPattern]:
        return [
            self.at("apercu/", self.preview_view, "preview"),
            self.at("lien/", self.link_view, "link"),
            *super().get_urls(),  # type: ignore[misc]  # ModelAdmin's
        ]

    # --- Common steps ---

    def _object(self, request: HttpRequest, pk: int, *, publish: bool = False) -> Any:
        if not self.has_change_permission(request):
            raise PermissionDenied
        obj = self.get_queryset(request).filter(pk=pk).first()
        if obj is None or not self.has_change_permission(request, obj):
            raise Http404  # it is out of the person's territories: nothing says that it exists
        if publish and not self.has_publish_permission(request):
            raise PermissionDenied
        return obj

    def shown(self, request: HttpRequest) -> int:
        """Returns the version that the page was made of, as the form that it posts says; 0 where it
        does not, which is no version's key."""
        text = request.POST.get("shown", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0

    def _again(
        self, request: HttpRequest, obj: Any, *, publish: bool = False
    ) -> tuple[Any, Standing, News]:
        """Returns the content as it is now, and what happened since the page that was posted was
        shown."""
        fresh = self._object(request, obj.pk, publish=publish)
        standing = Standing(fresh)
        return fresh, standing, news_since(standing, self.shown(request), reader=request.user)

    def _page(
        self, request: HttpRequest, template: str, obj: Any, title: str, **context: Any
    ) -> TemplateResponse:
        return TemplateResponse(
            request,
            f"admin/publishing/{template}.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "original": obj,
                "title": title,
                "change_url": self.page_url("change", obj.pk),
                **context,
            },
        )

    def _done(self, request: HttpRequest, obj: Any, message: str) -> HttpResponse:
        self.log_change(request, obj, message)
        self.message_user(request, message, messages.SUCCESS)
        return HttpResponseRedirect(self.page_url("change", obj.pk))

    # --- Preview ---

    @method_decorator(require_safe)
    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        obj = self._object(request, pk)
        note = "Aperçu de la copie de travail, telle que les lecteurs la verraient."
        return self._preview(request, obj, note, obj.snapshot())

    def _preview(
        self, request: HttpRequest, obj: Any, note: str, data: Mapping[str, Any]
    ) -> HttpResponse:
        shown = readable(self.model, self.parts, data, request.user)
        if shown != data:
            note = f"{note} Ce que vous ne pouvez pas ouvrir n’y paraît pas."
        return preview(request, obj, shown, note=note, edit_url=self.page_url("change", obj.pk))

    @method_decorator(require_form)
    def link_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Makes a link (POST), after saying what it opens; or revokes those given before."""
        obj = self._object(request, pk)
        link = ""
        if request.method == "POST":
            if "revoke" in request.POST:
                services.new_preview_key(working=obj)
                return self._done(request, obj, "Les liens d’aperçu donnés jusqu’ici sont fermés.")
            link = request.build_absolute_uri(preview_link(obj, request.user))
            self.log_change(request, obj, "Lien d’aperçu créé")
        return self._page(request, "link", obj, "Montrer à quelqu’un sans compte", link=link)
