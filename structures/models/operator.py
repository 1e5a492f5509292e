"""Who carries the DLA, where and when, and the national resource centres."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from database.written import Followed, FollowedQuerySet
from publishing.addresses import Addressed
from publishing.fields import FrenchCharField, FrenchTextField
from spelling.fields import EmailAddressField, LineField
from territories.models import Level, Territory

# A telephone number, however its digits are parted.
NUMBER = re.compile(r"[+0-9][0-9\s().-]*")


class Contact(models.Model):
    """How to reach those who carry the scheme: it is said to everybody. All of it is the service's,
    and none of it a person's own."""

    email = EmailAddressField("courriel", blank=True)
    phone = LineField("téléphone", max_length=30, blank=True)
    website = models.URLField("site", blank=True)
    address = models.TextField(
        "adresse",
        blank=True,
        help_text="Comme sur une enveloppe, sans la dernière ligne\u00a0: le bâtiment, la rue, la "
        "boîte postale.",
    )
    postal_code = LineField(
        "code postal",
        max_length=5,
        blank=True,
        validators=[RegexValidator(r"^[0-9]{5}\Z", "Un code postal a cinq chiffres.")],
    )
    town = LineField(
        "ville", max_length=100, blank=True, help_text="Avec son CEDEX, s’il y en a un."
    )

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        if (self.address.strip() or self.postal_code) and not self.town:
            raise ValidationError({"town": "Dites la ville\u00a0: une rue seule ne suffit pas."})

    @property
    def dialled(self) -> str:
        """The first telephone number as `tel:` takes it: "04 76 00 00 00 (poste 12)" and
        "+33 (0)4 76 00 00 00" are the same."""
        number = NUMBER.match(self.phone.replace("(0)", ""))
        return "".join(sign for sign in number[0] if sign in "+0123456789") if number else ""

    @property
    def town_line(self) -> str:
        """The last line of an envelope: "38000 Grenoble"."""
        return f"{self.postal_code} {self.town}".strip()

    @property
    def website_name(self) -> str:
        """The site's address as people say it."""
        return self.website.partition("://")[2].removeprefix("www.").rstrip("/")


class Operator(Addressed, Contact):
    """A structure porteuse: it carries the DLA of a department, or of a region, under agreements of
    three years. The portal knows it by its agreements: operators change.

    It may name the person to ask for. That name is somebody's own: none is kept without the day on
    which they agreed that everybody may read it.
    """

    class Kind(models.TextChoices):
        DEPARTMENTAL = "departemental", "DLA départemental"
        REGIONAL = "regional", "DLA régional"

    name = FrenchCharField("nom", max_length=200)
    slug = models.SlugField("adresse", max_length=200, unique=True)
    kind = models.CharField("échelon", max_length=20, choices=Kind)
    welcome = FrenchTextField(
        "présentation",
        blank=True,
        help_text="Une ou deux phrases pour qui cherche son DLA\u00a0: comment se passe un premier "
        "échange.",
    )
    opening_hours = FrenchCharField(
        "horaires",
        max_length=160,
        blank=True,
        help_text="Quand on répond au téléphone\u00a0: «\u00a0Du lundi au jeudi, de 9\u00a0h à "
        "12\u00a0h et de 14\u00a0h à 17\u00a0h\u00a0».",
    )
    contact_role = FrenchCharField(
        "fonction",
        max_length=120,
        blank=True,
        help_text="Qui demander\u00a0: «\u00a0chargé·e de mission DLA\u00a0». Elle peut être "
        "dite sans nom.",
    )
    contact_name = LineField(
        "prénom et nom",
        max_length=120,
        blank=True,
        help_text="Chacun les lira sur les pages publiques du portail\u00a0: seulement si cette "
        "personne le veut bien. Effacez-les dès qu’elle le demande, ou qu’elle part.",
    )
    contact_agreed_on = models.DateField(
        "elle l’a accepté le",
        null=True,
        blank=True,
        help_text="Le jour où cette personne a accepté que son nom soit public.",
    )

    is_open_list = True

    class Meta:
        verbose_name = "structure porteuse"
        verbose_name_plural = "structures porteuses"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="structures_operator_named_by_consent",
                condition=Q(contact_name="") | Q(contact_agreed_on__isnull=False),
                violation_error_message="Un nom n’est public qu’avec l’accord de cette personne.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("structures:operator", args=[self.slug])

    def clean(self) -> None:
        super().clean()
        if not self.contact_name:
            self.contact_agreed_on = None  # whoever is named next has not agreed yet
        elif self.contact_agreed_on is None:
            raise ValidationError(
                {
                    "contact_agreed_on": "Dites quel jour cette personne a accepté que son nom "
                    "soit public, ou effacez-le."
                }
            )
        elif self.contact_agreed_on > timezone.localdate():
            raise ValidationError({"contact_agreed_on": "Ce jour est à venir."})

    @property
    def contact_person(self) -> str:
        """Whom to ask for, "Camille Durand, chargée de mission DLA"; empty where nobody is said."""
        return ", ".join(filter(None, [self.contact_name, self.contact_role]))

    def concerned_territories(self) -> list[Territory]:
        """Returns where it acts, for who may change it."""
        if self._state.adding:
            return []
        return [agreement.territory for agreement in self.agreements.select_related("territory")]


class Agreement(Followed):
    """One convention: the territory that an operator carries, and the years."""

    LEVELS = (Level.DEPARTMENT, Level.REGION)

    operator = models.ForeignKey(
        Operator, models.CASCADE, verbose_name="structure porteuse", related_name="agreements"
    )
    territory = models.ForeignKey(
        Territory, models.PROTECT, verbose_name="territoire", related_name="+"
    )
    first_year = models.PositiveSmallIntegerField("première année")
    last_year = models.PositiveSmallIntegerField(
        "dernière année", null=True, blank=True, help_text="Vide\u00a0: en cours."
    )

    objects = FollowedQuerySet.as_manager()

    class Meta:
        verbose_name = "conventionnement"
        ordering = ["-first_year"]
        constraints = [
            models.CheckConstraint(
                name="structures_agreement_years",
                condition=Q(first_year__gte=2002, first_year__lte=2100)
                & (Q(last_year=None) | Q(last_year__gte=F("first_year"), last_year__lte=2100)),
                violation_error_message="Les années d’un conventionnement commencent en 2002 au "
                "plus tôt, et la dernière ne précède pas la première.",
            ),
            models.UniqueConstraint(
                name="structures_agreement_once",
                fields=["operator", "territory", "first_year"],
                violation_error_message="Ce conventionnement est déjà saisi.",
            ),
        ]
        indexes = [models.Index(name="structures_in_charge", fields=["territory", "first_year"])]

    def __str__(self) -> str:
        return f"{self.territory} ({self.years})"

    @property
    def years(self) -> str:
        if self.last_year is None:
            return f"depuis {self.first_year}"
        if self.last_year == self.first_year:
            return str(self.first_year)
        return f"{self.first_year}-{self.last_year}"

    def is_in_force(self, year: int | None = None) -> bool:
        year = year or timezone.localdate().year
        return self.first_year <= year and (self.last_year is None or year <= self.last_year)

    def clean(self) -> None:
        if self.territory_id and self.territory.level not in self.LEVELS:
            raise ValidationError({"territory": "Le DLA est porté par département ou par région."})


class ResourceCentre(Addressed, Contact):
    """A CRDLA: national expertise of one sector, or one question."""

    name = FrenchCharField("nom", max_length=200, help_text="Culture, Financement, Numérique…")
    slug = models.SlugField("adresse", max_length=200, unique=True)
    carrier = FrenchCharField("porté par", max_length=200, blank=True)
    position = models.PositiveSmallIntegerField("rang", default=0)

    is_open_list = True

    class Meta:
        verbose_name = "centre de ressources (CRDLA)"
        verbose_name_plural = "centres de ressources (CRDLA)"
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name
