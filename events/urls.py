from django.urls import path

from events import certificates, feeds, guest_views, place_views, views

app_name = "events"

urlpatterns = [
    path("evenements/", views.agenda, name="list"),
    path("evenements/flux.rss", feeds.EventFeed(), name="rss"),
    path("evenements/flux.atom", feeds.EventAtomFeed(), name="atom"),
    path("evenements/agenda.ics", views.agenda_calendar, name="calendar"),
    path("evenements/agenda/<str:key>.ics", views.own_calendar, name="own_calendar"),
    path("evenements/documents/<int:pk>/", views.document, name="document"),
    path("evenements/apercu/<str:token>/", views.shared_preview, name="shared_preview"),
    path("evenements/inscription/<str:secret>/", place_views.place, name="place"),
    path("evenements/inscription/<str:secret>/annuler/", place_views.cancellation, name="cancel"),
    path(
        "evenements/inscription/<str:secret>/agenda.ics",
        place_views.place_calendar,
        name="place_calendar",
    ),
    path("evenements/inscription/<str:secret>/avis/", place_views.evaluation, name="evaluate"),
    path(
        "evenements/inscription/<str:secret>/attestation.pdf",
        certificates.certificate,
        name="certificate",
    ),
    path(
        "evenements/inscription/<str:secret>/page/", place_views.event_page_of, name="place_event"
    ),
    path("evenements/invitation/<str:secret>/", guest_views.invitation, name="invitation"),
    path("evenements/invitation/<str:secret>/accepter/", guest_views.accept, name="accept"),
    path("evenements/invitation/<str:secret>/decliner/", guest_views.refuse, name="decline"),
    path(
        "evenements/invitation/<str:secret>/agenda.ics",
        guest_views.calendar,
        name="invitation_calendar",
    ),
    path("evenements/attestations/<str:key>/", certificates.verification, name="verify"),
    path("compte/evenements/", place_views.own_events, name="own"),
    path("compte/evenements/agenda/", place_views.calendar_key, name="calendar_key"),
    path("evenements/<slug:slug>.ics", views.event_calendar, name="event_calendar"),
    path("evenements/<slug:slug>/", views.detail, name="detail"),
    path("evenements/<slug:slug>/inscription/", place_views.registration, name="register"),
    path("evenements/<slug:slug>/inscription/recue/", place_views.registered, name="registered"),
]
