from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Q
from django.utils import timezone

from articles.models import Publication
from articles.services import render_again


class Command(BaseCommand):
    help = "Renders anew what readers see or will see, after a release that changed its templates."

    def handle(self, *args: Any, **options: Any) -> None:
        shown = Publication.objects.filter(
            Q(live_until__isnull=True) | Q(live_until__gt=timezone.now())
        )
        self.stdout.write(f"{render_again(shown)} publication(s) rendered.")
