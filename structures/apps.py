from django.apps import AppConfig


class StructuresConfig(AppConfig):
    """Floor 2: supported structures, their supports and the operators. Comes with its own issue."""

    name = "structures"
    verbose_name = "Structures"
