from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from pathlib import Path

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def integrity(name: str) -> SafeString | str:
    """Returns the attribute of a `script` by which a browser runs that very file and no other,
    whoever handed it out: a cache, or a server in front (W3C Subresource Integrity). There is none
    while files are being written."""
    if settings.DEBUG:
        return ""
    return format_html('integrity="sha384-{}"', _digest(name))


@lru_cache
def _digest(name: str) -> str:
    """Returns the digest of the file as it is served. Tests serve it where it is written."""
    served = static(name).removeprefix(settings.STATIC_URL)
    if staticfiles_storage.exists(served):
        with staticfiles_storage.open(served) as file:
            content = file.read()
    else:
        content = Path(str(finders.find(name))).read_bytes()
    return base64.b64encode(hashlib.sha384(content).digest()).decode()
