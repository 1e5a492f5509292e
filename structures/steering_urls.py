from django.urls import path

from structures import steering_views as views

app_name = "steering"
urlpatterns = [
    path("", views.figures, name="figures"),
    path("comparer/", views.comparison, name="comparison"),
    path("fiche/", views.sheet, name="sheet"),
    path("fiche.pdf", views.sheet_pdf, name="sheet_pdf"),
    path("fiche.csv", views.sheet_csv, name="sheet_csv"),
    path("vues/", views.save_view, name="save_view"),
    path("vues/<int:pk>/retirer/", views.remove_view, name="remove_view"),
]
