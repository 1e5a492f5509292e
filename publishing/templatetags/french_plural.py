"""Django's `pluralize`, as French counts: "0 article", "1 article", "2 articles". Built in for all
templates (settings), where Django's would write "0 articles"."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import defaultfilters

register = template.Library()


@register.filter(is_safe=False)
def pluralize(value: Any, suffixes: str = "s") -> str:
    is_singular = value in (0, "0", "") or (hasattr(value, "__len__") and len(value) == 0)
    return defaultfilters.pluralize(1 if is_singular else value, suffixes)
