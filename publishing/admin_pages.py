"""The admin's own pages for the publishing life: preview, checks, moves, history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from publishing import services
from publishing.comparison import compare
from publishing.forms import NoteForm, PublishForm
from publishing.models import Publishable, Status, VersionBase

require_form = require_http_methods(["GET", "HEAD", "POST"])


def _has_something_public(working: Any) -> bool:
    return bool(working.live_audience or working.scheduled_for)


@dataclass(frozen=True)
class Move:
    """A move that is asked to be confirmed, with a word for the history."""

    title: str
    explanation: str
    done: str
    run: Callable[..., Any]
    needs_publish: bool
    is_open: Callable[[Any], bool]  # for a row that `with_public_state()` annotated


MOVES: dict[str, Move] = {
    "submit": Move(
        title="Proposer à la relecture",
        explanation="Les personnes qui publient verront ce contenu parmi ceux qui attendent. "
        "Vous pourrez encore le modifier.",
        done="« {} » est proposé à la relecture.",
        run=services.submit,
        needs_publish=False,
        is_open=lambda working: working.status == Status.DRAFT,
    ),
    "return": Move(
        title="Renvoyer en brouillon",
        explanation="Le contenu quitte la liste des relectures. Dites ce qui est à reprendre.",
        done="« {} » est renvoyé en brouillon.",
        run=services.return_to_draft,
        needs_publish=True,
        is_open=lambda working: working.status == Status.REVIEW,
    ),
    "unschedule": Move(
        title="Annuler la programmation",
        explanation="La publication prévue n’aura pas lieu. Ce que les lecteurs voient aujourd’hui "
        "ne change pas.",
        done="La publication programmée de « {} » est annulée.",
        run=services.unschedule,
        needs_publish=True,
        is_open=lambda working: bool(working.scheduled_for),
    ),
    "archive": Move(
        title="Archiver",
        explanation="Les lecteurs ne verront plus cette page, à aucune adresse, dès maintenant. "
        "Rien n’est supprimé : vous pourrez la sortir des archives.",
        done="« {} » est archivé.",
        run=services.archive,
        needs_publish=True,
        is_open=_has_something_public,
    ),
    "reopen": Move(
        title="Sortir des archives",
        explanation="Le contenu redevient un brouillon. Il ne sera vu des lecteurs qu’une fois "
        "publié de nouveau.",
        done="« {} » est de nouveau un brouillon.",
        run=services.reopen,
        needs_publish=False,
        is_open=lambda working: working.status == Status.ARCHIVED,
    ),
}


def state_label(working: Any) -> str:
    """In words, from a row that `with_public_state()` annotated."""
    changed = {Status.DRAFT: "modifications non publiées", Status.REVIEW: "relecture en cours"}
    if working.scheduled_for:
        when = timezone.localtime(working.scheduled_for)
        label = f"Programmé le {when:%d/%m/%Y à %H:%M}"
        return f"En ligne · {label.lower()}" if working.live_audience else label
    if working.live_audience:
        return " · ".join(filter(None, ["En ligne", changed.get(working.status, "")]))
    return str(Status(working.status).label)


class PublishingPages:
    """Mixed into a ModelAdmin (`publishing.admin.PublishableAdmin`)."""

    # What the ModelAdmin gives.
    model: Any
    opts: Any
    admin_site: Any
    parts: Mapping[str, type[models.Model]]
    get_queryset: Any
    has_change_permission: Any
    has_view_permission: Any
    has_publish_permission: Any
    log_change: Any
    message_user: Any

    # --- What each content says of itself ---

    def preview(
        self, request: HttpRequest, obj: Any, note: str, data: dict[str, Any]
    ) -> HttpResponse:
        """The snapshot as its readers would see it."""
        raise NotImplementedError

    def preview_link(self, obj: Any) -> str:
        """The path of a signed link that shows the working copy to someone without account."""
        raise NotImplementedError

    def remarks(
        self, obj: Any, *, with_links: bool, data: Mapping[str, Any] | None = None
    ) -> list[Any]:
        """What a reader would trip on; asking the linked sites takes seconds."""
        raise NotImplementedError

    def consequences(self, obj: Any) -> list[str]:
        """What publishing it would change for people, besides what they read."""
        return []

    def reason_not_to(self, move: str, obj: Any) -> str:
        """Why that move must wait; empty where it may be made."""
        return ""

    def surfaces(self, obj: Any) -> list[Any]:
        """Where it will appear, by audience."""
        raise NotImplementedError

    # --- Addresses ---

    def page_url(self, page: str, *args: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=args)

    def get_urls(self) -> list[URLPattern]:
        def at(route: str, view: Callable[..., Any], name: str) -> URLPattern:
            return path(
                f"<int:pk>/{route}",
                self.admin_site.admin_view(view),
                name=f"{self.opts.app_label}_{self.opts.model_name}_{name}",
            )

        return [
            at("apercu/", self.preview_view, "preview"),
            at("lien/", self.link_view, "link"),
            at("publier/", self.publish_view, "publish"),
            at("proposer/", self._move_view("submit"), "submit"),
            at("renvoyer/", self._move_view("return"), "return"),
            at("deprogrammer/", self._move_view("unschedule"), "unschedule"),
            at("archiver/", self._move_view("archive"), "archive"),
            at("rouvrir/", self._move_view("reopen"), "reopen"),
            at("versions/", self.versions_view, "versions"),
            at("versions/<int:version_pk>/", self.version_view, "version"),
            at("versions/<int:version_pk>/restaurer/", self.restore_view, "restore"),
            *super().get_urls(),  # type: ignore[misc]  # ModelAdmin's
        ]

    # --- Common steps ---

    def _object(self, request: HttpRequest, pk: int, *, publish: bool = False) -> Any:
        if not self.has_change_permission(request):
            raise PermissionDenied
        obj = self.get_queryset(request).filter(pk=pk).first()
        if obj is None or not self.has_change_permission(request, obj):
            raise Http404  # out of the person's territories: nothing says that it exists
        if publish and not self.has_publish_permission(request):
            raise PermissionDenied
        return obj

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

    def publishing_panel(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """What the edit form shows beside the fields: the state and the moves that are open."""
        if not hasattr(obj, "live_audience"):
            obj = self.model._default_manager.with_public_state().get(pk=obj.pk)
        moves = [
            {"label": move.title, "url": self.page_url(name, obj.pk)}
            for name, move in MOVES.items()
            if move.is_open(obj)
            and (not move.needs_publish or self.has_publish_permission(request))
        ]
        live = obj.publications.live().first()
        return {
            "state": state_label(obj),
            "moves": moves,
            "live_url": live.get_absolute_url() if live else "",
            "last_version": obj.versions.select_related("created_by").first(),
            "preview_url": self.page_url("preview", obj.pk),
            "link_url": self.page_url("link", obj.pk),
            "versions_url": self.page_url("versions", obj.pk),
            "publish_url": self.page_url("publish", obj.pk),
        }

    # --- Preview ---

    @method_decorator(require_safe)
    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        obj = self._object(request, pk)
        note = "Aperçu de la copie de travail, telle que les lecteurs la verraient."
        return self.preview(request, obj, note, obj.snapshot())

    @method_decorator(require_form)
    def link_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Makes a link (POST), after saying what it opens; or revokes those given before."""
        obj = self._object(request, pk)
        link = ""
        if request.method == "POST":
            if "revoke" in request.POST:
                services.new_preview_key(working=obj)
                return self._done(request, obj, "Les liens d’aperçu donnés jusqu’ici sont fermés.")
            link = request.build_absolute_uri(self.preview_link(obj))
            self.log_change(request, obj, "Lien d’aperçu créé")
        return self._page(request, "link", obj, "Montrer à quelqu’un sans compte", link=link)

    # --- Moves ---

    @method_decorator(require_form)
    def publish_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What is missing, what a reader would trip on, where it will appear; then the date."""
        obj = self._object(request, pk, publish=True)
        links_checked = "check_links" in request.POST
        publishing = request.method == "POST" and not links_checked
        form = PublishForm(request.POST if publishing else None)
        missing = obj.missing_for_publication()
        if publishing and form.is_valid() and not missing:
            try:
                publication = services.publish(
                    working=obj,
                    by=request.user,  # type: ignore[arg-type]  # the admin lets nobody anonymous in
                    at=form.cleaned_data["at"],
                    note=form.cleaned_data["note"],
                )
            except ValidationError as error:
                missing = error.messages
            else:
                if publication.live_from > timezone.now():
                    when = timezone.localtime(publication.live_from)
                    return self._done(
                        request, obj, f"« {obj} » paraîtra le {when:%d/%m/%Y à %H:%M}."
                    )
                return self._done(request, obj, f"« {obj} » est en ligne.")
        return self._page(
            request,
            "publish",
            obj,
            "Publier",
            form=form,
            missing=missing,
            remarks=self.remarks(obj, with_links=links_checked),
            consequences=self.consequences(obj),
            links_checked=links_checked,
            surfaces=(surfaces := self.surfaces(obj)),
            readers=list(surfaces[0].readers),
            is_live=bool(obj.live_audience),
        )

    def _move_view(self, name: str) -> Callable[..., HttpResponse]:
        move = MOVES[name]

        @require_form
        def view(request: HttpRequest, pk: int) -> HttpResponse:
            obj = self._object(request, pk, publish=move.needs_publish)
            if not move.is_open(obj):
                self.message_user(
                    request,
                    "L’état a changé entre-temps : ce geste n’est plus possible.",
                    messages.WARNING,
                )
                return HttpResponseRedirect(self.page_url("change", obj.pk))
            refusal = self.reason_not_to(name, obj)
            form = NoteForm(request.POST if request.method == "POST" else None)
            if request.method == "POST" and form.is_valid() and not refusal:
                move.run(working=obj, by=request.user, note=form.cleaned_data["note"])
                return self._done(request, obj, move.done.format(obj))
            return self._page(
                request, "move", obj, move.title, move=move, form=form, refusal=refusal
            )

        return view

    # --- History ---

    def _version(self, obj: Publishable, pk: int) -> VersionBase:
        version: VersionBase | None = (
            obj.versions.select_related("created_by").filter(pk=pk).first()
        )
        if version is None:
            raise Http404
        return version

    @method_decorator(require_safe)
    def versions_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """All versions; with `?avant=…&apres=…`, two of them side by side."""
        obj = self._object(request, pk)
        versions = list(obj.versions.select_related("created_by").defer("data"))
        known = {str(version.pk): version.pk for version in versions}
        before = known.get(request.GET.get("avant", ""))
        after = known.get(request.GET.get("apres", ""))
        context: dict[str, Any] = {"versions": versions, "before": None, "after": None}
        if before and after:
            old, new = (
                self._version(obj, min(before, after)),
                self._version(obj, max(before, after)),
            )
            context |= {
                "before": old,
                "after": new,
                "differences": compare(
                    self.model, self.parts, old.data, new.data, reader=request.user
                ),
            }
        return self._page(request, "versions", obj, "Historique", **context)

    @method_decorator(require_safe)
    def version_view(self, request: HttpRequest, pk: int, version_pk: int) -> HttpResponse:
        obj = self._object(request, pk)
        version = self._version(obj, version_pk)
        return self.preview(request, obj, f"Version ancienne : {version}.", version.data)

    @method_decorator(require_POST)
    def restore_view(self, request: HttpRequest, pk: int, version_pk: int) -> HttpResponse:
        obj = self._object(request, pk)
        version = self._version(obj, version_pk)
        gone = services.restore(working=obj, version=version, by=request.user)  # type: ignore[arg-type]  # as above
        if gone:
            self.message_user(
                request, "N’a pas pu revenir : " + " ; ".join(gone) + ".", messages.WARNING
            )
        return self._done(request, obj, f"La copie de travail est revenue à : {version}.")
