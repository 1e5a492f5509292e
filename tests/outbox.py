"""What people got by mail: the portal writes into its queue, and this delivers it."""

from typing import Any

from django.core import mail

from mailing.services import deliver_due


def delivered() -> list[Any]:
    """All that left since the beginning of the test, what waited included."""
    deliver_due()
    outbox: list[Any] = mail.outbox
    return outbox
