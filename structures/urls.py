from django.urls import path

from structures import exports, views

app_name = "structures"
urlpatterns = [
    path("", views.directory, name="list"),
    path("export.<str:kind>", exports.export, name="export"),
    path("porteuses/<slug:slug>/", views.operator, name="operator"),
    path("<slug:slug>/", views.structure, name="detail"),
]
