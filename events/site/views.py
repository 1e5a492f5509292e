"""The agenda and its events. All that readers get comes from `visible_to(user)`."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from contents.views import former_address, offered_document
from events.dates import calendars
from events.dates.months import asked_month, month_of
from events.models import (
    Event,
    EventPublication,
    Invitation,
    PublishedEventQuerySet,
    Registration,
)
from events.site.event_page import event_page
from events.site.filters import PERIODS, EventFilter
from publishing.structured_data import absolute, as_script, breadcrumb_list

PAGE_SIZE = 20


@require_safe
def agenda(request: HttpRequest) -> HttpResponse:
    events = EventFilter(request.GET, queryset=EventPublication.objects.visible_to(request.user))
    path = reverse("events:list")
    chosen = events.chosen()
    missing = events.missing
    own = events.address(chosen, missing=missing)
    breadcrumbs = [("Accueil", reverse("pages:home")), ("Événements", None)]
    canonical_url = absolute(path + events.query(chosen))
    chips = events.chips(path)
    facets = events.facets(path)
    calendar_url = absolute(reverse("events:calendar") + own)
    # A tab says which period or month; the rest of what is not known stays.
    of_lists = [one for one in missing if one.name in events.filters]
    context: dict[str, Any] = {
        "filter": events,
        "facets": facets,
        "has_filters": any(facet.options for facet in facets),
        "chips": chips,
        "unknown": events.unknown(path),
        "gives_nothing": events.gives_nothing,
        "clear_url": path,
        "views": [
            *(
                (
                    label,
                    path + events.address(chosen, period=period, missing=of_lists),
                    _is_shown(events, period),
                )
                for period, label in PERIODS.items()
            ),
            (
                "Mois",
                path
                + events.address(
                    chosen, in_months=True, month=events.asked_month, missing=of_lists
                ),
                events.in_months,
            ),
        ],
        "rss_url": reverse("events:rss") + own,
        "atom_url": reverse("events:atom") + own,
        "calendar_url": calendar_url,
        "subscribe_url": calendars.subscription(calendar_url),
        "canonical_url": canonical_url,
        "description": "Les rencontres, webinaires et ateliers du réseau du Dispositif local "
        "d’accompagnement.",
        "breadcrumbs": breadcrumbs,
        "structured_data": as_script(breadcrumb_list(breadcrumbs, canonical_url)),
    }
    if events.in_months:
        month = month_of(events.month, events.qs)
        context |= {
            "month": month,
            "before_url": path + events.address(chosen, month=month.before, missing=of_lists),
            "after_url": path + events.address(chosen, month=month.after, missing=of_lists),
            "today_url": path + events.address(chosen, month=asked_month(""), missing=of_lists),
        }
        if not month.count and events.next_month != month.first:
            next_url = path + events.address(chosen, month=events.next_month, missing=of_lists)
            context |= {"next_month": events.next_month, "next_url": next_url}
        return render(request, "events/month.html", context)
    # What a row shows is fetched for the rows of the page alone, not for all those before it.
    keys = _in_order(events.qs, events.period).values_list("pk", flat=True)
    page = Paginator(keys, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = EventPublication.objects.filter(pk__in=list(page.object_list)).for_lists()
    page.object_list = _with_own(list(_in_order(rows, events.period)), request.user)
    return render(
        request,
        "events/agenda.html",
        {**context, "page_obj": page, "result_count": page.paginator.count},
    )


def _with_own(publications: list[EventPublication], user: Any) -> list[EventPublication]:
    """Returns each with `own`: what a member already has there, in words."""
    held: dict[int, str] = {}
    if user.is_authenticated:
        events = [publication.event_id for publication in publications]
        mine = Registration.objects.standing().held_by(user).filter(event__in=events)
        held = {registration.event_id: registration.get_status_display() for registration in mine}
    for publication in publications:
        publication.own = held.get(publication.event_id, "")  # type: ignore[attr-defined]  # of this page alone
    return publications


def _in_order(publications: PublishedEventQuerySet, period: str) -> PublishedEventQuerySet:
    """Sorts the next one first, or the last one."""
    if period == "a-venir":
        return publications.next_first()
    return publications.order_by("-starts_at", "-id")


def _is_shown(events: EventFilter, period: str) -> bool:
    return not events.in_months and events.period == period


@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    publication = EventPublication.objects.at_address(slug, request.user)
    if publication is None:
        return former_address(request, Event, slug)
    return render(
        request,
        "events/detail.html",
        event_page(request, publication, **_admin_links(request, publication)),
    )


def _admin_links(request: HttpRequest, publication: EventPublication) -> dict[str, Any]:
    """Returns links to the admin, for those who keep this event."""
    user, key = request.user, publication.event_id
    if not user.is_authenticated or not user.is_staff:
        return {}
    if not Event.objects.changeable_by(user).filter(pk=key).exists():
        return {}
    links = {}
    if user.has_perm("events.change_event"):
        links["edit_url"] = reverse("admin:events_event_change", args=[key])
    if user.has_perm("events.organise_event"):
        links["desk_url"] = reverse("admin:events_event_desk", args=[key])
    return links


@require_safe
def document(request: HttpRequest, pk: int) -> FileResponse:
    """Answers with a document, to those who may read an event that offers it, who hold a link that
    opens one (`?cle=`), or who write one that does."""

    def is_offered(wanted: QuerySet[Any]) -> bool:
        offering = EventPublication.objects.filter(documents__in=wanted)
        return offering.visible_to(request.user).exists() or _opened_by(
            request.GET.get("cle", ""), offering.live()
        )

    return offered_document(pk, working=Event, request=request, is_offered=is_offered)


def _opened_by(secret: str, publications: PublishedEventQuerySet) -> bool:
    """Says whether an invitation or a registration opens it: these open the page of their event."""
    if not secret or "\x00" in secret:
        return False
    invited = Invitation.objects.opened_by(secret).values("event")
    placed = Registration.objects.standing().filter(secret=secret).values("event")
    return publications.filter(Q(event__in=invited) | Q(event__in=placed)).exists()
