"""The pages of the moves other than publishing: each shows what it acts on, says what it changes,
carries the version that it was made of, and is refused kindly if there is another one since."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern

from publishing import services
from publishing.admin_changes import changes_for_readers
from publishing.admin_pages import PublishingPages, moment_words, require_form, version_words
from publishing.forms import MoveForm
from publishing.models import Status
from publishing.standing import Standing


def _has_something_public(working: Any) -> bool:
    return bool(working.live_audience or working.scheduled_for)


@dataclass(frozen=True)
class Move:
    """A move that is asked to be confirmed, with a word for the history."""

    route: str
    title: str
    explanation: str
    done: str
    run: Callable[..., Any]
    needs_publish: bool
    is_open: Callable[[Any], bool]  # on a row that `with_public_state()` annotated
    # What matters is how the working copy differs from what is online.
    shows_changes: bool = False


MOVES: dict[str, Move] = {
    "submit": Move(
        route="proposer",
        title="Proposer à la relecture",
        explanation="Les personnes qui publient verront ce contenu parmi ceux qui attendent. "
        "Vous pourrez encore le modifier.",
        done="« {} » est proposé à la relecture.",
        run=services.submit,
        needs_publish=False,
        is_open=lambda working: working.status == Status.DRAFT,
        shows_changes=True,
    ),
    "return": Move(
        route="renvoyer",
        title="Renvoyer en brouillon",
        explanation="Le contenu quitte la liste des relectures. Dites ce qui est à reprendre.",
        done="« {} » est renvoyé en brouillon.",
        run=services.return_to_draft,
        needs_publish=True,
        is_open=lambda working: working.status == Status.REVIEW,
        shows_changes=True,
    ),
    "unschedule": Move(
        route="deprogrammer",
        title="Annuler la programmation",
        explanation="La publication prévue n’aura pas lieu. Ce que les lecteurs voient aujourd’hui "
        "ne change pas.",
        done="La publication programmée de « {} » est annulée.",
        run=services.unschedule,
        needs_publish=True,
        is_open=lambda working: bool(working.scheduled_for),
    ),
    "take_up_online": Move(
        route="reprendre-en-ligne",
        title="Corriger ce qui est en ligne",
        explanation="La copie de travail redevient ce que lisent les visiteurs, pour la corriger "
        "et publier cette seule correction. Ce qu’elle contient aujourd’hui reste dans "
        "l’historique, d’où vous pourrez le restaurer.",
        done="La copie de travail de « {} » est ce qui est en ligne : corrigez, puis publiez.",
        run=services.take_up_online,
        needs_publish=False,
        is_open=lambda working: bool(working.live_audience and working.scheduled_for),
    ),
    "archive": Move(
        route="archiver",
        title="Archiver",
        explanation="Les lecteurs ne verront plus cette page, à aucune adresse, dès maintenant. "
        "Rien n’est supprimé : vous pourrez la sortir des archives.",
        done="« {} » est archivé.",
        run=services.archive,
        needs_publish=True,
        is_open=_has_something_public,
    ),
    "reopen": Move(
        route="rouvrir",
        title="Sortir des archives",
        explanation="Le contenu redevient un brouillon. Il ne sera vu des lecteurs qu’une fois "
        "publié de nouveau.",
        done="« {} » est de nouveau un brouillon.",
        run=services.reopen,
        needs_publish=False,
        is_open=lambda working: working.status == Status.ARCHIVED,
    ),
}


class MovePages(PublishingPages):
    def get_urls(self) -> list[URLPattern]:
        return [
            *(self.at(f"{m.route}/", self._move_view(name), name) for name, m in MOVES.items()),
            *super().get_urls(),
        ]

    def _move_view(self, name: str) -> Callable[..., HttpResponse]:
        move = MOVES[name]

        @require_form
        def view(request: HttpRequest, pk: int) -> HttpResponse:
            obj = self._object(request, pk, publish=move.needs_publish)
            if not move.is_open(obj):
                return self._no_longer(request, obj)
            refusal = self.reason_not_to(name, obj)
            standing, news = Standing(obj), None
            form = MoveForm(request.POST if request.method == "POST" else None)
            if request.method == "POST" and form.is_valid() and not refusal:
                try:
                    move.run(
                        working=obj,
                        by=request.user,
                        note=form.cleaned_data["note"],
                        expected=self.shown(request),
                    )
                except services.SavedMeanwhile:
                    obj, standing, news = self._again(request, obj, publish=move.needs_publish)
                    if not move.is_open(obj):
                        return self._no_longer(request, obj)
                except ValidationError as error:
                    refusal = " ".join(error.messages)
                else:
                    return self._done(request, obj, move.done.format(obj))
            form.showing(obj.last_version)
            return self._page(
                request,
                "move",
                obj,
                move.title,
                move=move,
                form=form,
                refusal=refusal,
                news=news,
                what_stays=self.what_stays(name, obj),
                **self._acted_on(name, standing, request.user),
            )

        return view

    def _no_longer(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Says that somebody was quicker: who, when, and that the word that was typed is not
        lost."""
        last = obj.versions.select_related("created_by").first()
        words = "L’état a changé entre-temps : ce geste n’est plus possible."
        if last is not None:
            words += f" {version_words(last)}"
        if typed := request.POST.get("note", "").strip():
            words += f" Votre mot n’a pas été enregistré : « {typed[:300]} »."
        self.message_user(request, words, messages.WARNING)
        return HttpResponseRedirect(self.page_url("change", obj.pk))

    def _acted_on(self, name: str, standing: Standing, reader: Any) -> dict[str, Any]:
        """Returns what that move acts on: the version, what readers get, what is scheduled."""
        online, scheduled, last = standing.online, standing.scheduled, standing.last_version
        sentences = []
        if last is not None:
            by = f", par {last.created_by}" if last.created_by else ""
            sentences.append(
                f"Copie de travail\u00a0: version n°\u00a0{standing.number(last)} "
                f"({str(last)[0].lower()}{str(last)[1:]}{by})."
            )
        if online is not None:
            sentences.append(
                f"En ligne\u00a0: version n°\u00a0{standing.number(online.version)}, depuis le "
                f"{moment_words(online.live_from)}."
            )
        if scheduled is not None:
            fate = "est annulé" if name in ("archive", "unschedule") else "ne change pas"
            sentences.append(
                f"Programmé pour le {moment_words(scheduled.live_from)}\u00a0: la version n°\u00a0"
                f"{standing.number(scheduled.version)}. Cela {fate}."
            )
        context: dict[str, Any] = {
            "sentences": sentences,
            "changes": None,
            "dropped": [],
            "dropped_label": "",
            "dropped_after": "",
        }
        if MOVES[name].shows_changes:
            context["changes"] = changes_for_readers(standing, reader=reader)
        elif name == "take_up_online" and online is not None:
            context["dropped"] = standing.compare(standing.data, online.version.data, reader=reader)
            context["dropped_label"] = "Ce que la copie de travail n’aura plus"
            context["dropped_after"] = "Ce qui est en ligne"
        elif scheduled is not None and online is not None:
            before: Mapping[str, Any] = online.version.data
            context["dropped"] = standing.compare(before, scheduled.version.data, reader=reader)
            context["dropped_label"] = "Ce qui devait paraître"
            context["dropped_after"] = "Programmé"
        return context
