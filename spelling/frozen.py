"""The stored forms as the migrations of November 2026 wrote them: never changed. What the portal
does today is in `addresses` and `lines`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import idna
from django.db.models import Q

_NOTHING = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]"
)
_JOINERS = re.compile("[\u200c\u200d]")
_SPACES = re.compile(r"[\s\u2800]+")
_ENDS = re.compile(r"^[\s\u2800]+|[\s\u2800]+$")
_QUOTED = re.compile(r'"([\w!#$%&\'*+/=?^`{|}~-]+(?:\.[\w!#$%&\'*+/=?^`{|}~-]+)*)"', re.ASCII)
_READ = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]+(?:\.[\w-]+)*", re.ASCII)
# These are left to the next save: joiners and variants spell something (emoji, scripts of Asia).
_SPELT_WITH = re.compile(
    "[\u0600-\u109f\u1780-\u18af\u20e3\u2194-\u21aa\u2600-\u27bf\u2934-\u2b55"
    "\U0001f000-\U0001faff]|[\u00a9\u00ae\u203c-\u303d\u3297\u3299][\ufe0e\ufe0f]"
)
_ALONE = re.compile("^[\u0300-\u036f]+")  # they are accents over nothing

# The database is asked these, so that only rows that may need it are read; they mean the same in
# Python's expressions and in PostgreSQL's.
ODD_ADDRESS = r"[^!-~]|[]\"(),:;<>[\\]|@.*[A-Z]|\.$|xn--|^[^@]*$|@.*@|^[^@]{65}"
ODD_NAME = "[^ -~À-ÖØ-öø-ÿŒœŸ’«»–—…€°]|  |^ | $"
# French titles have their no-break spaces.
ODD_TITLE = (
    "[^ -~À-ÖØ-öø-ÿŒœŸ’«»–—…€°\u00a0\u202f]|[ \u00a0\u202f]{2}|^[ \u00a0\u202f]|[ \u00a0\u202f]$"
)


def address(stored: str) -> str:
    """Returns the address as it was where it cannot be put right."""
    text = _JOINERS.sub("", _NOTHING.sub("", stored))
    local, _, domain = _ENDS.sub("", text).replace("\uff20", "@").rpartition("@")
    if quoted := _QUOTED.fullmatch(local):
        local = quoted[1]
    try:
        if not domain.isascii():
            domain = idna.encode(domain, uts46=True, std3_rules=True).decode()
    except UnicodeError:
        return stored
    form = f"{local}@{domain.lower().removesuffix('.')}"
    return form if is_read(form) else stored


def is_read(stored: str) -> bool:
    """Says whether a form takes it: where none does, nobody signs in by it."""
    domain = stored.rpartition("@")[2]
    if len(domain) > 253 or len(stored) > 254 or not _READ.fullmatch(stored):
        return False
    try:
        return "xn--" not in domain or bool(idna.encode(domain, uts46=True, std3_rules=True))
    except UnicodeError:
        return False


def name(stored: str) -> str:
    return _line(stored, keep="")


def title(stored: str) -> str:
    return _line(stored, keep="\u00a0\u202f")


def _line(stored: str, *, keep: str) -> str:
    if _SPELT_WITH.search(stored):
        return stored

    def space(run: re.Match[str]) -> str:
        return next((sign for sign in run[0] if sign in keep), " ")

    seen = _JOINERS.sub("", _NOTHING.sub("", _SPACES.sub(space, stored)))
    return _ALONE.sub("", _SPACES.sub(space, unicodedata.normalize("NFC", seen)).strip()).strip()


def odd_rows(model: Any, patterns: dict[str, str], *also: str) -> Iterator[list[Any]]:
    """Yields rows with an odd value in one of those columns, by 500, with `also` other columns."""
    condition = Q()
    for column, pattern in patterns.items():
        condition |= Q(**{f"{column}__regex": pattern})
    rows = model.objects.filter(condition).only(*patterns, *also).order_by("pk")
    last = None
    while some := list((rows if last is None else rows.filter(pk__gt=last))[:500]):
        last = some[-1].pk
        yield some


def changes(row: Any, patterns: dict[str, str]) -> dict[str, str]:
    """Returns the columns whose form is another, with it. What has no room for its form stays, and
    so does a name that is needed and shows nothing."""
    forms = {ODD_ADDRESS: address, ODD_NAME: name, ODD_TITLE: title}
    changed = {}
    for column, pattern in patterns.items():
        before = getattr(row, column)
        after = forms[pattern](before) if before else before
        field = row._meta.get_field(column)
        room = field.max_length
        if after != before and (after or field.blank) and (room is None or len(after) <= room):
            changed[column] = after
    return changed


def put_right(model: Any, patterns: dict[str, str]) -> None:
    """Puts right columns that are not unique. It goes row by row: ten times quicker than
    `bulk_update`, which says each value of each column in one statement."""
    for rows in odd_rows(model, patterns):
        for row in rows:
            if changed := changes(row, patterns):
                model.objects.filter(pk=row.pk).update(**changed)


def tell(apps: Any, row: Any, label: str, detail: str) -> None:
    """Tells it once in the trail, which staff reads."""
    kinds = apps.get_model("contenttypes", "ContentType").objects
    room, model = row._meta.app_label, row._meta.model_name
    kind, _ = kinds.get_or_create(app_label=room, model=model)
    apps.get_model("audit", "Entry").objects.get_or_create(
        action="changed",
        target_type=kind,
        target_id=str(row.pk),
        detail=detail[:500],
        defaults={"target_label": label[:200]},
    )
