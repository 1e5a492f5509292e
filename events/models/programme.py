"""The parts of an event: its programme, its questions, its documents."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from contents.models import Part
from events.models.vocabulary import Speaker
from events.models.working_copy import Event, https_only
from publishing.fields import FrenchCharField, FrenchTextField


def new_key() -> str:
    """Returns what a session or a question is known by through all its versions."""
    return uuid.uuid4().hex


class Session(Part):
    """A line of the programme. Several may happen at once: people choose between those."""

    class Kind(models.TextChoices):
        PLENARY = "plenary", "Plénière"
        WORKSHOP = "workshop", "Atelier"
        TABLE = "table", "Table ronde"
        WELCOME = "welcome", "Accueil"
        BREAK = "break", "Pause"
        VISIT = "visit", "Visite"

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="sessions")
    key = models.CharField(max_length=32, default=new_key, editable=False)
    title = FrenchCharField("titre", max_length=200)
    kind = models.CharField("sorte", max_length=10, choices=Kind, default=Kind.WORKSHOP)
    day = models.DateField("jour", null=True, blank=True, help_text="Vide : le premier jour.")
    starts = models.TimeField("début")
    ends = models.TimeField("fin", help_text="Après minuit\u00a0: le lendemain.")
    room = FrenchCharField("salle", max_length=80, blank=True)
    abstract = FrenchTextField("résumé", blank=True, max_length=900)
    speakers = models.ManyToManyField(
        Speaker, verbose_name="intervenant·es", blank=True, related_name="+"
    )
    by_registration = models.BooleanField(
        "sur inscription",
        default=False,
        help_text="On choisit cet atelier en s’inscrivant à l’événement.",
    )
    capacity = models.PositiveIntegerField(
        "places",
        null=True,
        blank=True,
        validators=[MinValueValidator(1, message="Au moins une place, ou rien : sans limite.")],
        help_text="Vide : sans limite.",
    )
    replay_url = models.CharField(
        "adresse de la vidéo", max_length=500, blank=True, validators=[https_only]
    )
    documents = models.ManyToManyField(
        "media.Document", verbose_name="documents", blank=True, related_name="+"
    )

    SNAPSHOT_FIELDS = (
        "key",
        "title",
        "kind",
        "day",
        "starts",
        "ends",
        "room",
        "abstract",
        "speakers",
        "by_registration",
        "capacity",
        "replay_url",
        "documents",
    )
    TOGETHER = (("day", "starts", "ends"), ("by_registration", "capacity"))
    NOUN = "Session"
    SUMMARY_FIELDS = ("kind", "title")

    class Meta(Part.Meta):
        verbose_name = "temps du programme"
        verbose_name_plural = "programme"
        constraints = [
            models.UniqueConstraint(fields=["event", "key"], name="events_session_key"),
            # An evening may end in the night; anything else that ends before it starts is a slip.
            models.CheckConstraint(
                condition=Q(ends__gt=models.F("starts"))
                | Q(starts__gte=time(12), ends__lte=time(6)),
                name="events_session_order",
                violation_error_message="La fin précède le début. Seule une soirée finit le "
                "lendemain, à 6\u00a0h au plus tard.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def in_order(
        cls, parts: Sequence[Mapping[str, Any]], whole: Mapping[str, Any]
    ) -> list[Mapping[str, Any]]:
        """Returns sessions by the clock. Dates and times are ISO texts in a snapshot: they sort as
        they are."""
        first = whole["starts_on"] or ""
        return sorted(parts, key=lambda part: (part["day"] or first, part["starts"] or ""))


class Question(Part):
    """What the organiser asks of those who register, or of those who came."""

    class When(models.TextChoices):
        REGISTRATION = "registration", "À l’inscription"
        EVALUATION = "evaluation", "Après l’événement"

    class Kind(models.TextChoices):
        TEXT = "text", "Quelques mots"
        CHOICE = "choice", "Un choix dans une liste"
        CHOICES = "choices", "Plusieurs choix"
        YES = "yes", "Case à cocher"
        SCALE = "scale", "Note de 1 à 5"

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="questions")
    key = models.CharField(max_length=32, default=new_key, editable=False)
    when = models.CharField("posée", max_length=12, choices=When, default=When.REGISTRATION)
    kind = models.CharField("sorte de réponse", max_length=8, choices=Kind, default=Kind.TEXT)
    label = FrenchCharField("question", max_length=200)
    help_text = FrenchCharField("précision", max_length=300, blank=True)
    choices = FrenchTextField(
        "choix", blank=True, max_length=1500, help_text="Un par ligne, pour une liste."
    )
    is_required = models.BooleanField("réponse obligatoire", default=False)

    SNAPSHOT_FIELDS = ("key", "when", "kind", "label", "help_text", "choices", "is_required")
    TOGETHER = (("kind", "choices"),)
    SUMMARY_FIELDS = ("label",)

    class Meta(Part.Meta):
        verbose_name = "question"
        constraints = [models.UniqueConstraint(fields=["event", "key"], name="events_question_key")]

    def __str__(self) -> str:
        return self.label


class Resource(Part):
    """A document, or a replay, of the event as a whole. Those of a session are in its line."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="resources")
    title = FrenchCharField("intitulé", max_length=200)
    document = models.ForeignKey(
        "media.Document",
        verbose_name="document",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    url = models.CharField(
        "adresse de la vidéo",
        max_length=500,
        blank=True,
        validators=[https_only],
        help_text="Rien n’est chargé chez l’hébergeur avant que le lecteur ne clique.",
    )

    SNAPSHOT_FIELDS = ("title", "document", "url")
    TOGETHER = (("document", "url"),)
    NEEDS_ITS_TARGET = True
    SUMMARY_FIELDS = ("title",)

    class Meta(Part.Meta):
        verbose_name = "document ou vidéo"
        verbose_name_plural = "documents et vidéos"
        constraints = [
            models.CheckConstraint(
                condition=Q(document__isnull=True) ^ Q(url=""),
                name="events_resource_one",
                violation_error_message="Donnez un document, ou l’adresse d’une vidéo.",
            )
        ]

    def __str__(self) -> str:
        return self.title
