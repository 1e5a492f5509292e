"""What logs do not repeat."""

from __future__ import annotations

import logging

from mailing.secret_links import masked


class WithoutKeys(logging.Filter):
    """Masks the secret links that Django writes when it answers 400, 404 or 405."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if (shown := masked(message)) != message:
            record.msg, record.args = shown, ()
        return True
