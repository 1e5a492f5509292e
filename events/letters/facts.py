"""The facts of an event as somebody who registered is told them, and what is no longer as they were
last told. Only letters note what they tell (`events.letters.registration_letters`)."""

from __future__ import annotations

import re

from events.dates.wording import place_words, quoted, session_words, when_words
from events.models import EventPublication, Format, Registration, State
from territories.zones import Zone, zone_words

# Letters once left out the zone: of an event where it was that of Paris, of sessions always. What
# they told is told.
OF_PARIS = f", {zone_words(Zone.PARIS)}"
OF_ANY_ZONE = re.compile("|".join(f", {zone_words(zone)}" for zone in Zone))
WILL_NOT_BE = (State.CANCELLED, State.POSTPONED)


def facts_for(registration: Registration, publication: EventPublication) -> dict[str, str]:
    """By name, in words. The link is only for those who hold a place."""
    facts = {
        "Quand": when_words(publication, in_mail=True),
        "Où": place_words(publication),
        "Lien": online_url(registration, publication),
        "État": str(publication.state.label) if publication.state in WILL_NOT_BE else "",
    }
    return {name: words for name, words in facts.items() if words}


def sessions_for(registration: Registration, publication: EventPublication) -> dict[str, str]:
    """Those of the programme that the person chose, by key, in words."""
    chosen = {place.session_key for place in registration.session_places.all()}
    return {
        session["key"]: f"{quoted(session['title'])}, "
        f"{session_words(session, publication.time_zone, says_zone=True)}"
        for session in publication.content["sessions"]
        if session["key"] in chosen
    }


def note_told(registration: Registration, publication: EventPublication) -> None:
    """Saves what the letter that follows says."""
    registration.told = facts_for(registration, publication)
    registration.told_sessions = sessions_for(registration, publication)
    registration.told_sequence = publication.sequence
    registration.save(update_fields=["told", "told_sessions", "told_sequence"])


def online_url(registration: Registration, publication: EventPublication) -> str:
    """Empty for whoever has no place, and for an event that is nowhere online."""
    if not registration.holds_place or publication.format == Format.IN_PERSON:
        return ""
    return publication.online_url


def shows_code(registration: Registration, publication: EventPublication) -> bool:
    """Whether there is a door where it will be asked for."""
    return (
        registration.holds_place
        and publication.format != Format.ONLINE
        and publication.state not in WILL_NOT_BE
        and not publication.has_ended
    )


def facts_of_letter(
    registration: Registration, publication: EventPublication
) -> list[tuple[str, str]]:
    """Name and words of each, in the order in which a letter shows them."""
    facts = [
        *facts_for(registration, publication).items(),
        *_session_facts(registration, publication),
    ]
    if shows_code(registration, publication):
        facts.append(("Code d’accueil", registration.code))
    return facts


def _session_facts(
    registration: Registration, publication: EventPublication
) -> list[tuple[str, str]]:
    """Kind and words of each session that the person chose, in the order of the programme."""
    places = {place.session_key: place for place in registration.session_places.all()}
    facts = []
    for session in publication.content["sessions"]:
        if place := places.get(session["key"]):
            hours = session_words(session, publication.time_zone, says_zone=True)
            words = f"{session['title']}, {hours}"
            if not place.holds_place:
                words += " (liste d’attente)"
            facts.append((session["kind_label"], words))
    return facts


# --- Before and after ---


def facts_changed(before: dict[str, str], now: dict[str, str]) -> list[str]:
    told = [
        f"{name}\u00a0: {words}" + (f" (et non plus {before[name]})" if name in before else "")
        for name, words in now.items()
        if before.get(name) not in (words, words.replace(OF_PARIS, ""))
    ]
    gone = [
        f"{name}\u00a0: plus rien (c’était {before[name]})" for name in before if name not in now
    ]
    return told + gone


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
