from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from publishing.kinds import in_menu


def facts() -> dict[str, Any]:
    """Returns what the settings say of the portal."""
    return {
        "name": settings.PORTAL_NAME,
        "url": settings.SITE_URL,
        "accessibility_level": settings.ACCESSIBILITY_LEVEL,
        "is_demo": settings.DEMO,
    }


@cache
def fixed_parts() -> dict[str, SafeString]:
    """Returns what is the same on every page, for everyone: it is rendered once a process."""
    known = {"portal": facts(), "kinds": in_menu()}
    return {
        part: render_to_string(f"_{part}.html", known)
        for part in ("head", "brand", "search_box", "sign_in", "footer")
    }


@cache
def navigation(current: str) -> dict[str, SafeString]:
    """Returns what leads to the main pages, by part, on the page that has this name (empty on a
    page that is none of them)."""
    known = {"kinds": in_menu(), "current": current}
    return {part: render_to_string(f"_{part}.html", known) for part in ("for_you_link", "menu")}


def portal(request: HttpRequest) -> dict[str, Any]:
    """Returns what every page says of the portal itself, and of the page where its view says
    nothing.

    Costs no query.
    """
    match = request.resolver_match
    main_pages = {"pages:for_you", *(kind.list_page for kind in in_menu())}
    current = match.view_name if match and match.view_name in main_pages else ""
    return {
        "portal": facts(),
        "fixed": fixed_parts.__wrapped__() if settings.DEBUG else fixed_parts(),
        "navigation": navigation.__wrapped__(current) if settings.DEBUG else navigation(current),
        "breadcrumbs": [],
        "og_type": "website",
        "og_image": "",
        "structured_data": "",
    }
