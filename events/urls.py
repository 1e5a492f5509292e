from django.urls import path, register_converter
from django.urls.converters import StringConverter

from events.models import Event
from events.site import (
    calendar_views,
    certificate_views,
    feeds,
    guest_views,
    own_views,
    place_views,
    registration_views,
    views,
)
from publishing.previews import shared_preview


class SecretConverter(StringConverter):
    """Reads secrets as `events.models.registration.new_secret` makes them: anything else opens
    nothing."""

    regex = "[A-Za-z0-9_-]{20,40}"


register_converter(SecretConverter, "secret")

app_name = "events"

urlpatterns = [
    path("evenements/", views.agenda, name="list"),
    path("evenements/flux.rss", feeds.EventFeed(), name="rss"),
    path("evenements/flux.atom", feeds.EventAtomFeed(), name="atom"),
    path("evenements/agenda.ics", calendar_views.agenda_calendar, name="calendar"),
    path("evenements/agenda/<secret:key>.ics", calendar_views.own_calendar, name="own_calendar"),
    path("evenements/documents/<int:pk>/", views.document, name="document"),
    path("evenements/apercu/<str:token>/", shared_preview, {"model": Event}, name="shared_preview"),
    path("evenements/inscription/<secret:secret>/", place_views.place, name="place"),
    path(
        "evenements/inscription/<secret:secret>/annuler/", place_views.cancellation, name="cancel"
    ),
    path(
        "evenements/inscription/<secret:secret>/agenda.ics",
        place_views.place_calendar,
        name="place_calendar",
    ),
    path("evenements/inscription/<secret:secret>/avis/", place_views.evaluation, name="evaluate"),
    path(
        "evenements/inscription/<secret:secret>/attestation.pdf",
        certificate_views.certificate,
        name="certificate",
    ),
    path(
        "evenements/inscription/<secret:secret>/page/",
        place_views.event_page_of,
        name="place_event",
    ),
    path("evenements/invitation/<secret:secret>/", guest_views.invitation, name="invitation"),
    path("evenements/invitation/<secret:secret>/accepter/", guest_views.accept, name="accept"),
    path("evenements/invitation/<secret:secret>/decliner/", guest_views.refuse, name="decline"),
    path(
        "evenements/invitation/<secret:secret>/agenda.ics",
        guest_views.calendar,
        name="invitation_calendar",
    ),
    path("evenements/attestations/<secret:key>/", certificate_views.verification, name="verify"),
    path("compte/evenements/", own_views.own_events, name="own"),
    path("compte/evenements/agenda/", own_views.calendar_key, name="calendar_key"),
    path("evenements/<slug:slug>.ics", calendar_views.event_calendar, name="event_calendar"),
    path("evenements/<slug:slug>/", views.detail, name="detail"),
    path("evenements/<slug:slug>/inscription/", registration_views.registration, name="register"),
    path(
        "evenements/<slug:slug>/inscription/recue/",
        registration_views.registered,
        name="registered",
    ),
]
