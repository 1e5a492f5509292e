"""How people come to the portal: they are invited, or ask and are then invited."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, ClassVar, cast

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Concat, Lower
from django.utils import timezone

from mailing.models import Message
from publishing.audiences import Role, role_is_known
from spelling.fields import EmailAddressField, LineField
from territories.models import Territory
from territories.zones import Zone, zone_for


def new_nonce() -> str:
    return secrets.token_urlsafe(16)


def default_expiry() -> datetime:
    return timezone.now() + timedelta(days=settings.INVITATION_DAYS)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> InvitationQuerySet:
        """Keeps those that are neither accepted nor cancelled; the link may have expired."""
        return self.filter(accepted_at=None, cancelled_at=None)

    def waiting(self) -> InvitationQuerySet:
        return self.open().filter(expires_at__gt=timezone.now())

    def of(self, email: str) -> InvitationQuerySet:
        return self.filter(email__iexact=email)

    def with_mail(self) -> InvitationQuerySet:
        """Adds `mail_status`: where the mail of the link that holds today stands in the queue; None
        once it is forgotten there, a month after it left."""
        key = Concat(
            Value(MAILS), Cast("pk", models.CharField()), Value("-"), "nonce",
            output_field=models.CharField(),
        )  # fmt: skip
        mail = Message.objects.filter(key=OuterRef("_key")).values("status")
        return self.alias(_key=key).annotate(mail_status=Subquery(mail[:1]))


# What the keys of its mails in the queue begin with.
MAILS = "account-invitation-"
DID_NOT_LEAVE = (Message.Status.FAILED, Message.Status.DOUBTFUL, Message.Status.EXPIRED)


class Invitation(models.Model):
    """A role and a scope in the network that wait for an address. The link is signed, good once,
    until `expires_at`; sending it again changes `nonce`, and with it the link."""

    email = EmailAddressField("adresse électronique")
    first_name = LineField("prénom", max_length=150, blank=True)
    last_name = LineField("nom", max_length=150, blank=True)
    role = models.CharField(
        "rôle dans le réseau",
        max_length=20,
        choices=Role,
        default=Role.DEPARTMENTAL_DLA,
        help_text="Décide des contenus réservés que la personne pourra lire.",
    )
    whole_country = models.BooleanField(
        "France entière",
        default=False,
        help_text="Équipe nationale, rédaction, centre de ressources, pilote national.",
    )
    territories = models.ManyToManyField(
        "territories.Territory",
        verbose_name="territoires",
        blank=True,
        related_name="+",
        help_text="Périmètre de la personne\u00a0: ces territoires et tout ce qui s’y trouve.",
    )
    groups = models.ManyToManyField(
        "auth.Group",
        verbose_name="groupes",
        blank=True,
        related_name="+",
        help_text="Laissez vide pour qui ne fait que lire. Avec un groupe, la personne entre dans "
        "l’administration.",
    )
    message = models.TextField(
        "message",
        max_length=2000,
        blank=True,
        help_text="Un mot de votre part, en tête du courriel.",
    )
    nonce = models.CharField(max_length=32, default=new_nonce, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name="par",
        null=True,
        editable=False,
        related_name="+",
    )
    created_at = models.DateTimeField("faite le", default=timezone.now, editable=False)
    expires_at = models.DateTimeField("expire le", default=default_expiry, editable=False)
    accepted_at = models.DateTimeField("acceptée le", null=True, editable=False)
    cancelled_at = models.DateTimeField("annulée le", null=True, editable=False)
    # The account that was made; the invitation is deleted with it.
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        verbose_name="compte",
        null=True,
        editable=False,
        related_name="invitation",
    )

    objects: ClassVar[Any] = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        default_permissions = ("add", "view")
        constraints = [
            # Two at once would be two links, and two people deciding about one account.
            models.UniqueConstraint(
                Lower("email"),
                name="accounts_invitation_open_once",
                condition=Q(accepted_at=None, cancelled_at=None),
                violation_error_message="Une invitation attend déjà à cette adresse.",
            ),
            models.CheckConstraint(
                name="accounts_invitation_ends_once",
                condition=Q(accepted_at=None) | Q(cancelled_at=None),
            ),
            role_is_known("accounts_invitation_role"),
        ]

    def __str__(self) -> str:
        return self.email

    def concerned_territories(self) -> Iterable[Territory]:
        return self.territories.select_related("successor")

    @property
    def time_zone(self) -> Zone:
        """The zone of the territories that it gives, in which hours are told to its person."""
        return zone_for(self.concerned_territories())

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and self.cancelled_at is None

    @property
    def has_expired(self) -> bool:
        return self.expires_at <= timezone.now()

    @property
    def mails_prefix(self) -> str:
        """What the keys of its mails in the queue begin with, those of former links included."""
        return f"{MAILS}{self.pk}-"

    @property
    def mail_key(self) -> str:
        return f"{self.mails_prefix}{self.nonce}"

    @property
    def mail(self) -> Message | None:
        """The mail of today's link; None once it is forgotten, a month after it left."""
        return Message.objects.filter(key=self.mail_key).first()

    @property
    def state(self) -> str:
        if self.accepted_at:
            return "acceptée"
        if self.cancelled_at:
            return "annulée"
        if self.has_expired:
            return "expirée"
        return "à renvoyer" if self._mail_status() in DID_NOT_LEAVE else "en attente"

    def _mail_status(self) -> str | None:
        if "mail_status" in self.__dict__:  # annotated, where a whole list was asked for at once
            return cast("str | None", self.__dict__["mail_status"])
        return self.mail.status if self.mail else None


class AccessRequestQuerySet(models.QuerySet["AccessRequest"]):
    def waiting(self) -> AccessRequestQuerySet:
        return self.filter(status=AccessRequest.Status.WAITING)


class AccessRequest(models.Model):
    """Someone asks to be let in. Approving it is inviting them."""

    class Status(models.TextChoices):
        WAITING = "waiting", "En attente"
        APPROVED = "approved", "Acceptée"
        REFUSED = "refused", "Refusée"
        # Newer requests of the same address replace this one; nobody decides about it.
        REPLACED = "replaced", "Remplacée"

    email = EmailAddressField("adresse électronique")
    first_name = LineField("prénom", max_length=150)
    last_name = LineField("nom", max_length=150)
    organisation = LineField("organisme", max_length=200)
    role = models.CharField("rôle dans le réseau", max_length=20, choices=Role)
    territories = models.ManyToManyField(
        "territories.Territory", verbose_name="territoires", blank=True, related_name="+"
    )
    message = models.TextField("message", max_length=2000, blank=True)
    created_at = models.DateTimeField("reçue le", default=timezone.now, editable=False)
    status = models.CharField(
        "état", max_length=10, choices=Status, default=Status.WAITING, editable=False
    )
    decided_at = models.DateTimeField("décidée le", null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name="par",
        null=True,
        editable=False,
        related_name="+",
    )
    answer = models.TextField("réponse", max_length=2000, blank=True, editable=False)
    invitation = models.ForeignKey(
        Invitation,
        models.SET_NULL,
        verbose_name="invitation",
        null=True,
        editable=False,
        related_name="requests",
    )

    objects: ClassVar[Any] = AccessRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "demande d’accès"
        verbose_name_plural = "demandes d’accès"
        ordering = ["-id"]
        default_permissions = ("view", "change")
        constraints = [
            models.CheckConstraint(
                name="accounts_request_decided_with_date",
                condition=Q(status="waiting", decided_at=None)
                | (~Q(status="waiting") & Q(decided_at__isnull=False)),
            ),
            role_is_known("accounts_request_role"),
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name} ({self.organisation})"

    def concerned_territories(self) -> Iterable[Territory]:
        return self.territories.select_related("successor")

    @property
    def is_waiting(self) -> bool:
        return self.status == self.Status.WAITING
