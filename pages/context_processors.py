from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

PORTAL = {
    "name": settings.PORTAL_NAME,
    "url": settings.SITE_URL,
    "accessibility_level": settings.ACCESSIBILITY_LEVEL,
    "is_demo": settings.DEMO,
}


@cache
def fixed_parts() -> dict[str, SafeString]:
    """What is the same on every page, for everyone: rendered once a process."""
    return {
        part: render_to_string(f"_{part}.html", {"portal": PORTAL})
        for part in ("head", "brand", "footer")
    }


def portal(request: HttpRequest) -> dict[str, Any]:
    """What every page says of the portal itself, and of the page where its view says nothing.

    Costs no query.
    """
    return {
        "portal": PORTAL,
        "fixed": fixed_parts.__wrapped__() if settings.DEBUG else fixed_parts(),
        "breadcrumbs": [],
        "og_type": "website",
        "og_image": "",
        "structured_data": "",
    }
