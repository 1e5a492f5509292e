from django.urls import path

from search import views
from search.suggestion_views import suggestions

app_name = "search"
urlpatterns = [
    path("recherche/", views.results, name="results"),
    path("recherche/suggestions/", suggestions, name="suggestions"),
]
