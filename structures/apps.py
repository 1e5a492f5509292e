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
            # They import structures of their territories.
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
        from publishing.kinds import declare
        from publishing.surfaces import declare_pages
        from structures.kinds import Operators, Structures, structure_pages

        declare(Structures())
        declare(Operators())
        declare_pages(structure_pages)
