from typing import Any, ClassVar

from django.apps import AppConfig
from django.apps import apps as installed_apps
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate


class PagesConfig(AppConfig):
    name = "pages"
    verbose_name = "Site"
    group_rights: ClassVar = {
        "redaction": {"frontpage": "view change", "keyfigure": "view add change delete"},
        "equipe-nationale": {"page": "view change"},
    }

    def ready(self) -> None:
        from pages.kinds import EditorialPages, Territories, Themes, gathering_pages
        from publishing.kinds import declare
        from publishing.surfaces import declare_pages

        post_migrate.connect(put_texts_in_step, sender=self)
        for kind in (EditorialPages(), Themes(), Territories()):
            declare(kind)
        declare_pages(gathering_pages)


def put_texts_in_step(using: str, apps: Any = installed_apps, **kwargs: Any) -> None:
    from pages import following

    following.put_in_step(using=using, apps=apps)


class PortalAdminConfig(AdminConfig):
    default_site = "pages.admin_site.PortalAdminSite"

    def ready(self) -> None:
        """Takes the sign-in library's own tables out of the admin: accounts have their pages."""
        from django.contrib import admin

        super().ready()
        library = [
            model for model in admin.site._registry if model.__module__.startswith("allauth.")
        ]
        admin.site.unregister(library)
