"""Addresses that are keys: whoever reads one holds the place, the calendar or the draft it opens.

They go to one person, by mail. Whatever others may read (logs, the queue in the admin) masks them,
and so does the queue itself once a mail has left.
"""

import re

SECRETS = re.compile(
    r"(/evenements/(?:inscription|invitation|agenda|attestations|apercu)/|/articles/apercu/"
    r"|/compte/(?:invitation|mot-de-passe/nouveau)/|[?&]cle=)[^/\s?]{16,}"
)


def masked(text: str) -> str:
    return SECRETS.sub(r"\1…", text)
