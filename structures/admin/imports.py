"""Imports on screen: a file is given, its columns are matched, it is tried, then written; and the
history."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
)
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from audit.models import Action
from audit.services import record
from publishing.filter_values import not_known
from publishing.spreadsheets import MARK, csv_lines
from publishing.whole_files import whole_file
from structures.admin.duplicates import ReadAdmin
from structures.admin.forms import as_key
from structures.importing import network, runs, uploads
from structures.importing.reading import FileRefused
from structures.importing.undoing import undo
from structures.models import ImportLine, ImportRun

RIGHT = "structures.import_structures"
# A page answers within that many seconds; the next one goes on.
SLICE_SECONDS = 4
LINES_ON_A_PAGE = 100
State, Outcome = ImportRun.State, ImportLine.Outcome
GONE_ON = (State.RUNNING, State.UNDOING)


class UploadForm(forms.Form):
    file = forms.FileField(
        label="Fichier",
        help_text=f"CSV ou XLSX, de {uploads.LARGEST >> 20}\u00a0Mo au plus\u00a0: un tableur "
        "du réseau, ou un fichier du RNA, de Sirene ou d’ESS France. Rien n’est écrit avant que "
        "vous ne l’ayez vérifié.",
        error_messages={"required": "Choisissez un fichier."},
    )


class PreparationForm(forms.Form):
    """Asks for the format, and for the network's own spreadsheets what each column holds."""

    format = forms.ChoiceField(label="Format", choices=ImportRun.Format.choices)

    def __init__(self, run: ImportRun, data: Any = None) -> None:
        super().__init__(data, initial={"format": run.format})
        self.headings, samples = uploads.first_lines(run)
        proposed = run.mapping or {"columns": {}, "constants": {}}
        of_structure = [(column.name, column.label) for column in network.OF_STRUCTURE]
        of_support = [(column.name, column.label) for column in network.OF_SUPPORT]
        choices: list[Any] = [
            ("", "— ignorer —"),
            ("Structure", of_structure),
            ("Accompagnement", of_support),
        ]
        for place, heading in enumerate(self.headings):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=heading,
                choices=choices,
                required=False,
                initial=proposed["columns"].get(heading, ""),
                help_text=" · ".join(samples[place]),
            )
        for name in network.CONSTANTS:
            self.fields[f"constant_{name}"] = forms.CharField(
                label=network.BY_NAME[name].label,
                required=False,
                max_length=200,
                initial=proposed["constants"].get(name, ""),
            )

    @property
    def columns(self) -> list[Any]:
        return [self[f"column_{place}"] for place in range(len(self.headings))]

    @property
    def constants(self) -> list[Any]:
        return [self[f"constant_{name}"] for name in network.CONSTANTS]

    def mapping(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said["format"] != ImportRun.Format.NETWORK:
            return {}
        return {
            "columns": {
                heading: field
                for place, heading in enumerate(self.headings)
                if (field := said[f"column_{place}"])
            },
            "constants": {
                name: value
                for name in network.CONSTANTS
                if (value := said[f"constant_{name}"].strip())
            },
        }

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.errors:
            mapping = self.mapping()
            for problem in network.problems(mapping) if mapping else []:
                self.add_error(None, problem)
        return said


@admin.register(ImportRun)
class ImportRunAdmin(ReadAdmin):
    change_list_template = "admin/structures/imports.html"
    list_display = ("file_name", "format", "what", "outcome", "started_by", "started_at")
    list_filter = ("format", "is_trial", "state")
    list_select_related = ("started_by",)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(RIGHT)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if not request.user.has_perm(RIGHT):
            return False
        user: Any = request.user
        return obj is None or user.scope.whole_country or obj.started_by_id == user.pk

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportRun]:
        """Leaves people who write in their territories only their own imports."""
        found: QuerySet[ImportRun] = super().get_queryset(request)
        user: Any = request.user
        if not request.user.has_perm(RIGHT):
            return found.none()
        return found if user.scope.whole_country else found.filter(started_by=user)

    @admin.display(description="état")
    def what(self, run: ImportRun) -> str:
        said = run.get_state_display()
        return f"Essai\u00a0: {said.lower()}" if run.is_trial else said

    @admin.display(description="lignes")
    def outcome(self, run: ImportRun) -> str:
        return runs.summary(run)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        named: list[tuple[str, Any, str]] = [
            ("nouveau/", self.upload, "upload"),
            ("<int:pk>/preparer/", self.prepare, "prepare"),
            ("<int:pk>/avancer/", require_POST(self.advance), "advance"),
            ("<int:pk>/ecrire/", require_POST(self.write), "write"),
            ("<int:pk>/reprendre/", require_POST(self.prepare_again), "again"),
            ("<int:pk>/annuler/", self.undo, "undo"),
            ("<int:pk>/rapport.csv", self.report, "report"),
        ]
        return [
            *(path(at, view(f), name=f"structures_importrun_{name}") for at, f, name in named),
            *super().get_urls(),
        ]

    # --- From the file to its report --------------------------------------------------------------

    def upload(self, request: HttpRequest) -> HttpResponse:
        if not request.user.has_perm(RIGHT):
            raise PermissionDenied
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST":
            form = UploadForm(request.POST, request.FILES)
            if form.is_valid():
                try:
                    run = uploads.receive(file=form.cleaned_data["file"], by=request.user)
                except FileRefused as refusal:
                    form.add_error("file", str(refusal))
                else:
                    return self._go("prepare", run)
        context = {"title": "Importer des structures", "form": form}
        status = 400 if form.errors else 200
        return self.page(request, "admin/structures/import.html", context, status)

    def prepare(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self._run(request, pk)
        if run.state != State.PREPARED:
            return self._go("change", run)
        try:
            form = PreparationForm(run, request.POST if request.method == "POST" else None)
        except FileRefused as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(reverse("admin:structures_importrun_upload"))
        if request.method == "POST" and form.is_valid():
            mapping = form.mapping()
            if mapping:
                network.remember(form.headings, mapping, request.user)
            uploads.try_out(run, format=form.cleaned_data["format"], mapping=mapping)
            self._slice(request, run)
            return self._go("change", run)
        context = {"title": "Préparer l’import", "form": form, "run": run}
        status = 400 if form.errors else 200
        return self.page(request, "admin/structures/import_prepare.html", context, status)

    def advance(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self._run(request, pk)
        self._slice(request, run)
        return self._go("change", run)

    def write(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Writes the file for good, after its trial."""
        run = self._run(request, pk)
        if not (run.is_trial and run.state in (State.DONE, State.STOPPED)):
            return self._go("change", run)
        try:
            run = uploads.write_for_good(run)
        except FileRefused as refusal:
            messages.error(request, str(refusal))
        else:
            self._slice(request, run)
        return self._go("change", run)

    def prepare_again(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self._run(request, pk)
        if not (run.is_trial and run.state in (State.DONE, State.STOPPED)):
            return self._go("change", run)
        try:
            return self._go("prepare", uploads.prepare_again(run))
        except FileRefused as refusal:
            messages.error(request, str(refusal))
            return self._go("change", run)

    def undo(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self._run(request, pk)
        if not run.can_be_undone:
            return self._go("change", run)
        if request.method == "POST":
            undo(run, by=request.user, seconds=SLICE_SECONDS)
            return self._go("change", run)
        context = {"title": "Annuler l’import", "run": run, "summary": runs.summary(run)}
        return self.page(request, "admin/structures/import_undo.html", context)

    def _slice(self, request: HttpRequest, run: ImportRun) -> None:
        """Works for a few seconds, within the person's own territories."""
        if run.state == State.UNDOING:
            undo(run, by=run.undone_by, seconds=SLICE_SECONDS)
            return
        user: Any = request.user
        try:
            with uploads.source_of(run) as source:
                runs.advance(run, source, reach=user.scope, seconds=SLICE_SECONDS)
        except runs.MovedElsewhere:
            run.refresh_from_db()
        except FileRefused as refusal:
            messages.error(request, str(refusal))
        if not run.is_trial and run.state in (State.DONE, State.STOPPED):
            runs.drop_upload(run)

    # --- One run ----------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not as_key(object_id):
            return super().change_view(request, object_id, form_url, extra_context)
        run = self._run(request, int(object_id))
        if run.state == State.PREPARED:
            return self._go("prepare", run)
        asked = request.GET.get("resultat", "")
        lines = ImportLine.objects.filter(run=run).order_by("number")
        if asked:
            lines = lines.filter(outcome=asked) if asked in Outcome.values else lines.none()
        else:
            lines = lines.filter(remarks__isnull=False)
        page = Paginator(lines.select_related("structure"), LINES_ON_A_PAGE).get_page(
            request.GET.get("page")
        )
        context = {
            "title": run.file_name,
            "run": run,
            "summary": runs.summary(run),
            "goes_on": run.state in GONE_ON,
            "counts": self._counts(run, asked),
            "page": page,
            "lines": list(page),
            "asked": asked,
            "reason": "" if asked in ("", *Outcome.values) else not_known("le résultat", asked),
            "may_undo": run.can_be_undone and run.state != State.UNDOING,
        }
        return self.page(request, "admin/structures/import_run.html", context)

    def report(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        run = self._run(request, pk)
        record(action=Action.EXPORTED, by=request.user, target=run, detail="Rapport d’import.")

        def lines() -> Iterator[str]:
            yield MARK + csv_lines([runs.REPORT])
            for row in runs.report(run):
                yield csv_lines([row])

        response = whole_file(lines())
        response["Content-Type"] = "text/csv; charset=utf-8"
        response["Content-Disposition"] = f'attachment; filename="import-{run.pk}.csv"'
        return response

    @staticmethod
    def _counts(run: ImportRun, asked: str) -> list[dict[str, Any]]:
        """Returns each outcome with how many lines, and a link to them."""
        said = (
            (Outcome.CREATED, "créées", run.created),
            (Outcome.UPDATED, "modifiées", run.updated),
            (Outcome.UNCHANGED, "inchangées", run.unchanged),
            (Outcome.REFUSED, "refusées", run.refused),
            (Outcome.LEFT_OUT, "écartées", run.left_out),
        )
        return [
            {"value": outcome.value, "label": label, "count": count, "is_shown": outcome == asked}
            for outcome, label, count in said
        ]

    def _run(self, request: HttpRequest, pk: int) -> ImportRun:
        if not request.user.has_perm(RIGHT):
            raise PermissionDenied
        return get_object_or_404(self.get_queryset(request), pk=pk)

    @staticmethod
    def _go(name: str, run: ImportRun) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse(f"admin:structures_importrun_{name}", args=[run.pk]))
