"""Places: who asked for one, who holds one, in what order, who came."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import Count, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone

from events.models.working_copy import Event, Format
from publishing.audiences import Audience
from spelling.fields import EmailAddressField, LineField

if TYPE_CHECKING:
    from events.models.publication import EventPublication

# The letters leave out what is mistaken for something else when read aloud or from a badge: 0 O, 1
# I L, 5 S, 2 Z.
CODE_LETTERS = "346789ABCDEFGHJKMNPQRTUVWXY"
CODE_LENGTH = 8


def new_code() -> str:
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def new_secret() -> str:
    return secrets.token_urlsafe(24)


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def confirmed(self) -> Self:
        return self.filter(status=Registration.Status.CONFIRMED)

    def taken(self, events: Iterable[int]) -> dict[int, int]:
        """Returns how many places of each of these events are confirmed; those without any are
        left out."""
        counted = self.confirmed().filter(event__in=events).order_by().values("event")
        return dict(counted.annotate(taken=Count("pk")).values_list("event", "taken"))

    def waiting(self) -> Self:
        """Keeps those who wait, in the order in which places go to them."""
        return self.filter(status=Registration.Status.WAITING).order_by("number")

    def standing(self) -> Self:
        return self.exclude(status=Registration.Status.CANCELLED)

    def of(self, email: str) -> Self:
        return self.filter(email=email.lower())

    def own(self, user: Any, event_id: int) -> Registration | None:
        """Returns the standing one of that account; None for a visitor."""
        if not user.is_authenticated:
            return None
        return self.standing().held_by(user).filter(event=event_id).first()

    def held_by(self, user: Any) -> Self:
        """Keeps those of an account, and those that its person asked for without it."""
        theirs = Registration.objects.filter(user=user).values("pk")
        addressed = Registration.objects.filter(user=None).of(user.email).values("pk")
        # Each has its index; one condition on both would read the whole table.
        return self.filter(Q(pk__in=theirs) | Q(pk__in=addressed))


class Registration(models.Model):
    class Status(models.TextChoices):
        CONFIRMED = "confirmed", "Inscrit·e"
        WAITING = "waiting", "En liste d’attente"
        CANCELLED = "cancelled", "Annulée"

    event = models.ForeignKey(
        Event, verbose_name="événement", on_delete=models.PROTECT, related_name="registrations"
    )
    # Its order in the event is given under the event's lock: the waiting list follows it.
    number = models.PositiveIntegerField("rang", editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="compte",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="event_registrations",
    )
    # It is in lower case as well: it is compared with `=`.
    email = EmailAddressField("adresse électronique")
    first_name = LineField("prénom", max_length=80)
    last_name = LineField("nom", max_length=80)
    organisation = LineField("organisation", max_length=160, blank=True)
    status = models.CharField("état", max_length=10, choices=Status)
    # The answers, by the key of the question.
    answers = models.JSONField("réponses", default=dict, blank=True)
    # They are kept as they were when they were accepted.
    conditions = models.TextField("conditions acceptées", blank=True)
    is_listed = models.BooleanField("paraît sur la liste des participant·es", default=False)
    code = models.CharField(
        "code d’accueil",
        max_length=CODE_LENGTH,
        unique=True,
        default=new_code,
        editable=False,
        validators=[MinLengthValidator(CODE_LENGTH)],
    )
    # It is in the links that its person gets. A new one closes those given before.
    secret = models.CharField(max_length=40, unique=True, default=new_secret, editable=False)
    created_at = models.DateTimeField("demandée le", default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField("confirmée le", null=True, blank=True, editable=False)
    cancelled_at = models.DateTimeField("annulée le", null=True, blank=True, editable=False)
    # What was last announced to the person, in words: when, where, in what state; and the same for
    # each session that they chose, by key. `EventPublication.sequence` was such then: later ones
    # are compared with it.
    announced_facts = models.JSONField(default=dict, editable=False)
    announced_sessions = models.JSONField(default=dict, editable=False)
    announced_sequence = models.PositiveIntegerField(default=0, editable=False)
    reminded_at = models.DateTimeField("rappelée le", null=True, blank=True, editable=False)
    attended_at = models.DateTimeField("présence notée le", null=True, blank=True)
    certificate_key = models.CharField(
        max_length=40, unique=True, null=True, blank=True, editable=False
    )
    evaluation_asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    # There is no time, which would tell whose evaluation is whose.
    has_evaluated = models.BooleanField(default=False, editable=False)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = "inscription"
        ordering = ["event", "number"]
        constraints = [
            models.UniqueConstraint(
                "event",
                Lower("email"),
                condition=~Q(status="cancelled"),
                name="events_registration_once",
                violation_error_message="Cette adresse est déjà inscrite à cet événement.",
            ),
            models.UniqueConstraint(fields=["event", "number"], name="events_registration_number"),
            models.CheckConstraint(
                condition=Q(status="cancelled") ^ Q(cancelled_at__isnull=True),
                name="events_registration_cancelled",
                violation_error_message="Une inscription annulée a une date d’annulation.",
            ),
            models.CheckConstraint(
                condition=~Q(status="confirmed") | Q(confirmed_at__isnull=False),
                name="events_registration_confirmed",
                violation_error_message="Une inscription confirmée a une date de confirmation.",
            ),
        ]
        indexes = [
            models.Index(fields=["event", "status", "number"], name="events_reg_queue"),
            models.Index(fields=["email"], name="events_reg_email"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Returns the person's own page, by its secret."""
        return reverse("events:place", args=[self.secret])

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def holds_place(self) -> bool:
        return self.status == self.Status.CONFIRMED

    @property
    def is_waiting(self) -> bool:
        return self.status == self.Status.WAITING

    @property
    def is_cancelled(self) -> bool:
        return self.status == self.Status.CANCELLED

    def sessions_held(self) -> set[str]:
        """Returns keys of the sessions in which the person has a place, not a rank in a queue."""
        return set(self.session_places.held().values_list("session_key", flat=True))

    @property
    def cancel_url(self) -> str:
        return reverse("events:cancel", args=[self.secret])

    @property
    def evaluation_url(self) -> str:
        return reverse("events:evaluate", args=[self.secret])

    def event_url(self, publication: EventPublication) -> str:
        """Returns the address of the event's page: where it is reserved to some, by the person's
        own link, which opens it to those who have no account too."""
        if publication.audience == Audience.PUBLIC:
            return publication.get_absolute_url()
        if self.is_cancelled:  # their link opens it no more
            return self.get_absolute_url()
        return reverse("events:place_event", args=[self.secret])

    def online_url(self, publication: EventPublication) -> str:
        """Returns the link; empty for whoever has no place, and for an event that is nowhere
        online."""
        if not self.holds_place or publication.format == Format.IN_PERSON:
            return ""
        return publication.online_url

    def note_announced(
        self, facts: dict[str, str], sessions: dict[str, str], sequence: int
    ) -> None:
        """Notes what the person knows from now on. What writes it to them calls this, and nothing
        else does: `events.letters`."""
        self.announced_facts, self.announced_sessions, self.announced_sequence = (
            facts,
            sessions,
            sequence,
        )
        self.save(update_fields=["announced_facts", "announced_sessions", "announced_sequence"])

    def rank_in_queue(self) -> int:
        """Returns 1 for whoever gets the next place."""
        return (
            Registration.objects.filter(event=self.event_id, number__lt=self.number)
            .filter(status=self.Status.WAITING)
            .count()
            + 1
        )


class SessionPlaceQuerySet(models.QuerySet["SessionPlace"]):
    def held(self) -> Self:
        """Keeps those who have a place, not a rank in a queue."""
        return self.filter(status=SessionPlace.Status.CONFIRMED)

    def queue(self, event: Event, key: str) -> Self:
        """Keeps those who hold a place at the event and wait for one in that session, in order."""
        return (
            self.filter(
                session_key=key,
                status=SessionPlace.Status.WAITING,
                registration__event=event,
                registration__status=Registration.Status.CONFIRMED,
            )
            .select_related("registration")
            .order_by("number")
        )

    def taken(self, event_id: int) -> dict[str, int]:
        """Returns how many places are taken, by key of session."""
        counted = (
            self.held()
            .filter(
                registration__event=event_id, registration__status=Registration.Status.CONFIRMED
            )
            .order_by()
            .values("session_key")
            .annotate(taken=Count("pk"))
        )
        return {row["session_key"]: row["taken"] for row in counted}


class SessionPlace(models.Model):
    """A choice among sessions: it is held, or waited for."""

    class Status(models.TextChoices):
        CONFIRMED = "confirmed", "Inscrit·e"
        WAITING = "waiting", "En liste d’attente"

    registration = models.ForeignKey(
        Registration, on_delete=models.CASCADE, related_name="session_places"
    )
    session_key = models.CharField(max_length=32)
    # Its order in the event, as registrations have theirs.
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status)

    objects = SessionPlaceQuerySet.as_manager()

    class Meta:
        verbose_name = "place en atelier"
        verbose_name_plural = "places en atelier"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "session_key"],
                name="events_session_place_once",
                violation_error_message="Cet atelier est déjà choisi.",
            )
        ]
        indexes = [
            models.Index(fields=["session_key", "status", "number"], name="events_session_queue")
        ]

    def __str__(self) -> str:
        return f"{self.registration} : {self.session_key}"

    @property
    def holds_place(self) -> bool:
        return self.status == self.Status.CONFIRMED


class Evaluation(models.Model):
    """What somebody who came thought of it. Nothing says who: the registration only knows that
    its person has answered, and no number gives the order."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="evaluations")
    # The answers, by the key of the question.
    answers = models.JSONField("réponses")
    answered_on = models.DateField("le", default=timezone.localdate)

    class Meta:
        verbose_name = "évaluation"
        ordering = ["?"]  # nor does their order

    def __str__(self) -> str:
        return f"{self.event}"


class GroupMessage(models.Model):
    """What an organiser wrote to many at once. The letters themselves are mails, which are kept
    for some weeks (`mailing`); this says for good that they were written."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="group_messages")
    # The form gives it: the same one sent twice is one message.
    key = models.CharField(max_length=32)
    subject = models.CharField("objet", max_length=150)
    # They are in words: a workshop may be gone when they are read.
    recipients = models.CharField("à qui", max_length=300)
    count = models.PositiveIntegerField("nombre")
    sent_at = models.DateTimeField("le", default=timezone.now)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="par",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )

    class Meta:
        verbose_name = "message aux inscrit·es"
        verbose_name_plural = "messages aux inscrit·es"
        ordering = ["-sent_at", "-pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["event", "key"],
                name="events_group_message_once",
                violation_error_message="Ce message est déjà parti.",
            )
        ]

    def __str__(self) -> str:
        return self.subject


class CalendarKey(models.Model):
    """A key that opens a member's own calendar to their calendar reader, which has no session."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_key"
    )
    key = models.CharField(max_length=40, unique=True, default=new_secret, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = "agenda personnel"

    def __str__(self) -> str:
        return str(self.user)
