from datetime import timedelta
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.retention import purge as purge_joining
from articles.models import EditingPresence
from audit.services import purge as purge_trail

PRESENCE_KEPT = timedelta(days=1)


class Command(BaseCommand):
    help = (
        "All that time makes due. Safe to run twice, or at once from two machines. Publications "
        "need none of it: they appear and disappear by their own dates."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        forgotten = EditingPresence.objects.filter(seen_at__lt=timezone.now() - PRESENCE_KEPT)
        count, _ = forgotten.delete()
        call_command("clearsessions")
        joining, trail = purge_joining(), purge_trail()
        self.stdout.write(
            f"Forgot {count} presence(s) in the editor, the expired sessions, {joining} old "
            f"request(s) and invitation(s), {trail} line(s) of the audit trail."
        )
