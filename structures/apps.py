from django.apps import AppConfig


class StructuresConfig(AppConfig):
    """Floor 2: supported structures, their supports, and who carries the DLA."""

    name = "structures"
    verbose_name = "Structures"
