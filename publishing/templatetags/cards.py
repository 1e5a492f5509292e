"""Rows of any kind in one list: `{{ row|card }}`."""

from __future__ import annotations

from typing import Any

from django import template

from publishing.kinds import Card, kind_of

register = template.Library()


@register.filter
def card(row: Any) -> Card:
    return kind_of(type(row)).card(row)
