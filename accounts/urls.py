from django.conf import settings
from django.contrib.auth import views as auth_views
from django.urls import path, reverse_lazy

app_name = "accounts"

urlpatterns = [
    path(
        "connexion/",
        auth_views.LoginView.as_view(
            template_name="accounts/login.html",
            redirect_authenticated_user=True,
            extra_context={
                "description": "Connexion des membres du réseau DLA à leur espace.",
                "canonical_url": f"{settings.SITE_URL}/compte/connexion/",
                "breadcrumbs": [("Accueil", reverse_lazy("pages:home")), ("Espace réseau", None)],
            },
        ),
        name="login",
    ),
    path("deconnexion/", auth_views.LogoutView.as_view(), name="logout"),
]
