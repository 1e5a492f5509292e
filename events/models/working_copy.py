"""What organisers write: an event with its programme. Readers never see these rows."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.validators import MinValueValidator, URLValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from contents.models import Content, ContentQuerySet, help_texts
from events.models.vocabulary import EventSeries
from publishing.audiences import NOBODY, Audience
from publishing.fields import FrenchCharField, FrenchTextField, RichTextField
from publishing.remarks import Remark, at_field
from spelling.fields import EmailAddressField
from territories import wall_clocks
from territories.zones import Zone

https_only = URLValidator(schemes=["https"], message="Une adresse qui commence par https://.")


class State(models.TextChoices):
    """The state of an event, apart from publication: a cancelled event keeps its page, which says
    so."""

    PLANNED = "planned", "Prévu"
    # It is planned again once another day is published (`EventPublication.state`).
    POSTPONED = "postponed", "Reporté"
    CANCELLED = "cancelled", "Annulé"
    FULL = "full", "Complet"


class Format(models.TextChoices):
    IN_PERSON = "in_person", "Sur place"
    ONLINE = "online", "En ligne"
    HYBRID = "hybrid", "Sur place et en ligne"


class RegistrationFor(models.TextChoices):
    NOBODY = "nobody", "Pas d’inscription ici"
    INVITED = "invited", "Personnes invitées"
    MEMBERS = "members", "Membres du réseau"
    EVERYONE = "everyone", "Tout le monde"


class EventQuerySet(ContentQuerySet):
    def locked(self, pk: int) -> Event:
        """Returns that row, held until the end of the transaction. Raises DoesNotExist."""
        event: Event = self.select_for_update().get(pk=pk)
        return event


@help_texts(
    territories="Ceux que l’événement concerne. Aucun\u00a0: toute la France.",
    structures="Celles qui y prennent part\u00a0: l’événement paraît sur leur page, et elles sur "
    "la sienne, pour qui peut les voir.",
)
class Event(Content):
    """The working copy, and what outlives every version of it: its identity in calendars, its
    state, its registrations."""

    State = State
    Format = Format
    RegistrationFor = RegistrationFor

    # --- What is published with each version ---
    audience = models.CharField(
        "public",
        max_length=10,
        choices=Audience,
        default=Audience.PUBLIC,
        help_text="« Réseau » : la page n’existe que pour les personnes connectées. « Personnes "
        "invitées » : pour celles que vous inviterez (page « Invitations »), avec ou sans compte. "
        "Les autres ne la trouvent ni dans l’agenda, ni dans les flux, ni dans le plan du site.",
    )
    series = models.ForeignKey(
        EventSeries, verbose_name="série", on_delete=models.PROTECT, null=True, blank=True
    )
    standfirst = FrenchTextField(
        "présentation courte",
        blank=True,
        max_length=600,
        help_text="En deux ou trois phrases : pour qui, pour quoi. Elle paraît dans l’agenda.",
    )
    format = models.CharField("forme", max_length=10, choices=Format, default=Format.IN_PERSON)
    time_zone = models.CharField(
        "fuseau horaire",
        max_length=40,
        choices=Zone,
        default=Zone.PARIS,
        help_text="Toutes les heures de cette page sont celles de ce lieu.",
    )
    starts_on = models.DateField("premier jour", null=True, blank=True)
    starts_time = models.TimeField("début", null=True, blank=True)
    ends_on = models.DateField(
        "dernier jour", null=True, blank=True, help_text="Vide : le même jour."
    )
    ends_time = models.TimeField("fin", null=True, blank=True)
    venue = FrenchCharField(
        "lieu", max_length=160, blank=True, help_text="Nom de la salle ou de l’établissement."
    )
    address = FrenchCharField("adresse du lieu", max_length=200, blank=True)
    commune = models.ForeignKey(
        "territories.Territory",
        verbose_name="commune",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    access_provisions = FrenchTextField(
        "accessibilité du lieu",
        blank=True,
        max_length=600,
        help_text="Accès en fauteuil, boucle magnétique, interprétation en langue des signes, "
        "stationnement… et qui joindre pour un besoin particulier.",
    )
    online_url = models.CharField(
        "lien de connexion",
        max_length=500,
        blank=True,
        validators=[https_only],
        help_text="Montré et envoyé aux seules personnes qui ont une place.",
    )
    organiser = FrenchCharField("organisé par", max_length=160, blank=True)
    contact_email = EmailAddressField(
        "adresse de contact",
        blank=True,
        help_text="Paraît sur la page ; les réponses aux courriels y arrivent.",
    )
    description = RichTextField("présentation", blank=True)
    practical = RichTextField(
        "informations pratiques", blank=True, help_text="Venir, se loger, manger, se connecter."
    )
    takeaways = RichTextField(
        "ce qu’il faut en retenir",
        blank=True,
        help_text="Paraît une fois l’événement terminé, avant le programme.",
    )
    registration_for = models.CharField(
        "inscription ouverte à",
        max_length=10,
        choices=RegistrationFor,
        default=RegistrationFor.NOBODY,
    )
    registration_url = models.CharField(
        "inscription ailleurs",
        max_length=500,
        blank=True,
        validators=[https_only],
        help_text="Si l’on s’inscrit sur un autre site.",
    )
    registration_opens_on = models.DateField(
        "ouverture des inscriptions",
        null=True,
        blank=True,
        help_text="Vide : dès la mise en ligne. À minuit.",
    )
    registration_closes_on = models.DateField(
        "dernier jour d’inscription",
        null=True,
        blank=True,
        help_text="Vide : jusqu’au début de l’événement. Jour compris.",
    )
    capacity = models.PositiveIntegerField(
        "nombre de places",
        null=True,
        blank=True,
        validators=[MinValueValidator(1, message="Au moins une place, ou rien : sans limite.")],
        help_text="Vide : sans limite.",
    )
    has_waiting_list = models.BooleanField(
        "liste d’attente",
        default=True,
        help_text="Une place qui se libère va à la première personne en attente, qui est prévenue.",
    )
    conditions = FrenchTextField(
        "conditions",
        blank=True,
        max_length=1500,
        help_text="À accepter pour s’inscrire. Vide : aucune.",
    )
    lists_participants = models.BooleanField(
        "liste des participant·es",
        default=False,
        help_text="Chacun dit s’il accepte d’y paraître ; seules les personnes qui ont une place "
        "la voient.",
    )
    reminder_days = models.PositiveSmallIntegerField(
        "rappel, en jours avant", default=2, help_text="0 : aucun rappel."
    )

    # --- What no version holds ---
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(
        "état de l’événement", max_length=10, choices=State, default=State.PLANNED, editable=False
    )
    state_note = FrenchCharField("précision", max_length=300, blank=True, editable=False)
    # It had this first day when it was postponed: until another is published, none is known.
    postponed_day = models.DateField(null=True, blank=True, editable=False)
    # It grows with each change of state: calendars count them (SEQUENCE).
    state_changes = models.PositiveIntegerField(default=0, editable=False)
    state_changed_at = models.DateTimeField(null=True, blank=True, editable=False)
    # So many numbers were given to those who asked for a place: each is the next one.
    registrations_given = models.PositiveIntegerField(default=0, editable=False)

    objects = EventQuerySet.as_manager()

    NEEDED_TO_PUBLISH = ("standfirst", "starts_on", "starts_time", "ends_time", "themes")

    SNAPSHOT_FIELDS = (
        *Content.SNAPSHOT_FIELDS,
        "series",
        "standfirst",
        "format",
        "time_zone",
        "starts_on",
        "starts_time",
        "ends_on",
        "ends_time",
        "venue",
        "address",
        "commune",
        "access_provisions",
        "online_url",
        "organiser",
        "contact_email",
        "themes",
        "territories",
        "structures",
        "cover",
        "cover_alt",
        "cover_is_decorative",
        "description",
        "practical",
        "takeaways",
        "registration_for",
        "registration_url",
        "registration_opens_on",
        "registration_closes_on",
        "capacity",
        "has_waiting_list",
        "conditions",
        "lists_participants",
        "reminder_days",
    )

    # Models of `events.models.programme`.
    PARTS = ("sessions", "questions", "resources")
    TOGETHER = (
        *Content.TOGETHER,
        ("starts_on", "starts_time", "ends_on", "ends_time", "time_zone"),
        ("format", "venue", "address", "commune"),
        ("registration_for", "registration_url"),
    )

    class Meta:
        verbose_name = "événement"
        ordering = ["-starts_on", "-changed_at"]
        permissions = [
            ("publish_event", "Peut publier, programmer et archiver des événements"),
            ("organise_event", "Peut tenir les inscriptions : liste, messages, accueil"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("events:detail", args=[self.slug])

    @classmethod
    def inviting(cls, user: Any, *, event: str = "pk") -> Q:
        """Returns as a condition, of what is reserved to people invited by name, what is for this
        one: invited, or registered by an organiser. `event` is the path to the event, from the rows
        that are asked."""
        if not (user.is_authenticated and user.is_active):
            return NOBODY
        # Both are defined from this one: Django's way back to them is the only one.
        invitations: Any = cls.invitations.rel.related_model
        registrations: Any = cls.registrations.rel.related_model
        invited = invitations.objects.of(user).values("event")
        placed = registrations.objects.standing().held_by(user).values("event")
        theirs = Q(**{f"{event}__in": invited}) | Q(**{f"{event}__in": placed})
        return Q(audience=Audience.INVITED) & theirs

    def invites(self, user: Any) -> bool:
        return type(self).objects.filter(type(self).inviting(user), pk=self.pk).exists()

    @property
    def read_title(self) -> str:
        """Its title as readers read it, or last did: what is being prepared is told to nobody."""
        been = self.publications.filter(live_from__lte=timezone.now())
        title = been.order_by("-live_from", "-pk").values_list("title", flat=True).first()
        return title or "(pas encore publié)"

    @property
    def calendar_uid(self) -> str:
        """A name that is globally unique, and the same wherever the portal moves to."""
        return f"{self.uid}@portail-dla"

    def lacks(self, data: Mapping[str, Any] | None = None) -> list[Remark]:
        data = self.snapshot() if data is None else data
        public = data["audience"] == Audience.PUBLIC
        asked: tuple[tuple[Any, str, str], ...] = (
            (
                not (data["standfirst"] or "").strip(),
                "Écrivez la présentation courte.",
                "standfirst",
            ),
            (
                not data["starts_on"] or not data["starts_time"],
                "Donnez le jour et l’heure du début.",
                "starts_time" if data["starts_on"] else "starts_on",
            ),
            (not data["ends_time"], "Donnez l’heure de fin.", "ends_time"),
            (not data["themes"], "Choisissez au moins une thématique.", "themes"),
            (
                data["format"] != Format.ONLINE and data["commune"] is None,
                "Choisissez la commune, ou la forme « en ligne ».",
                "commune",
            ),
            (
                self.cover_says_nothing(data),
                "Décrivez l’image de couverture, ou cochez « image décorative ».",
                "cover_alt",
            ),
            (
                data["audience"] == Audience.INVITED
                and data["registration_for"] == RegistrationFor.MEMBERS,
                "La page est réservée aux personnes invitées : l’inscription ne peut être ouverte "
                "qu’à elles.",
                "registration_for",
            ),
            (
                data["registration_for"] == RegistrationFor.EVERYONE and not public,
                "L’inscription est ouverte à tout le monde, mais la page ne l’est pas : changez "
                "l’un ou l’autre.",
                "registration_for",
            ),
        )
        return super().lacks(data) + [
            Remark("", sentence, at_field(name)) for lacks, sentence, name in asked if lacks
        ]

    def next_registration_number(self) -> int:
        """Returns the number of whoever asks for a place now; it is given while the row is held
        (`locked`)."""
        self.registrations_given += 1
        self.save(update_fields=["registrations_given"])
        return self.registrations_given

    # --- Its days, from the wall clocks of its zone ---

    @property
    def last_day(self) -> Any:
        return self.ends_on or self.starts_on

    def starts_at(self) -> datetime | None:
        if self.starts_on is None or self.starts_time is None:
            return None
        return wall_clocks.moment(self.starts_on, self.starts_time, self.time_zone)

    def ends_at(self) -> datetime | None:
        if self.last_day is None or self.ends_time is None:
            return None
        return wall_clocks.moment(self.last_day, self.ends_time, self.time_zone)

    @property
    def has_ended(self) -> bool:
        end = self.ends_at()
        return end is not None and end <= timezone.now()
