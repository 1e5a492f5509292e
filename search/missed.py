"""What is searched without result, counted for editors without a word of whoever asked.

A search is read by GET, which writes nothing here. What found nothing is noted in the process, and
written a minute later at the end of some answer, once it has been sent: no page waits for it, nor
fails by it. A process that ends loses its last minute.
"""

from __future__ import annotations

import logging
import re
import time
import unicodedata
from collections.abc import Mapping
from datetime import date
from threading import Lock
from typing import Any

from django.db import Error, transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from audit.services import delete_in_batches, months_before
from search.french.queries import Asked
from search.models import MissedSearch

logger = logging.getLogger(__name__)

SECONDS = 60
MONTHS_KEPT = 12
LONGEST, MOST_DIGITS = 60, 5
# A process remembers so many, and the table takes so many new ones a day: what makes queries up
# fills neither.
MOST_NOTED, MOST_A_DAY = 200, 1_000

# An address is somebody's; so is what is quoted, which may be a name.
_QUOTED = re.compile(r"[\"“”„«»]")
_ADDRESS = re.compile(
    r"\d+ (?:(?:bis|ter|quater) )?(?:rue|avenue|av|boulevard|bd|chemin|impasse|allee|place|route"
    r"|quai|cour|square|lotissement|residence|montee|sentier|faubourg)\b"
)
_ROBOT = re.compile(
    r"bot\b|bots\b|crawl|spider|slurp|fetch|monitor|scan|preview|headless|curl|wget|python|java/"
    r"|go-http|okhttp|libwww|httpclient|feed",
    re.IGNORECASE,
)
# Browsers name in these a page that they fetch before anybody asks for it.
_PURPOSES = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")

_lock = Lock()
_noted: set[tuple[str, date]] = set()
_since = 0.0


def note(asked: Asked, found_total: int, request: HttpRequest | None = None) -> None:
    """Notes a search that found nothing, unless it may say who somebody is, or a machine asked, or
    somebody of the admin, who tries. Twice within a minute counts once."""
    global _since
    if found_total or not may_be_kept(asked) or (request is not None and not _counts(request)):
        return
    with _lock:
        if len(_noted) < MOST_NOTED:
            if not _noted:
                _since = time.monotonic()
            _noted.add((asked.key, timezone.localdate()))


def may_be_kept(asked: Asked) -> bool:
    """Says whether a query may be kept: none that holds an address, of mail or of a place, many
    digits, or quotation marks; nor a long one, which may tell a story."""
    text = unicodedata.normalize("NFKC", asked.text)
    return not (
        not asked.key
        or max(len(asked.text), len(asked.key)) > LONGEST
        or "@" in text
        or sum(sign.isdigit() for sign in text) > MOST_DIGITS
        or _QUOTED.search(text)
        or _ADDRESS.search(asked.key)
    )


def _counts(request: HttpRequest) -> bool:
    headers: Mapping[str, str] = request.headers
    agent = headers.get("User-Agent", "")
    return not (
        request.method != "GET"
        or not agent
        or _ROBOT.search(agent)
        or any("fetch" in headers.get(name, "").lower() for name in _PURPOSES)
        or getattr(getattr(request, "user", None), "is_staff", False)
    )


def write_due(**_: Any) -> None:
    """Writes what was noted a minute ago or more. Django calls it at the end of each answer."""
    if _noted and time.monotonic() - _since >= SECONDS:
        write()


def write() -> None:
    """Writes what was noted in this process. What the database does not take is lost, and told in
    the log."""
    with _lock:
        noted = sorted(_noted)
        _noted.clear()
    days: dict[date, list[str]] = {}
    for query, day in noted:
        days.setdefault(day, []).append(query)
    try:
        for day, queries in days.items():
            _count(queries, day)
    except Error:
        logger.warning("What was searched without result could not be counted", exc_info=True)


def _count(queries: list[str], day: date) -> None:
    with transaction.atomic():
        same_day = MissedSearch.objects.filter(day=day)
        known = set(same_day.filter(query__in=queries).values_list("query", flat=True))
        room = max(MOST_A_DAY - same_day.count(), 0)
        new = [query for query in queries if query not in known][:room]
        rows = [MissedSearch(query=query, day=day) for query in new]
        # Another process may write the same query at the same time.
        MissedSearch.objects.bulk_create(rows, ignore_conflicts=True)
        same_day.filter(query__in=queries).update(count=F("count") + 1)


def forget_noted() -> None:
    """Forgets what this process noted and did not write."""
    with _lock:
        _noted.clear()


def forget_old() -> int:
    """Forgets what was searched more than twelve months ago; returns how many lines."""
    limit = timezone.localdate(months_before(timezone.now(), MONTHS_KEPT))
    return delete_in_batches(MissedSearch.objects.filter(day__lt=limit))
