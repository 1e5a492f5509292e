"""The addresses `/territoires/…`: the look-up of the ground floor, and pages that gather every
room."""

from django.urls import path

from pages import territory_views
from territories.views import search

app_name = "territories"

urlpatterns = [
    path("", territory_views.france, name="list"),
    path("recherche/", search, name="search"),
    path("<slug:level>/<str:code>/", territory_views.territory, name="detail"),
]
