"""The addresses of the portal, with those of the leaflets as the next room would add its own."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import include, path

from dla_portal.urls import handler429, handler500
from dla_portal.urls import urlpatterns as those_of_the_portal
from publishing.previews import shared_preview
from tests.leaflets.models import Leaflet, PublishedLeaflet

__all__ = ["handler429", "handler500", "urlpatterns"]


def listed(request: HttpRequest) -> HttpResponse:
    shown = PublishedLeaflet.objects.visible_to(request.user).for_lists()
    return HttpResponse("\n".join(leaflet.title for leaflet in shown))


def detail(request: HttpRequest, slug: str) -> HttpResponse:
    shown = get_object_or_404(PublishedLeaflet.objects.visible_to(request.user), slug=slug)
    return HttpResponse(f"{shown.title}\n{shown.standfirst}")


own = [
    path("", listed, name="list"),
    path("apercu/<str:token>/", shared_preview, {"model": Leaflet}, name="shared_preview"),
    path("<slug:slug>/", detail, name="detail"),
]
urlpatterns = [
    path("feuillets/", include((own, "leaflets"))),
    # It is made anew, since the portal's own was made before the room was there.
    path("admin/", admin.site.urls),
    *those_of_the_portal,
]
