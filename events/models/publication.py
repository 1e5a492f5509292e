"""Every saved version of an event, and what readers get of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Case, Count, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from contents.models import ContentPublication, PublishedDocument, PublishedImage
from events.models.registration import Registration
from events.models.vocabulary import EventSeries
from events.models.working_copy import Event, Format, RegistrationFor, State
from publishing.audiences import Audience
from publishing.models import PublicationQuerySet, VersionBase
from territories import wall_clocks
from territories.zones import Zone, zone_words

# It is postponed, and still announced for the day that it had then.
AWAITS_DAY = Q(event__state=State.POSTPONED, event__postponed_day=F("first_day"))


class EventVersion(VersionBase):
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="versions")

    class Meta(VersionBase.Meta):
        verbose_name = "version"


class PublishedEventQuerySet(PublicationQuerySet):
    def inviting(self, user: Any) -> Q:
        return Event.inviting(user, event="event")

    def live_of(self, event: Event, at: datetime | None = None) -> EventPublication | None:
        """Returns what is published of it at that moment, now by default, for whatever audience."""
        found: EventPublication | None = (
            self.live(at).select_related("event", "commune").filter(event=event).first()
        )
        return found

    def at_address(self, slug: str, user: Any) -> EventPublication | None:
        """Returns what this reader may see there, with what its page shows."""
        found: EventPublication | None = (
            self.visible_to(user)
            .select_related("event", "series", "cover", "commune__department")
            .prefetch_related("themes")
            .filter(slug=slug)
            .first()
        )
        return found

    def last_of(self, event: Event) -> EventPublication | None:
        """Returns, for those who took part, what is online, or what was last of an event that is
        over. What they lived stays theirs once its page is archived."""
        shown = self.filter(event=event, live_from__lte=timezone.now())
        last = shown.select_related("event", "commune").order_by("-live_from", "-id").first()
        return last if last is not None and (last.is_online or last.has_ended) else None

    def coming(self, at: datetime | None = None) -> Self:
        """Keeps what has not ended: an event is past only then, and not while it waits for a
        day."""
        return self.filter(Q(ends_at__gt=at or timezone.now()) | AWAITS_DAY)

    def past(self, at: datetime | None = None) -> Self:
        return self.filter(ends_at__lte=at or timezone.now()).exclude(AWAITS_DAY)

    def taking_place(self) -> Self:
        return self.exclude(AWAITS_DAY | Q(event__state=State.CANCELLED))

    def next_first(self) -> Self:
        """Sorts the next one first; what waits for a day comes last."""
        return self.order_by(Case(When(AWAITS_DAY, then=1), default=0), "starts_at", "id")

    def for_lists(self) -> Self:
        """Reads all that a row of the agenda shows, in two queries, the next one first."""
        taken = (
            Registration.objects.confirmed()
            .filter(event=OuterRef("event"))
            .order_by()
            .values("event")
            .annotate(taken=Count("pk"))
            .values("taken")
        )
        return (
            self.annotate(taken=Coalesce(Subquery(taken), 0))
            .select_related("event", "series", "commune__department")
            .prefetch_related("themes")
            .defer("content", "online_url")
            .next_first()
        )


class EventPublication(ContentPublication):
    """An event as readers get it. Its state and its registrations are the event's own."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="publications")
    audience = models.CharField("public", max_length=10, choices=Audience)
    version = models.ForeignKey(EventVersion, on_delete=models.RESTRICT, related_name="+")
    series = models.ForeignKey(EventSeries, on_delete=models.PROTECT, null=True, related_name="+")
    structures = models.ManyToManyField("structures.Structure", related_name="event_publications")
    images = models.ManyToManyField("media.Image", through="EventImage", related_name="+")
    documents = models.ManyToManyField("media.Document", through="EventDocument", related_name="+")
    speakers = models.ManyToManyField("events.Speaker", related_name="+")
    format = models.CharField(max_length=10, choices=Format)
    time_zone = models.CharField(max_length=40, choices=Zone)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    # It is the first day on the wall of the place, which lists filter by: no moment says it in SQL.
    first_day = models.DateField()
    venue = models.CharField(max_length=160, blank=True)
    address = models.CharField(max_length=200, blank=True)
    commune = models.ForeignKey(
        "territories.Territory", on_delete=models.PROTECT, null=True, related_name="+"
    )
    # It is only for those who hold a place: no list reads it, no template knows it.
    online_url = models.CharField(max_length=500, blank=True)
    registration_for = models.CharField(max_length=10, choices=RegistrationFor)
    registration_url = models.CharField(max_length=500, blank=True)
    registration_opens_at = models.DateTimeField(null=True)
    registration_closes_at = models.DateTimeField(null=True)
    capacity = models.PositiveIntegerField(null=True)
    has_waiting_list = models.BooleanField(default=True)
    reminder_days = models.PositiveSmallIntegerField(default=0)
    # So many publications of the event are read before this one (`set_rank`).
    rank = models.PositiveIntegerField(default=0)

    # It is set on the preview of a draft that has no day yet.
    is_undated = False
    # How many places are confirmed, where a list counted them.
    taken: int | None = None

    objects = PublishedEventQuerySet.as_manager()

    class Meta(ContentPublication.Meta):
        verbose_name = "publication"
        constraints = [
            *ContentPublication.Meta.constraints,
            models.UniqueConstraint(
                fields=["event"],
                condition=Q(live_until__isnull=True),
                name="events_publication_one_open",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="events_publication_order",
                violation_error_message="La fin de l’événement précède son début.",
            ),
        ]
        indexes = [
            models.Index(fields=["starts_at", "id"], name="events_pub_starts"),
            models.Index(fields=["ends_at"], name="events_pub_ends"),
            models.Index(fields=["slug", "live_from"], name="events_pub_slug"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("events:detail", args=[self.slug])

    @property
    def quoted_title(self) -> str:
        return f"«\u00a0{self.title}\u00a0»"

    def set_rank(self) -> list[str]:
        others = self.event.publications.exclude(pk=self.pk)
        self.rank = others.filter(live_from__lte=self.live_from).count()
        return ["rank"]

    def attach(self, data: Mapping[str, Any]) -> None:
        super().attach(data)
        self.speakers.set(self.content["speakers"])

    # --- When ---

    @property
    def starts_local(self) -> datetime:
        return wall_clocks.local(self.starts_at, self.time_zone)

    @property
    def ends_local(self) -> datetime:
        return wall_clocks.local(self.ends_at, self.time_zone)

    @property
    def one_day(self) -> bool:
        return self.starts_local.date() == self.ends_local.date()

    @property
    def zone_words(self) -> str:
        """The zone in words: "heure de La Réunion"."""
        return zone_words(self.time_zone)

    @property
    def says_zone(self) -> bool:
        """Whether pages say the zone. Whoever comes to a place of metropolitan France is on its
        clock; those online are anywhere."""
        return self.time_zone != Zone.PARIS or self.format != Format.IN_PERSON

    @property
    def awaits_day(self) -> bool:
        """Whether it awaits a day, as AWAITS_DAY says in SQL."""
        is_postponed = self.event.state == State.POSTPONED
        return self.is_undated or (is_postponed and self.event.postponed_day == self.first_day)

    @property
    def has_ended(self) -> bool:
        return self.ends_at <= timezone.now() and not self.awaits_day

    @property
    def has_taken_place(self) -> bool:
        return self.has_ended and not self.is_cancelled

    @property
    def is_on(self) -> bool:
        return self.starts_at <= timezone.now() < self.ends_at

    # --- What calendars say ---

    @property
    def sequence(self) -> int:
        """A number that grows with each publication and each change of state."""
        return self.rank + self.event.state_changes

    @property
    def state(self) -> State:
        """The state of its event. What was postponed and has another day is planned."""
        state = State(self.event.state)
        return State.PLANNED if state == State.POSTPONED and not self.awaits_day else state

    @property
    def is_off(self) -> bool:
        """Whether its day no longer holds."""
        return self.state in (State.CANCELLED, State.POSTPONED)

    @property
    def state_note(self) -> str:
        """What the organiser says of that state."""
        note: str = self.event.state_note
        return note if self.state == self.event.state else ""

    @property
    def is_cancelled(self) -> bool:
        return self.state == State.CANCELLED

    # --- Registrations ---

    @property
    def takes_registrations(self) -> bool:
        """Whether people register here, and not on another site."""
        return self.registration_for != RegistrationFor.NOBODY and not self.registration_url

    def registration_is_open(self, at: datetime | None = None) -> bool:
        at = at or timezone.now()
        return (
            self.takes_registrations
            and self.state not in (State.CANCELLED, State.POSTPONED)
            and (self.registration_opens_at is None or self.registration_opens_at <= at)
            and at < (self.registration_closes_at or self.starts_at)
            and at < self.ends_at
        )

    def is_full(self, taken: int) -> bool:
        """Says whether it is full, by the organiser's word or by the places that are taken."""
        if self.state == State.FULL:
            return True
        return self.capacity is not None and taken >= self.capacity

    @property
    def chosen_sessions(self) -> list[dict[str, Any]]:
        """The sessions that one registers for, as `events.programme.rendering` describes them."""
        return [s for s in self.content["sessions"] if s["by_registration"]]


class EventImage(PublishedImage):
    publication = models.ForeignKey(EventPublication, on_delete=models.CASCADE, related_name="+")


class EventDocument(PublishedDocument):
    publication = models.ForeignKey(EventPublication, on_delete=models.CASCADE, related_name="+")
