"""Addresses that are keys: whoever reads one holds the place, the calendar or the draft it opens.

They go to one person, by mail. Whatever others may read (logs, the queue in the admin) masks them,
and so does the queue itself once a mail has left. An address says by the name of its parameter that
it is one (`SECRETS`): nothing else declares it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, URLResolver, get_resolver

# What the parameter of an address is called when it is a key.
SECRETS = ("secret", "token", "key", "claim")

_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>")
_LONG = r"[^/\s?]{16,}"
# While the addresses of the portal cannot be read, whatever may be a key is masked.
_UNKNOWN = re.compile(rf"(/|[?&]cle=){_LONG}")


def masked(text: str) -> str:
    """`text` with each key that stands in an address of the portal replaced by "…"."""
    try:
        keys = _keys(get_resolver())
    except (ImproperlyConfigured, ImportError):
        keys = _UNKNOWN
    return keys.sub(r"\1…", text)


@cache
def _keys(resolver: URLResolver) -> re.Pattern[str]:
    prefixes = "|".join(re.escape(prefix) for prefix in _before_keys(resolver, "/"))
    return re.compile(rf"({prefixes}|[?&]cle=){_LONG}")


def secret_prefixes() -> list[str]:
    """Returns what stands before the key in each of these addresses: `/evenements/inscription/`…"""
    return sorted(set(_before_keys(get_resolver(), "/")))


def _before_keys(resolver: URLResolver, path: str) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        route = path + str(pattern.pattern).lstrip("^")
        if isinstance(pattern, URLResolver):
            if pattern.app_name == "admin":
                continue  # its addresses open nothing without a session
            yield from _before_keys(pattern, route)
        elif isinstance(pattern, URLPattern):
            parameters = list(_PARAMETER.finditer(route))
            if any((found[1] or found[2]) in SECRETS for found in parameters):
                yield route[: parameters[0].start()]
