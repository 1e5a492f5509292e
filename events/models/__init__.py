"""Events: the organisers' working copy, its versions, what readers get, and places."""

from events.models.invitation import FormerLink, Invitation
from events.models.programme import (
    Question,
    Resource,
    Session,
)
from events.models.publication import (
    EventDocument,
    EventImage,
    EventPublication,
    EventVersion,
    PublishedEventQuerySet,
)
from events.models.registration import (
    CalendarKey,
    Evaluation,
    GroupMessage,
    Registration,
    SessionPlace,
)
from events.models.vocabulary import EventSeries, Speaker
from events.models.working_copy import Event, Format, RegistrationFor, State

__all__ = [
    "CalendarKey",
    "Evaluation",
    "Event",
    "EventDocument",
    "EventImage",
    "EventPublication",
    "EventSeries",
    "EventVersion",
    "Format",
    "FormerLink",
    "GroupMessage",
    "Invitation",
    "PublishedEventQuerySet",
    "Question",
    "Registration",
    "RegistrationFor",
    "Resource",
    "Session",
    "SessionPlace",
    "Speaker",
    "State",
]
