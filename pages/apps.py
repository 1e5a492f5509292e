from typing import ClassVar

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class PagesConfig(AppConfig):
    name = "pages"
    verbose_name = "Site"
    group_rights: ClassVar = {
        "redaction": {"frontpage": "view change", "keyfigure": "view add change delete"},
        "equipe-nationale": {"page": "view change"},
    }


class PortalAdminConfig(AdminConfig):
    default_site = "pages.admin_site.PortalAdminSite"

    def ready(self) -> None:
        """The sign-in library's own tables are not kept by hand: accounts have their pages."""
        from django.contrib import admin

        super().ready()
        library = [
            model for model in admin.site._registry if model.__module__.startswith("allauth.")
        ]
        admin.site.unregister(library)
