"""The facts of an event as somebody who registered is told them, and what is no longer as they were
last told. Only letters note what they tell (`events.letters.sending`)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from events.dates.wording import place_words, quoted, session_words, when_words
from events.models import EventPublication, Format, Registration, State
from territories.zones import Zone, zone_words

# Letters once left out the zone: for an event where it was that of Paris, for sessions always. What
# they told is told.
OF_PARIS = f", {zone_words(Zone.PARIS)}"
OF_ANY_ZONE = re.compile("|".join(f", {zone_words(zone)}" for zone in Zone))
WILL_NOT_BE = (State.CANCELLED, State.POSTPONED)


@dataclass(frozen=True)
class Facts:
    """The facts in words: those of the event by name, those of the sessions of the programme that
    the person chose by key, and all of it as the lines of a letter."""

    event: dict[str, str]
    sessions: dict[str, str]
    lines: tuple[tuple[str, str], ...]


def facts_for(registration: Registration, publication: EventPublication) -> dict[str, str]:
    """Returns the facts by name, in words. The link is only for those who hold a place."""
    facts = {
        "Quand": when_words(publication, in_mail=True),
        "Où": place_words(publication),
        "Lien": registration.online_url(publication),
        "État": str(publication.state.label) if publication.state in WILL_NOT_BE else "",
    }
    return {name: words for name, words in facts.items() if words}


def shows_code(registration: Registration, publication: EventPublication) -> bool:
    """Says whether there is a door where it will be asked for."""
    return (
        registration.holds_place
        and publication.format != Format.ONLINE
        and publication.state not in WILL_NOT_BE
        and not publication.has_ended
    )


def facts_of(registration: Registration, publication: EventPublication) -> Facts:
    """Returns the facts as a letter tells them at this moment."""
    code = registration.code if shows_code(registration, publication) else ""
    event = facts_for(registration, publication)
    places = {place.session_key: place for place in registration.session_places.all()}
    sessions, lines = {}, list(event.items())
    for session in publication.content["sessions"]:
        if not (place := places.get(session["key"])):
            continue
        words = session_words(session, publication.time_zone, says_zone=True)
        sessions[session["key"]] = f"{quoted(session['title'])}, {words}"
        waiting = "" if place.holds_place else " (liste d’attente)"
        lines.append((session["kind_label"], f"{session['title']}, {words}{waiting}"))
    if code:
        lines.append(("Code d’accueil", code))
    return Facts(event, sessions, tuple(lines))


# --- Before and after ---


def facts_changed(before: dict[str, str], now: dict[str, str]) -> list[str]:
    changed = [
        f"{name}\u00a0: {words}" + (f" (et non plus {before[name]})" if name in before else "")
        for name, words in now.items()
        if before.get(name) not in (words, words.replace(OF_PARIS, ""))
    ]
    gone = [
        f"{name}\u00a0: plus rien (c’était {before[name]})" for name in before if name not in now
    ]
    return changed + gone


def programme_changed(before: dict[str, str], now: dict[str, str]) -> list[str]:
    moved = [
        f"{words} (et non plus {before[key]})"
        for key, words in now.items()
        if key in before and before[key] not in (words, OF_ANY_ZONE.sub("", words))
    ]
    gone = [
        f"{words}\u00a0: n’est plus au programme."
        for key, words in before.items()
        if key not in now
    ]
    back = [f"{words}\u00a0: est au programme." for key, words in now.items() if key not in before]
    return moved + gone + back
