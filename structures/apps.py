from django.apps import AppConfig


class StructuresConfig(AppConfig):
    """Floor 2: supported structures, their supports, and who carries the DLA."""

    name = "structures"
    verbose_name = "Structures"

    def ready(self) -> None:
        from django.contrib.auth.models import AnonymousUser

        from publishing.links import reserved_page
        from structures.models import Structure

        def is_seen(slug: str) -> bool:
            return Structure.objects.visible_to(AnonymousUser()).filter(slug=slug).exists()

        reserved_page("structures:detail", "cette structure", is_seen)
