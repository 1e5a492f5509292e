"""What pages of every room say to machines: schema.org, and whole addresses."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

# It escapes the same as Django's json_script: nothing in the data can close the script element.
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}

Breadcrumbs = Sequence[tuple[str, str | None]]


def absolute(path: str) -> str:
    return settings.SITE_URL + path


def as_script(data: dict[str, Any] | list[dict[str, Any]]) -> SafeString:
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(ESCAPES))


def breadcrumb_list(breadcrumbs: Breadcrumbs, address: str) -> dict[str, Any]:
    """Returns the data of `breadcrumbs` as pages show them: (label, path), without path for the
    page at `address`."""
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": position,
                "name": label,
                "item": absolute(path) if path else address,
            }
            for position, (label, path) in enumerate(breadcrumbs, start=1)
        ],
    }
