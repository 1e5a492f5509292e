from typing import Any

from django.conf import settings
from django.http import HttpRequest

PORTAL = {
    "name": settings.PORTAL_NAME,
    "url": settings.SITE_URL,
    "accessibility_level": settings.ACCESSIBILITY_LEVEL,
    "is_demo": settings.DEMO,
}


def portal(request: HttpRequest) -> dict[str, Any]:
    """What every page says of the portal itself, and of the page where its view says nothing.

    Costs no query.
    """
    return {
        "portal": PORTAL,
        "breadcrumbs": [],
        "og_type": "website",
        "og_image": "",
        "structured_data": "",
    }
