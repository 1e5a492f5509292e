"""What the edit form says of the publishing life, and the two buttons that save and publish in one
go: one corrects what is online, the other what is scheduled.

Both are for changes that hold no surprise; `reason_not_to_…` says, before the button is shown and
again once everything is saved, what there is to read first on the page « Publier ».
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from publishing import services
from publishing.admin_changes import waiting_of
from publishing.admin_history import HistoryPages
from publishing.admin_moves import MOVES, MovePages
from publishing.admin_pages import moment_words, state_label
from publishing.admin_publish import PublishPages
from publishing.models import VersionBase
from publishing.standing import Standing

# These say who reads it and where: they are never changed by the way.
REACH = ("audience", "audience_roles", "slug")


class FormPages(PublishPages, MovePages, HistoryPages):
    def publishing_panel(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Returns what the edit form shows beside the fields: the state, the moves that are open,
        what is scheduled."""
        if not hasattr(obj, "live_audience"):
            obj = self.model._default_manager.with_public_state().get(pk=obj.pk)
        standing = Standing(obj)
        may_publish = self.has_publish_permission(request)
        moves = [
            {"label": move.title, "url": self.page_url(name, obj.pk)}
            for name, move in MOVES.items()
            if move.is_open(obj) and (not move.needs_publish or may_publish)
        ]
        online = standing.online
        return {
            "state": state_label(obj),
            "moves": moves,
            "live_url": online.get_absolute_url() if online else "",
            "online_number": standing.number(online.version) if online else 0,
            "last_version": standing.last_version,
            "shown": obj.last_version,
            "waiting": waiting_of(standing, reader=request.user),
            "can_correct": may_publish and not self.reason_not_to_correct(request, standing),
            "can_update": may_publish
            and standing.scheduled is not None
            and not self._reason_not_to_update(request, standing, saving=True),
            "lacks_fix": standing.carried is not None,
            "can_carry": may_publish and standing.can_carry,
            "may_publish": may_publish,
            **{
                f"{name}_url": self.page_url(name, obj.pk)
                for name in ("preview", "link", "versions", "presence", "publish", "carry")
            },
            "take_up_url": self.page_url("take_up_online", obj.pk),
        }

    # --- One click: what is online ---

    def reason_not_to_correct(self, request: HttpRequest, standing: Standing) -> str:
        """Says why the working copy must be looked at before readers get it; empty where it may go
        online as it is: everything in it that they have not read is this person's."""
        if standing.online is None:
            return "rien n’est encore en ligne"
        if standing.scheduled is not None:
            return f"une version est programmée le {moment_words(standing.scheduled.live_from)}"
        if others := _others(standing.unpublished, request.user):
            return f"{others} a aussi modifié ce contenu depuis la dernière publication"
        return self._reason_to_read(standing, standing.online.version)

    def _reason_to_read(self, standing: Standing, version: Any) -> str:
        """Says what is to be read before the working copy takes the place of that version."""
        working: Any = standing.working
        if missing := working.missing_for_publication():
            return f"il manque quelque chose. {missing[0]}"
        if any(standing.data[name] != version.data.get(name) for name in REACH):
            return "le public ou l’adresse change"
        before = self.consequences(working, version.data)
        if self.consequences(working, standing.data) != before:
            return "cela change quelque chose pour les personnes inscrites"
        return ""

    def correct(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Publishes the correction once the form is saved, in its transaction: nobody saves in
        between."""
        standing = Standing(obj)
        if reason := self.reason_not_to_correct(request, standing):
            return self._to_be_read(request, obj, reason)
        if standing.data == standing.online.version.data:
            words = "Rien n’a changé : les lecteurs ont déjà ce texte."
            self.message_user(request, words, messages.WARNING)
            return HttpResponseRedirect(self.page_url("change", obj.pk))
        return self._at_once(request, obj, f"La correction de « {obj} » est en ligne.")

    # --- One click: what is scheduled ---

    def reason_not_to_update(self, request: HttpRequest, standing: Standing) -> str:
        return self._reason_not_to_update(request, standing, saving=False)

    def _reason_not_to_update(
        self, request: HttpRequest, standing: Standing, *, saving: bool
    ) -> str:
        """Says the same for what is scheduled. A working copy that went back to another version may
        lack some of it."""
        scheduled = standing.scheduled
        if scheduled is None:
            return "plus rien n’est programmé"
        since = standing.since(scheduled.version)
        if others := _others(since, request.user):
            return f"{others} a aussi modifié ce contenu depuis qu’une version est programmée"
        if any(version.action == VersionBase.Action.RESTORED for version in since):
            return "la copie de travail est revenue à une autre version depuis la programmation"
        if not saving and standing.data == scheduled.version.data:
            return "la version programmée contient déjà tout cela"
        return self._reason_to_read(standing, scheduled.version)

    def update_schedule(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Does as `correct`, for readers of that hour."""
        standing = Standing(obj)
        if reason := self.reason_not_to_update(request, standing):
            return self._to_be_read(request, obj, reason)
        at = standing.scheduled.live_from
        words = f"« {obj} » paraîtra le {moment_words(at)}, avec ce que vous venez d’enregistrer."
        return self._at_once(request, obj, words, at=at)

    def _at_once(self, request: HttpRequest, obj: Any, words: str, **options: Any) -> HttpResponse:
        newest = obj.versions.values_list("pk", flat=True).first()
        try:
            services.publish(working=obj, by=request.user, expected=newest, **options)  # type: ignore[arg-type]  # the admin lets nobody anonymous in
        except ValidationError as error:
            return self._to_be_read(request, obj, error.messages[0])
        except (services.SavedMeanwhile, services.ScheduleUndecided):
            return self._to_be_read(request, obj, "l’état a changé entre-temps")
        return self._done(request, obj, words)

    def _to_be_read(self, request: HttpRequest, obj: Any, reason: str) -> HttpResponse:
        words = f"Enregistré, mais pas publié : {reason.rstrip('.')}. Relisez cette page d’abord."
        self.message_user(request, words, messages.WARNING)
        return HttpResponseRedirect(self.page_url("publish", obj.pk))


def _others(versions: list[Any], user: Any) -> str:
    """Names somebody else of those who made these versions."""
    for version in versions:
        if version.created_by_id != user.pk:
            return str(version.created_by or "Quelqu’un")
    return ""
