"""Writing an event and its programme; its state; its desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator

from contents.admin import ABOUT, COVER, ContentAdmin
from editing.concurrent_page import ConcurrentPage
from events.admin.desk import DeskPages
from events.admin.forms import (
    EditionForm,
    EventForm,
    QuestionForm,
    SessionForm,
    SessionFormSet,
    StateForm,
)
from events.models import Event, EventPublication, Question, Registration, Resource, Session, State
from events.programme.editions import new_edition
from events.registrations.consequences import consequences
from events.registrations.organisers import change_state
from publishing.admin import NumberedInline, OrderedInline
from publishing.admin_pages import require_form


class SessionInline(NumberedInline, admin.StackedInline[Session, Event]):
    model = Session
    form = SessionForm
    formset = SessionFormSet
    fk_name = "event"
    classes = ("ordered", "foldable")
    # What has no day comes first.
    ordering = (Coalesce("day", "event__starts_on"), "starts", "position", "id")
    autocomplete_fields = ("speakers", "documents")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "position",
                    "title",
                    ("kind", "day", "starts", "ends"),
                    ("room", "by_registration", "capacity"),
                )
            },
        ),
        (
            "Résumé, intervenant·es, vidéo et documents",
            {
                "fields": ("abstract", "speakers", "replay_url", "documents"),
                "classes": ("collapse",),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Session]:
        return super().get_queryset(request).prefetch_related("speakers", "documents")


class QuestionInline(NumberedInline, admin.StackedInline[Question, Event]):
    model = Question
    form = QuestionForm
    fk_name = "event"


class ResourceInline(OrderedInline, admin.TabularInline[Resource, Event]):
    model = Resource
    fk_name = "event"
    autocomplete_fields = ("document",)
    fields = ("position", "title", "document", "url")


class PeriodFilter(admin.SimpleListFilter):
    title = "période"
    parameter_name = "quand"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("a-venir", "À venir"), ("passes", "Passés")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        today = timezone.localdate()
        coming = Q(ends_on__gte=today) | Q(ends_on=None, starts_on__gte=today)
        match self.value():
            case "a-venir":
                return queryset.filter(coming)
            case "passes":
                return queryset.exclude(coming)
        return queryset


@admin.register(Event)
class EventAdmin(DeskPages, ContentAdmin):
    form = EventForm
    list_display = ("title", "publication_state", "event_state", "starts_on", "places", "changed")
    list_filter: ClassVar[Any] = (
        PeriodFilter,
        *ContentAdmin.list_filter,
        "state",
        "series",
        "format",
    )
    list_select_related: ClassVar[Any] = ("series", "changed_by")
    autocomplete_fields = ("cover",)
    inlines = (SessionInline, QuestionInline, ResourceInline)
    change_form_template = "admin/events/event.html"
    fieldsets = (
        (
            None,
            {"fields": ("title", "series", "standfirst")},
        ),
        (
            "Quand",
            {
                "fields": (
                    ("starts_on", "starts_time"),
                    ("ends_on", "ends_time"),
                    "time_zone",
                )
            },
        ),
        (
            "Où",
            {
                "fields": (
                    "format",
                    "venue",
                    "address",
                    "commune",
                    "access_provisions",
                    "online_url",
                )
            },
        ),
        ("Organisation", {"fields": ("organiser", "contact_email")}),
        *ABOUT,
        ("Textes", {"fields": ("description", "practical", "takeaways")}),
        (
            "Inscriptions",
            {
                "fields": (
                    "registration_for",
                    "registration_url",
                    ("registration_opens_on", "registration_closes_on"),
                    "capacity",
                    "has_waiting_list",
                    "conditions",
                    "lists_participants",
                    "reminder_days",
                ),
                "description": "Ce que vous changez ici prend effet à la publication.",
            },
        ),
        COVER,
        (
            "Lecteurs, dates et adresse",
            {
                "fields": ("audience", "audience_roles", "published_on", "updated_on", "slug"),
                "classes": ("collapse",),
            },
        ),
    )

    class Media:
        js = ["media/image-picker.js", "publishing/folded-rows.js"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        held = Q(registrations__status=Registration.Status.CONFIRMED)
        return super().get_queryset(request).annotate(held=Count("registrations", filter=held))

    @admin.display(description="publication", ordering="status")
    def publication_state(self, obj: Any) -> str:
        return self.state(obj)

    @admin.display(description="état", ordering="state")
    def event_state(self, obj: Event) -> str:
        return obj.get_state_display()

    @admin.display(description="places", ordering="held")
    def places(self, obj: Any) -> str:
        if obj.registration_for == Event.RegistrationFor.NOBODY:
            return "–"
        return f"{obj.held} / {obj.capacity}" if obj.capacity else str(obj.held)

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                "<int:pk>/etat/",
                self.admin_site.admin_view(self.state_view),
                name="events_event_state",
            ),
            path(
                "<int:pk>/nouvelle-edition/",
                self.admin_site.admin_view(self.edition_view),
                name="events_event_edition",
            ),
            *super().get_urls(),
        ]

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        obj = kwargs.get("obj") or context.get("original")
        if obj is not None and obj.pk:
            context["event_pages"] = self.event_pages(request, obj)
        return super().render_change_form(request, context, *args, **kwargs)

    def event_pages(self, request: HttpRequest, obj: Event) -> list[dict[str, str]]:
        pages = []
        if self.has_publish_permission(request):
            label = f"État\u00a0: {obj.get_state_display().lower()}"
            pages.append({"label": label, "url": self.page_url("state", obj.pk)})
        if self.may_organise(request, obj):
            pages.append({"label": "Inscriptions", "url": self.page_url("desk", obj.pk)})
            pages.append({"label": "Invitations", "url": self.page_url("guests", obj.pk)})
        if self.has_add_permission(request):
            pages.append({"label": "Nouvelle édition", "url": self.page_url("edition", obj.pk)})
        return pages

    @method_decorator((require_form, transaction.atomic))
    def state_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Says what will happen before it does: everyone who registered is written to."""
        obj = self._object(request, pk, publish=True)
        self.hold(request, obj)
        initial = {"state": obj.state, "note": obj.state_note}
        page = ConcurrentPage(request, about=obj, name="state", as_saved=StateForm(initial=initial))
        form = StateForm(page.posted, initial=initial)
        if page.posted is not None and page.settles(form):
            state, note = form.cleaned_data["state"], form.cleaned_data["note"]
            if (state, note) != (obj.state, obj.state_note):
                change_state(event=obj, state=state, note=note)
            label = str(State(state).label).lower()
            return self._done(request, obj, f"«\u00a0{obj}\u00a0» est maintenant\u00a0: {label}.")
        return self._page_of(
            request,
            "state",
            obj,
            "État de l’événement",
            form=form,
            editing=page.context,
            registered=obj.registrations.standing().count(),
        )

    @method_decorator(require_form)
    def edition_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        obj = self._object(request, pk)
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = EditionForm(
            request.POST if request.method == "POST" else None, initial={"title": obj.title}
        )
        if request.method == "POST" and form.is_valid():
            edition = new_edition(event=obj, by=request.user, **form.cleaned_data)
            self.log_addition(request, edition, f"D’après «\u00a0{obj}\u00a0»")
            words = f"Voici le brouillon\u00a0: relisez-le, puis publiez «\u00a0{edition}\u00a0»."
            self.message_user(request, words, messages.SUCCESS)
            return HttpResponseRedirect(self.page_url("change", edition.pk))
        return self._page_of(
            request,
            "edition",
            obj,
            "Nouvelle édition",
            form=form,
            status=400 if form.errors else 200,
        )

    # --- What PublishingPages asks ---

    def consequences(self, obj: Event, data: Mapping[str, Any]) -> list[str]:
        return consequences(obj, data)

    def reason_not_to(self, move: str, obj: Event) -> str:
        """Says that those who registered are told by what is online: it stays there until they
        know."""
        publication = EventPublication.objects.live_of(obj) if move == "archive" else None
        if publication is None or publication.has_ended:
            return ""
        standing = obj.registrations.standing()
        if not publication.is_cancelled and (count := standing.count()):
            people = f"{count} personnes sont inscrites" if count > 1 else "1 personne est inscrite"
            return (
                f"{people}\u00a0: annulez d’abord l’événement (bouton «\u00a0État\u00a0»). Elles "
                "le sauront par courriel, puis vous pourrez l’archiver."
            )
        if standing.filter(announced_sequence__lt=publication.sequence).exists():
            return "Les courriels d’annulation partent\u202f: revenez dans quelques minutes."
        return ""

    def what_stays(self, move: str, obj: Event) -> str:
        if move != "archive" or not obj.registrations.exists():
            return ""
        return (
            "Les personnes inscrites gardent ce qui est à elles, par le lien qu’elles ont "
            "reçu\u00a0: la page de leur inscription, leur attestation et sa vérification, et de "
            "quoi donner leur avis."
        )
