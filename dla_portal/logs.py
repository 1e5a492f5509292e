"""What logs do not repeat."""

from __future__ import annotations

import logging

from database.failures import unavailability
from mailing.secret_links import masked


class WithoutKeys(logging.Filter):
    """Masks the secret links that Django writes when it answers 400, 404 or 405."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if (shown := masked(message)) != message:
            record.msg, record.args = shown, ()
        return True


class AwayInOneLine(logging.Filter):
    """Logs errors on one line while the database is away: each request fails in the same way, where
    does not matter, and a page of log for each would fill the disk."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if why := unavailability(error):
            # What follows is a hint, or the statement with what somebody typed.
            said = str(error).partition("\n")[0]
            record.msg, record.args = f"{record.getMessage()} (database: {why}; {said})", ()
            record.exc_info = record.exc_text = None
        return True
