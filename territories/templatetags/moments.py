"""A moment as somebody reads it on their clock: `{{ invitation.expires_at|moment:zone }}`."""

from __future__ import annotations

from datetime import datetime

from django import template

from territories.zones import moment_words

register = template.Library()


@register.filter
def moment(at: datetime, zone: str) -> str:
    """Returns words such as "12 décembre 2026 à 17 h 38, heure de la Martinique"."""
    return moment_words(at, zone)
