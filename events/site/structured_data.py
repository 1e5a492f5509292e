"""The schema.org description of an event, for machines. It holds nothing that a visitor may not
see."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from contents.structured_data import organisation, person
from events.dates.wording import place_words
from events.models import EventPublication, Format, State
from publishing.structured_data import absolute

STATUS = {
    State.PLANNED: "EventScheduled",
    State.FULL: "EventScheduled",
    State.POSTPONED: "EventPostponed",
    State.CANCELLED: "EventCancelled",
}
ATTENDANCE = {
    Format.IN_PERSON: "OfflineEventAttendanceMode",
    Format.ONLINE: "OnlineEventAttendanceMode",
    Format.HYBRID: "MixedEventAttendanceMode",
}


def event(publication: EventPublication) -> dict[str, Any]:
    address = absolute(publication.get_absolute_url())
    content = publication.content
    described: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": publication.title,
        "description": publication.standfirst,
        "url": address,
        "inLanguage": "fr",
        "startDate": publication.starts_local.isoformat(),
        "endDate": publication.ends_local.isoformat(),
        "eventStatus": "https://schema.org/" + STATUS[publication.state],
        "eventAttendanceMode": "https://schema.org/" + ATTENDANCE[Format(publication.format)],
        "location": _locations(publication, address),
        "organizer": organisation(content["organiser"]),
        "isAccessibleForFree": True,
    }
    if publication.cover:
        described["image"] = settings.SITE_URL + publication.cover.url_for(1200)
    if publication.capacity:
        described["maximumAttendeeCapacity"] = publication.capacity
    if publication.series:
        described["superEvent"] = {
            "@type": "EventSeries",
            "name": publication.series.name,
            "url": absolute(publication.series.get_absolute_url()),
        }
    if sessions := content["sessions"]:
        described["subEvent"] = [
            {
                "@type": "Event",
                "name": session["title"],
                "startDate": session["starts_at"],
                "endDate": session["ends_at"],
                "location": described["location"],
                **(
                    {"performer": [person(speaker) for speaker in people]}
                    if (people := session["speakers"])
                    else {}
                ),
            }
            for session in sessions
        ]
    return described


def _locations(publication: EventPublication, address: str) -> Any:
    """Returns the places. For what is online, it is the page where one registers: the link itself
    is for those who did."""
    online = {"@type": "VirtualLocation", "url": address}
    if publication.format == Format.ONLINE:
        return online
    commune = publication.commune
    place: dict[str, Any] = {
        "@type": "Place",
        "name": publication.venue or place_words(publication),
        "address": {
            "@type": "PostalAddress",
            "addressCountry": "FR",
            **({"streetAddress": publication.address} if publication.address else {}),
            **({"addressLocality": commune.name} if commune else {}),
        },
    }
    if commune and commune.latitude is not None:
        place["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": commune.latitude,
            "longitude": commune.longitude,
        }
    return [place, online] if publication.format == Format.HYBRID else place
