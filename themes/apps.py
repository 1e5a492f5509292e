from typing import ClassVar

from django.apps import AppConfig


class ThemesConfig(AppConfig):
    name = "themes"
    verbose_name = "Thématiques"
    group_rights: ClassVar = {
        "contribution": {"theme": "view"},
        "equipe-nationale": {"theme": "add change delete"},
    }
