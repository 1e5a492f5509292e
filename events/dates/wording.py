"""Days, hours and states in French, for pages, calendars and mails alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.dateformat import format as formatted

from events.models import EventPublication, Format, State
from territories import wall_clocks
from territories.zones import NBSP, clock_words, zone_words


def quoted(words: str) -> str:
    return f"«\u00a0{words}\u00a0»"


def day_words(day: date, *, with_year: bool = True) -> str:
    """Returns "mercredi 9 décembre 2020"."""
    number = "1er" if day.day == 1 else str(day.day)
    year = f" {day.year}" if with_year else ""
    return f"{formatted(day, 'l')} {number}{NBSP}{formatted(day, 'F')}{year}"


def dates_words(publication: EventPublication) -> str:
    """Returns "du mercredi 9 au jeudi 10 décembre 2020"; for one day, "mercredi 9 décembre
    2020"."""
    first, last = publication.starts_local.date(), publication.ends_local.date()
    if first == last:
        return day_words(first)
    if (first.year, first.month) == (last.year, last.month):
        number = "1er" if first.day == 1 else str(first.day)
        return f"du {formatted(first, 'l')} {number} au {day_words(last)}"
    return f"du {day_words(first, with_year=first.year != last.year)} au {day_words(last)}"


def hours_words(publication: EventPublication, *, in_mail: bool = False) -> str:
    """Returns "de 9 h 30 à 17 h, heure de La Réunion". Mails say the zone wherever it is, pages
    where it does not go without saying."""
    hours = (
        f"de {clock_words(publication.starts_local)} à {clock_words(publication.ends_local)}"
        if publication.one_day
        else f"de {clock_words(publication.starts_local)} le premier jour à "
        f"{clock_words(publication.ends_local)} le dernier"
    )
    return f"{hours}, {publication.zone_words}" if in_mail or publication.says_zone else hours


def when_words(publication: EventPublication, *, in_mail: bool = False) -> str:
    if publication.is_undated:
        return "date à venir"
    if publication.awaits_day:
        return f"date à venir (au lieu de\u00a0: {dates_words(publication)})"
    return f"{dates_words(publication)}, {hours_words(publication, in_mail=in_mail)}"


def session_times(session: Mapping[str, Any], zone: str) -> tuple[datetime, datetime]:
    """Returns when a session of `content` starts and ends, on the clocks of its place."""
    starts, ends = (datetime.fromisoformat(session[name]) for name in ("starts_at", "ends_at"))
    return wall_clocks.local(starts, zone), wall_clocks.local(ends, zone)


def session_words(session: Mapping[str, Any], zone: str, *, says_zone: bool = False) -> str:
    """Returns "mercredi 9 décembre, de 10 h à 11 h 30, heure de La Réunion, salle Jaurès"."""
    starts, ends = session_times(session, zone)
    words = f"{day_words(starts.date(), with_year=False)}, de {clock_words(starts)} à "
    words += clock_words(ends)
    if says_zone:
        words += f", {zone_words(zone)}"
    return f"{words}, {session['room']}" if session["room"] else words


def place_words(publication: EventPublication) -> str:
    """Returns "Maison des associations, 6 rue de l’Exemple, Grenoble"; "En ligne"."""
    if publication.format == Format.ONLINE:
        return str(Format.ONLINE.label)
    town = publication.commune.name if publication.commune else ""
    # A place may be told by its town alone.
    parts = dict.fromkeys(filter(None, [publication.venue, publication.address, town]))
    place = ", ".join(parts)
    return f"{place}, et en ligne" if publication.format == Format.HYBRID and place else place


def state_words(publication: EventPublication, taken: int = 0) -> str:
    """Returns what must be known before anything else; empty for what is simply planned."""
    if publication.state in (State.CANCELLED, State.POSTPONED):
        return str(publication.state.label)
    if publication.has_ended:
        return "Terminé"
    if publication.is_on:
        return "En cours"
    if publication.is_full(taken):
        return str(State.FULL.label)
    return ""
