from django.urls import path

from pages import views
from pages.models import Page

app_name = "pages"

urlpatterns = [
    path("", views.home, name="home"),
    path("themes/", views.themes, name="themes"),
    path("themes/<slug:slug>/", views.theme, name="theme"),
    path("le-dla/", views.for_you, name="for_you"),
    path("le-dla/reponse/", views.self_check, name="self_check"),
    path("plan-du-site/", views.site_map, name="sitemap"),
    *(
        path(f"{slug.value}/", views.editorial_page, {"slug": slug.value}, name=slug.name.lower())
        for slug in (Page.Slug.LEGAL, Page.Slug.ACCESSIBILITY, Page.Slug.PRIVACY)
    ),
]
