"""How events use pictures, documents and speakers (`publishing.sharing`)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from events.models import Event, EventDocument, EventImage, EventPublication, Resource, Session
from publishing.audiences import Reader
from publishing.sharing import Use


def _written(user: Any) -> QuerySet[Event]:
    if not user.has_perm("events.change_event"):
        return Event.objects.none()
    return Event.objects.changeable_by(user).order_by()


def _of_others(user: Any) -> QuerySet[Event]:
    """Those meant for readers that this person is not one of, whoever wrote them but them."""
    reads = Reader.of(user).condition() | Event.inviting(user) | Q(created_by=user)
    return Event.objects.exclude(
        pk__in=Event.objects.filter(reads).order_by().values("pk")
    ).order_by()


def _pages(user: Any) -> QuerySet[Any]:
    return EventPublication.objects.visible_to(user).order_by()


def _pages_of_others(user: Any) -> QuerySet[Any]:
    own = Event.objects.filter(created_by=user).order_by()
    seen = _pages(user).values("pk")
    return EventPublication.objects.live().exclude(Q(pk__in=seen) | Q(event__in=own)).order_by()


def _documents(events: QuerySet[Event]) -> Q:
    resources = Resource.objects.filter(event__in=events, document__isnull=False).order_by()
    through = Session.documents.through.objects.filter(session__event__in=events)
    return Q(pk__in=resources.values("document")) | Q(pk__in=through.values("document"))


def _speakers(events: QuerySet[Event]) -> Q:
    through = Session.speakers.through.objects.filter(session__event__in=events)
    return Q(pk__in=through.values("speaker"))


def _images(events: QuerySet[Event]) -> Q:
    through = Session.speakers.through.objects.filter(
        session__event__in=events, speaker__portrait__isnull=False
    )
    covers = events.filter(cover__isnull=False)
    return Q(pk__in=covers.values("cover")) | Q(pk__in=through.values("speaker__portrait"))


def _documents_of(pages: QuerySet[Any]) -> Q:
    through = EventDocument.objects.filter(publication__in=pages)
    return Q(pk__in=through.values("document"))


def _speakers_of(pages: QuerySet[Any]) -> Q:
    through = EventPublication.speakers.through.objects.filter(eventpublication__in=pages)
    return Q(pk__in=through.values("speaker"))


def _images_of(pages: QuerySet[Any]) -> Q:
    """Its cover, and the portraits of its speakers."""
    through = EventImage.objects.filter(publication__in=pages)
    return Q(pk__in=through.values("image"))


DOCUMENTS = Use(
    shown=lambda user: _documents_of(_pages(user)),
    written=lambda user: _documents(_written(user)),
    reserved=lambda user: _documents(_of_others(user)) | _documents_of(_pages_of_others(user)),
)
SPEAKERS = Use(
    shown=lambda user: _speakers_of(_pages(user)),
    written=lambda user: _speakers(_written(user)),
    reserved=lambda user: _speakers(_of_others(user)) | _speakers_of(_pages_of_others(user)),
)
IMAGES = Use(
    shown=lambda user: _images_of(_pages(user)),
    written=lambda user: _images(_written(user)),
    reserved=lambda user: _images(_of_others(user)) | _images_of(_pages_of_others(user)),
)
