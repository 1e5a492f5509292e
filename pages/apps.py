from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class PagesConfig(AppConfig):
    name = "pages"
    verbose_name = "Site"


class PortalAdminConfig(AdminConfig):
    default_site = "pages.admin_site.PortalAdminSite"
