"""Days and hours of events in templates: `{% clock slot.starts %}`, `{{ publication|dates }}`."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.template.defaultfilters import capfirst
from django.utils.html import format_html
from django.utils.safestring import SafeString

from events.dates import wording
from events.dates.wording import state_words
from events.models import EventPublication, Format
from territories.zones import clock_words

register = template.Library()


@register.simple_tag
def clock(at: datetime) -> SafeString:
    return format_html(
        '<time datetime="{}">{}</time>', at.isoformat(timespec="minutes"), clock_words(at)
    )


@register.filter
def start_clock(publication: EventPublication) -> str:
    """Returns "9 h 30", where no machine needs to be told."""
    clock = clock_words(publication.starts_local)
    return f"{clock}, {publication.zone_words}" if publication.says_zone else clock


@register.filter
def day_words(day: date) -> str:
    """Returns "Mercredi 9 décembre 2020"."""
    return capfirst(wording.day_words(day))


@register.filter
def month_words(day: date) -> str:
    """Returns "Décembre 2020"."""
    return capfirst(wording.formatted(day, "F Y"))


@register.filter
def dates(publication: EventPublication) -> str:
    return capfirst(wording.dates_words(publication))


@register.filter
def hours(publication: EventPublication) -> str:
    return capfirst(wording.hours_words(publication))


@register.filter
def when(publication: EventPublication) -> str:
    """Returns "Mercredi 9 décembre 2020, de 9 h à 17 h"."""
    return capfirst(wording.when_words(publication))


@register.filter
def row_when(publication: EventPublication) -> str:
    """Returns what stands beside its day on a poster, which only the eye sees: the weekday and the
    hours of one day, the days of several."""
    if publication.awaits_day or not publication.one_day:
        words = wording.when_words if publication.awaits_day else wording.dates_words
        return capfirst(words(publication))
    day = publication.starts_local
    return format_html(
        '<time datetime="{}">{}<span class="visually-hidden"> {}</span></time>, {}',
        day.isoformat(timespec="minutes"),
        capfirst(wording.formatted(day, "l")),
        wording.day_words(day.date()).partition(" ")[2],
        wording.hours_words(publication),
    )


@register.filter
def town(publication: EventPublication) -> str:
    """Returns "Grenoble", "En ligne", "Paris et en ligne": all that a list needs."""
    if publication.format == Format.ONLINE or publication.commune is None:
        return str(Format.ONLINE.label) if publication.format == Format.ONLINE else ""
    suffix = " et en ligne" if publication.format == Format.HYBRID else ""
    return f"{publication.commune.name}{suffix}"


@register.filter
def state(publication: EventPublication) -> str:
    """Returns the state of a row of `for_lists()`, which knows how many places are taken."""
    taken = publication.taken
    if taken is None:
        taken = publication.event.registrations.confirmed().count()
    return state_words(publication, taken)
