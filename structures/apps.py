from typing import ClassVar

from django.apps import AppConfig


class StructuresConfig(AppConfig):
    """Floor 2: supported structures, their supports, and who carries the DLA."""

    name = "structures"
    verbose_name = "Structures"
    group_rights: ClassVar = {
        "redaction": {
            "structure": "view",
            "support": "view",
            "operator": "view",
            "agreement": "view",
            "resourcecentre": "view",
        },
        "animation-regionale": {
            "structure": "view add change",
            "support": "view add change",
            "operator": "view change",
            "agreement": "view add change",
            "resourcecentre": "view",
            "duplicatepair": "view merge_structure",
            "merge": "view",
            # Of structures in their territories.
            "importrun": "import_structures",
        },
        "equipe-nationale": {
            "structure": "delete",
            "support": "delete",
            "operator": "add delete",
            "agreement": "delete",
            "resourcecentre": "add change delete",
            "sector": "view add change delete",
            "consenttext": "view add change delete",
        },
    }

    def ready(self) -> None:
        from django.contrib.auth.models import AnonymousUser

        from publishing.links import reserved_page
        from structures.models import Structure

        def is_seen(slug: str) -> bool:
            return Structure.objects.visible_to(AnonymousUser()).filter(slug=slug).exists()

        reserved_page("structures:detail", "cette structure", is_seen)
