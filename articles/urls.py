from django.urls import path

from articles import feeds, views
from articles.models import Article
from publishing.previews import shared_preview

app_name = "articles"

urlpatterns = [
    path("articles/", views.article_list, name="list"),
    path("articles/flux.rss", feeds.ArticleFeed(), name="rss"),
    path("articles/flux.atom", feeds.ArticleAtomFeed(), name="atom"),
    path("articles/documents/<int:pk>/", views.document, name="document"),
    path("articles/apercu/<str:token>/", shared_preview, {"model": Article}, name="shared_preview"),
    path("articles/<slug:slug>/", views.detail, name="detail"),
    path("series/<slug:slug>/", views.series, name="series"),
]
