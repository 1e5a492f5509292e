"""Do the links of a text answer? Asked when an editor wants to know, never by a reader."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urljoin, urlsplit

import httpx
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.urls import Resolver404, resolve

from publishing.kinds import kind_at
from publishing.remarks import Link, Remark

SECONDS = 6
MOST_LINKS = 40
MOST_REDIRECTS = 4
GONE = {404, 410}


def _is_public(host: str) -> bool:
    """Says whether an address is of the open Internet, which alone are asked: an editor's link must
    not become a way to make the server knock at its own neighbours."""
    try:
        found = socket.getaddrinfo(host, None)
    except OSError:
        return False
    return bool(found) and all(ipaddress.ip_address(str(a[4][0])).is_global for a in found)


def _internal(path: str) -> str:
    """Says why a page of the portal leads nowhere: the address book does not know it, or no visitor
    sees it."""
    try:
        match = resolve(path)
    except Resolver404:
        return "cette page du portail n’existe pas"
    kind = kind_at(match.view_name)
    if kind and not kind.is_seen(AnonymousUser(), **match.kwargs):
        return f"les visiteurs ne verraient pas {kind.this} du portail"
    return ""


def _external(url: str) -> str:
    """Says why the page does not answer; empty where it does. Each redirect is judged before it is
    followed."""
    try:
        with httpx.Client(timeout=SECONDS, headers={"User-Agent": "Portail DLA (liens)"}) as client:
            for _ in range(MOST_REDIRECTS + 1):
                host = urlsplit(url).hostname or ""
                if not _is_public(host):
                    return f"le site {host} est introuvable"
                with client.stream("GET", url) as response:
                    if not response.has_redirect_location:
                        break
                    url = urljoin(url, response.headers["location"])
            else:
                return "trop de redirections"
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        return "le site ne répond pas"
    if response.status_code in GONE:
        return f"la page n’existe plus (erreur {response.status_code})"
    if response.status_code >= 500:
        return f"le site est en panne (erreur {response.status_code})"
    return ""  # 401, 403, 429: it is there, but not for a robot


def _path_inside(url: str) -> str | None:
    """Returns the path of a link to the portal itself; None for any other link."""
    parts = urlsplit(url)
    site = urlsplit(settings.SITE_URL)
    if not parts.scheme or (parts.scheme, parts.netloc) == (site.scheme, site.netloc):
        return parts.path
    return None


def dead_links(links: Iterable[Link]) -> list[Remark]:
    """Returns a remark for each link that leads nowhere. At most 40 sites are asked, six seconds
    each."""
    wanted = list(links)
    problems: dict[str, str] = {}
    outside = []
    for url in dict.fromkeys(link.url for link in wanted):
        path = _path_inside(url)
        if path:
            problems[url] = _internal(path)
        elif urlsplit(url).scheme in ("http", "https"):
            outside.append(url)
    with ThreadPoolExecutor(max_workers=8) as pool:
        asked = outside[:MOST_LINKS]
        problems.update(zip(asked, pool.map(_external, asked), strict=True))
    remarks = [
        Remark(link.where, f"Lien « {link.label or link.url} » : {problem}.", link.anchor)
        for link in wanted
        if (problem := problems.get(link.url))
    ]
    if len(outside) > MOST_LINKS:
        remarks.append(
            Remark("Liens", f"Seuls les {MOST_LINKS} premiers sites ont été interrogés.")
        )
    return remarks
