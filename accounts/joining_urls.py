"""The addresses under `/compte/` of joining and leaving, in the namespace `accounts`."""

from django.urls import path

from accounts import data_views, joining_views

urlpatterns = [
    path("demande/", joining_views.request_access, name="request_access"),
    path("demande/recue/", joining_views.request_received, name="request_received"),
    path("invitation/", joining_views.invitation, name="invitation"),
    path("invitation/<str:token>/", joining_views.open_invitation, name="open_invitation"),
    path("mes-donnees/", data_views.data, name="data"),
    path("mes-donnees/fichier/", data_views.download, name="data_download"),
    path("mes-donnees/effacer/", data_views.erase, name="erase"),
    path("efface/", data_views.erased, name="erased"),
]
