"""What logs do not repeat."""

from __future__ import annotations

import logging
import re

# The addresses of `events.urls` and previews that are keys: whoever reads one holds the place.
KEYS = re.compile(
    r"(/evenements/(?:inscription|invitation|agenda|attestations|apercu)/|/articles/apercu/)"
    r"[^/\s?]{16,}"
)


class WithoutKeys(logging.Filter):
    """Masks the secret links that Django writes when it answers 400, 404 or 405."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if (masked := KEYS.sub(r"\1…", message)) != message:
            record.msg, record.args = masked, ()
        return True
