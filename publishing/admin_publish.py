"""The pages that publish: the whole, at once or at an hour; a correction alone; a correction put
into what is scheduled. Each shows what readers will get, and carries the version that it was made
of."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern
from django.utils import timezone
from django.utils.decorators import method_decorator

from publishing import services
from publishing.admin_changes import changes_for_readers, waiting_of
from publishing.admin_pages import News, PublishingPages, moment_words, require_form
from publishing.forms import AtOnceForm, MoveForm, PublishForm
from publishing.services import Schedule
from publishing.standing import Standing
from publishing.surfaces import surfaces_of


class PublishPages(PublishingPages):
    def get_urls(self) -> list[URLPattern]:
        return [
            self.at("publier/", self.publish_view, "publish"),
            self.at("publier/correction/", self.fix_view, "fix"),
            self.at("publier/reporter/", self.carry_view, "carry"),
            *super().get_urls(),
        ]

    @method_decorator(require_form)
    def publish_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Shows what changes for readers, what is missing, what a reader would trip on, where it
        will appear; then asks for the date. What is scheduled is asked about before anything is
        published at once."""
        obj = self._object(request, pk, publish=True)
        standing = Standing(obj)
        if request.method != "POST":
            return self._publish_page(request, standing, PublishForm(initial=_planned(standing)))
        if "check_links" in request.POST:
            typed = {name: request.POST[name] for name in ("at", "note") if name in request.POST}
            form = PublishForm(initial={**_planned(standing), **typed})
            return self._publish_page(request, standing, form, links_checked=True)
        if "asked" in request.POST:
            return self._publish_at_once(request, obj, standing)
        if self.shown(request) != obj.last_version:
            return self._refused(request, obj, PublishForm(request.POST))
        at_once = "at_once" in request.POST or not request.POST.get("at")
        form = PublishForm({**request.POST.dict(), "at": ""} if at_once else request.POST)
        if not form.is_valid():
            return self._publish_page(request, standing, form)
        note = form.cleaned_data["note"]
        if at_once and standing.scheduled is not None:
            return self._ask(request, standing, _at_once_form(standing, initial={"note": note}))
        try:
            publication = services.publish(
                working=obj,
                by=request.user,  # type: ignore[arg-type]  # the admin lets nobody anonymous in
                at=form.cleaned_data["at"],
                note=note,
                expected=self.shown(request),
            )
        except (services.SavedMeanwhile, services.ScheduleUndecided):
            return self._refused(request, obj, form)
        except ValidationError as error:
            return self._publish_page(request, standing, form, missing=error.messages)
        return self._published(request, obj, publication)

    def _publish_page(
        self,
        request: HttpRequest,
        standing: Standing,
        form: PublishForm,
        *,
        missing: list[str] | None = None,
        news: News | None = None,
        links_checked: bool = False,
    ) -> HttpResponse:
        obj: Any = standing.working
        form.showing(obj.last_version)
        surfaces = surfaces_of(self.kind, obj, obj.snapshot(), request.user)
        waiting = waiting_of(standing, reader=request.user)
        return self._page(
            request,
            "publish",
            obj,
            "Publier",
            form=form,
            news=news,
            missing=obj.missing_for_publication() if missing is None else missing,
            changes=changes_for_readers(standing, reader=request.user),
            waiting=waiting,
            has_fix=standing.has_fix,
            fix_url=self.page_url("fix", obj.pk),
            remarks=self.remarks(obj, reader=request.user, with_links=links_checked),
            consequences=self.consequences(obj, standing.data),
            links_checked=links_checked,
            surfaces=surfaces,
            readers=list(surfaces[0].readers),
            button="Reprogrammer" if waiting else "Publier",
        )

    def _refused(self, request: HttpRequest, obj: Any, form: PublishForm) -> HttpResponse:
        _, standing, news = self._again(request, obj, publish=True)
        return self._publish_page(request, standing, form, news=news)

    def _published(self, request: HttpRequest, obj: Any, publication: Any) -> HttpResponse:
        if publication.live_from > timezone.now():
            words = f"« {obj} » paraîtra le {moment_words(publication.live_from)}."
            return self._done(request, obj, words)
        return self._done(request, obj, f"« {obj} » est en ligne.")

    # --- At once, although something is scheduled ---

    def _ask(
        self,
        request: HttpRequest,
        standing: Standing,
        form: AtOnceForm,
        *,
        news: News | None = None,
    ) -> HttpResponse:
        """Says what would be read before its hour, and what may be published instead."""
        obj: Any = standing.working
        form.showing(obj.last_version)
        before = standing.last_read.version.data if standing.last_read else {}  # type: ignore[attr-defined]  # the concrete model's
        differences = standing.compare(before, standing.data, reader=request.user)
        return self._page(
            request,
            "publish_at_once",
            obj,
            "Publier avant l’heure prévue\u00a0?",
            form=form,
            news=news,
            waiting=waiting_of(standing, reader=request.user),
            held=standing.held(differences),
            consequences=self.consequences(obj, standing.data),
            is_online=standing.online is not None,
            has_fix=standing.has_fix,
            fix_url=self.page_url("fix", obj.pk),
            take_up_url=self.page_url("take_up_online", obj.pk),
            publish_url=self.page_url("publish", obj.pk),
        )

    def _publish_at_once(self, request: HttpRequest, obj: Any, standing: Standing) -> HttpResponse:
        is_fresh = self.shown(request) == obj.last_version
        if is_fresh and standing.scheduled is None:
            return self._no_longer_scheduled(request, standing)
        form = _at_once_form(standing, request.POST)
        if is_fresh and not form.is_valid():
            return self._ask(request, standing, form)
        try:
            publication = services.publish(
                working=obj,
                by=request.user,  # type: ignore[arg-type]  # as above
                note=form.cleaned_data["note"] if form.is_valid() else "",
                expected=self.shown(request),
                schedule=form.cleaned_data["schedule"] if form.is_valid() else None,
            )
        except (services.SavedMeanwhile, services.ScheduleUndecided):
            _, standing, news = self._again(request, obj, publish=True)
            if standing.scheduled is not None:
                form = _at_once_form(standing, request.POST)
                return self._ask(request, standing, form, news=news)
            typed = {"note": request.POST.get("note", "")}
            return self._publish_page(request, standing, PublishForm(initial=typed), news=news)
        except ValidationError as error:
            again = PublishForm(initial={**_planned(standing), "note": form.cleaned_data["note"]})
            return self._publish_page(request, standing, again, missing=error.messages)
        return self._published(request, obj, publication)

    def _no_longer_scheduled(self, request: HttpRequest, standing: Standing) -> HttpResponse:
        """Says that its hour has come since the question was asked: readers have another text
        now."""
        words = (
            "Plus rien n’est programmé\u00a0: relisez ce qui change maintenant pour les lecteurs."
        )
        self.message_user(request, words, messages.WARNING)
        typed = {"note": request.POST.get("note", "")}
        return self._publish_page(request, standing, PublishForm(initial=typed))

    @method_decorator(require_form)
    def fix_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Publishes the correction alone: what is online with what was changed since the scheduled
        version was written."""
        obj = self._object(request, pk, publish=True)
        standing = Standing(obj)
        form = MoveForm(request.POST if request.method == "POST" else None)
        missing: list[str] = []
        news = None
        if request.method == "POST" and form.is_valid():
            try:
                services.publish_fix(
                    working=obj,
                    by=request.user,  # type: ignore[arg-type]  # as above
                    note=form.cleaned_data["note"],
                    expected=self.shown(request),
                )
            except services.SavedMeanwhile:
                obj, standing, news = self._again(request, obj, publish=True)
            except ValidationError as error:
                missing = error.messages
            else:
                words = f"La correction de « {obj} » est en ligne, sans ce qui est programmé."
                return self._done(request, obj, words)
        if not standing.has_fix:
            self.message_user(
                request,
                "Il n’y a pas de correction à publier seule.",
                messages.WARNING,
            )
            return HttpResponseRedirect(self.page_url("publish", obj.pk))
        form.showing(obj.last_version)
        fix = standing.fix
        online = standing.online.version.data if standing.online else {}
        return self._page(
            request,
            "fix",
            obj,
            "Publier la correction seule",
            form=form,
            news=news,
            missing=missing,
            waiting=waiting_of(standing, reader=request.user),
            differences=standing.compare(online, fix.data, reader=request.user) if fix else [],
            left_out=fix.left_out if fix else [],
            consequences=self.consequences(obj, fix.data) if fix else [],
            take_up_url=self.page_url("take_up_online", obj.pk),
            publish_url=self.page_url("publish", obj.pk),
        )

    @method_decorator(require_form)
    def carry_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Puts what was corrected online into the scheduled version too, at the same hour."""
        obj = self._object(request, pk, publish=True)
        standing = Standing(obj)
        form = MoveForm(request.POST if request.method == "POST" else None)
        missing: list[str] = []
        news = None
        if request.method == "POST" and form.is_valid():
            try:
                publication = services.carry_fix(
                    working=obj,
                    by=request.user,  # type: ignore[arg-type]  # as above
                    note=form.cleaned_data["note"],
                    expected=self.shown(request),
                )
            except services.SavedMeanwhile:
                obj, standing, news = self._again(request, obj, publish=True)
            except ValidationError as error:
                missing = error.messages
            else:
                when = moment_words(publication.live_from)
                words = f"La version qui paraîtra le {when} contient maintenant la correction."
                return self._done(request, obj, words)
        if standing.carried is None:
            words = "La version programmée contient déjà ce qui est corrigé en ligne."
            self.message_user(request, words, messages.WARNING)
            return HttpResponseRedirect(self.page_url("publish", obj.pk))
        form.showing(obj.last_version)
        waits = standing.scheduled.version
        return self._page(
            request,
            "carry",
            obj,
            "Reporter la correction dans la version programmée",
            form=form,
            news=news,
            missing=missing,
            can_carry=standing.can_carry,
            waiting=waiting_of(standing, reader=request.user),
            differences=standing.compare(waits.data, standing.carried.data, reader=request.user),
            left_out=standing.carried.left_out,
            versions_url=self.page_url("versions", obj.pk),
        )


def _planned(standing: Standing) -> dict[str, Any]:
    """Returns the hour that is planned, to begin with."""
    scheduled = standing.scheduled
    return {"at": timezone.localtime(scheduled.live_from)} if scheduled is not None else {}


def _at_once_form(standing: Standing, data: Any = None, **options: Any) -> AtOnceForm:
    scheduled, last = standing.scheduled, standing.last_version
    labels = {Schedule.DROP.value: "L’annuler."}
    if scheduled is not None and last is not None:
        when = moment_words(scheduled.live_from)
        waits, mine = standing.number(scheduled.version), standing.number(last)
        labels[Schedule.DROP] = (
            f"L’annuler : la version n°\u00a0{mine} paraît maintenant, et rien ne paraîtra le "
            f"{when}."
        )
        if scheduled.version.data != standing.data:
            labels[Schedule.KEEP] = (
                f"La garder : la version n°\u00a0{waits} remplacera celle-ci le {when}, sans ce "
                "qui a été modifié depuis."
            )
    return AtOnceForm(data, labels=labels, **options)
