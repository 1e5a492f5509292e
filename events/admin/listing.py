"""What the desk lists and counts.

The people of one event are read in one query and looked through in memory: accents, typography and
alphabetical order are then the same on every database.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import QueryDict
from django.utils.http import urlencode

from events.dates.wording import session_words
from events.models import Event, EventPublication, Registration, SessionPlace
from events.models.registration import CODE_LENGTH
from events.programme.retired import sessions_chosen
from publishing.filter_values import UnknownValue, not_known, values_of
from spelling.addresses import searched, shown_address
from spelling.folding import folded
from spelling.lines import one_line

Status = Registration.Status
STATUSES = (
    ("", "Toutes"),
    *Status.choices,
    ("presents", "Présent·es"),
    ("absents", "Pas encore là"),
)
ORDERS = ("nom",)
NOUNS = {"etat": "l’état", "atelier": "l’atelier"}
LONGEST_QUERY = 80
MOST_AT_ENTRANCE = 20
# A line of the list shows these, and is found by them.
LISTED = (
    "event", "number", "first_name", "last_name", "organisation", "email", "code", "status",
    "attended_at", "created_at",
)  # fmt: skip


# --- The list ---


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to, as its address says: what leaves the portal follows it.
    `missing` are parameters and values that do not exist, which narrow it to nobody."""

    typed: str = ""
    status: str = ""
    session: str = ""
    order: str = ""
    missing: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, data: QueryDict, sessions: Collection[str]) -> Wanted:
        """Reads an address: of several values, the last counts, since each filter of the desk takes
        one."""
        status = values_of(data.getlist("etat")[-1:], dict(STATUSES))
        session = values_of(data.getlist("atelier")[-1:], sessions)
        order = data.get("tri", "")
        return cls(
            typed=one_line(data.get("q", ""))[:LONGEST_QUERY],
            status="".join(status.known),
            session="".join(session.known),
            order=order if order in ORDERS else "",
            missing=(
                *(("etat", value) for value in status.unknown),
                *(("atelier", value) for value in session.unknown),
            ),
        )

    def unknown(self, path: str) -> list[UnknownValue]:
        """Says why nobody is listed, and how to take it back."""
        return [
            UnknownValue(
                not_known(NOUNS[name], value),
                path + self.query(missing=tuple(m for m in self.missing if m != (name, value))),
            )
            for name, value in self.missing
        ]

    def query(self, **changes: Any) -> str:
        """Returns the query of the same list, or of one that differs by that: "?atelier=…", or
        nothing."""
        kept = replace(self, **changes)
        named = {
            "q": kept.typed, "etat": kept.status, "atelier": kept.session, "tri": kept.order,
        }  # fmt: skip
        values = [(name, value) for name, value in named.items() if value] + [*kept.missing]
        return f"?{urlencode(values)}" if values else ""

    def fits(self, registration: Registration) -> bool:
        match self.status:
            case "":
                return True
            case "presents":
                return registration.attended_at is not None
            case "absents":
                return registration.holds_place and registration.attended_at is None
        return registration.status == self.status


EVERYONE = Wanted()


@dataclass(frozen=True)
class ListedRegistration:
    """One registration in the list. `order` is 1 for whoever asked first. `queue_rank` is 1 for
    whoever gets the next place, 0 for who does not wait. `holds_session` says that they have a
    place in the session that the list is narrowed to."""

    registration: Registration
    order: int
    queue_rank: int
    holds_session: bool


def rows_of(
    event: Event, wanted: Wanted = EVERYONE, *, whole: bool = False
) -> list[ListedRegistration]:
    """Returns the rows of the list; `whole` with all that is known of each, in two queries."""
    if wanted.missing:
        return []
    registrations = event.registrations.order_by("number")
    if whole:
        registrations = registrations.prefetch_related("session_places")
    else:
        registrations = registrations.only(*LISTED)
    chosen = _choosers(event, wanted.session) if wanted.session else {}
    queue, words = count(1), wanted_words(wanted.typed)
    rows = [
        ListedRegistration(
            one,
            order,
            next(queue) if one.is_waiting else 0,
            one.holds_place and chosen.get(one.pk) == SessionPlace.Status.CONFIRMED,
        )
        for order, one in enumerate(registrations, start=1)
    ]
    found = [
        row
        for row in rows
        if wanted.fits(row.registration)
        and mentions(row.registration, words)
        and (not wanted.session or row.registration.pk in chosen)
    ]
    return sorted(found, key=lambda row: by_name(row.registration)) if wanted.order else found


def _choosers(event: Event, session: str) -> dict[int, str]:
    """Returns by registration the state of each one's place in that session."""
    places = SessionPlace.objects.filter(registration__event=event, session_key=session)
    return dict(places.order_by().values_list("registration_id", "status"))


def order_of(registration: Registration) -> int:
    """Returns the order, as `ListedRegistration.order`."""
    before = Registration.objects.filter(event=registration.event_id)
    return before.filter(number__lte=registration.number).count()


# --- Looking for people ---


def wanted_words(typed: str) -> list[str]:
    """Returns words as they are compared. What has no letter of ours in it is looked for as it
    is."""
    plain = one_line(searched(typed) if "@" in typed else typed)[:LONGEST_QUERY]
    return folded(plain).split() or plain.lower().split()


def mentions(registration: Registration, words: Iterable[str]) -> bool:
    """Says whether each word is in the name, the organisation, the address or the code: whatever
    the accents, apostrophes and hyphens on either side, and in one word or two ("d’Artagnan",
    "dartagnan")."""
    texts = (
        registration.first_name,
        registration.last_name,
        registration.organisation,
        registration.email,
        shown_address(registration.email),
        registration.code,
    )
    plain = [folded(text) for text in texts]
    said = "\n".join([*plain, *(text.replace(" ", "") for text in plain), *map(str.lower, texts)])
    return all(word in said for word in words)


def by_name(registration: Registration) -> tuple[str, str, int]:
    """Returns where somebody stands in an alphabetical list: "Élodie" before "Zoé"."""
    return folded(registration.last_name), folded(registration.first_name), registration.pk


def found_at_entrance(event: Event, typed: str) -> list[Registration]:
    """Finds somebody by their code when it is one, however it was typed; otherwise by name."""
    code = "".join(typed.upper().split()).replace("-", "")
    if len(code) == CODE_LENGTH:
        by_code = list(event.registrations.filter(code=code))
        if by_code:
            return by_code
    words = wanted_words(typed)
    found = (one for one in event.registrations.standing().only(*LISTED) if mentions(one, words))
    return sorted(found, key=by_name) if words else []


def counts_of(event: Event) -> dict[str, int]:
    there = Q(attended_at__isnull=False)
    return event.registrations.order_by().aggregate(
        confirmed=Count("pk", filter=Q(status=Status.CONFIRMED)),
        waiting=Count("pk", filter=Q(status=Status.WAITING)),
        cancelled=Count("pk", filter=Q(status=Status.CANCELLED)),
        there=Count("pk", filter=there),
    )


def session_rows(event: Event, publication: EventPublication | None) -> list[dict[str, Any]]:
    """Returns the sessions with their counts. `waiting` are in the session's queue. Who waits for
    the event itself is in none yet, and is counted apart (`wished`)."""
    sessions = sessions_chosen(event, publication)
    if publication is None or not sessions:
        return []
    taken = SessionPlace.objects.taken(event.pk)
    waiting = SessionPlace.objects.filter(
        registration__event=event, status=SessionPlace.Status.WAITING
    )
    queued = _by_session(waiting.filter(registration__status=Status.CONFIRMED))
    wished = _by_session(waiting.filter(registration__status=Status.WAITING))
    return [
        {
            "key": session["key"],
            "title": session["title"],
            "words": session_words(session, publication.time_zone),
            "taken": taken.get(session["key"], 0),
            "capacity": session["capacity"],
            "waiting": queued.get(session["key"], 0),
            "wished": wished.get(session["key"], 0),
        }
        for session in sessions
    ]


def _by_session(places: QuerySet[SessionPlace]) -> dict[str, int]:
    counted = places.order_by().values_list("session_key").annotate(count=Count("pk"))
    return dict(counted)
