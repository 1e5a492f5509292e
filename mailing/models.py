"""Mails on their way out, each with its state on its own row."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Self
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from spelling.fields import EmailAddressField


def new_message_id() -> str:
    """Returns a Message-ID, the same through all attempts: whoever gets a mail twice can tell (RFC
    5322)."""
    return f"<{uuid.uuid4()}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>"


class MessageQuerySet(models.QuerySet["Message"]):
    def due(self, now: datetime) -> Self:
        """Keeps what may leave: what is most awaited comes first, then the oldest."""
        waiting = self.in_time(now).filter(status=Message.Status.WAITING, not_before__lte=now)
        return waiting.order_by("priority", "not_before", "id")

    def in_time(self, now: datetime) -> Self:
        """Keeps the mails whose links still open something, those that were written or held back
        while others left included."""
        return self.filter(Q(not_after=None) | Q(not_after__gt=now))

    def outdated(self, now: datetime) -> Self:
        """Keeps what did not leave, and would now open nothing."""
        return self.filter(status__in=Message.Status.unsent(), not_after__lte=now)

    def abandoned(self, now: datetime) -> Self:
        """Keeps what was claimed by a process that has not been heard of for as long as a claim
        lasts."""
        return self.filter(status=Message.Status.SENDING, claimed_until__lte=now)

    def undecided(self) -> Self:
        """Keeps what did not leave, or may not have, and is for staff to decide."""
        return self.filter(status__in=[Message.Status.FAILED, Message.Status.DOUBTFUL])


class Message(models.Model):
    class Status(models.TextChoices):
        WAITING = "waiting", "En attente"
        SENDING = "sending", "En cours d’envoi"
        SENT = "sent", "Envoyé"
        FAILED = "failed", "En échec"
        DOUBTFUL = "doubtful", "Incertain"
        # Its link opens nothing any more, or a newer mail replaces it.
        EXPIRED = "expired", "Périmé"

        @classmethod
        def unsent(cls) -> list[str]:
            """The states of mails that nobody holds, and that may leave yet if staff decides so."""
            return [cls.WAITING, cls.FAILED, cls.DOUBTFUL]

    class Priority(models.IntegerChoices):
        """How long somebody can wait for it. The lower leaves first, whatever was written
        before."""

        AWAITED = 0, "Attendu à l’écran"
        NOTICE = 1, "Avis"
        MANY = 2, "Lettre à plusieurs"

    # The key names what it is about: a second mail with the same key is the same mail.
    key = models.CharField("clé", max_length=200, unique=True)
    to = EmailAddressField("destinataire")
    reply_to = EmailAddressField("répondre à", blank=True)
    subject = models.CharField("objet", max_length=300)
    text = models.TextField("texte")
    html = models.TextField("texte mis en forme", blank=True)
    # The list is `[{"name", "type", "content"}]`, the content in base 64. Once sent, the links of
    # the text are masked for good, and neither the other text nor the contents are kept.
    attachments = models.JSONField("pièces jointes", default=list, blank=True)
    # The text is somebody's own words: machines may answer it (`mailing.composition.Mail`).
    by_hand = models.BooleanField("écrit à la main", default=False, editable=False)
    message_id = models.CharField(max_length=120, default=new_message_id, editable=False)
    status = models.CharField("état", max_length=10, choices=Status, default=Status.WAITING)
    priority = models.PositiveSmallIntegerField(
        "priorité", choices=Priority, default=Priority.NOTICE
    )
    created_at = models.DateTimeField("écrit le", default=timezone.now)
    not_before = models.DateTimeField("pas avant", default=timezone.now)
    # The moment when what it opens dies; empty for what may be read at any time.
    not_after = models.DateTimeField("pas après", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    claimed_by = models.CharField(max_length=32, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    # It is noted just before the mail is given to the server: after it, nobody but the server
    # knows.
    handed_at = models.DateTimeField("remis le", null=True, blank=True)
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)
    last_error = models.CharField("dernière erreur", max_length=500, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "courriel"
        ordering = ["-id"]
        default_permissions = ("view", "change")
        constraints = [
            models.CheckConstraint(
                name="mailing_message_sent",
                condition=Q(status="sent") ^ Q(sent_at__isnull=True),
                violation_error_message="Un courriel envoyé a une date d’envoi.",
            ),
            models.CheckConstraint(
                name="mailing_message_claimed",
                condition=Q(status="sending") ^ Q(claimed_until__isnull=True),
                violation_error_message="Un courriel en cours d’envoi l’est par quelqu’un.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["status", "priority", "not_before", "id"], name="mailing_message_due"
            ),
            models.Index(fields=["status", "claimed_until"], name="mailing_message_claims"),
            models.Index(
                fields=["not_after"],
                name="mailing_message_outdated",
                condition=Q(not_after__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.subject
