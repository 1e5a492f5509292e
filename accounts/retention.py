"""What is not kept of people who asked for access, or were invited and did not come."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import AccessRequest, Invitation
from audit.services import BATCH, forget_targets, months_before

UNDECIDED_MONTHS = 12
ENDED_MONTHS = 3


def purge(*, now: datetime | None = None) -> int:
    """Deletes requests that nobody decided for a year, and those decided and invitations that came
    to nothing three months ago. An accepted invitation goes with its account."""
    now = now or timezone.now()
    ended = months_before(now, ENDED_MONTHS)
    undecided = Q(
        status=AccessRequest.Status.WAITING, created_at__lt=months_before(now, UNDECIDED_MONTHS)
    )
    requests = AccessRequest.objects.filter(undecided | Q(decided_at__lt=ended))
    invitations = Invitation.objects.filter(
        Q(cancelled_at__lt=ended) | Q(cancelled_at=None, expires_at__lt=ended), accepted_at=None
    )
    total = 0
    for rows in (requests, invitations):
        while batch := list(rows.order_by("pk")[:BATCH]):
            with transaction.atomic():
                forget_targets(batch)
                rows.model._default_manager.filter(pk__in=[row.pk for row in batch]).delete()
            total += len(batch)
    return total
