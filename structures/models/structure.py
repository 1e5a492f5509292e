"""Structures of the ESS, where they are, and what they agreed to be shown."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from database.written import Followed, FollowedQuerySet
from publishing.addresses import Addressed
from publishing.fields import FrenchCharField, FrenchTextField, SeveralField
from spelling.fields import EmailAddressField, LineField
from spelling.folding import folded, searchable
from structures.identifiers import compact, validate_rna, validate_siren, validate_siret
from structures.models.revision import Revised, RevisedQuerySet
from structures.nomenclature import FORM_CHOICES, Approval, Family, Size
from structures.sight import Sight
from territories.models import Level, Territory

LONGEST_KEY = 200
LONGEST_WORDS = 340
# The key of names without a word, which come last.
NO_WORD = "~"


class Sector(Addressed):
    """A field of activity, from the closed list of the network's yearly figures."""

    name = FrenchCharField("nom", max_length=80, unique=True)
    slug = models.SlugField("adresse", max_length=80, unique=True)
    position = models.PositiveSmallIntegerField("rang", default=0)

    is_open_list = True

    class Meta:
        verbose_name = "secteur d’activité"
        verbose_name_plural = "secteurs d’activité"
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class StructureQuerySet(RevisedQuerySet):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Applies THE visibility rule: those that agreed to be shown, and those of one's
        territories."""
        return self.current().filter(Sight.of(user).condition())

    def current(self) -> Self:
        """Leaves out those that were found to be another one."""
        return self.filter(merged_into=None)

    def changeable_by(self, user: Any) -> Self:
        """Keeps those that the person's scope reaches."""
        return self.filter(Sight.of(user).reach())


class Structure(Revised):
    """An organisation that the DLA supports, has supported, or may support.

    The commune is the truth; the codes beside it are copies for filters, which
    `services.refresh_territories` puts right when the official geography changes. A support is
    confidential: the public sees a structure only while `consent` holds a consent.
    """

    name = FrenchCharField("nom", max_length=250)
    short_name = FrenchCharField("sigle", max_length=80, blank=True)
    slug = models.SlugField("adresse", max_length=120, unique=True, editable=False)
    description = FrenchTextField(
        "présentation",
        blank=True,
        help_text="Ce que fait la structure, en quelques phrases\u00a0: montré au public si elle a "
        "donné son accord.",
    )

    siren = models.CharField(
        "Siren", max_length=9, null=True, blank=True, db_index=True, validators=[validate_siren]
    )
    siret = models.CharField(
        "Siret",
        max_length=14,
        null=True,
        blank=True,
        unique=True,
        validators=[validate_siret],
        error_messages={"unique": "Une autre structure porte déjà ce Siret."},
    )
    rna = models.CharField(
        "numéro RNA",
        max_length=10,
        null=True,
        blank=True,
        unique=True,
        validators=[validate_rna],
        error_messages={"unique": "Une autre structure porte déjà ce numéro RNA."},
        help_text="Les associations d’Alsace-Moselle n’en ont pas.",
    )

    family = models.CharField("famille", max_length=12, choices=Family, default=Family.ASSOCIATION)
    legal_form = models.CharField("forme juridique", max_length=4, choices=FORM_CHOICES, blank=True)
    size = models.CharField("taille", max_length=2, choices=Size, default=Size.UNKNOWN)
    sector = models.ForeignKey(
        Sector, models.PROTECT, verbose_name="secteur", null=True, blank=True, related_name="+"
    )
    approvals = SeveralField("agréments", of=Approval, max_length=60)

    commune = models.ForeignKey(
        Territory,
        models.PROTECT,
        verbose_name="commune",
        null=True,
        blank=True,
        related_name="+",
        help_text="Celle du siège. Un ancien nom est conservé, et compté dans la commune "
        "d’aujourd’hui.",
    )
    region_code = models.CharField(max_length=3, blank=True, editable=False)
    department_code = models.CharField(max_length=3, blank=True, editable=False)
    epci_code = models.CharField(max_length=9, blank=True, editable=False)
    commune_code = models.CharField(max_length=5, blank=True, editable=False)
    address = LineField("adresse postale", max_length=250, blank=True)
    postal_code = models.CharField("code postal", max_length=5, blank=True)
    email = EmailAddressField("courriel", blank=True)
    phone = LineField("téléphone", max_length=30, blank=True)
    website = models.URLField("site", blank=True)

    created_on = models.DateField("créée le", null=True, blank=True)
    closed_on = models.DateField("fermée le", null=True, blank=True)
    consent = models.OneToOneField(
        "Consent",
        models.PROTECT,
        verbose_name="accord en vigueur",
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="absorbed"
    )

    # The first says where the name stands in a list, the other the words of it that are searched.
    sort_key = models.CharField(max_length=LONGEST_KEY, editable=False)
    search_key = models.CharField(max_length=LONGEST_WORDS, editable=False)
    changed_at = models.DateTimeField("modifiée le", auto_now=True)

    objects: ClassVar[Any] = StructureQuerySet.as_manager()

    class Meta:
        verbose_name = "structure"
        ordering = ["sort_key", "id"]
        constraints = [
            models.CheckConstraint(
                name="structures_siren_digits",
                condition=Q(siren=None) | Q(siren__regex=r"^[0-9]{9}$"),
                violation_error_message="Un Siren a 9 chiffres.",
            ),
            models.CheckConstraint(
                name="structures_siret_digits",
                condition=Q(siret=None) | Q(siret__regex=r"^[0-9]{14}$"),
                violation_error_message="Un Siret a 14 chiffres.",
            ),
            models.CheckConstraint(
                name="structures_siret_begins_with_siren",
                condition=Q(siret=None) | Q(siren__isnull=False, siret__startswith=F("siren")),
                violation_error_message="Le Siret commence par le Siren.",
            ),
            models.CheckConstraint(
                name="structures_rna_form",
                condition=Q(rna=None)
                | Q(rna__regex=r"^(W[0-9][A-Z0-9][0-9]{7}|0[0-9]{3}00[0-9]{4})$"),
                violation_error_message="Un numéro RNA s’écrit W suivi de 9 caractères.",
            ),
            models.CheckConstraint(
                name="structures_closed_after_created",
                condition=Q(created_on=None)
                | Q(closed_on=None)
                | Q(closed_on__gte=F("created_on")),
                violation_error_message="La fermeture précède la création\u00a0: vérifiez les "
                "deux dates.",
            ),
            models.CheckConstraint(
                name="structures_not_merged_into_itself", condition=~Q(merged_into=F("id"))
            ),
            models.CheckConstraint(
                name="structures_merged_is_not_public",
                condition=Q(merged_into=None) | Q(consent=None),
            ),
        ]
        indexes = [
            models.Index(name="structures_in_order", fields=["sort_key", "id"]),
            models.Index(name="structures_department", fields=["department_code", "sort_key"]),
            models.Index(name="structures_region", fields=["region_code"]),
            models.Index(name="structures_epci", fields=["epci_code"]),
            models.Index(name="structures_commune", fields=["commune_code", "sort_key"]),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.complete()
        fields = kwargs.get("update_fields")
        if fields is not None:
            kwargs["update_fields"] = {*fields, *COMPLETED, "changed_at"}
        super().save(*args, **kwargs)

    def complete(self) -> None:
        """Fills in what follows from the rest: keys of the name, the Siren of a Siret, codes of
        places."""
        self.sort_key, self.search_key = name_keys(self.name, self.short_name)
        for name in ("siren", "siret", "rna"):
            setattr(self, name, compact(getattr(self, name) or "") or None)
        if self.siret:
            self.siren = self.siret[:9]
        for name, code in place_codes(self.commune).items():
            setattr(self, name, code)
        if not self.slug:
            self.slug = slug_of(
                self.name, self.rna or self.siret or self.siren or secrets.token_hex(4)
            )

    def clean(self) -> None:
        for name in ("siren", "siret", "rna"):
            setattr(self, name, compact(getattr(self, name) or "") or None)
        if self.siret and self.siren and not self.siret.startswith(self.siren):
            raise ValidationError(
                {
                    "siren": "Le Siret donné commence par un autre Siren\u00a0: laissez cette case "
                    "vide, le Siren est repris du Siret."
                }
            )
        if self.siret:
            self.siren = self.siret[:9]
        if self.commune and self.commune.level not in (
            Level.COMMUNE,
            Level.MUNICIPAL,
            Level.FORMER,
        ):
            raise ValidationError({"commune": "Choisissez une commune."})

    def get_absolute_url(self) -> str:
        return reverse("structures:detail", args=[self.slug])

    @property
    def is_public(self) -> bool:
        return self.consent_id is not None

    @property
    def legal_form_label(self) -> str:
        return self.get_legal_form_display() if self.legal_form else ""

    def concerned_territories(self) -> Iterable[Territory]:
        """Returns where it is, for who may change it."""
        return [self.commune] if self.commune else []


COMPLETED = (
    "sort_key",
    "search_key",
    "siren",
    "siret",
    "rna",
    "region_code",
    "department_code",
    "epci_code",
    "commune_code",
    "slug",
)


def name_keys(name: str, short_name: str) -> tuple[str, str]:
    """Returns where the name stands in a list, and the words of it."""
    words = searchable(f"{name} {short_name}")
    return folded(name)[:LONGEST_KEY] or NO_WORD, words[:LONGEST_WORDS]


def slug_of(name: str, unique: str) -> str:
    return f"{slugify(name)[:80].strip('-') or 'structure'}-{slugify(unique)}"


def place_codes(commune: Territory | None) -> dict[str, str]:
    """Returns the codes of today's territories in which the commune lies; empty for one that it has
    not."""
    if commune is None:
        return dict.fromkeys(("region_code", "department_code", "epci_code", "commune_code"), "")
    today = commune.today

    def code(key: str | None) -> str:
        return key.rpartition("-")[2] if key else ""

    return {
        "region_code": code(today.region_id),
        "department_code": code(today.department_id),
        "epci_code": code(today.epci_id),
        # An arrondissement of Paris, Lyon or Marseille counts in its commune.
        "commune_code": code(today.commune_id) or today.code,
    }


class FormerIdentity(Followed):
    """A name or a number that a structure had: its supports are one trajectory all the same."""

    structure = models.ForeignKey(Structure, models.CASCADE, related_name="former_identities")
    name = LineField("nom", max_length=250)
    siret = models.CharField("Siret", max_length=14, blank=True)
    rna = models.CharField("numéro RNA", max_length=10, blank=True)
    until = models.DateField("jusqu’au", default=timezone.localdate)

    objects = FollowedQuerySet.as_manager()

    class Meta:
        verbose_name = "ancienne identité"
        verbose_name_plural = "anciennes identités"
        ordering = ["-until", "-id"]
        indexes = [
            models.Index(name="structures_former_siret", fields=["siret"], condition=~Q(siret="")),
            models.Index(name="structures_former_rna", fields=["rna"], condition=~Q(rna="")),
        ]

    def __str__(self) -> str:
        return self.name


class ConsentText(models.Model):
    """What a structure is asked to agree with. A text that was agreed with is never changed: a new
    version is added."""

    version = models.CharField("version", max_length=20, unique=True)
    body = FrenchTextField("texte")
    in_force_from = models.DateField("en vigueur depuis", default=timezone.localdate)

    is_open_list = True

    class Meta:
        verbose_name = "texte d’accord"
        verbose_name_plural = "textes d’accord"
        ordering = ["-in_force_from", "-id"]

    def __str__(self) -> str:
        return f"Version {self.version}"


class RecordedAgreement(models.Model):
    """Who gave an agreement for a structure, when, and who wrote it down; withdrawn, it stays as a
    proof."""

    given_by = LineField(
        "donné par", max_length=200, help_text="Nom et fonction de qui a donné l’accord."
    )
    given_on = models.DateField("donné le")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField(auto_now_add=True)
    withdrawn_on = models.DateField("retiré le", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        abstract = True
        ordering = ["-given_on", "-id"]

    def clean(self) -> None:
        super().clean()
        given: date | None = self.given_on
        if given is not None and given > timezone.localdate():
            raise ValidationError({"given_on": "Cette date est à venir\u00a0: vérifiez-la."})

    def withdraw(self, *, by: Any) -> None:
        """Ends it today, and saves it; never before it was given."""
        self.withdrawn_on = max(timezone.localdate(), self.given_on)
        self.withdrawn_by = by
        self.save(update_fields=["withdrawn_on", "withdrawn_by"])


class Consent(RecordedAgreement):
    """The agreement to be shown, with which text.
    `services.record_consent` and `withdraw_consent` are its only writers."""

    structure = models.ForeignKey(Structure, models.CASCADE, related_name="consents")
    text = models.ForeignKey(ConsentText, models.PROTECT, verbose_name="texte", related_name="+")

    class Meta(RecordedAgreement.Meta):
        verbose_name = "accord"
        constraints = [
            models.UniqueConstraint(
                name="structures_one_consent_in_force",
                fields=["structure"],
                condition=Q(withdrawn_on=None),
                violation_error_message="Cette structure a déjà un accord en vigueur.",
            ),
            models.CheckConstraint(
                name="structures_withdrawn_after_given",
                condition=Q(withdrawn_on=None) | Q(withdrawn_on__gte=F("given_on")),
                violation_error_message="Un accord ne peut être retiré avant d’avoir été donné.",
            ),
        ]

    def __str__(self) -> str:
        return f"Accord du {self.given_on:%d/%m/%Y}"
