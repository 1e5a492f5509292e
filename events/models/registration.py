"""Places: who asked for one, who holds one, in what order, who came."""

from __future__ import annotations

import secrets
import uuid
from typing import Any, Self

from django.conf import settings
from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from events.models.working_copy import Event
from mailing.services import forget
from spelling.fields import EmailAddressField, LineField

# Without what is mistaken for something else when read aloud or from a badge: 0 O, 1 I L, 5 S, 2 Z.
CODE_LETTERS = "346789ABCDEFGHJKMNPQRTUVWXY"
CODE_LENGTH = 8


def new_code() -> str:
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def new_secret() -> str:
    return secrets.token_urlsafe(24)


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def confirmed(self) -> Self:
        return self.filter(status=Registration.Status.CONFIRMED)

    def waiting(self) -> Self:
        """In the order in which places go to them."""
        return self.filter(status=Registration.Status.WAITING).order_by("number")

    def standing(self) -> Self:
        return self.exclude(status=Registration.Status.CANCELLED)

    def of(self, email: str) -> Self:
        return self.filter(email=email.lower())

    def held_by(self, user: Any) -> Self:
        """Those of an account, and those that its person asked for without it."""
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
    # Its order in the event, given under the event's lock: the waiting list follows it.
    number = models.PositiveIntegerField("rang", editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="compte",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="event_registrations",
    )
    # In lower case as well: it is compared with `=`.
    email = EmailAddressField("adresse électronique")
    first_name = LineField("prénom", max_length=80)
    last_name = LineField("nom", max_length=80)
    organisation = LineField("organisation", max_length=160, blank=True)
    status = models.CharField("état", max_length=10, choices=Status)
    # By the key of the question.
    answers = models.JSONField("réponses", default=dict, blank=True)
    # As they were when they were accepted.
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
    # In the links that its person gets. A new one closes those given before.
    secret = models.CharField(max_length=40, unique=True, default=new_secret, editable=False)
    created_at = models.DateTimeField("demandée le", default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField("confirmée le", null=True, blank=True, editable=False)
    cancelled_at = models.DateTimeField("annulée le", null=True, blank=True, editable=False)
    # What the person was last told, in words: when, where, in what state; and of each session that
    # they chose, by key. As of which `EventPublication.sequence`: later ones are compared with it.
    told = models.JSONField(default=dict, editable=False)
    told_sessions = models.JSONField(default=dict, editable=False)
    told_sequence = models.PositiveIntegerField(default=0, editable=False)
    reminded_at = models.DateTimeField("rappelée le", null=True, blank=True, editable=False)
    attended_at = models.DateTimeField("présence notée le", null=True, blank=True)
    certificate_key = models.CharField(
        max_length=40, unique=True, null=True, blank=True, editable=False
    )
    evaluation_asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Without a time, which would tell whose evaluation is whose.
    has_evaluated = models.BooleanField(default=False, editable=False)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = "inscription"
        ordering = ["event", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "email"],
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
        """The person's own page, by its secret."""
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

    @classmethod
    def forget_person(cls, person: Any) -> None:
        """Of an account that is erased (`accounts.personal_data`): what is to come is given back,
        what is past is counted without a name."""
        from events.registering import cancel, last_publication

        theirs = cls.objects.filter(Q(user=person) | Q(email__iexact=person.email))
        for registration in theirs.standing().select_related("event"):
            publication = last_publication(registration.event)
            if publication is None or not publication.has_ended:
                cancel(registration=registration)
        for registration in theirs:
            registration.first_name, registration.last_name = "Compte", "effacé"
            registration.email = f"efface-{registration.pk}@invalid.example"
            registration.organisation, registration.answers = "", {}
            registration.is_listed, registration.user = False, None
            registration.certificate_key = None
            registration.evaluation_asked_at = timezone.now()  # nobody is left to ask
            registration.told = {}
            registration.save()
            forget(f"registration-{registration.pk}-")

    @classmethod
    def tell_person(cls, person: Any) -> tuple[str, list[dict[str, Any]]]:
        """What is kept of an account's person here (`accounts.personal_data`)."""
        theirs = cls.objects.filter(Q(user=person) | Q(email__iexact=person.email))
        return "inscriptions à des événements", [
            {
                "événement": registration.event.read_title,
                "nom": registration.name,
                "adresse électronique": registration.email,
                "organisation": registration.organisation,
                "demandée le": registration.created_at,
                "état": registration.get_status_display(),
                "ateliers": list(registration.told_sessions.values()),
                "réponses": registration.answers_in_words(),
                "conditions acceptées": registration.conditions,
                "paraît sur la liste des participant·es": registration.is_listed,
                "présence notée le": registration.attended_at,
            }
            for registration in theirs.select_related("event").order_by("pk")
        ]

    def answers_in_words(self) -> dict[str, Any]:
        from events.former import answers_told

        return answers_told(self.event, self.answers)

    def rank_in_queue(self) -> int:
        """1 for whoever gets the next place."""
        return (
            Registration.objects.filter(event=self.event_id, number__lt=self.number)
            .filter(status=self.Status.WAITING)
            .count()
            + 1
        )


class SessionPlace(models.Model):
    """A choice among sessions: held, or waited for."""

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
    # By the key of the question.
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
    # Of the form: the same one sent twice is one message.
    key = models.CharField(max_length=32)
    subject = models.CharField("objet", max_length=150)
    # In words: a workshop may be gone when they are read.
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
    """Opens a member's own calendar to their calendar reader, which has no session."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_key"
    )
    key = models.CharField(max_length=40, unique=True, default=new_secret, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = "agenda personnel"

    def __str__(self) -> str:
        return str(self.user)
