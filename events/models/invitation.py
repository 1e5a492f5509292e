"""People who are asked by name to come: with or without an account, each by a link of their own."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone

from events.models.registration import Registration, new_secret
from events.models.working_copy import Event
from spelling.fields import EmailAddressField, LineField


class EventInvitationQuerySet(models.QuerySet["Invitation"]):
    def of(self, user: Any) -> Self:
        """Keeps those sent to the address of this account."""
        return self.filter(email=user.email.lower())

    def own(self, user: Any, event_id: int) -> Invitation | None:
        """Returns the one sent to the address of that account; None for a visitor."""
        if not user.is_authenticated:
            return None
        return self.of(user).filter(event=event_id).first()

    def opened_by(self, secret: str) -> Self:
        """Keeps those opened by this link, or by that of another that was made one with it."""
        former = FormerLink.objects.filter(secret=secret).values("invitation")
        return self.filter(Q(secret=secret) | Q(pk__in=former))

    def with_answers(self) -> Self:
        """Adds `registration_status`, that of the last time that the person registered; None where
        they never did, or gave a place back before they were invited."""
        theirs = (
            Registration.objects.filter(event=OuterRef("event"), email=OuterRef("email"))
            .filter(
                ~Q(status=Registration.Status.CANCELLED)
                | Q(cancelled_at__gte=OuterRef("created_at"))
            )
            .order_by("-number")
        )
        return self.annotate(registration_status=Subquery(theirs.values("status")[:1]))

    def unanswered(self) -> Self:
        return self.with_answers().filter(declined_at=None, registration_status=None)


class Invitation(models.Model):
    event = models.ForeignKey(
        Event, verbose_name="événement", on_delete=models.CASCADE, related_name="invitations"
    )
    # It is in lower case: it is compared with those of accounts and registrations.
    email = EmailAddressField("adresse électronique")
    first_name = LineField("prénom", max_length=80, blank=True)
    last_name = LineField("nom", max_length=80, blank=True)
    organisation = LineField("organisation", max_length=160, blank=True)
    words = models.TextField("mot de l’organisation", max_length=1500, blank=True)
    # It is in the links that its person gets.
    secret = models.CharField(max_length=40, unique=True, default=new_secret, editable=False)
    created_at = models.DateTimeField("faite le", default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="invitation faite par",
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )
    # It was last written then; empty until then, or once a reminder is asked for.
    sent_at = models.DateTimeField("écrite le", null=True, blank=True, editable=False)
    times_sent = models.PositiveSmallIntegerField(default=0, editable=False)
    declined_at = models.DateTimeField("déclinée le", null=True, blank=True, editable=False)

    objects = EventInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation à un événement"
        verbose_name_plural = "invitations à des événements"
        ordering = ["event", "last_name", "first_name", "email"]
        constraints = [
            models.UniqueConstraint(
                "event",
                Lower("email"),
                name="events_invitation_once",
                violation_error_message="Cette adresse est déjà invitée à cet événement.",
            )
        ]
        indexes = [models.Index(fields=["email"], name="events_inv_email")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_absolute_url(self) -> str:
        """Returns the event's page, which its secret opens."""
        return reverse("events:invitation", args=[self.secret])

    @property
    def register_url(self) -> str:
        return reverse("events:accept", args=[self.secret])

    @property
    def decline_url(self) -> str:
        return reverse("events:decline", args=[self.secret])

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class FormerLink(models.Model):
    """The link of an invitation that turned out to be a second one of its mailbox: its letter had
    left."""

    invitation = models.ForeignKey(
        Invitation, on_delete=models.CASCADE, related_name="former_links"
    )
    secret = models.CharField(max_length=40, unique=True)

    class Meta:
        verbose_name = "ancien lien d’invitation"
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.invitation)
