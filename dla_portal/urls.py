from allauth.account.views import logout as sign_out
from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from accounts.views import admin_sign_in
from media.views import public_file
from pages import machines

handler429 = "accounts.throttling.too_many_requests"
handler500 = "pages.unavailable.server_error"

urlpatterns = [
    path("", include("pages.urls")),
    path("", include("articles.urls")),
    path("", include("events.urls")),
    path("", include("search.urls")),
    path("", include("glossary.urls")),
    path("structures/", include("structures.urls")),
    path("pilotage/", include("structures.steering_urls")),
    path("territoires/", include("pages.territory_urls")),
    path("compte/", include("accounts.urls")),
    path("admin/login/", admin_sign_in),
    path("admin/logout/", sign_out),
    path("admin/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    path("admin/", admin.site.urls),
    path("robots.txt", machines.robots, name="robots"),
    path("opensearch.xml", machines.opensearch, name="opensearch"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("sitemap-<section>.xml", machines.sitemap_section, name="sitemap_section"),
    path("healthz", machines.alive, name="healthz"),
    path("readyz", machines.ready, name="readyz"),
    path(f"{settings.MEDIA_URL.strip('/')}/<path:path>", public_file, name="public_file"),
]
