from django.urls import path

from search import views
from search.feeds import SearchAtomFeed, SearchFeed
from search.suggestion_views import suggestions

app_name = "search"
urlpatterns = [
    path("recherche/", views.results, name="results"),
    path("recherche/flux.rss", SearchFeed(), name="rss"),
    path("recherche/flux.atom", SearchAtomFeed(), name="atom"),
    path("recherche/suggestions/", suggestions, name="suggestions"),
]
