from typing import ClassVar

from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "media"
    verbose_name = "Médiathèque"
    group_rights: ClassVar = {
        "contribution": {"image": "view add change", "document": "view add change"},
        "equipe-nationale": {"image": "delete", "document": "delete"},
    }
