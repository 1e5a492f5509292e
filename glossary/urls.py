from django.urls import path

from glossary import views

app_name = "glossary"
urlpatterns = [
    path("glossaire/", views.terms, name="list"),
    path("glossaire/<slug:slug>/", views.term, name="detail"),
]
