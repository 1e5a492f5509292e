from typing import ClassVar

from django.apps import AppConfig


class LeafletsConfig(AppConfig):
    name = "tests.leaflets"
    label = "leaflets"
    verbose_name = "Feuillets"
    group_rights: ClassVar = {
        "contribution": {"leaflet": "view add change"},
        "redaction": {"leaflet": "publish_leaflet delete"},
    }

    def ready(self) -> None:
        from publishing.kinds import declare
        from tests.leaflets.kinds import Leaflets

        declare(Leaflets())
