"""`/compte/`. The library looks its own pages up by its own names; the portal's are `accounts:`.

Pages of the library that are not here do not exist: sign-up, several addresses, sign-in by code.
"""

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.webauthn import views as keys
from allauth.socialaccount import views as provider
from django.urls import include, path, re_path, reverse_lazy
from django.views.generic import RedirectView

from accounts import atomic_views, proconnect, totp_codes, views
from accounts.password_views import ChoosePassword, PasswordChosen
from accounts.sessions import SessionList

sign_in = views.SignIn.as_view()

portal = [
    path("", views.home, name="home"),
    path("connexion/", sign_in, name="login"),
    path("deconnexion/", account.logout, name="logout"),
    path("", include("accounts.joining_urls")),
]

password = [
    path("", atomic_views.ChangePassword.as_view(), name="account_change_password"),
    path("choisir/", atomic_views.SetPassword.as_view(), name="account_set_password"),
    path("oublie/", atomic_views.RequestReset.as_view(), name="account_reset_password"),
    path("oublie/envoye/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^nouveau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        ChoosePassword.as_view(),
        name="account_reset_password_from_key",
    ),
    path(
        "nouveau/fait/",
        PasswordChosen.as_view(),
        name="account_reset_password_from_key_done",
    ),
    path("confirmer/", account.reauthenticate, name="account_reauthenticate"),
]

second_factor = [
    path("", factors.index, name="mfa_index"),
    path("verifier/", factors.authenticate, name="mfa_authenticate"),
    path("confirmer/", factors.reauthenticate, name="mfa_reauthenticate"),
    path("application/", totp_codes.Activate.as_view(), name="mfa_activate_totp"),
    path("application/retirer/", atomic_views.DeactivateTotp.as_view(), name="mfa_deactivate_totp"),
    path("codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "codes/nouveaux/",
        atomic_views.GenerateRecoveryCodes.as_view(),
        name="mfa_generate_recovery_codes",
    ),
    # Passkeys are listed with the rest.
    path("cles/", RedirectView.as_view(url=reverse_lazy("mfa_index")), name="mfa_list_webauthn"),
    path("cles/ajouter/", atomic_views.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("cles/connexion/", keys.login_webauthn, name="mfa_login_webauthn"),
    path("cles/confirmer/", keys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path(
        "cles/<int:pk>/retirer/", atomic_views.RemovePasskey.as_view(), name="mfa_remove_webauthn"
    ),
]

openid_connect = [
    path("annule/", provider.login_cancelled, name="socialaccount_login_cancelled"),
    path("<slug:provider_id>/connexion/", proconnect.begin_login, name="openid_connect_login"),
    path("<slug:provider_id>/retour/", proconnect.callback, name="openid_connect_callback"),
]

urlpatterns = [
    path("", include((portal, "accounts"))),
    path("connexion/", sign_in, name="account_login"),
    path("deconnexion/", account.logout, name="account_logout"),
    path("suspendu/", account.account_inactive, name="account_inactive"),
    path("mot-de-passe/", include(password)),
    path("securite/", include(second_factor)),
    path("sessions/", SessionList.as_view(), name="usersessions_list"),
    path("oidc/", include(openid_connect)),
]
